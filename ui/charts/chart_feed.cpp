#include "ui/charts/chart_feed.h"

#include <algorithm>
#include <set>

namespace ui {

namespace {

constexpr std::size_t kLinesMost = 12;
constexpr std::size_t kPointsKept = 1 << 16;  // of a line

std::string firstOf(const engine::Schema& schema, engine::DataType type)
{
    for (const engine::Field& field : schema.fields())
        if (field.type == type) return field.name;
    return {};
}

bool hasType(const engine::Schema& schema, const std::string& name, engine::DataType type)
{
    const auto at = schema.find(name);
    return at && schema.field(*at).type == type;
}

bool isNumber(const engine::Schema& schema, const std::string& name)
{
    return hasType(schema, name, engine::DataType::Float64) || hasType(schema, name, engine::DataType::Int64);
}

double numberAt(const engine::Column& column, std::uint32_t row)
{
    return column.type() == engine::DataType::Float64 ? column.numbers()[row]
                                                      : static_cast<double>(column.integers()[row]);
}

}  // namespace

std::optional<ChartView> completeView(ChartView view, const engine::Schema& schema)
{
    if (!hasType(schema, view.x, engine::DataType::Time)) {
        view.x = hasType(schema, "window_end", engine::DataType::Time)
            ? "window_end"
            : firstOf(schema, engine::DataType::Time);
        if (view.x.empty() && !schema.hasEventTime()) return {};
    }
    std::erase_if(view.y, [&](const std::string& name) { return !isNumber(schema, name); });
    if (view.y.empty()) {
        std::string first = firstOf(schema, engine::DataType::Float64);
        if (first.empty()) first = firstOf(schema, engine::DataType::Int64);
        if (first.empty()) return {};
        view.y.push_back(std::move(first));
    }
    if (!view.series.empty() && !hasType(schema, view.series, engine::DataType::String)) view.series.clear();
    return view;
}

std::optional<ChartView> guessView(const engine::PipelineSpec& spec,
                                   const std::map<engine::PortRef, engine::SchemaPtr>& schemas)
{
    std::set<engine::NodeId> haveOutput;
    for (const engine::EdgeSpec& edge : spec.edges) haveOutput.insert(edge.from.node);
    std::optional<ChartView> best;
    int bestScore = -1;
    for (const auto& [port, schema] : schemas) {
        if (!schema || port.port == "rejected" || port.port == "late") continue;
        auto view = completeView({port, {}, {}, firstOf(*schema, engine::DataType::String), {}}, *schema);
        if (!view) continue;
        const bool leadsToSink =
            std::any_of(spec.edges.begin(), spec.edges.end(), [&](const engine::EdgeSpec& edge) {
                return edge.from == port && !haveOutput.contains(edge.to.node);
            });
        const int score =
            (leadsToSink ? 4 : 0) + (view->x == "window_end" ? 2 : 0) + (view->series.empty() ? 0 : 1);
        if (score <= bestScore) continue;
        best = std::move(view);
        bestScore = score;
    }
    return best;
}

void ChartFeed::begin(ChartView view)
{
    m_view = std::move(view);
    m_schema.reset();
    m_series.clear();
    m_groups.clear();
    m_points = m_rowsTaken = 0;
    m_hasUnshown = false;
    m_byTap = m_byUs = 0;
}

void ChartFeed::takeSchema(const engine::SchemaPtr& schema)
{
    auto view = completeView(m_view, *schema);
    if (!view) return;
    m_view = std::move(*view);
    m_schema = schema;
    m_x = m_view.x.empty() ? std::nullopt : m_schema->find(m_view.x);
    m_name = m_view.series.empty() ? std::nullopt : m_schema->find(m_view.series);
    m_y.clear();
    for (const std::string& name : m_view.y) m_y.push_back(*m_schema->find(name));
    m_series.clear();
    m_groups.clear();
}

std::uint32_t ChartFeed::groupOf(std::string_view name)
{
    if (const auto found = m_groups.find(name); found != m_groups.end()) return found->second;
    if (!m_groups.empty() && m_series.size() + m_y.size() > kLinesMost) {
        m_hasUnshown = true;
        return kNoGroup;
    }
    const auto group = static_cast<std::uint32_t>(m_groups.size());
    m_groups.emplace(name, group);
    for (const std::string& column : m_view.y) {
        QString line = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
        if (m_view.y.size() > 1 || m_view.series.empty()) {
            if (!line.isEmpty()) line += QLatin1Char(' ');
            line += QString::fromStdString(column);
        }
        m_series.push_back(
            std::make_unique<ChartSeries>(ChartSeries{std::move(line), ChartBuffer(kPointsKept)}));
    }
    return group;
}

void ChartFeed::appendBatch(const engine::RecordBatch& batch)
{
    const engine::Column* times = m_x ? &batch.column(*m_x) : nullptr;
    const engine::Column* names = m_name ? &batch.column(*m_name) : nullptr;
    std::uint32_t group = kNoGroup;
    std::string_view lastName;
    bool isFirst = true;
    engine::forEachRow(batch, [&](std::uint32_t row) {
        if (times && times->isNull(row)) return;
        const std::int64_t timeUs = times ? times->integers()[row] : batch.eventTimes()[row];
        const std::string_view name = names && !names->isNull(row) ? names->text(row) : std::string_view();
        if (isFirst || name != lastName) group = groupOf(name);
        isFirst = false;
        lastName = name;
        if (group == kNoGroup) return;
        for (std::size_t i = 0; i < m_y.size(); ++i) {
            const engine::Column& column = batch.column(m_y[i]);
            if (column.isNull(row)) continue;
            m_series[group * m_y.size() + i]->points.append(timeUs, numberAt(column, row));
            ++m_points;
        }
    });
}

void ChartFeed::append(const engine::TapRows& rows, std::size_t rowsMost)
{
    m_rowsTaken = 0;
    if (!rows.schema) return;
    if (m_schema != rows.schema) takeSchema(rows.schema);
    if (m_schema != rows.schema) return;
    m_byTap = rows.skipped;
    const auto rowsOf = [](const engine::RecordBatch& batch) { return batch ? batch.rows() : 0; };
    std::size_t first = rows.batches.size();
    while (first > 0 && (m_rowsTaken == 0 || m_rowsTaken + rowsOf(rows.batches[first - 1]) <= rowsMost))
        m_rowsTaken += rowsOf(rows.batches[--first]);
    for (std::size_t i = 0; i < rows.batches.size(); ++i) {
        if (i < first)
            m_byUs += static_cast<std::int64_t>(rowsOf(rows.batches[i]));
        else if (rows.batches[i])
            appendBatch(rows.batches[i]);
    }
}

}  // namespace ui
