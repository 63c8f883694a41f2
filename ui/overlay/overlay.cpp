#include "ui/overlay/overlay.h"

#include "ui/theme.h"

#include <QApplication>
#include <QEvent>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace ui {

Overlay::Overlay(QWidget* window) : QWidget(window)
{
    window->installEventFilter(this);
    setFocusPolicy(Qt::StrongFocus);
    hide();
}

void Overlay::show(QWidget* card, int top)
{
    if (m_card && m_card != card) m_card->hide();
    if (!isVisible()) m_focusBefore = QApplication::focusWidget();
    m_card = card;
    m_top = top;
    card->setParent(this);
    card->show();
    place();
    QWidget::show();
    raise();
    QWidget* focus = card->focusProxy() ? card->focusProxy() : card;
    focus->setFocus(Qt::PopupFocusReason);
}

void Overlay::dismiss()
{
    if (!isVisible()) return;
    if (m_card) m_card->hide();
    hide();
    if (m_focusBefore) m_focusBefore->setFocus(Qt::PopupFocusReason);
}

void Overlay::place()
{
    setGeometry(parentWidget()->rect());
    if (!m_card) return;
    QSize hint = m_card->sizeHint().expandedTo(m_card->minimumSize());
    if (m_card->hasHeightForWidth()) hint.setHeight(m_card->heightForWidth(hint.width()));
    const QSize size(std::min(hint.width(), width() - 32), std::min(hint.height(), height() - 32));
    const int top = m_top >= 0 ? std::min(m_top, height() - size.height()) : (height() - size.height()) / 2;
    m_card->setGeometry((width() - size.width()) / 2, top, size.width(), size.height());
}

bool Overlay::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) place();
    return false;
}

void Overlay::keyPressEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Escape) return;
    dismiss();
    Q_EMIT dismissed();
}

void Overlay::mousePressEvent(QMouseEvent*)
{
    dismiss();
    Q_EMIT dismissed();
}

void Overlay::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), QColor(0, 0, 0, theme().shade() == Shade::Dark ? 120 : 70));
}

// Tab stays on the card.
bool Overlay::focusNextPrevChild(bool next)
{
    if (!m_card) return false;
    QList<QWidget*> stops;
    for (QWidget* widget : m_card->findChildren<QWidget*>())
        if ((widget->focusPolicy() & Qt::TabFocus) && widget->isVisible() && widget->isEnabled())
            stops += widget;
    if (stops.isEmpty()) return false;
    const qsizetype at = stops.indexOf(QApplication::focusWidget());
    const qsizetype count = stops.size();
    stops[at < 0 ? 0 : (at + (next ? 1 : count - 1)) % count]->setFocus(Qt::TabFocusReason);
    return true;
}

}  // namespace ui
