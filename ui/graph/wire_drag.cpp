#include "ui/graph/wire_drag.h"

#include "ui/graph/auto_layout.h"
#include "ui/plain_text.h"

#include <QGraphicsPathItem>
#include <QPainterPath>
#include <QPen>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr std::size_t kEdgesChecked = 256;  // at once; more ports are not in sight together

}  // namespace

WireDrag::WireDrag(Session& session, GraphScene& scene, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_scene(scene)
{
}

void WireDrag::begin(const engine::PortRef& fixed, bool isReversed, std::optional<engine::EdgeSpec> lifted,
                     const QRectF& seen)
{
    end();
    if (!m_scene.document() || !m_scene.node(fixed.node)) return;
    m_rules = std::make_unique<ConnectRules>(m_scene.document()->spec(), m_scene.infoOf());
    m_fixed = fixed;
    m_isReversed = isReversed;
    m_lifted = std::move(lifted);
    for (const auto& [id, node] : m_scene.nodes())
        for (const std::string& port : portsOf(*node)) {
            const engine::EdgeSpec edge = edgeTo({id, port});
            m_refused[{id, port}] = m_rules->refusal(edge, m_lifted ? &*m_lifted : nullptr);
        }
    m_line = m_scene.addPath({}, QPen(theme().color(Tone::Accent), 2, Qt::DashLine, Qt::RoundCap));
    m_line->setZValue(5);
    if (m_lifted)
        if (EdgeItem* item = m_scene.edge(*m_lifted)) item->setLifted(true);
    mark();
    check(seen);
    draw(fixedPoint());
}

void WireDrag::end()
{
    if (!isActive()) return;
    ++m_asked;
    m_rules.reset();
    m_over.reset();
    m_refused.clear();
    m_doubts.clear();
    delete m_line;
    m_line = nullptr;
    for (const auto& [id, node] : m_scene.nodes()) node->setWireMarks({});
    if (m_lifted)
        if (EdgeItem* item = m_scene.edge(*m_lifted)) item->setLifted(false);
    m_lifted.reset();
}

const std::vector<std::string>& WireDrag::portsOf(const NodeItem& node) const
{
    return m_isReversed ? node.face().outputs : node.face().inputs;
}

engine::EdgeSpec WireDrag::edgeTo(const engine::PortRef& port) const
{
    return m_isReversed ? engine::EdgeSpec{port, m_fixed} : engine::EdgeSpec{m_fixed, port};
}

QPointF WireDrag::pointOf(const engine::PortRef& port, bool isInput) const
{
    const NodeItem* node = m_scene.node(port.node);
    if (!node) return {};
    return isInput ? node->inputAt(port.port) : node->outputAt(port.port);
}

// A side port may not be shown on the node yet; its wire then begins where the card ends.
QPointF WireDrag::fixedPoint() const { return pointOf(m_fixed, m_isReversed); }

std::optional<engine::EdgeSpec> WireDrag::edge() const
{
    if (!isActive() || !m_over || !refusal(*m_over).isEmpty()) return {};
    return edgeTo(*m_over);
}

QString WireDrag::refusal(const engine::PortRef& port) const
{
    const auto found = m_refused.find(port);
    return found == m_refused.end() ? tr("There is no such port.") : found->second;
}

bool WireDrag::replaces() const
{
    if (!isActive()) return false;
    if (m_isReversed) return m_rules->replaces(m_fixed);
    return m_over && m_rules->replaces(*m_over) && !(m_lifted && m_lifted->to == *m_over);
}

QString WireDrag::remark() const
{
    if (!isActive() || !m_over) return {};
    if (m_over->port.empty())
        return m_isReversed ? tr("“%1” has no output.").arg(m_rules->titleOf(m_over->node))
                            : tr("“%1” has no input: it brings rows in.").arg(m_rules->titleOf(m_over->node));
    if (const QString no = refusal(*m_over); !no.isEmpty()) return no;
    QStringList lines;
    if (replaces()) lines += tr("Takes the place of the edge that is there.");
    if (const auto doubt = m_doubts.find(edgeTo(*m_over)); doubt != m_doubts.end())
        lines += tr("Does not fit yet: %1").arg(QString::fromStdString(doubt->second));
    return lines.join(QLatin1Char('\n'));
}

void WireDrag::mark()
{
    for (const auto& [id, node] : m_scene.nodes()) {
        WireMarks marks;
        marks.areInputs = !m_isReversed;
        for (const std::string& port : portsOf(*node)) {
            const engine::PortRef ref{id, port};
            marks.ports[port] = !refusal(ref).isEmpty() ? PortMark::Refused
                : m_doubts.contains(edgeTo(ref))        ? PortMark::Doubtful
                                                        : PortMark::Fits;
        }
        if (id == m_fixed.node) {
            // The node the wire comes from stays as it is.
            node->setWireMarks({});
            continue;
        }
        if (m_over && m_over->node == id && edge()) marks.chosen = m_over->port;
        node->setWireMarks(std::move(marks));
    }
}

void WireDrag::check(const QRectF& seen)
{
    std::vector<engine::EdgeSpec> edges;
    for (const auto& [port, refused] : m_refused) {
        if (!refused.isEmpty() || edges.size() >= kEdgesChecked) continue;
        const NodeItem* node = m_scene.node(port.node);
        if (node && node->sceneBoundingRect().intersects(seen)) edges.push_back(edgeTo(port));
    }
    const std::uint64_t asked = ++m_asked;
    QPointer<WireDrag> self(this);
    m_session.client().checkEdges(specFromState(m_scene.document()->state()), edges,
                                  [self, asked](engine::EdgeCheckReply reply) {
                                      if (!self || self->m_asked != asked || !self->isActive()) return;
                                      self->m_doubts = std::move(reply.problems);
                                      self->mark();
                                      if (self->m_over) self->draw(self->m_last);
                                      Q_EMIT self->checked();
                                  });
}

void WireDrag::moveTo(const QPointF& point, double reach)
{
    if (!isActive()) return;
    const std::optional<engine::PortRef> before = m_over;
    m_over.reset();
    double least = reach;
    for (const auto& [id, node] : m_scene.nodes()) {
        if (id == m_fixed.node) continue;
        const QRectF card = node->card().translated(node->pos());
        if (!card.adjusted(-reach, -reach, reach, reach).contains(point)) continue;
        if (const auto port = node->portNear(point, !m_isReversed, least)) {
            const QPointF way = pointOf({id, *port}, !m_isReversed) - point;
            least = std::hypot(way.x(), way.y());
            m_over = engine::PortRef{id, *port};
        } else if (!m_over && card.contains(point)) {
            // Anywhere on the node: the first port that takes the wire and has none yet, else the first.
            const auto& ports = portsOf(*node);
            const auto rank = [&](const std::string& name) {
                const engine::PortRef ref{id, name};
                return !refusal(ref).isEmpty() ? 2 : !m_isReversed && m_rules->replaces(ref) ? 1 : 0;
            };
            const auto best = std::min_element(
                ports.begin(), ports.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
            m_over = engine::PortRef{id, best == ports.end() ? std::string() : *best};
        }
    }
    if (m_over != before) mark();
    const auto target = edge();
    draw(target ? pointOf(*m_over, !m_isReversed) : point);
}

void WireDrag::moveTo(const engine::PortRef& port)
{
    if (!isActive()) return;
    m_over = port;
    mark();
    draw(pointOf(port, !m_isReversed));
}

void WireDrag::draw(const QPointF& to)
{
    m_last = to;
    const QPointF first = m_isReversed ? to : fixedPoint(), last = m_isReversed ? fixedPoint() : to;
    const double reach = std::clamp(std::abs(last.x() - first.x()) / 2, 32.0, 160.0);
    QPainterPath path(first);
    path.cubicTo(first + QPointF(reach, 0), last - QPointF(reach, 0), last);
    const bool isRefused = m_over && !edge();
    QPen pen = m_line->pen();
    const bool isDoubtful = edge() && m_doubts.contains(*edge());
    pen.setColor(theme().color(isRefused ? Tone::Error : isDoubtful ? Tone::Warning : Tone::Accent));
    pen.setStyle(edge() ? Qt::SolidLine : Qt::DashLine);
    m_line->setPen(pen);
    m_line->setPath(path);
}

}  // namespace ui
