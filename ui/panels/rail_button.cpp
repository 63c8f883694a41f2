#include "ui/panels/rail_button.h"

#include "ui/figures.h"
#include "ui/icons.h"

#include <QPainter>

namespace ui {

RailButton::RailButton(const QString& icon, const QString& text, QWidget* parent)
    : QToolButton(parent),
      m_icon(icon)
{
    setObjectName(QStringLiteral("railItem"));
    setText(text);
    setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    setIconSize({20, 20});
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    connect(this, &QToolButton::toggled, this, &RailButton::tint);
    connect(&theme(), &Theme::changed, this, &RailButton::tint);
    tint();
}

void RailButton::tint() { setIcon(themedIcon(m_icon, isChecked() ? Tone::Accent : Tone::TextSoft)); }

void RailButton::setCount(int count, bool isGrave)
{
    if (count == m_count && isGrave == m_isGrave) return;
    m_count = count;
    m_isGrave = isGrave;
    setAccessibleDescription(count > 0 ? tr("%1 waiting").arg(count) : QString());
    update();
}

void RailButton::paintEvent(QPaintEvent* event)
{
    QToolButton::paintEvent(event);
    if (m_count == 0) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tone tone = m_isGrave ? Tone::Error : Tone::Warning;
    const QString text = m_count > 99 ? QStringLiteral("99+") : QString::number(m_count);
    const QFont font = theme().font(TypeSize::Small, QFont::Bold);
    const double wide = std::max(16.0, figuresWidth(font, text) + 8);
    const QRectF badge(std::min(width() / 2.0 + 3, width() - wide - 2), 5, wide, 16);
    painter.setPen(QPen(theme().color(Tone::Panel), 2));
    painter.setBrush(theme().color(tone));
    painter.drawRoundedRect(badge, 8, 8);
    painter.setPen(theme().ink(tone));
    drawFigures(painter, badge, Qt::AlignHCenter, font, text);
}

}  // namespace ui
