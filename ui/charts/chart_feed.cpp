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
        auto view = completeView({port, {}, {}, firstOf(*schema, engine::DataType::String)}, *schema);
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
    m_byName.clear();
    m_points = m_unshown = 0;
    m_skipped = 0;
}

ChartSeries* ChartFeed::seriesOf(std::string_view name, std::size_t column)
{
    m_key.assign(name);
    if (m_view.y.size() > 1 || m_view.series.empty()) {
        if (!m_key.empty()) m_key += ' ';
        m_key += m_view.y[column];
    }
    if (const auto found = m_byName.find(m_key); found != m_byName.end()) return found->second;
    if (m_series.size() >= kLinesMost) {
        m_unshown = 1;
        return nullptr;
    }
    m_series.push_back(
        std::make_unique<ChartSeries>(ChartSeries{QString::fromStdString(m_key), ChartBuffer(kPointsKept)}));
    return m_byName.emplace(m_key, m_series.back().get()).first->second;
}

void ChartFeed::append(const engine::TapRows& rows)
{
    if (!rows.schema) return;
    if (m_schema != rows.schema) {
        auto view = completeView(m_view, *rows.schema);
        if (!view) return;
        m_view = std::move(*view);
        m_schema = rows.schema;
        m_x = m_view.x.empty() ? std::nullopt : m_schema->find(m_view.x);
        m_name = m_view.series.empty() ? std::nullopt : m_schema->find(m_view.series);
        m_y.clear();
        for (const std::string& name : m_view.y) m_y.push_back(*m_schema->find(name));
    }
    m_skipped = rows.skipped;
    for (const engine::RecordBatch& batch : rows.batches) {
        if (!batch) continue;
        engine::forEachRow(batch, [&](std::uint32_t row) {
            if (m_x && batch.column(*m_x).isNull(row)) return;
            const std::int64_t timeUs = m_x ? batch.column(*m_x).integers()[row] : batch.eventTimes()[row];
            const bool isNamed = m_name && !batch.column(*m_name).isNull(row);
            const std::string_view name = isNamed ? batch.column(*m_name).text(row) : std::string_view();
            for (std::size_t i = 0; i < m_y.size(); ++i) {
                const engine::Column& column = batch.column(m_y[i]);
                if (column.isNull(row)) continue;
                ChartSeries* series = seriesOf(name, i);
                if (!series) continue;
                series->points.append(timeUs, numberAt(column, row));
                ++m_points;
            }
        });
    }
}

}  // namespace ui
