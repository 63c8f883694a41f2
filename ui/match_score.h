#pragma once

#include <QString>

namespace ui {

// How well a name fits what was typed: 0 not at all. The beginning counts most, then the beginning of a word,
// then a part, then letters that begin its words, then letters in their order. Pure.
int matchScore(const QString& typed, const QString& name);

}  // namespace ui
