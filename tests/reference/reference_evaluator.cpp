#include "reference/reference_evaluator.h"

#include <algorithm>
#include <cstdlib>

namespace engine {
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

}  // namespace engine
