#pragma once

#include "ui/theme.h"

#include <QIcon>
#include <QPixmap>
#include <QString>

namespace ui {

// A line icon of the program's own set in one colour, sharp at the given device pixel ratio. Kept once made.
QPixmap iconPixmap(const QString& name, int size, const QColor& color, double devicePixelRatio);
QIcon themedIcon(const QString& name, Tone tone = Tone::Text);
bool hasIcon(const QString& name);

}  // namespace ui
