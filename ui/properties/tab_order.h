#pragma once

#include <QList>

class QWidget;

namespace ui {

// What the Tab key stops at below `root`, in the order in which the layouts hold it. Qt's own order is that
// in which widgets were made, and rows of a form come and go.
QList<QWidget*> tabStops(const QWidget& root);

// Moves the focus from one stop below `root` to the next or the one before. False behind the last: nothing
// was done.
bool moveFocus(const QWidget& root, bool isForward);

}  // namespace ui
