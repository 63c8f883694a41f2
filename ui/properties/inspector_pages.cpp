#include "spec/unread.h"
#include "ui/figures.h"
#include "ui/format.h"
#include "ui/job_figures.h"
#include "ui/properties/document_editor.h"
#include "ui/properties/inspector_panel.h"
#include "ui/properties/node_editor.h"
#include "ui/properties/nodes_editor.h"
#include "ui/properties/param_text.h"
#include "ui/properties/partition_table.h"

#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

// What the inspector says of a node, an edge and a pipeline.

namespace ui {

namespace {

const engine::NodeTelemetry* nodeOf(const engine::JobTelemetry& telemetry, const engine::NodeId& node)
{
    const auto found = std::find_if(telemetry.nodes.begin(), telemetry.nodes.end(),
                                    [&](const auto& n) { return n.node == node; });
    return found == telemetry.nodes.end() ? nullptr : &*found;
}

const engine::EdgeTelemetry* edgeOf(const engine::JobTelemetry& telemetry, const engine::EdgeSpec& edge)
{
    const auto found = std::find_if(telemetry.edges.begin(), telemetry.edges.end(),
                                    [&](const auto& e) { return e.edge == edge; });
    return found == telemetry.edges.end() ? nullptr : &*found;
}

QString watermarkWithLag(const engine::JobTelemetry& telemetry, std::int64_t watermarkUs,
                         const TimeZone& zone)
{
    const auto lag = lagUs(telemetry, watermarkUs);
    return lag && !engine::isOver(telemetry.status.state)
        ? QObject::tr("%1 (%2 behind)").arg(watermarkText(watermarkUs, zone), formatDuration(*lag))
        : watermarkText(watermarkUs, zone);
}

}  // namespace

void InspectorPanel::buildNode(const engine::NodeSpec& node)
{
    const engine::ComponentInfo* info = m_session.client().component(node.component);
    addTitle(QString::fromStdString(node.title.empty() ? node.id.value : node.title),
             QString::fromStdString(node.component),
             info ? QString::fromStdString(info->help) : tr("This engine has no component of that name."));
    if (info) {
        m_editor = new NodeEditor(m_session, node.id, *info, m_body);
        m_column->addWidget(m_editor);
    } else {
        for (const ParamLine& line : paramLines({}, node.params)) addRow(line.title, line.text);
    }
    addHeading(tr("This node now"));
    const engine::NodeId id = node.id;
    const auto add = [&](const QString& name, auto text) {
        addFigure(name, [id, text](const engine::JobTelemetry& telemetry) {
            const engine::NodeTelemetry* now = nodeOf(telemetry, id);
            return now ? QString(text(telemetry, *now)) : QStringLiteral("–");
        });
    };
    using Job = const engine::JobTelemetry&;
    using Node = const engine::NodeTelemetry&;
    add(tr("Busy · blocked · idle"), [](Job job, Node now) {
        if (engine::isOver(job.status.state)) return QStringLiteral("–");
        return tr("%1 · %2 · %3 %")
            .arg(std::lround(now.busy * 100))
            .arg(std::lround(now.blocked * 100))
            .arg(std::lround(now.idle * 100));
    });
    add(tr("Rows in / out"), [](Job job, Node now) {
        if (engine::isOver(job.status.state)) return QStringLiteral("–");
        return formatRate(now.rowsInRate) + QStringLiteral(" / ") + formatRate(now.rowsOutRate);
    });
    add(tr("Rows in all"), [](Job, Node now) {
        return formatCount(now.rowsIn) + QStringLiteral(" / ") + formatCount(now.rowsOut);
    });
    if (info && info->kind == engine::ComponentKind::Source)
        add(tr("Unread records"), [](Job job, Node now) {
            const auto unread = engine::unreadRecords(now);
            return unread && !engine::isOver(job.status.state) ? formatCount(*unread) : QStringLiteral("–");
        });
    add(tr("Watermark"), [this](Job job, Node now) {
        return watermarkWithLag(job, now.watermarkUs, zoneOf(m_session.current()));
    });
    add(tr("Held back by"), [](Job, Node now) {
        return now.heldBackBy.empty() ? QStringLiteral("–") : QString::fromStdString(now.heldBackBy);
    });
    add(tr("State"), [](Job, Node now) {
        return now.stateRows ? tr("%1 rows").arg(formatCount(now.stateRows)) : QStringLiteral("–");
    });
    add(tr("Late"), [](Job, Node now) { return formatCount(now.rowsLate); });
    add(tr("Rejected"), [](Job, Node now) { return formatCount(now.rowsRejected); });
    if (info && info->kind == engine::ComponentKind::Source) {
        m_partitions = new PartitionTable(m_body);
        m_column->addWidget(m_partitions);
    }
    buildRejected();
    for (const engine::EdgeSpec& edge : m_session.current()->document->spec().edges)
        if (edge.from.node == id) {
            buildColumns(edge.from);
            break;
        }
}

void InspectorPanel::buildNodes()
{
    auto* editor = new NodesEditor(m_session, m_nodes, m_actions, m_body);
    m_editor = editor;
    const engine::ComponentInfo* info = editor->info();
    addTitle(tr("%1 nodes").arg(m_nodes.size()), info ? QString::fromStdString(info->id) : tr("selected"),
             info ? QString::fromStdString(info->help) : QString());
    m_column->addWidget(editor);
}

void InspectorPanel::showSize()
{
    if (!m_size) return;
    const engine::PipelineSpec& spec = m_session.current()->document->spec();
    m_size->setFigures(tr("%1 / %2").arg(spec.nodes.size()).arg(spec.edges.size()));
}

void InspectorPanel::buildEdge(const engine::EdgeSpec& edge)
{
    const auto titleOf = [&spec = m_session.current()->document->spec()](const engine::NodeId& id) {
        const engine::NodeSpec* node = spec.find(id);
        return QString::fromStdString(node && !node->title.empty() ? node->title : id.value);
    };
    addTitle(titleOf(edge.from.node) + QStringLiteral(" → ") + titleOf(edge.to.node), tr("edge"), {});
    addHeading(tr("This edge now"));
    const auto add = [&](const QString& name, auto text) {
        addFigure(name, [edge, text](const engine::JobTelemetry& telemetry) {
            const engine::EdgeTelemetry* now = edgeOf(telemetry, edge);
            return now ? QString(text(telemetry, *now)) : QStringLiteral("–");
        });
    };
    using Job = const engine::JobTelemetry&;
    using Edge = const engine::EdgeTelemetry&;
    add(tr("Rate"), [](Job job, Edge now) {
        if (engine::isOver(job.status.state)) return QStringLiteral("–");
        return tr("%1 rows/s").arg(formatShort(now.rowsRate));
    });
    add(tr("Rows in all"), [](Job, Edge now) { return formatCount(now.rows); });
    add(tr("Queue"), [](Job, Edge now) { return tr("%1 full").arg(formatPercent(now.fill)); });
    add(tr("Watermark"), [this](Job job, Edge now) {
        return watermarkWithLag(job, now.watermarkUs, zoneOf(m_session.current()));
    });
    buildColumns(edge.from);
}

void InspectorPanel::buildPipeline(const OpenDocument& open)
{
    addTitle(open.document->name(), tr("pipeline"),
             tr("Click a node to see what it does, or an edge to see its rows."));
    m_editor = new DocumentEditor(m_session, m_body);
    m_column->addWidget(m_editor);
    m_column->addSpacing(8);
    m_size = addRow(tr("Nodes / edges"), {});
    showSize();
    addHeading(tr("This run"));
    addFigure(tr("Rows in / out"), [](const engine::JobTelemetry& job) {
        const Flow flow = flowOf(job);
        return formatCount(flow.in) + QStringLiteral(" / ") + formatCount(flow.out);
    });
    addFigure(tr("Rejected"),
              [](const engine::JobTelemetry& job) { return formatCount(flowOf(job).rejected); });
    addFigure(tr("Restarts"),
              [](const engine::JobTelemetry& job) { return QString::number(job.status.restarts); });
    addFigure(tr("Last checkpoint"), [this](const engine::JobTelemetry& job) {
        return job.checkpoint.epoch
            ? tr("%1, %2, %3")
                  .arg(checkpointText(job, zoneOf(m_session.current())), formatBytes(job.checkpoint.bytes),
                       formatDuration(job.checkpoint.durationUs))
            : tr("none yet");
    });
}

}  // namespace ui
