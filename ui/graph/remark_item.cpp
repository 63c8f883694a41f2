#include "ui/graph/remark_item.h"

#include "ui/plain_text.h"
#include "ui/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionGraphicsItem>

#include <algorithm>

namespace ui {

namespace {

constexpr double kTitleHeight = 32;
constexpr double kHandle = 14;
constexpr double kTextsAbove = 0.4;  // scale under which texts are a blur

}  // namespace

RemarkItem::RemarkItem(RemarkRef ref, Remark remark) : m_ref(ref)
{
    setFlag(ItemIsSelectable);
    setZValue(isFrame() ? -2 : -1);
    setRemark(std::move(remark));
}

void RemarkItem::setRemark(Remark remark)
{
    prepareGeometryChange();
    m_remark = std::move(remark);
    const QString text = QString::fromStdString(m_remark.text);
    m_text = isFrame() ? plainLine(text) : plainLines(text);
    setPos(m_remark.rect.topLeft());
    update();
}

QRectF RemarkItem::titleRect() const { return {0, 0, m_remark.rect.width(), kTitleHeight}; }

QRectF RemarkItem::boundingRect() const
{
    return QRectF(QPointF(), m_remark.rect.size()).adjusted(-4, -4, 4, 4);
}

// A frame is taken by its title and its border, so that a band can be drawn inside it.
QPainterPath RemarkItem::shape() const
{
    const QRectF rect(QPointF(), m_remark.rect.size());
    QPainterPath path;
    path.addRect(rect);
    if (!isFrame()) return path;
    QPainterPath hole;
    hole.addRect(rect.adjusted(8, kTitleHeight, -8, -8));
    QPainterPath handle;
    handle.addRect(QRectF(rect.bottomRight() - QPointF(kHandle, kHandle), QSizeF(kHandle, kHandle)));
    return path.subtracted(hole).united(handle);
}

bool RemarkItem::isAtHandle(const QPointF& point) const
{
    const QPointF way = mapFromScene(point) - QPointF(m_remark.rect.width(), m_remark.rect.height());
    return way.x() > -kHandle && way.y() > -kHandle && way.x() < 6 && way.y() < 6;
}

void RemarkItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
    painter->setRenderHint(QPainter::Antialiasing, scale >= kTextsAbove);
    if (isFrame())
        paintFrame(*painter, scale);
    else
        paintNote(*painter, scale);
    if (!isSelected()) return;
    const QPointF corner(m_remark.rect.width(), m_remark.rect.height());
    painter->setPen(QPen(theme().color(Tone::Accent), 1.5));
    for (const double inset : {5.0, 9.0})
        painter->drawLine(corner - QPointF(inset, 3), corner - QPointF(3, inset));
}

void RemarkItem::paintFrame(QPainter& painter, double scale) const
{
    const QRectF rect(QPointF(), m_remark.rect.size());
    QColor fill = theme().color(Tone::Panel);
    fill.setAlphaF(0.6f);
    painter.setBrush(fill);
    const bool isMarked = isSelected();
    painter.setPen(QPen(theme().color(isMarked ? Tone::Accent : Tone::Line), isMarked ? 1.5 : 1,
                        isMarked ? Qt::SolidLine : Qt::DashLine));
    painter.drawRoundedRect(rect, 8, 8);
    if (scale < kTextsAbove) return;
    const QFont font = theme().font(TypeSize::Body);
    painter.setFont(font);
    painter.setPen(theme().readable(Tone::TextSoft, Tone::Ground));
    const QString title = m_text.isEmpty() ? QStringLiteral("Frame") : m_text;
    painter.drawText(titleRect().adjusted(16, 0, -16, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(font).elidedText(title, Qt::ElideRight, rect.width() - 32));
}

void RemarkItem::paintNote(QPainter& painter, double scale) const
{
    const QRectF rect(QPointF(), m_remark.rect.size());
    painter.setBrush(theme().color(Tone::Raised));
    painter.setPen(QPen(theme().color(isSelected() ? Tone::Accent : Tone::Line), isSelected() ? 1.5 : 1));
    painter.drawRoundedRect(rect, 6, 6);
    if (scale < kTextsAbove) return;
    painter.save();
    painter.setClipRect(rect.adjusted(12, 8, -8, -8), Qt::IntersectClip);
    painter.setFont(theme().font(TypeSize::Body));
    painter.setPen(m_text.isEmpty() ? theme().readable(Tone::TextFaint, Tone::Raised)
                                    : theme().readable(Tone::TextSoft, Tone::Raised));
    painter.drawText(rect.adjusted(12, 10, -12, -8), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     m_text.isEmpty() ? QStringLiteral("Note: press F2 to write") : m_text);
    painter.restore();
}

}  // namespace ui
