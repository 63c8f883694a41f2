#include "ui/properties/tab_order.h"

#include <QApplication>
#include <QLayout>
#include <QScrollArea>

namespace ui {

namespace {

void collect(QWidget* widget, QList<QWidget*>& stops);

void collect(const QLayout& layout, QList<QWidget*>& stops)
{
    for (int i = 0; i < layout.count(); ++i) {
        QLayoutItem* item = layout.itemAt(i);
        if (item->layout())
            collect(*item->layout(), stops);
        else if (item->widget())
            collect(item->widget(), stops);
    }
}

void collect(QWidget* widget, QList<QWidget*>& stops)
{
    if (widget->isHidden() || !widget->isEnabled()) return;
    auto* area = qobject_cast<QScrollArea*>(widget);
    if (area && area->widget()) return collect(area->widget(), stops);
    if (widget->focusPolicy() & Qt::TabFocus && !widget->focusProxy())
        stops += widget;
    else if (widget->layout())
        collect(*widget->layout(), stops);
}

}  // namespace

QList<QWidget*> tabStops(const QWidget& root)
{
    QList<QWidget*> stops;
    if (root.layout()) collect(*root.layout(), stops);
    return stops;
}

bool moveFocus(const QWidget& root, bool isForward)
{
    const QList<QWidget*> stops = tabStops(root);
    qsizetype at = -1;
    for (const QWidget* focused = QApplication::focusWidget(); focused && at < 0;
         focused = focused->parentWidget())
        at = stops.indexOf(focused);
    const qsizetype next = at + (isForward ? 1 : -1);
    if (at < 0 || next < 0 || next >= stops.size()) return false;
    stops[next]->setFocus(isForward ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    return true;
}

}  // namespace ui
