#include "ui/charts/chart_feed.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

namespace ui {

namespace {

constexpr std::size_t kLinesMost = 12;
constexpr std::size_t kPointsKept = 1 << 16;  // of a line
constexpr std::size_t kColumnsMost = 4;       // of a chart that nobody has asked for
constexpr std::size_t kStepsKnown = 6;        // before a line is said to have a usual step
constexpr std::int64_t kGapSteps = 5;         // usual ones, and the line is broken

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

// Digits count as the number that they write: "cpu 2" before "cpu 10".
bool isBefore(std::string_view one, std::string_view other)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto number = [&](std::string_view& text) {
        std::size_t end = 0;
        while (end < text.size() && isDigit(text[end])) ++end;
        std::string_view digits = text.substr(0, end);
        text.remove_prefix(end);
        digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
        return std::pair(digits.size(), digits);
    };
    std::string_view left = one, right = other;
    while (!left.empty() && !right.empty()) {
        if (isDigit(left.front()) && isDigit(right.front())) {
            const auto first = number(left), second = number(right);
            if (first != second) return first < second;
            continue;
        }
        if (left.front() != right.front())
            return static_cast<unsigned char>(left.front()) < static_cast<unsigned char>(right.front());
        left.remove_prefix(1);
        right.remove_prefix(1);
    }
    return left.size() != right.size() ? left.size() < right.size() : one < other;
}

double numberAt(const engine::Column& column, std::uint32_t row)
{
    return column.type() == engine::DataType::Float64 ? column.numbers()[row]
                                                      : static_cast<double>(column.integers()[row]);
}

// The values of a column as texts. What at() gives holds until it was called twice more.
class Names {
public:
    explicit Names(const engine::Column* column) : m_column(column) { }
    std::string_view at(std::uint32_t row)
    {
        if (!m_column || m_column->isNull(row)) return {};
        if (m_column->type() == engine::DataType::String) return m_column->text(row);
        if (m_column->type() == engine::DataType::Bool) return m_column->flags()[row] ? "true" : "false";
        auto& text = m_texts[m_next ^= 1];
        const auto end = std::to_chars(text.data(), text.data() + text.size(), m_column->integers()[row]);
        return {text.data(), static_cast<std::size_t>(end.ptr - text.data())};
    }

private:
    const engine::Column* m_column;
    std::array<std::array<char, 24>, 2> m_texts{};
    std::size_t m_next = 0;
};

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
        view.unit.clear();
    }
    const auto series = schema.find(view.series);
    if (!series || !namesLines(schema.field(*series).type)) view.series.clear();
    return view;
}

std::optional<ChartView> automaticView(const engine::PortRef& port, const engine::Schema& schema)
{
    auto view = completeView({port, {}, {}, firstOf(schema, engine::DataType::String), {}}, schema);
    if (!view) return view;
    const engine::DataType type = schema.field(*schema.find(view->y.front())).type;
    view->y.clear();
    for (const engine::Field& field : schema.fields())
        if (field.type == type && view->y.size() < kColumnsMost) view->y.push_back(field.name);
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
        auto view = automaticView(port, *schema);
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

void ChartFeed::begin(ChartView view, bool mayNarrow)
{
    m_view = std::move(view);
    m_mayNarrow = mayNarrow;
    m_schema.reset();
    forgetLines();
    m_points = m_rowsTaken = 0;
    m_hasUnshown = m_lacksColumns = false;
    m_byTap = m_byUs = 0;
}

void ChartFeed::takeSchema(const engine::SchemaPtr& schema)
{
    // A job that takes a change says the same of its ports anew.
    if (m_schema && *m_schema == *schema) {
        m_schema = schema;
        m_lacksColumns = false;
        return;
    }
    // Another column under the name that was asked for would be believed.
    const auto isThere = [&](const std::string& name) { return isNumber(*schema, name); };
    m_lacksColumns = !m_view.y.empty() && std::none_of(m_view.y.begin(), m_view.y.end(), isThere);
    if (m_lacksColumns) return;
    auto view = completeView(m_view, *schema);
    if (!view) return;
    m_view = std::move(*view);
    m_schema = schema;
    m_x = m_view.x.empty() ? std::nullopt : m_schema->find(m_view.x);
    m_name = m_view.series.empty() ? std::nullopt : m_schema->find(m_view.series);
    m_y.clear();
    for (const std::string& name : m_view.y) m_y.push_back(*m_schema->find(name));
    forgetLines();
}

void ChartFeed::forgetLines()
{
    m_series.clear();
    m_order.clear();
    m_lines.clear();
    m_groups.clear();
}

// The usual is what three of four steps do not exceed: neither a step within a burst nor the gap itself.
bool ChartFeed::Pace::takesGap(std::int64_t stepUs)
{
    bool isGap = false;
    if (const std::size_t known = std::min(count, kSteps); known >= kStepsKnown) {
        std::array<std::int64_t, kSteps> sorted = stepsUs;
        const auto usual = sorted.begin() + static_cast<std::ptrdiff_t>(known * 3 / 4);
        std::nth_element(sorted.begin(), usual, sorted.begin() + static_cast<std::ptrdiff_t>(known));
        isGap = stepUs > *usual * kGapSteps;
    }
    stepsUs[count++ % kSteps] = stepUs;
    return isGap;
}

std::uint32_t ChartFeed::groupOf(std::string_view name)
{
    if (const auto found = m_groups.find(name); found != m_groups.end()) return found->second;
    while (!hasRoom() && m_mayNarrow && m_y.size() > 1) narrow();
    if (!hasRoom()) {
        m_hasUnshown = true;
        return kNoGroup;
    }
    const auto group = static_cast<std::uint32_t>(m_groups.size());
    m_groups.emplace(name, group);
    for (std::size_t y = 0; y < m_view.y.size(); ++y) addLine(name, y);
    return group;
}

// For one more group; there is always room for the first.
bool ChartFeed::hasRoom() const { return m_groups.empty() || m_series.size() + m_y.size() <= kLinesMost; }

void ChartFeed::narrow()
{
    const std::size_t left = m_y.size() - 1;
    std::vector<Line> lines;
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        if (i % m_y.size() < left) lines.push_back(m_lines[i]);
    m_lines = std::move(lines);
    for (std::size_t i = m_order.size(); i-- > 0;) {
        if (m_order[i].second == left) {
            m_series.erase(m_series.begin() + static_cast<std::ptrdiff_t>(i));
            m_order.erase(m_order.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
            m_series[i]->name = lineName(m_order[i].first, m_order[i].second, left);
        }
    }
    m_y.pop_back();
    m_view.y.pop_back();
}

QString ChartFeed::lineName(std::string_view group, std::size_t y, std::size_t numbers) const
{
    QString line = QString::fromUtf8(group.data(), static_cast<qsizetype>(group.size()));
    if (numbers > 1 || m_view.series.empty()) {
        if (!line.isEmpty()) line += QLatin1Char(' ');
        line += QString::fromStdString(m_view.y[y]);
    }
    return line;
}

void ChartFeed::addLine(std::string_view group, std::size_t y)
{
    const auto at = std::find_if(m_order.begin(), m_order.end(), [&](const auto& other) {
                        return other.first == group ? y < other.second : isBefore(group, other.first);
                    }) -
        m_order.begin();
    m_order.emplace(m_order.begin() + at, std::string(group), y);
    const auto made = m_series.insert(
        m_series.begin() + at,
        std::make_unique<ChartSeries>(
            ChartSeries{lineName(group, y, m_view.y.size()), ChartBuffer(kPointsKept)}));
    m_lines.push_back({made->get()});
}

void ChartFeed::appendBatch(const engine::RecordBatch& batch)
{
    const engine::Column* times = m_x ? &batch.column(*m_x) : nullptr;
    Names names(m_name ? &batch.column(*m_name) : nullptr);
    std::uint32_t group = kNoGroup;
    std::string_view lastName;
    bool isFirst = true;
    engine::forEachRow(batch, [&](std::uint32_t row) {
        if (times && times->isNull(row)) return;
        const std::int64_t timeUs = times ? times->integers()[row] : batch.eventTimes()[row];
        const std::string_view name = names.at(row);
        if (isFirst || name != lastName) group = groupOf(name);
        isFirst = false;
        lastName = name;
        if (group == kNoGroup) return;
        for (std::size_t i = 0; i < m_y.size(); ++i) {
            const engine::Column& column = batch.column(m_y[i]);
            if (column.isNull(row)) continue;
            Line& line = m_lines[group * m_y.size() + i];
            ChartBuffer& points = line.series->points;
            if (std::exchange(line.pace.isFresh, false) && points.size() > 0) {
                const std::int64_t step = timeUs - points.timeAt(points.size() - 1);
                if (step > 0 && line.pace.takesGap(step)) points.breakAt(timeUs);
            }
            points.append(timeUs, numberAt(column, row));
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
    for (Line& line : m_lines) line.pace.isFresh = true;
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
