#include "ui/graph/node_item.h"

#include "ui/figures.h"
#include "ui/graph/auto_layout.h"
#include "ui/icons.h"

#include <QFontMetricsF>
#include <QGraphicsSceneHoverEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kRadius = 8;
constexpr double kStrip = 4;
constexpr double kPortRadius = 4.5;
constexpr double kFlatBelow = 0.35;   // scale under which a node is a coloured box
constexpr double kPlainBelow = 0.45;  // scale under which small texts go

QStaticText prepared(const QString& text, const QFont& font, double width)
{
    QStaticText result(QFontMetricsF(font).elidedText(text, Qt::ElideRight, width));
    result.setTextFormat(Qt::PlainText);
    result.prepare({}, font);
    return result;
}

}  // namespace

bool NodeFace::operator==(const NodeFace& other) const
{
    return title == other.title && summary == other.summary && look.tone == other.look.tone &&
        look.icon == other.look.icon && inputs == other.inputs && outputs == other.outputs &&
        isDisabled == other.isDisabled;
}

NodeItem::NodeItem(engine::NodeId id) : m_id(std::move(id))
{
    setFlag(ItemIsSelectable);
    setAcceptHoverEvents(true);
    setZValue(1);
}

void NodeItem::setFace(NodeFace face)
{
    if (face == m_face) return;
    if (face.inputs.size() != m_face.inputs.size() || face.outputs.size() != m_face.outputs.size())
        prepareGeometryChange();
    m_face = std::move(face);
    setToolTip(m_face.summary.isEmpty() ? m_face.title
                                        : m_face.title + QStringLiteral("\n") + m_face.summary);
    retheme();
}

void NodeItem::retheme()
{
    const bool hasBadge = m_problems + m_warnings > 0;
    m_title = prepared(m_face.title, theme().font(TypeSize::Body, QFont::DemiBold),
                       kNodeWidth - 48 - (hasBadge ? 24 : 0));
    m_summary = prepared(m_face.summary, theme().font(TypeSize::Small), kNodeWidth - 32);
    update();
}

bool NodeItem::setFigures(const NodeFigures& figures)
{
    if (figures == m_figures) return false;
    m_figures = figures;
    update();
    return true;
}

void NodeItem::setProblems(int problems, int warnings)
{
    if (problems == m_problems && warnings == m_warnings) return;
    m_problems = problems;
    m_warnings = warnings;
    retheme();
}

QRectF NodeItem::card() const
{
    const std::size_t ports = std::max(m_face.inputs.size(), m_face.outputs.size());
    return {0, 0, kNodeWidth, std::max(kNodeHeight, 24.0 * static_cast<double>(ports + 1))};
}

QRectF NodeItem::boundingRect() const { return card().adjusted(-8, -8, 8, 8); }

QPointF NodeItem::portAt(const std::vector<std::string>& ports, const std::string& port, double x) const
{
    const auto found = std::find(ports.begin(), ports.end(), port);
    const auto index = found == ports.end() ? 0 : found - ports.begin();
    const auto count = std::max<std::size_t>(ports.size(), 1);
    return {x, card().height() * (static_cast<double>(index) + 1) / (static_cast<double>(count) + 1)};
}

QPointF NodeItem::inputAt(const std::string& port) const { return pos() + portAt(m_face.inputs, port, 0); }
QPointF NodeItem::outputAt(const std::string& port) const
{
    return pos() + portAt(m_face.outputs, port, kNodeWidth);
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    ++s_paints;
    const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
    if (scale < kFlatBelow) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->fillRect(card(), theme().color(m_face.look.tone));
        const bool isMarked = m_problems + m_warnings > 0;
        if (isMarked)
            painter->fillRect(QRectF(kNodeWidth - 48, 0, 48, 48),
                              theme().color(m_problems ? Tone::Error : Tone::Warning));
        if (isSelected()) {
            painter->setPen(QPen(theme().color(Tone::Accent), 2.5 / scale));
            painter->setBrush(Qt::NoBrush);
            painter->drawRect(card());
        }
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing, true);
    paintCard(*painter, scale);
    painter->setPen(theme().color(m_face.isDisabled ? Tone::TextFaint : Tone::Text));
    painter->setFont(theme().font(TypeSize::Body, QFont::DemiBold));
    painter->drawStaticText(QPointF(40, 10), m_title);
    if (scale >= kPlainBelow) {
        paintTexts(*painter, painter->device()->devicePixelRatioF() * std::max(1.0, scale));
        paintHealth(*painter);
    }
    paintPorts(*painter);
    paintBadge(*painter);
}

void NodeItem::paintCard(QPainter& painter, double scale) const
{
    const QRectF rect = card();
    QPainterPath outline;
    outline.addRoundedRect(rect, kRadius, kRadius);
    // What the strip of the kind's colour leaves free: straight on the left, round on the right.
    QPainterPath face(QPointF(kStrip, 0));
    face.lineTo(rect.right() - kRadius, 0);
    face.arcTo(rect.right() - 2 * kRadius, 0, 2 * kRadius, 2 * kRadius, 90, -90);
    face.arcTo(rect.right() - 2 * kRadius, rect.bottom() - 2 * kRadius, 2 * kRadius, 2 * kRadius, 0, -90);
    face.lineTo(kStrip, rect.bottom());
    face.closeSubpath();
    painter.fillPath(outline, theme().color(m_face.isDisabled ? Tone::Idle : m_face.look.tone));
    painter.fillPath(face, theme().color(Tone::Card));
    painter.setBrush(Qt::NoBrush);
    if (isSelected()) {
        painter.setPen(QPen(theme().color(Tone::Accent), std::max(2.0, 2.0 / scale)));
        painter.drawRoundedRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5), kRadius + 1.5, kRadius + 1.5);
    } else {
        painter.setPen(QPen(theme().color(m_isHovered ? Tone::TextFaint : Tone::Line), 1));
        painter.drawPath(outline);
    }
}

void NodeItem::paintTexts(QPainter& painter, double ratio) const
{
    const QColor kind = theme().readable(m_face.isDisabled ? Tone::Idle : m_face.look.tone, Tone::Card);
    painter.drawPixmap(QRectF(15, 10, 18, 18), iconPixmap(m_face.look.icon, 18, kind, std::ceil(ratio)),
                       QRectF());
    painter.setPen(theme().readable(Tone::TextSoft, Tone::Card));
    painter.setFont(theme().font(TypeSize::Small));
    painter.drawStaticText(QPointF(16, 34), m_summary);
    if (m_figures.rate.isEmpty()) return;
    painter.setPen(theme().color(m_figures.isLive ? Tone::Text : Tone::TextFaint));
    drawFigures(painter, {kNodeWidth - 112, card().height() - 26, 96, 16}, Qt::AlignRight,
                theme().font(TypeSize::Small, QFont::Medium), m_figures.rate);
}

// Busy, then blocked; what is left is idle.
void NodeItem::paintHealth(QPainter& painter) const
{
    const double y = card().height() - 20;
    painter.setPen(Qt::NoPen);
    QPainterPath whole;
    whole.addRoundedRect(QRectF(16, y, kHealthWidth, 4), 2, 2);
    painter.fillPath(whole, theme().color(Tone::Raised));
    if (!m_figures.isLive) return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(16, y, m_figures.busyPixels, 4), theme().color(Tone::Ok));
    painter.fillRect(QRectF(16 + m_figures.busyPixels, y, m_figures.blockedPixels, 4),
                     theme().color(Tone::Warning));
    painter.setRenderHint(QPainter::Antialiasing, true);
}

void NodeItem::paintPorts(QPainter& painter) const
{
    painter.setBrush(theme().color(Tone::Card));
    painter.setPen(QPen(theme().color(Tone::TextFaint), 1.5));
    for (const std::string& port : m_face.inputs)
        painter.drawEllipse(portAt(m_face.inputs, port, 0), kPortRadius, kPortRadius);
    for (const std::string& port : m_face.outputs)
        painter.drawEllipse(portAt(m_face.outputs, port, kNodeWidth), kPortRadius, kPortRadius);
    if (!m_isHovered || m_face.outputs.size() + m_face.inputs.size() < 3) return;
    painter.setPen(theme().readable(Tone::TextSoft, Tone::Card));
    painter.setFont(theme().font(TypeSize::Small));
    for (const std::string& port : m_face.inputs) {
        const QPointF at = portAt(m_face.inputs, port, 0);
        painter.drawText(QRectF(at.x() + 10, at.y() - 8, 80, 16), Qt::AlignLeft | Qt::AlignVCenter,
                         QString::fromStdString(port));
    }
    for (const std::string& port : m_face.outputs) {
        const QPointF at = portAt(m_face.outputs, port, kNodeWidth);
        painter.drawText(QRectF(at.x() - 90, at.y() - 8, 80, 16), Qt::AlignRight | Qt::AlignVCenter,
                         QString::fromStdString(port));
    }
}

void NodeItem::paintBadge(QPainter& painter) const
{
    const int count = m_problems ? m_problems : m_warnings;
    if (count == 0) return;
    const Tone tone = m_problems ? Tone::Error : Tone::Warning;
    const QRectF badge(kNodeWidth - 32, 10, 20, 18);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(tone));
    painter.drawRoundedRect(badge, m_problems ? 4 : 9, m_problems ? 4 : 9);
    painter.setPen(theme().ink(tone));
    drawFigures(painter, badge, Qt::AlignHCenter, theme().font(TypeSize::Small, QFont::Bold),
                count > 9 ? QStringLiteral("9+") : QString::number(count));
}

void NodeItem::hoverEnterEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = true;
    update();
}

void NodeItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = false;
    update();
}

}  // namespace ui
