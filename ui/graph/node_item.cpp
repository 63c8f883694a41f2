#include "ui/graph/node_item.h"

#include "ui/figures.h"
#include "ui/graph/auto_layout.h"
#include "ui/icons.h"
#include "ui/plain_text.h"

#include <QFontMetricsF>
#include <QGraphicsSceneHoverEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ui {

namespace {

constexpr double kRadius = 8;
constexpr double kStrip = 4;
constexpr double kFlatBelow = 0.35;   // scale under which a node is a coloured box
constexpr float kFlatTint = 0.3f;     // of the kind's colour: many boxes side by side stay calm
constexpr double kPlainBelow = 0.68;  // scale under which small texts go and the title keeps its size
constexpr double kRateAbove = 0.44;   // scale above which the rate keeps its size too
constexpr double kNameless = 0.22;    // scale under which the title goes too
constexpr double kSmallText = 11;     // pixels on the screen
constexpr double kScaleSteps = 24;    // of a scale of 1, for which small texts are made anew
constexpr double kRateHeight = 30;    // of a small card's lower part, above the health

QStaticText prepared(const QString& text, const QFont& font, double width)
{
    QStaticText result(QFontMetricsF(font).elidedText(text, Qt::ElideRight, width));
    result.setTextFormat(Qt::PlainText);
    result.prepare({}, font);
    return result;
}

double stepOf(double scale) { return std::max(std::floor(scale * kScaleSteps), 1.0) / kScaleSteps; }

QFont smallFont(double step, QFont::Weight weight)
{
    QFont font = theme().font(TypeSize::Small, weight);
    font.setPixelSize(static_cast<int>(std::lround(kSmallText / step)));
    return font;
}

}  // namespace

bool NodeFace::operator==(const NodeFace& other) const
{
    return title == other.title && summary == other.summary && look.tone == other.look.tone &&
        look.icon == other.look.icon && inputs == other.inputs && outputs == other.outputs &&
        sides == other.sides && isDisabled == other.isDisabled && isUnknown == other.isUnknown &&
        inRun == other.inRun;
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
    if (face.inputs.size() != m_face.inputs.size() || face.outputs.size() != m_face.outputs.size() ||
        face.sides.empty() != m_face.sides.empty())
        prepareGeometryChange();
    m_face = std::move(face);
    QStringList tip{m_face.title};
    for (const QString& line : {m_face.summary, m_face.inRun})
        if (!line.isEmpty()) tip += line;
    setToolTip(plainToolTip(tip.join(QLatin1Char('\n'))));
    retheme();
}

void NodeItem::retheme()
{
    m_hasTexts = false;
    m_smallScale = 0;
    update();
}

// As it is painted for the first time: of a large document few nodes are in sight as large as that.
void NodeItem::prepareTexts()
{
    if (std::exchange(m_hasTexts, true)) return;
    const bool hasBadge = m_problems + m_warnings > 0;
    m_title = prepared(plainLine(m_face.title), theme().font(TypeSize::Body, QFont::DemiBold),
                       kNodeWidth - 48 - (hasBadge ? 24 : 0));
    m_summary = prepared(plainLine(m_face.summary), theme().font(TypeSize::Small), kNodeWidth - 32);
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

QRectF cardFor(std::size_t inputs, std::size_t outputs)
{
    const std::size_t ports = std::max(inputs, outputs);
    return {0, 0, kNodeWidth, std::max(kNodeHeight, 24.0 * static_cast<double>(ports + 1))};
}

QRectF NodeItem::card() const { return cardFor(m_face.inputs.size(), m_face.outputs.size()); }

QRectF NodeItem::boundingRect() const { return card().adjusted(-12, -10, 12, m_face.sides.empty() ? 8 : 24); }

QPainterPath NodeItem::shape() const
{
    QPainterPath path;
    // The lower half of a port below the card belongs to it as well.
    path.addRect(card().adjusted(-8, 0, 8, m_face.sides.empty() ? 0 : kPortRadius + 2));
    return path;
}

void NodeItem::setWireMarks(std::optional<WireMarks> marks)
{
    if (marks == m_marks) return;
    m_marks = std::move(marks);
    update();
}

// A node that offers no port to the wire being drawn steps back.
bool NodeItem::isDimmed() const
{
    return m_marks && std::none_of(m_marks->ports.begin(), m_marks->ports.end(), [](const auto& port) {
               return port.second == PortMark::Fits || port.second == PortMark::Doubtful;
           });
}

Tone NodeItem::kindTone() const
{
    return isDimmed() ? Tone::Line : m_face.isDisabled ? Tone::Idle : m_face.look.tone;
}

std::optional<std::string> NodeItem::portNear(const QPointF& point, bool isInput, double reach) const
{
    std::optional<std::string> nearest;
    double least = reach;
    for (const std::string& port : isInput ? m_face.inputs : m_face.outputs) {
        const QPointF way = (isInput ? inputAt(port) : outputAt(port)) - point;
        const double distance = std::hypot(way.x(), way.y());
        if (distance > least) continue;
        least = distance;
        nearest = port;
    }
    if (isInput || !areSidesShown()) return nearest;
    for (std::size_t i = 0; i < m_face.sides.size(); ++i) {
        const QPointF way = pos() + sideAt(i) - point;
        if (std::hypot(way.x(), way.y()) > least) continue;
        least = std::hypot(way.x(), way.y());
        nearest = m_face.sides[i];
    }
    return nearest;
}

QPointF NodeItem::portAt(const std::vector<std::string>& ports, const std::string& port, double x) const
{
    const auto found = std::find(ports.begin(), ports.end(), port);
    const auto index = found == ports.end() ? 0 : found - ports.begin();
    const auto count = std::max<std::size_t>(ports.size(), 1);
    return {x, card().height() * (static_cast<double>(index) + 1) / (static_cast<double>(count) + 1)};
}

QPointF NodeItem::sideAt(std::size_t index) const
{
    return {kNodeWidth - 40 - 64 * static_cast<double>(index), card().height()};
}

QPointF NodeItem::inputAt(const std::string& port) const { return pos() + portAt(m_face.inputs, port, 0); }
QPointF NodeItem::outputAt(const std::string& port) const
{
    const auto side = std::find(m_face.sides.begin(), m_face.sides.end(), port);
    if (side != m_face.sides.end())
        return pos() + sideAt(static_cast<std::size_t>(side - m_face.sides.begin()));
    return pos() + portAt(m_face.outputs, port, kNodeWidth);
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    ++s_paints;
    const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
    if (scale < kFlatBelow) return paintFlat(*painter, scale);
    painter->setRenderHint(QPainter::Antialiasing, true);
    paintCard(*painter, scale);
    painter->setOpacity(isDimmed() ? 0.4 : 1);
    const QColor ink = theme().color(m_face.isDisabled ? Tone::TextFaint : Tone::Text);
    if (scale < kPlainBelow) {
        paintSmallTitle(*painter, scale, ink);
        if (scale >= kRateAbove) paintSmallRate(*painter, scale);
        paintHealth(*painter, scale < kRateAbove ? 20 : 11);
    } else {
        prepareTexts();
        painter->setPen(ink);
        painter->setFont(theme().font(TypeSize::Body, QFont::DemiBold));
        painter->drawStaticText(QPointF(40, 10), m_title);
        paintTexts(*painter, painter->device()->devicePixelRatioF() * std::max(1.0, scale));
        paintHealth(*painter, 20);
    }
    paintPorts(*painter);
    paintBadge(*painter);
    paintAlerts(*painter);
    paintInRun(*painter);
    painter->setOpacity(1);  // the view keeps a painter's state from item to item
}

// As large on the screen as at any other scale, in as much of the card as there is.
void NodeItem::paintSmallTitle(QPainter& painter, double scale, const QColor& color)
{
    const double step = stepOf(scale);
    const QFont font = smallFont(step, QFont::DemiBold);
    if (step != m_smallScale) {
        m_smallScale = step;
        const bool hasBadge = m_problems + m_warnings > 0 && scale >= kFlatBelow;
        m_smallTitle = prepared(plainLine(m_face.title), font, kNodeWidth - 28 - (hasBadge ? 32 : 0));
    }
    painter.setPen(color);
    painter.setFont(font);
    const double below = scale >= kRateAbove ? kRateHeight + 14 : scale >= kFlatBelow ? 20 : 0;
    const double room = card().height() - below;
    const double left = scale >= kFlatBelow ? 12 : 3 * kStrip + 8;
    painter.drawStaticText(QPointF(left, (room - m_smallTitle.size().height()) / 2), m_smallTitle);
}

void NodeItem::paintSmallRate(QPainter& painter, double scale) const
{
    if (m_figures.rate.isEmpty()) return;
    painter.setPen(theme().color(m_figures.isLive ? Tone::Text : Tone::TextFaint));
    const QRectF line(12, card().height() - kRateHeight - 14, kNodeWidth - 24, kRateHeight);
    drawFigures(painter, line, Qt::AlignRight, smallFont(stepOf(scale), QFont::Medium), m_figures.rate);
}

void NodeItem::paintFlat(QPainter& painter, double scale)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QColor kind = theme().color(kindTone());
    QColor tint = kind;
    tint.setAlphaF(kFlatTint);
    painter.fillRect(card(), theme().color(Tone::Card));
    painter.fillRect(card(), tint);
    painter.fillRect(QRectF(0, 0, 3 * kStrip, card().height()), kind);
    const bool isGrave = m_problems + m_figures.alerts > 0;
    if (isGrave || m_warnings > 0)
        painter.fillRect(QRectF(kNodeWidth - 48, 0, 48, 48),
                         theme().color(isGrave ? Tone::Error : Tone::Warning));
    const Tone ink = m_face.isDisabled ? Tone::TextFaint : Tone::Text;
    if (scale >= kNameless) paintSmallTitle(painter, scale, theme().color(ink));
    if (!isSelected()) return;
    painter.setPen(QPen(theme().color(Tone::Accent), 2.5 / scale));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(card());
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
    painter.fillPath(outline, theme().color(kindTone()));
    painter.fillPath(face, theme().color(Tone::Card));
    painter.setBrush(Qt::NoBrush);
    if (isSelected()) {
        painter.setPen(QPen(theme().color(Tone::Accent), std::max(2.0, 2.0 / scale)));
        painter.drawRoundedRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5), kRadius + 1.5, kRadius + 1.5);
    } else {
        painter.setPen(QPen(theme().color(m_isHovered || m_face.isUnknown ? Tone::TextFaint : Tone::Line), 1,
                            m_face.isUnknown ? Qt::DashLine : Qt::SolidLine));
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
void NodeItem::paintHealth(QPainter& painter, double fromBottom) const
{
    const double y = card().height() - fromBottom;
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

// A bell on the upper edge, so that it is not taken for a problem of the document.
void NodeItem::paintAlerts(QPainter& painter) const
{
    if (m_figures.alerts == 0) return;
    const QFont font = theme().font(TypeSize::Small, QFont::Bold);
    const QString text = m_figures.alerts > 99 ? QStringLiteral("99+") : QString::number(m_figures.alerts);
    const double wide = figuresWidth(font, text) + 26;
    const QRectF badge(kNodeWidth - wide - 12, -8, wide, 18);
    painter.setPen(QPen(theme().color(Tone::Ground), 1.5));
    painter.setBrush(theme().color(Tone::Error));
    painter.drawRoundedRect(badge, 9, 9);
    const QColor ink = theme().ink(Tone::Error);
    painter.drawPixmap(QRectF(badge.left() + 6, badge.top() + 3, 12, 12),
                       iconPixmap(QStringLiteral("bell"), 12, ink, 2), QRectF());
    painter.setPen(ink);
    drawFigures(painter, badge.adjusted(20, 0, 0, 0), Qt::AlignLeft, font, text);
}

// On the upper edge as well, at its other end.
void NodeItem::paintInRun(QPainter& painter) const
{
    if (m_face.inRun.isEmpty()) return;
    const QFont font = theme().font(TypeSize::Small);
    const QRectF badge(12, -8, figuresWidth(font, m_face.inRun) + 16, 18);
    painter.setPen(QPen(theme().color(Tone::Warning), 1));
    painter.setBrush(theme().color(Tone::Raised));
    painter.drawRoundedRect(badge, 9, 9);
    painter.setPen(theme().readable(Tone::Warning, Tone::Raised));
    drawFigures(painter, badge, Qt::AlignHCenter, font, m_face.inRun);
}

void NodeItem::hoverEnterEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = true;
    update();
}

// The cursor says where a wire may begin.
void NodeItem::hoverMoveEvent(QGraphicsSceneHoverEvent* event)
{
    const QPointF at = event->scenePos();
    const bool isAtPort = portNear(at, false, kPortReach) || portNear(at, true, kPortReach);
    if (isAtPort)
        setCursor(Qt::CrossCursor);
    else
        unsetCursor();
}

void NodeItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_isHovered = false;
    update();
}

}  // namespace ui
