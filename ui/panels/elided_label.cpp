#include "ui/panels/elided_label.h"

#include <QPainter>

#include <algorithm>

namespace ui {

namespace {

constexpr int kLeastWidth = 40;

}  // namespace

ElidedLabel::ElidedLabel(int widest, QWidget* parent) : QLabel(parent), m_widest(widest)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
}

QSize ElidedLabel::sizeHint() const
{
    ensurePolished();
    return {std::min(fontMetrics().horizontalAdvance(text()) + 2, m_widest), fontMetrics().height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), kLeastWidth), fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(text(), Qt::ElideRight, width()));
}

}  // namespace ui
