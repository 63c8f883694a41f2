#include "reference/reference_evaluator.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

namespace engine {
namespace {

constexpr std::int64_t kMillisecond = 1000;

struct GroupKey {
    std::int64_t start = 0;
    std::vector<RefValue> keys{};
    auto operator<=>(const GroupKey&) const = default;
};

// The rows of one window and key, in the order in which they came.
using Group = std::vector<const RefRow*>;

std::int64_t alignedStart(std::int64_t at, const RefWindow& window)
{
    std::int64_t rest = (at - window.offsetUs) % window.slideUs;
    if (rest < 0) rest += window.slideUs;
    return at - rest;
}

RefValue total(const std::vector<RefValue>& values, bool& fits)
{
    if (values.empty()) return {};
    if (std::holds_alternative<double>(values[0])) {
        long double sum = 0;
        for (const RefValue& value : values) sum += static_cast<long double>(number(value));
        return static_cast<double>(sum);
    }
    RefWide sum = 0;
    for (const RefValue& value : values) sum += std::get<std::int64_t>(value);
    if (static_cast<std::int64_t>(sum) == sum) return static_cast<std::int64_t>(sum);
    fits = false;
    return {};
}

RefValue average(const std::vector<RefValue>& values, bool asDouble)
{
    if (values.empty()) return {};
    const auto count = static_cast<std::int64_t>(values.size());
    long double sum = 0;
    RefWide whole = 0;
    for (const RefValue& value : values) {
        sum += static_cast<long double>(number(value));
        if (const auto* integer = std::get_if<std::int64_t>(&value)) whole += *integer;
    }
    if (!asDouble && std::holds_alternative<std::int64_t>(values[0]))
        return static_cast<std::int64_t>(whole / count);
    return static_cast<double>(sum / static_cast<long double>(count));
}

RefValue spread(const std::vector<RefValue>& values, const std::string& function)
{
    const bool isSample = function.ends_with("samp") || function == "stddev";
    if (values.size() < (isSample ? 2u : 1u)) return {};
    long double mean = 0, squares = 0;
    for (const RefValue& value : values) mean += static_cast<long double>(number(value));
    mean /= static_cast<long double>(values.size());
    for (const RefValue& value : values) {
        const long double distance = static_cast<long double>(number(value)) - mean;
        squares += distance * distance;
    }
    const long double variance = squares / static_cast<long double>(values.size() - (isSample ? 1 : 0));
    return static_cast<double>(function.starts_with("var") ? variance : std::sqrt(variance));
}

// The rows of a group that an aggregate looks at: those that meet its filter and have a value.
Group rowsFor(const RefAggregate& aggregate, const RefTable& in, const Group& group)
{
    Group chosen;
    for (const RefRow* row : group) {
        if (aggregate.filter) {
            const auto meets = refEvaluate(*aggregate.filter, in, *row);
            if (!meets || !std::holds_alternative<bool>(*meets) || !std::get<bool>(*meets)) continue;
        }
        if (aggregate.argument.empty() || !isNull(row->values[in.indexOf(aggregate.argument)]))
            chosen.push_back(row);
    }
    return chosen;
}

RefValue aggregated(const RefAggregate& aggregate, const RefTable& in, const Group& group, bool& fits)
{
    const Group rows = rowsFor(aggregate, in, group);
    if (aggregate.function == "count") return static_cast<std::int64_t>(rows.size());
    const std::size_t column = in.indexOf(aggregate.argument);
    std::vector<RefValue> values;
    for (const RefRow* row : rows) values.push_back(row->values[column]);
    if (aggregate.function == "count_distinct")
        return static_cast<std::int64_t>(std::set<RefValue>(values.begin(), values.end()).size());
    if (aggregate.function == "sum") return total(values, fits);
    if (aggregate.function == "avg") return average(values, aggregate.asDouble);
    if (aggregate.function.starts_with("stddev") || aggregate.function.starts_with("var"))
        return spread(values, aggregate.function);
    if (values.empty()) return {};
    if (aggregate.function == "min") return *std::ranges::min_element(values);
    if (aggregate.function == "max") return *std::ranges::max_element(values);
    const auto earlier = [](const RefRow* a, const RefRow* b) { return a->at < b->at; };
    if (aggregate.function == "first") return (*std::ranges::min_element(rows, earlier))->values[column];
    const RefRow* last = rows.front();
    for (const RefRow* row : rows)
        if (row->at >= last->at) last = row;
    return last->values[column];
}

}  // namespace

std::size_t RefTable::indexOf(const std::string& name) const
{
    const auto found = std::ranges::find(columns, name);
    if (found == columns.end()) std::abort();  // the test asks for a column that is not there
    return static_cast<std::size_t>(found - columns.begin());
}

void refWatermarks(RefTable& table, std::int64_t delayUs)
{
    std::int64_t watermark = std::numeric_limits<std::int64_t>::min();
    for (RefRow& row : table.rows) {
        row.watermark = watermark;
        watermark = std::max(watermark, row.at - delayUs);
    }
}

RefTable refFilter(const RefTable& in, const ExpressionTree& condition, RefRows& rejects)
{
    return refSplit(in, {condition}, rejects).front();
}

RefTable refCompute(const RefTable& in, const RefColumns& columns, bool keep, RefRows& rejects)
{
    RefTable out;
    if (keep) out.columns = in.columns;
    for (const auto& [name, formula] : columns)
        if (std::ranges::find(out.columns, name) == out.columns.end()) out.columns.push_back(name);
    for (const RefRow& row : in.rows) {
        RefRow made = row;
        if (!keep) made.values.clear();
        made.values.resize(out.columns.size());
        bool isGood = true;
        for (std::size_t i = 0; i < columns.size() && isGood; ++i) {
            auto value = refEvaluate(columns[i].second, in, row);
            isGood = value.has_value();
            if (isGood) made.values[out.indexOf(columns[i].first)] = std::move(*value);
        }
        if (isGood)
            out.rows.push_back(std::move(made));
        else
            rejects.push_back(row);
    }
    return out;
}

RefTable refSelect(const RefTable& in, const std::vector<std::pair<std::string, std::string>>& columns)
{
    RefTable out;
    for (const auto& [column, name] : columns) out.columns.push_back(name);
    for (const RefRow& row : in.rows) {
        RefRow chosen{{}, row.at, row.watermark};
        for (const auto& [column, name] : columns) chosen.values.push_back(row.values[in.indexOf(column)]);
        out.rows.push_back(std::move(chosen));
    }
    return out;
}

std::vector<RefTable> refSplit(const RefTable& in, const std::vector<ExpressionTree>& routes,
                               RefRows& rejects)
{
    std::vector<RefTable> out(routes.size() + 1, RefTable{in.columns, {}});
    for (const RefRow& row : in.rows) {
        std::size_t port = 0;
        bool isGood = true;
        for (; port < routes.size(); ++port) {
            const auto meets = refEvaluate(routes[port], in, row);
            isGood = meets.has_value();
            if (!isGood || (std::holds_alternative<bool>(*meets) && std::get<bool>(*meets))) break;
        }
        (isGood ? out[port].rows : rejects).push_back(row);
    }
    return out;
}

RefTable refUnion(const std::vector<RefTable>& inputs)
{
    RefTable out{inputs.front().columns, {}};
    for (const RefTable& input : inputs)
        out.rows.insert(out.rows.end(), input.rows.begin(), input.rows.end());
    std::ranges::stable_sort(out.rows, {}, &RefRow::watermark);
    return out;
}

RefValue refAggregate(const RefAggregate& aggregate, const RefTable& in,
                      const std::vector<const RefRow*>& rows, bool& fits)
{
    return aggregated(aggregate, in, rows, fits);
}

RefWindowResult refWindow(const RefTable& in, const RefWindow& window)
{
    RefWindowResult result;
    std::map<GroupKey, Group> groups;
    for (const RefRow& row : in.rows) {
        GroupKey key;
        for (const std::string& name : window.keys) key.keys.push_back(row.values[in.indexOf(name)]);
        const std::int64_t last = alignedStart(row.at, window);
        if (row.watermark >= last + window.sizeUs - kMillisecond) {
            result.late.push_back(row);
            continue;
        }
        for (key.start = last; key.start > row.at - window.sizeUs; key.start -= window.slideUs)
            if (row.watermark < key.start + window.sizeUs - kMillisecond) groups[key].push_back(&row);
    }
    result.table.columns = window.keys;
    result.table.columns.insert(result.table.columns.end(), {"window_start", "window_end"});
    for (const RefAggregate& aggregate : window.aggregates) result.table.columns.push_back(aggregate.name);
    for (const auto& [key, group] : groups) {
        RefRow row{key.keys, key.start + window.sizeUs - kMillisecond};
        row.values.emplace_back(key.start);
        row.values.emplace_back(key.start + window.sizeUs);
        bool fits = true;
        for (const RefAggregate& aggregate : window.aggregates)
            row.values.push_back(aggregated(aggregate, in, group, fits));
        (fits ? result.table.rows : result.failed).push_back(std::move(row));
    }
    return result;
}

}  // namespace engine
