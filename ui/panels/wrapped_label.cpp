#include "ui/panels/wrapped_label.h"

#include <QPainter>
#include <QTextLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kNarrowest = 60;

}  // namespace

WrappedLabel::WrappedLabel(const QString& text, int linesMost, QWidget* parent)
    : QLabel(text, parent),
      m_linesMost(linesMost)
{
    setTextFormat(Qt::PlainText);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QStringList WrappedLabel::lines(int width) const
{
    QTextLayout layout(text(), font());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    QStringList found;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(width, kNarrowest));
        if (found.size() + 1 == m_linesMost) {
            found += fontMetrics().elidedText(text().mid(line.textStart()), Qt::ElideRight, width);
            break;
        }
        found += text().mid(line.textStart(), line.textLength());
    }
    layout.endLayout();
    return found;
}

int WrappedLabel::heightForWidth(int width) const
{
    ensurePolished();
    return std::max(1, static_cast<int>(lines(width).size())) * fontMetrics().lineSpacing();
}

QSize WrappedLabel::sizeHint() const
{
    ensurePolished();
    return {fontMetrics().horizontalAdvance(text()) + 2, fontMetrics().lineSpacing()};
}

QSize WrappedLabel::minimumSizeHint() const
{
    ensurePolished();
    return {std::min(kNarrowest, sizeHint().width()), fontMetrics().lineSpacing()};
}

void WrappedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    int y = 0;
    for (const QString& line : lines(width())) {
        painter.drawText(QRect(0, y, width(), fontMetrics().lineSpacing()), Qt::AlignLeft | Qt::AlignVCenter,
                         line);
        y += fontMetrics().lineSpacing();
    }
}

}  // namespace ui
