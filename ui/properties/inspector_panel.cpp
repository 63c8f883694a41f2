#include "ui/properties/inspector_panel.h"

#include "ui/figures.h"
#include "ui/format.h"
#include "ui/job_figures.h"
#include "ui/properties/param_text.h"
#include "ui/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr std::size_t kRejectedShown = 5;

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

QString watermarkWithLag(const engine::JobTelemetry& telemetry, std::int64_t watermarkUs)
{
    const auto lag = lagUs(telemetry, watermarkUs);
    return lag ? QObject::tr("%1 (%2 behind)").arg(watermarkText(watermarkUs), formatDuration(*lag))
               : watermarkText(watermarkUs);
}

}  // namespace

InspectorPanel::InspectorPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_scroll(new QScrollArea(this))
{
    setObjectName(QStringLiteral("inspector"));
    setAttribute(Qt::WA_StyledBackground);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFrameShape(QFrame::NoFrame);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->addWidget(m_scroll);
    connect(&session, &Session::currentChanged, this, &InspectorPanel::showPipeline);
    connect(&session, &Session::analysed, this, &InspectorPanel::rebuild);
    connect(&session, &Session::runChanged, this, &InspectorPanel::refresh);
    connect(&theme(), &Theme::changed, this, &InspectorPanel::rebuild);
    showPipeline();
}

void InspectorPanel::showNode(const engine::NodeId& node)
{
    m_node = node;
    m_edge = {};
    rebuild();
}

void InspectorPanel::showEdge(const engine::EdgeSpec& edge)
{
    m_node = {};
    m_edge = edge;
    rebuild();
}

void InspectorPanel::showPipeline()
{
    m_node = {};
    m_edge = {};
    rebuild();
}

void InspectorPanel::rebuild()
{
    m_figures.clear();
    m_live = nullptr;
    m_rejected = nullptr;
    m_body = new QWidget;
    m_body->setObjectName(QStringLiteral("inspectorBody"));
    m_column = new QVBoxLayout(m_body);
    m_column->setContentsMargins(16, 16, 16, 16);
    m_column->setSpacing(0);
    if (const OpenDocument* open = m_session.current()) {
        const engine::NodeSpec* node = open->document->spec().find(m_node);
        if (node)
            buildNode(*node);
        else if (!m_edge.from.node.value.empty())
            buildEdge(m_edge);
        else
            buildPipeline(*open);
    }
    m_column->addStretch();
    m_scroll->setWidget(m_body);
    refresh();
}

void InspectorPanel::addTitle(const QString& title, const QString& kind, const QString& help)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    auto* name = new QLabel(title, m_body);
    name->setObjectName(QStringLiteral("title"));
    name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* component = new QLabel(kind, m_body);
    component->setObjectName(QStringLiteral("soft"));
    m_live = new FiguresLabel(m_body);
    m_live->setFont(theme().font(TypeSize::Small));
    m_live->setAlignment(Qt::AlignRight);
    // A long title breaks into lines instead of pushing what follows out of sight.
    name->setWordWrap(true);
    row->addWidget(name, 1);
    row->addWidget(component, 0, Qt::AlignTop);
    row->addWidget(m_live, 0, Qt::AlignTop);
    m_column->addLayout(row);
    m_column->addSpacing(4);
    if (!help.isEmpty()) addText(help);
}

void InspectorPanel::addHeading(const QString& text)
{
    m_column->addSpacing(20);
    auto* label = new QLabel(text.toUpper(), m_body);
    label->setObjectName(QStringLiteral("heading"));
    m_column->addWidget(label);
    m_column->addSpacing(4);
}

void InspectorPanel::addText(const QString& text)
{
    auto* label = new QLabel(text, m_body);
    label->setObjectName(QStringLiteral("soft"));
    label->setWordWrap(true);
    m_column->addWidget(label);
}

FiguresLabel* InspectorPanel::addRow(const QString& name, const QString& value)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 5, 0, 5);
    row->setSpacing(16);
    auto* label = new QLabel(name, m_body);
    label->setObjectName(QStringLiteral("soft"));
    auto* figure = new FiguresLabel(m_body);
    figure->setAlignment(Qt::AlignRight);
    const int room = 210;
    figure->setFigures(figure->fontMetrics().elidedText(value, Qt::ElideRight, room));
    if (figure->text() != value) figure->setToolTip(value);
    row->addWidget(label);
    row->addStretch();
    row->addWidget(figure);
    m_column->addLayout(row);
    auto* rule = new QFrame(m_body);
    rule->setObjectName(QStringLiteral("rule"));
    rule->setFixedHeight(1);
    m_column->addWidget(rule);
    return figure;
}

void InspectorPanel::addFigure(const QString& name, Figure figure)
{
    FiguresLabel* label = addRow(name, QStringLiteral("–"));
    m_figures.emplace_back(label, std::move(figure));
}

void InspectorPanel::addFields(const engine::ParamSchema& schema, const engine::Json& params)
{
    for (const ParamLine& line : paramLines(schema, params)) {
        if (!line.isCode) {
            addRow(line.title, line.text);
            continue;
        }
        m_column->addSpacing(8);
        addText(line.title);
        m_column->addSpacing(4);
        auto* code = new QLabel(line.text, m_body);
        code->setObjectName(QStringLiteral("code"));
        code->setFont(theme().mono(TypeSize::Body));
        code->setWordWrap(true);
        code->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_column->addWidget(code);
        m_column->addSpacing(4);
    }
}

void InspectorPanel::buildNode(const engine::NodeSpec& node)
{
    const engine::ComponentInfo* info = m_session.client().component(node.component);
    addTitle(QString::fromStdString(node.title.empty() ? node.id.value : node.title),
             QString::fromStdString(node.component),
             info ? QString::fromStdString(info->help) : tr("This engine has no component of that name."));
    buildParameters(node, info);
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
    add(tr("Busy · blocked · idle"), [](Job, Node now) {
        return tr("%1 · %2 · %3 %")
            .arg(std::lround(now.busy * 100))
            .arg(std::lround(now.blocked * 100))
            .arg(std::lround(now.idle * 100));
    });
    add(tr("Rows in / out"), [](Job, Node now) {
        return formatRate(now.rowsInRate) + QStringLiteral(" / ") + formatRate(now.rowsOutRate);
    });
    add(tr("Rows in all"), [](Job, Node now) {
        return formatCount(now.rowsIn) + QStringLiteral(" / ") + formatCount(now.rowsOut);
    });
    add(tr("Watermark"), [](Job job, Node now) { return watermarkWithLag(job, now.watermarkUs); });
    add(tr("Held back by"), [](Job, Node now) {
        return now.heldBackBy.empty() ? QStringLiteral("–") : QString::fromStdString(now.heldBackBy);
    });
    add(tr("State"), [](Job, Node now) {
        return now.stateRows ? tr("%1 rows").arg(formatCount(now.stateRows)) : QStringLiteral("–");
    });
    add(tr("Late"), [](Job, Node now) { return formatCount(now.rowsLate); });
    add(tr("Rejected"), [](Job, Node now) { return formatCount(now.rowsRejected); });
    buildRejected();
    for (const engine::EdgeSpec& edge : m_session.current()->document->spec().edges)
        if (edge.from.node == id) {
            buildColumns(edge.from);
            break;
        }
}

void InspectorPanel::buildParameters(const engine::NodeSpec& node, const engine::ComponentInfo* info)
{
    if (node.params.empty()) return;
    addHeading(tr("Parameters"));
    addFields(info ? info->params : engine::ParamSchema{}, node.params);
}

void InspectorPanel::buildRejected()
{
    m_column->addSpacing(8);
    m_rejected = new QLabel(m_body);
    m_rejected->setObjectName(QStringLiteral("code"));
    m_rejected->setFont(theme().mono(TypeSize::Small));
    m_rejected->setTextFormat(Qt::PlainText);
    m_rejected->setWordWrap(true);
    m_rejected->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_rejected->hide();
    m_column->addWidget(m_rejected);
}

void InspectorPanel::buildColumns(const engine::PortRef& port)
{
    const auto& schemas = m_session.current()->analysis.schemas;
    const auto found = schemas.find(port);
    if (found == schemas.end() || !found->second) return;
    addHeading(tr("Columns of %1").arg(QString::fromStdString(port.port)));
    for (const engine::Field& field : found->second->fields())
        addRow(QString::fromStdString(field.name),
               QString::fromStdString(std::string(engine::dataTypeName(field.type))));
}

void InspectorPanel::buildEdge(const engine::EdgeSpec& edge)
{
    addTitle(QString::fromStdString(edge.from.node.value + " → " + edge.to.node.value), tr("edge"), {});
    addHeading(tr("This edge now"));
    const auto add = [&](const QString& name, auto text) {
        addFigure(name, [edge, text](const engine::JobTelemetry& telemetry) {
            const engine::EdgeTelemetry* now = edgeOf(telemetry, edge);
            return now ? QString(text(telemetry, *now)) : QStringLiteral("–");
        });
    };
    using Job = const engine::JobTelemetry&;
    using Edge = const engine::EdgeTelemetry&;
    add(tr("Rate"), [](Job, Edge now) { return tr("%1 rows/s").arg(formatShort(now.rowsRate)); });
    add(tr("Rows in all"), [](Job, Edge now) { return formatCount(now.rows); });
    add(tr("Queue"), [](Job, Edge now) { return tr("%1 full").arg(formatPercent(now.fill)); });
    add(tr("Watermark"), [](Job job, Edge now) { return watermarkWithLag(job, now.watermarkUs); });
    buildColumns(edge.from);
}

void InspectorPanel::buildPipeline(const OpenDocument& open)
{
    const engine::PipelineSpec& spec = open.document->spec();
    addTitle(open.document->name(), tr("pipeline"),
             tr("Click a node to see what it does, or an edge to see its rows."));
    addHeading(tr("Settings"));
    addRow(tr("Guarantee"),
           spec.settings.guarantee == engine::Guarantee::ExactlyOnce ? tr("exactly once")
                                                                     : tr("at least once"));
    addRow(tr("Checkpoint every"), formatDuration(spec.settings.checkpointInterval.count()));
    addRow(tr("Threads"),
           spec.settings.threads ? QString::number(spec.settings.threads) : tr("as many as cores"));
    addRow(tr("Memory limit"), formatBytes(spec.settings.memoryLimitBytes));
    addRow(tr("Nodes / edges"), tr("%1 / %2").arg(spec.nodes.size()).arg(spec.edges.size()));
    if (!spec.parameters.empty()) {
        addHeading(tr("Parameters"));
        for (const engine::ParameterSpec& parameter : spec.parameters)
            addRow(QString::fromStdString(parameter.name),
                   valueText(parameter.fallback) + QLatin1Char(' ') + QString::fromStdString(parameter.unit));
    }
    addHeading(tr("This run"));
    addFigure(tr("Rows in / out"), [](const engine::JobTelemetry& job) {
        const Flow flow = flowOf(job);
        return formatCount(flow.in) + QStringLiteral(" / ") + formatCount(flow.out);
    });
    addFigure(tr("Rejected"),
              [](const engine::JobTelemetry& job) { return formatCount(flowOf(job).rejected); });
    addFigure(tr("Restarts"),
              [](const engine::JobTelemetry& job) { return QString::number(job.status.restarts); });
    addFigure(tr("Last checkpoint"), [](const engine::JobTelemetry& job) {
        return job.checkpoint.epoch
            ? tr("%1, %2, %3")
                  .arg(formatAge((job.at - job.checkpoint.at).count()), formatBytes(job.checkpoint.bytes),
                       formatDuration(job.checkpoint.durationUs))
            : tr("none yet");
    });
}

void InspectorPanel::refresh()
{
    const OpenDocument* open = m_session.current();
    if (!open || !m_live) return;
    const bool isLive = open->isActive() && open->hasTelemetry;
    QPalette colors = m_live->palette();
    colors.setColor(QPalette::WindowText, theme().readable(isLive ? Tone::Ok : Tone::TextFaint, Tone::Panel));
    m_live->setPalette(colors);
    const QString at = open->hasTelemetry
        ? formatTimeOfDay(open->telemetry.at.time_since_epoch().count()).left(8)
        : QString();
    m_live->setFigures(isLive                   ? tr("live at %1").arg(at)
                           : open->hasTelemetry ? tr("ended %1").arg(at)
                                                : tr("not running"));
    if (!open->hasTelemetry) return;
    for (const auto& [label, figure] : m_figures) label->setFigures(figure(open->telemetry));
    if (!m_rejected) return;
    QStringList lines;
    for (auto row = open->telemetry.rejected.rbegin(); row != open->telemetry.rejected.rend(); ++row) {
        if (row->node != m_node || lines.size() >= static_cast<qsizetype>(kRejectedShown)) continue;
        lines += QString::fromStdString(row->coordinates + ": " + row->reason);
        if (!row->raw.empty())
            lines.back() += QStringLiteral("\n  ") +
                QString::fromUtf8(row->raw.data(),
                                  static_cast<qsizetype>(std::min<std::size_t>(row->raw.size(), 120)))
                    .simplified();
    }
    const QString text = lines.join(QLatin1Char('\n'));
    if (text != m_rejected->text()) m_rejected->setText(text);
    m_rejected->setVisible(!lines.isEmpty());
}

}  // namespace ui
