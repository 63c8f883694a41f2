#include "ui/theme.h"

#include <QApplication>
#include <QEvent>
#include <QWidget>

// The part of the Theme that deals with the windows that there are.
namespace ui {

// Once there are windows, each gets the sheet for itself: given to the application, Qt would give each widget
// its style anew, and each time all that is in it again, which holds the window up for a fifth of a second.
void Theme::dress(QString sheet)
{
    m_sheet = std::move(sheet);
    bool isAnyThere = false;
    for (QWidget* widget : QApplication::topLevelWidgets()) {
        if (widget->parentWidget()) continue;
        isAnyThere = true;
        widget->setStyleSheet(m_sheet);
    }
    if (!isAnyThere) m_application->setStyleSheet(m_sheet);
}

bool Theme::eventFilter(QObject* watched, QEvent* event)
{
    // Each window hears of it, and then each of its widgets: those of the screen are enough.
    const bool isOther = event->type() == QEvent::ThemeChange && watched->isWindowType();
    if (isOther && m_followsDesktop) followDesktop();
    if (event->type() == QEvent::Polish && watched->isWidgetType()) {
        auto* widget = static_cast<QWidget*>(watched);
        const bool isNew = !widget->parentWidget() && widget->styleSheet() != m_sheet;
        if (isNew && m_application->styleSheet() != m_sheet) widget->setStyleSheet(m_sheet);
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace ui
