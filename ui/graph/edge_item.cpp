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
constexpr double kLabelAbove = 0.6;  // scale above which its label can be read
constexpr double kLabelWidth = 58, kLabelHeight = 24, kLagHeight = 14;
constexpr double kSteep = 1.2;  // of the wire, over which its label stands on it and not above
constexpr double kZ = 0, kZShown = 2;  // what is looked at stands above nodes

}  // namespace

EdgeItem::EdgeItem(engine::EdgeSpec edge, const NodeItem* from, const NodeItem* to)
    : m_edge(std::move(edge)),
      m_from(from),
      m_to(to)
{
    setFlag(ItemIsSelectable);
    setAcceptHoverEvents(true);
    setCursor(Qt::PointingHandCursor);
    renewTip();
    moveEnds();
}

void EdgeItem::renewTip()
{
    const std::string ends = engine::portText(m_edge.from) + " → " + engine::portText(m_edge.to);
    const QString inRun = m_inRun.isEmpty() ? QString() : QLatin1Char('\n') + m_inRun;
    setToolTip(plainToolTip(QString::fromStdString(ends) + inRun));
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
    QPainterPathStroker stroker;
    stroker.setWidth(14);
    m_shape = stroker.createStroke(m_path);
    m_label = labelPlaces().front();
    renewBounds();
}

void EdgeItem::renewBounds()
{
    const QRectF label = m_label.adjusted(-12, -kLagHeight - 2, 12, 2);
    m_bounds = m_path.boundingRect().adjusted(-8, -8, 8, 8).united(label);
}

QPainterPath EdgeItem::shape() const
{
    QPainterPath shape = m_shape;
    if (!m_figures.rate.isEmpty()) shape.addRect(labelRect());
    return shape;
}

// Above a wire that runs across, on one that runs up or down; in the middle, then away from it.
QList<QRectF> EdgeItem::labelPlaces() const
{
    const QPointF a = m_path.elementAt(0), b = m_path.elementAt(1), c = m_path.elementAt(2),
                  d = m_path.elementAt(3);
    QList<QRectF> places;
    for (const double t : {0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82}) {
        const double s = 1 - t;
        const QPointF at = a * (s * s * s) + b * (3 * s * s * t) + c * (3 * s * t * t) + d * (t * t * t);
        const QPointF way = (b - a) * (s * s) + (c - b) * (2 * s * t) + (d - c) * (t * t);
        const QRectF on(at - QPointF(kLabelWidth / 2, kLabelHeight / 2), QSizeF(kLabelWidth, kLabelHeight));
        if (std::abs(way.y()) > kSteep * std::abs(way.x())) {
            places += on;
        } else {
            places += on.translated(0, -kLabelHeight / 2 - 5);
            places += on.translated(0, kLabelHeight / 2 + 5);
        }
    }
    return places;
}

void EdgeItem::setLabel(const QRectF& rect)
{
    if (rect == m_label) return;
    prepareGeometryChange();
    m_label = rect;
    renewBounds();
    update();
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

void EdgeItem::setInRun(const QString& inRun)
{
    if (inRun == m_inRun) return;
    m_inRun = inRun;
    renewTip();
    if (!inRun.isEmpty()) setFigures({});
    update();
}

QRectF EdgeItem::labelRect() const
{
    double wide = figuresWidth(theme().font(TypeSize::Small, QFont::Medium), m_figures.rate);
    if (showsLag()) wide = std::max(wide, figuresWidth(theme().font(TypeSize::Small), m_figures.lag));
    wide = std::clamp(wide + 12, kFillWidth + 8.0, kLabelWidth + 20);
    return {m_label.center().x() - wide / 2, m_label.top() - (showsLag() ? kLagHeight : 0), wide,
            kLabelHeight + (showsLag() ? kLagHeight : 0)};
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
        painter->setPen(QPen(theme().color(tone), 0, m_inRun.isEmpty() ? Qt::SolidLine : Qt::DashLine));
        painter->drawLine(m_path.elementAt(0), m_path.currentPosition());
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing, true);
    painter->setPen(QPen(theme().color(tone),
                         1.5 + m_figures.width * 0.75 +
                             (m_isOffered        ? 3
                                  : isSelected() ? 0.75
                                                 : 0),
                         m_isLifted              ? Qt::DotLine
                             : m_inRun.isEmpty() ? Qt::SolidLine
                                                 : Qt::DashLine,
                         m_inRun.isEmpty() ? Qt::RoundCap : Qt::FlatCap));
    painter->drawPath(m_path);
    if (scale >= kLabelAbove && !m_figures.rate.isEmpty()) paintLabel(*painter);
}

void EdgeItem::paintLabel(QPainter& painter) const
{
    const QRectF box = labelRect();
    painter.setPen(QPen(theme().color(m_figures.isFull   ? Tone::Error
                                          : isSelected() ? Tone::Accent
                                                         : Tone::Line),
                        1));
    painter.setBrush(theme().color(Tone::Panel));
    painter.drawRoundedRect(box, 5, 5);
    const QFont font = theme().font(TypeSize::Small, QFont::Medium);
    painter.setPen(m_figures.isFull ? theme().readable(Tone::Error, Tone::Panel)
                                    : theme().color(m_figures.isLive ? Tone::Text : Tone::TextFaint));
    drawFigures(painter, {box.left(), box.top() + 2, box.width(), 14}, Qt::AlignHCenter, font,
                m_figures.rate);
    if (showsLag()) {
        painter.setPen(theme().readable(m_figures.isLate ? Tone::Warning : Tone::TextSoft, Tone::Panel));
        drawFigures(painter, {box.left(), box.top() + 16, box.width(), 14}, Qt::AlignHCenter,
                    theme().font(TypeSize::Small), m_figures.lag);
    }
    const QRectF gauge(box.center().x() - kFillWidth / 2.0, box.bottom() - 7, kFillWidth, 3);
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
    setZValue(kZShown);
    update();
}

void EdgeItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = false;
    setZValue(isSelected() ? kZShown : kZ);
    update();
}

QVariant EdgeItem::itemChange(GraphicsItemChange change, const QVariant& value)
{
    if (change == ItemSelectedHasChanged) setZValue(value.toBool() || m_isHovered ? kZShown : kZ);
    return QGraphicsItem::itemChange(change, value);
}

}  // namespace ui
