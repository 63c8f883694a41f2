#pragma once

#include <QString>

namespace ui {

// Texts of documents as they may be shown. Whatever stands in them is a text to the reader: no markup, no
// control characters, no tricks with the direction of writing, and never longer than can be read. Pure.

// On one line, with an ellipsis where more than `most` characters would come.
QString plainLine(const QString& text, qsizetype most = 200);
// A line for the middle of a sentence: its direction of writing is its own affair.
QString plainName(const QString& text, qsizetype most = 200);
// Keeps its line feeds.
QString plainLines(const QString& text, qsizetype most = 2000);
// The text of a tooltip, which Qt would otherwise read as HTML where it looks like it.
QString plainToolTip(const QString& text);

}  // namespace ui
