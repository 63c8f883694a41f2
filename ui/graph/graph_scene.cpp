#include "ui/graph/graph_scene.h"

#include "ui/format.h"
#include "ui/graph/auto_layout.h"
#include "ui/graph/label_places.h"
#include "ui/graph_change.h"
#include "ui/job_figures.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace ui {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kNotableLagUs = 10 * kSecondUs;

QString passedText(std::int64_t rows)
{
    return GraphScene::tr("%1 rows").arg(formatShort(static_cast<double>(rows)));
}

NodeFigures figuresOf(const engine::NodeTelemetry& node, bool isLive, bool isSink)
{
    NodeFigures figures;
    const std::int64_t rows = isSink ? node.rowsIn : node.rowsOut;
    figures.rate = isLive ? formatRate(isSink ? node.rowsInRate : node.rowsOutRate) : passedText(rows);
    figures.busyPixels =
        static_cast<int>(std::lround(std::clamp(node.busy, 0.0, 1.0) * NodeItem::kHealthWidth));
    figures.blockedPixels =
        std::min(static_cast<int>(std::lround(std::clamp(node.blocked, 0.0, 1.0) * NodeItem::kHealthWidth)),
                 NodeItem::kHealthWidth - figures.busyPixels);
    figures.alerts = isLive ? static_cast<int>(std::min<std::int64_t>(node.alertsFiring, 100)) : 0;
    figures.isLive = isLive;
    return figures;
}

EdgeFigures figuresOf(const engine::EdgeTelemetry& edge, const engine::JobTelemetry& telemetry, bool isLive)
{
    EdgeFigures figures;
    figures.rate = isLive ? formatRate(edge.rowsRate) : formatShort(static_cast<double>(edge.rows));
    if (const auto lag = lagUs(telemetry, edge.watermarkUs); lag && isLive) {
        const std::int64_t shownUs = *lag < kSecondUs ? *lag / 1000 * 1000 : *lag;
        figures.lag = GraphScene::tr("lag %1").arg(formatDuration(shownUs));
        figures.isLate = *lag >= kNotableLagUs;
    }
    figures.fillPixels =
        static_cast<int>(std::lround(std::clamp(edge.fill, 0.0, 1.0) * EdgeItem::kFillWidth));
    figures.width = edge.rowsRate < 1'000 ? 0
        : edge.rowsRate < 100'000         ? 1
        : edge.rowsRate < 1'000'000       ? 2
                                          : 3;
    figures.isFull = isLive && edge.fill >= 0.95;
    figures.isLive = isLive;
    return figures;
}

}  // namespace

GraphScene::GraphScene(Session& session, QObject* parent) : QGraphicsScene(parent), m_session(session)
{
    connect(&session, &Session::currentChanged, this, &GraphScene::rebuild);
    connect(&session, &Session::analysed, this, &GraphScene::refaceAll);
    connect(&session, &Session::runChanged, this, &GraphScene::refaceAll);
    connect(&theme(), &Theme::changed, this, &GraphScene::retheme);
    rebuild();
}

// Items that go take their selection with them, and nobody is left to hear of it.
GraphScene::~GraphScene() { blockSignals(true); }

NodeItem* GraphScene::node(const engine::NodeId& id) const
{
    const auto found = m_nodes.find(id);
    return found == m_nodes.end() ? nullptr : found->second;
}

EdgeItem* GraphScene::edge(const engine::EdgeSpec& edge) const
{
    const auto found = m_edges.find(edge);
    return found == m_edges.end() ? nullptr : found->second;
}

InfoOf GraphScene::infoOf() const
{
    return [&client = m_session.client()](std::string_view id) { return client.component(id); };
}

NodePorts GraphScene::portsOf(const engine::NodeId& id) const
{
    const engine::NodeSpec* spec = m_document ? m_document->spec().find(id) : nullptr;
    if (!spec) return {};
    return ui::portsOf(m_document->spec(), *spec, edgesOfNodes(m_document->spec()), infoOf(),
                       m_session.current()->analysis);
}

void GraphScene::rebuild()
{
    Q_EMIT aboutToChange();
    if (m_document) disconnect(m_document, nullptr, this, nullptr);
    {
        const QSignalBlocker blocker(this);
        clear();
    }
    m_nodes.clear();
    m_edges.clear();
    m_remarks.clear();
    m_document = m_session.current() ? m_session.current()->document.get() : nullptr;
    Q_EMIT selectionChanged();
    if (m_document) {
        connect(m_document, &PipelineDocument::changed, this, &GraphScene::applyDiff);
        connect(m_document, &PipelineDocument::placed, this, &GraphScene::place);
        for (const engine::NodeSpec& spec : m_document->spec().nodes) addNode(spec);
        syncRemarks();
        for (const engine::EdgeSpec& edge : m_document->spec().edges) addEdge(edge);
        place();
        refaceAll();
        takeTelemetry();
    }
    Q_EMIT arranged();
}

void GraphScene::applyDiff(const engine::SpecDiff& diff)
{
    Q_EMIT aboutToChange();
    const qsizetype selectedBefore = selectedItems().size();
    {
        // Items leave the maps before anybody hears that they have left the selection.
        const QSignalBlocker blocker(this);
        const std::set<engine::NodeId> gone(diff.removed.begin(), diff.removed.end());
        for (const engine::EdgeSpec& edge : diff.unlinked) removeEdge(edge);
        for (auto it = m_edges.begin(); it != m_edges.end();) {
            const engine::EdgeSpec edge = (it++)->first;
            if (gone.contains(edge.from.node) || gone.contains(edge.to.node)) removeEdge(edge);
        }
        for (const engine::NodeId& id : gone) {
            delete node(id);
            m_nodes.erase(id);
        }
        for (const engine::NodeId& id : diff.added)
            if (const engine::NodeSpec* spec = m_document->spec().find(id)) addNode(*spec);
        for (const engine::EdgeSpec& edge : m_document->spec().edges) addEdge(edge);
        syncRemarks();
    }
    refaceAll();
    place();
    if (selectedItems().size() != selectedBefore) Q_EMIT selectionChanged();
}

void GraphScene::syncRemarks()
{
    const std::map<RemarkRef, Remark> wanted = remarksOf(m_document->spec());
    for (auto it = m_remarks.begin(); it != m_remarks.end();) {
        if (wanted.contains(it->first)) {
            ++it;
            continue;
        }
        delete it->second;
        it = m_remarks.erase(it);
    }
    for (const auto& [ref, remark] : wanted) {
        RemarkItem*& item = m_remarks[ref];
        if (!item) {
            item = new RemarkItem(ref, remark);
            addItem(item);
        } else if (item->remark() != remark) {
            item->setRemark(remark);
        }
    }
}

void GraphScene::addNode(const engine::NodeSpec& spec)
{
    if (m_nodes.contains(spec.id)) return;
    auto* item = new NodeItem(spec.id);
    addItem(item);
    m_nodes[spec.id] = item;
}

void GraphScene::addEdge(const engine::EdgeSpec& edge)
{
    NodeItem* from = node(edge.from.node);
    NodeItem* to = node(edge.to.node);
    if (!from || !to || m_edges.contains(edge)) return;
    auto* item = new EdgeItem(edge, from, to);
    addItem(item);
    m_edges[edge] = item;
}

void GraphScene::removeEdge(const engine::EdgeSpec& edge)
{
    delete this->edge(edge);
    m_edges.erase(edge);
}

void GraphScene::place()
{
    if (!m_document) return;
    const Layout places = placesOf(m_document->state());
    for (const auto& [id, item] : m_nodes)
        if (const auto at = places.find(id); at != places.end()) item->setPos(at->second);
    for (const auto& [ref, item] : m_remarks) item->setPos(item->remark().rect.topLeft());
    for (const auto& [edge, item] : m_edges) item->moveEnds();
    placeLabels(m_nodes, m_edges);
    Q_EMIT arranged();
}

void GraphScene::moveEdgesOf(const std::set<engine::NodeId>& nodes)
{
    for (const auto& [edge, item] : m_edges)
        if (nodes.contains(edge.from.node) || nodes.contains(edge.to.node)) item->moveEnds();
    Q_EMIT arranged();
}

QRectF GraphScene::contents() const
{
    QRectF bounds;
    for (const auto& [id, item] : m_nodes) bounds |= item->card().translated(item->pos());
    for (const auto& [ref, item] : m_remarks) bounds |= item->sceneRect();
    return bounds;
}

NodeFace GraphScene::faceOf(const engine::NodeSpec& spec, const EdgesOfNodes& edges) const
{
    const engine::ComponentInfo* info = m_session.client().component(spec.component);
    NodePorts ports = ui::portsOf(m_document->spec(), spec, edges, infoOf(), m_session.current()->analysis);
    NodeFace face;
    face.look = lookOf(info);
    face.isDisabled = spec.disabled;
    face.isUnknown = !info && !spec.component.starts_with(engine::kSubpipelinePrefix);
    if (face.isUnknown) face.look.icon = QStringLiteral("warning");
    const std::string& title = !spec.title.empty() ? spec.title : spec.id.value;
    face.title = QString::fromStdString(title);
    const auto& summaries = m_session.current()->analysis.summaries;
    if (const auto found = summaries.find(spec.id); found != summaries.end())
        face.summary = QString::fromStdString(found->second);
    if (face.isUnknown)
        face.summary = tr("Unknown component: %1").arg(QString::fromStdString(spec.component));
    else if (spec.disabled)
        face.summary = tr("Disabled");
    else if (face.summary.isEmpty())
        face.summary = QString::fromStdString(info ? info->title : spec.component);
    face.inputs = std::move(ports.inputs);
    face.outputs = std::move(ports.outputs);
    face.sides = std::move(ports.sideOutputs);
    return face;
}

void GraphScene::refaceAll()
{
    if (!m_document) return;
    std::map<engine::NodeId, std::pair<int, int>> counts;
    for (const engine::Diagnostic& diagnostic : m_session.current()->problems()) {
        if (diagnostic.severity == engine::Diagnostic::Problem) ++counts[diagnostic.node].first;
        if (diagnostic.severity == engine::Diagnostic::Warning) ++counts[diagnostic.node].second;
    }
    const EdgesOfNodes edges = edgesOfNodes(m_document->spec());
    const auto others = nodesOtherInRun(*m_session.current());
    for (const engine::NodeSpec& spec : m_document->spec().nodes) {
        NodeItem* item = node(spec.id);
        if (!item) continue;
        NodeFace face = faceOf(spec, edges);
        if (const auto other = others.find(spec.id); other != others.end())
            face.inRun = nodeInRunText(other->second);
        item->setFace(std::move(face));
        item->setProblems(counts[spec.id].first, counts[spec.id].second);
    }
    const auto absent = edgesNotInRun(*m_session.current());
    for (const auto& [edge, item] : m_edges) {
        item->moveEnds();
        item->setInRun(absent.contains(edge) ? nodeInRunText(NodeInRun::Absent) : QString());
    }
    placeLabels(m_nodes, m_edges);
    takeTelemetry();
}

void GraphScene::takeTelemetry()
{
    m_changedByTelemetry = 0;
    const OpenDocument* open = m_session.current();
    if (!open || !m_document) return;
    if (!open->hasTelemetry) {
        for (const auto& [id, item] : m_nodes) item->setFigures({});
        for (const auto& [edge, item] : m_edges) item->setFigures({});
        return;
    }
    const engine::JobTelemetry& telemetry = open->telemetry;
    const bool isLive = open->isActive();
    std::set<engine::NodeId> haveOutput;
    for (const auto& [edge, item] : m_edges) haveOutput.insert(edge.from.node);
    for (const engine::NodeTelemetry& figures : telemetry.nodes)
        if (NodeItem* item = node(figures.node))
            m_changedByTelemetry +=
                item->setFigures(figuresOf(figures, isLive, !haveOutput.contains(figures.node)));
    for (const engine::EdgeTelemetry& figures : telemetry.edges)
        if (EdgeItem* item = edge(figures.edge))
            m_changedByTelemetry += item->setFigures(figuresOf(figures, telemetry, isLive));
}

NodeItem* GraphScene::selectedNode() const
{
    const QList<QGraphicsItem*> items = selectedItems();
    return items.size() == 1 ? qgraphicsitem_cast<NodeItem*>(items.front()) : nullptr;
}

EdgeItem* GraphScene::selectedEdge() const
{
    const QList<QGraphicsItem*> items = selectedItems();
    return items.size() == 1 ? qgraphicsitem_cast<EdgeItem*>(items.front()) : nullptr;
}

std::set<engine::NodeId> GraphScene::selectedNodes() const
{
    std::set<engine::NodeId> nodes;
    for (const QGraphicsItem* item : selectedItems())
        if (const auto* node = qgraphicsitem_cast<const NodeItem*>(item)) nodes.insert(node->id());
    return nodes;
}

std::set<RemarkRef> GraphScene::selectedRemarks() const
{
    std::set<RemarkRef> refs;
    for (const QGraphicsItem* item : selectedItems())
        if (const auto* remark = qgraphicsitem_cast<const RemarkItem*>(item)) refs.insert(remark->ref());
    return refs;
}

NodeItem* GraphScene::focusNode() const
{
    NodeItem* last = node(m_focus);
    if (last && last->isSelected()) return last;
    for (QGraphicsItem* item : selectedItems())
        if (auto* selected = qgraphicsitem_cast<NodeItem*>(item)) return selected;
    return nullptr;
}

void GraphScene::select(QGraphicsItem* item)
{
    if (item && item->isSelected() && selectedItems().size() == 1) return;
    select(item ? QList<QGraphicsItem*>{item} : QList<QGraphicsItem*>{});
}

void GraphScene::select(const QList<QGraphicsItem*>& items)
{
    {
        const QSignalBlocker blocker(this);
        clearSelection();
        for (QGraphicsItem* item : items) {
            item->setSelected(true);
            if (const auto* node = qgraphicsitem_cast<const NodeItem*>(item)) m_focus = node->id();
        }
    }
    Q_EMIT selectionChanged();
}

void GraphScene::toggle(QGraphicsItem* item)
{
    item->setSelected(!item->isSelected());
    if (const auto* node = qgraphicsitem_cast<const NodeItem*>(item)) m_focus = node->id();
}

NodeItem* GraphScene::neighbour(Qt::Key arrow) const
{
    const NodeItem* from = focusNode();
    const QPointF towards = arrow == Qt::Key_Left ? QPointF(-1, 0)
        : arrow == Qt::Key_Right                  ? QPointF(1, 0)
        : arrow == Qt::Key_Up                     ? QPointF(0, -1)
                                                  : QPointF(0, 1);
    NodeItem* best = nullptr;
    double bestCost = 0;
    for (const auto& [id, item] : m_nodes) {
        if (item == from) continue;
        const QPointF way = item->pos() - (from ? from->pos() : QPointF(-1e6, -1e6));
        const double along = QPointF::dotProduct(way, towards);
        const double across = std::abs(way.x() * towards.y()) + std::abs(way.y() * towards.x());
        if (from && along < 8) continue;
        const double cost = from ? along + 2 * across : way.x() + way.y();
        if (best && cost >= bestCost) continue;
        best = item;
        bestCost = cost;
    }
    return best;
}

void GraphScene::retheme()
{
    for (const auto& [id, item] : m_nodes) item->retheme();
    update();
}

}  // namespace ui
