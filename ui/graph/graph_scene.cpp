#include "ui/graph/graph_scene.h"

#include "ui/format.h"
#include "ui/graph/auto_layout.h"
#include "ui/job_figures.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace ui {

namespace {

// Ports that every component has; shown only where something is wired to them.
bool isSidePort(const std::string& port) { return port == "rejected" || port == "late"; }

NodeFigures figuresOf(const engine::NodeTelemetry& node, bool isLive, bool isSink)
{
    NodeFigures figures;
    figures.rate = formatRate(isSink ? node.rowsInRate : node.rowsOutRate);
    figures.busyPixels =
        static_cast<int>(std::lround(std::clamp(node.busy, 0.0, 1.0) * NodeItem::kHealthWidth));
    figures.blockedPixels =
        std::min(static_cast<int>(std::lround(std::clamp(node.blocked, 0.0, 1.0) * NodeItem::kHealthWidth)),
                 NodeItem::kHealthWidth - figures.busyPixels);
    figures.isLive = isLive;
    return figures;
}

EdgeFigures figuresOf(const engine::EdgeTelemetry& edge, const engine::JobTelemetry& telemetry, bool isLive)
{
    EdgeFigures figures;
    figures.rate = formatRate(edge.rowsRate);
    if (const auto lag = lagUs(telemetry, edge.watermarkUs))
        figures.lag = QStringLiteral("lag ") + formatDuration(*lag);
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

void GraphScene::rebuild()
{
    if (m_document) disconnect(m_document, nullptr, this, nullptr);
    {
        const QSignalBlocker blocker(this);
        clear();
    }
    m_nodes.clear();
    m_edges.clear();
    m_document = m_session.current() ? m_session.current()->document.get() : nullptr;
    Q_EMIT selectionChanged();
    if (!m_document) return;
    connect(m_document, &PipelineDocument::changed, this, &GraphScene::applyDiff);
    connect(m_document, &PipelineDocument::placed, this, &GraphScene::place);
    for (const engine::NodeSpec& spec : m_document->spec().nodes) addNode(spec);
    place();
    for (const engine::EdgeSpec& edge : m_document->spec().edges) addEdge(edge);
    refaceAll();
    takeTelemetry();
}

void GraphScene::applyDiff(const engine::SpecDiff& diff)
{
    for (const engine::EdgeSpec& edge : diff.unlinked) removeEdge(edge);
    for (const engine::NodeId& id : diff.removed) {
        for (auto it = m_edges.begin(); it != m_edges.end();) {
            const engine::EdgeSpec edge = (it++)->first;
            if (edge.from.node == id || edge.to.node == id) removeEdge(edge);
        }
        delete node(id);
        m_nodes.erase(id);
    }
    for (const engine::NodeId& id : diff.added)
        if (const engine::NodeSpec* spec = m_document->spec().find(id)) addNode(*spec);
    for (const engine::EdgeSpec& edge : diff.linked) addEdge(edge);
    refaceAll();
    place();
}

void GraphScene::addNode(const engine::NodeSpec& spec)
{
    if (m_nodes.contains(spec.id)) return;
    auto* item = new NodeItem(spec.id);
    item->setFace(faceOf(spec));
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

// Nodes without a place get one from the layout of the whole; it is not written into the document.
void GraphScene::place()
{
    const Layout& given = m_document->layout();
    Layout made;
    const bool hasAll = std::all_of(m_nodes.begin(), m_nodes.end(),
                                    [&](const auto& entry) { return given.contains(entry.first); });
    if (!hasAll) made = autoLayout(m_document->spec());
    double below = 0;
    for (const auto& [id, at] : given) below = std::max(below, at.y() + kNodeHeight + kRowGap);
    for (const auto& [id, item] : m_nodes) {
        const auto found = given.find(id);
        const QPointF shift = given.empty() ? QPointF() : QPointF(0, below);
        item->setPos(found != given.end() ? found->second : made[id] + shift);
    }
    for (const auto& [edge, item] : m_edges) item->moveEnds();
}

NodeFace GraphScene::faceOf(const engine::NodeSpec& spec) const
{
    const engine::ComponentInfo* info = m_session.client().component(spec.component);
    NodeFace face;
    face.look = lookOf(info);
    face.isDisabled = spec.disabled;
    const std::string& title = !spec.title.empty() ? spec.title : spec.id.value;
    face.title = QString::fromStdString(title);
    const auto& summaries = m_session.current()->analysis.summaries;
    if (const auto found = summaries.find(spec.id); found != summaries.end())
        face.summary = QString::fromStdString(found->second);
    if (face.summary.isEmpty()) face.summary = QString::fromStdString(info ? info->title : spec.component);
    const auto add = [](std::vector<std::string>& ports, const std::string& port) {
        if (std::find(ports.begin(), ports.end(), port) == ports.end()) ports.push_back(port);
    };
    if (info) {
        for (const engine::PortInfo& port : info->inputs) add(face.inputs, port.name);
        for (const engine::PortInfo& port : info->outputs)
            if (!isSidePort(port.name)) add(face.outputs, port.name);
    }
    for (const engine::EdgeSpec& edge : m_document->spec().edges) {
        if (edge.to.node == spec.id) add(face.inputs, edge.to.port);
        if (edge.from.node == spec.id) add(face.outputs, edge.from.port);
    }
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
    for (const engine::NodeSpec& spec : m_document->spec().nodes) {
        NodeItem* item = node(spec.id);
        if (!item) continue;
        item->setFace(faceOf(spec));
        item->setProblems(counts[spec.id].first, counts[spec.id].second);
    }
    for (const auto& [edge, item] : m_edges) item->moveEnds();
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
    return items.isEmpty() ? nullptr : qgraphicsitem_cast<NodeItem*>(items.front());
}

EdgeItem* GraphScene::selectedEdge() const
{
    const QList<QGraphicsItem*> items = selectedItems();
    return items.isEmpty() ? nullptr : qgraphicsitem_cast<EdgeItem*>(items.front());
}

void GraphScene::select(QGraphicsItem* item)
{
    if (item && item->isSelected() && selectedItems().size() == 1) return;
    {
        const QSignalBlocker blocker(this);
        clearSelection();
        if (item) item->setSelected(true);
    }
    Q_EMIT selectionChanged();
}

NodeItem* GraphScene::neighbour(Qt::Key arrow) const
{
    const NodeItem* from = selectedNode();
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
