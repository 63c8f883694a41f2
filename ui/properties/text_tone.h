#pragma once

#include "ui/theme.h"

class QLabel;

namespace ui {

// Gives a label the colour of a tone as text on a panel. By a style sheet of its own, since the window's says
// what colour text has and a palette counts less.
void setTextTone(QLabel* label, Tone tone);

}  // namespace ui
