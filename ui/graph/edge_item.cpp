#include "ui/graph/edge_item.h"

#include "ui/figures.h"
#include "ui/graph/node_item.h"
#include "ui/plain_text.h"
#include "ui/theme.h"

#include <QGraphicsSceneHoverEvent>
#include <QPainter>
#include <QPainterPathStroker>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kLineBelow = 0.35;  // scale under which an edge is a straight thin line
constexpr double kLabelAbove = 0.5;  // scale above which it has a label
constexpr double kLabelHeight = 38;

}  // namespace

EdgeItem::EdgeItem(engine::EdgeSpec edge, const NodeItem* from, const NodeItem* to)
    : m_edge(std::move(edge)),
      m_from(from),
      m_to(to)
{
    setFlag(ItemIsSelectable);
    setAcceptHoverEvents(true);
    setCursor(Qt::PointingHandCursor);
    setToolTip(plainToolTip(
        QString::fromStdString(engine::portText(m_edge.from) + " → " + engine::portText(m_edge.to))));
    moveEnds();
}

void EdgeItem::moveEnds()
{
    const QPointF from = m_from->outputAt(m_edge.from.port), to = m_to->inputAt(m_edge.to.port);
    // Every edge is told when any node may have moved; its outline is dear to make.
    if (!m_path.isEmpty() && QPointF(m_path.elementAt(0)) == from && m_path.currentPosition() == to) return;
    prepareGeometryChange();
    const double reach = std::clamp(std::abs(to.x() - from.x()) / 2, 32.0, 160.0);
    m_path = QPainterPath(from);
    m_path.cubicTo(from + QPointF(reach, 0), to - QPointF(reach, 0), to);
    m_middle = m_path.pointAtPercent(0.5);
    m_labelWidth = to.x() - from.x() > 80 ? 68 : 58;
    QPainterPathStroker stroker;
    stroker.setWidth(14);
    m_shape = stroker.createStroke(m_path);
    m_shape.addRect(labelRect());
    m_bounds = m_path.boundingRect().adjusted(-8, -8, 8, 8).united(labelRect().adjusted(-2, -2, 2, 2));
}

bool EdgeItem::setFigures(const EdgeFigures& figures)
{
    if (figures == m_figures) return false;
    m_figures = figures;
    update();
    return true;
}

void EdgeItem::setOffered(bool isOffered)
{
    if (isOffered == m_isOffered) return;
    m_isOffered = isOffered;
    update();
}

void EdgeItem::setLifted(bool isLifted)
{
    if (isLifted == m_isLifted) return;
    m_isLifted = isLifted;
    update();
}

QRectF EdgeItem::labelRect() const
{
    return {m_middle.x() - m_labelWidth / 2, m_middle.y() - 6 - kLabelHeight, m_labelWidth, kLabelHeight};
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
    const Tone tone = m_figures.isFull ? Tone::Error
        : isSelected() || m_isOffered  ? Tone::Accent
        : m_isHovered                  ? Tone::TextSoft
                                       : Tone::Idle;
    painter->setBrush(Qt::NoBrush);
    if (scale < kLineBelow) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setPen(QPen(theme().color(tone), 0));
        painter->drawLine(m_path.elementAt(0), m_path.currentPosition());
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing, true);
    painter->setPen(QPen(theme().color(tone),
                         1.5 + m_figures.width * 0.75 + (isSelected() || m_isOffered ? 0.75 : 0),
                         m_isLifted ? Qt::DotLine : Qt::SolidLine, Qt::RoundCap));
    painter->drawPath(m_path);
    if (scale >= kLabelAbove && !m_figures.rate.isEmpty()) paintLabel(*painter);
}

void EdgeItem::paintLabel(QPainter& painter) const
{
    const bool hasLag = !m_figures.lag.isEmpty();
    // Above the wire, so that it hides neither the wire nor the ports.
    const QRectF box = labelRect().adjusted(0, hasLag ? 0 : 14, 0, 0);
    const bool isMarked = m_figures.isFull || isSelected();
    painter.setPen(isMarked ? QPen(theme().color(m_figures.isFull ? Tone::Error : Tone::Accent), 1)
                            : QPen(Qt::NoPen));
    painter.setBrush(theme().color(isMarked ? Tone::Panel : Tone::Ground));
    painter.drawRoundedRect(box, 4, 4);
    const QFont font = theme().font(TypeSize::Small, QFont::Medium);
    painter.setPen(m_figures.isFull ? theme().readable(Tone::Error, Tone::Panel)
                                    : theme().color(m_figures.isLive ? Tone::Text : Tone::TextFaint));
    drawFigures(painter, {box.left(), box.top() + 2, box.width(), 14}, Qt::AlignHCenter, font,
                m_figures.rate);
    if (hasLag) {
        painter.setPen(theme().readable(Tone::TextSoft, Tone::Panel));
        drawFigures(painter, {box.left(), box.top() + 16, box.width(), 14}, Qt::AlignHCenter,
                    theme().font(TypeSize::Small), m_figures.lag);
    }
    const QRectF gauge(m_middle.x() - kFillWidth / 2.0, box.bottom() - 6, kFillWidth, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(gauge, theme().color(Tone::Raised));
    const Tone fill = m_figures.isFull              ? Tone::Error
        : m_figures.fillPixels > kFillWidth * 3 / 4 ? Tone::Warning
                                                    : Tone::Ok;
    painter.fillRect(QRectF(gauge.left(), gauge.top(), m_figures.fillPixels, 3),
                     theme().color(m_figures.isLive ? fill : Tone::Idle));
}

void EdgeItem::hoverEnterEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = true;
    update();
}

void EdgeItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = false;
    update();
}

}  // namespace ui
