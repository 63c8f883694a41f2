#include "reference/reference_joins.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace engine {
namespace {

bool haveEqualKeys(const RefTable& left, const RefRow& a, const RefTable& right, const RefRow& b,
                   const RefJoin& join)
{
    for (std::size_t i = 0; i < join.leftKeys.size(); ++i) {
        const RefValue& one = a.values[left.indexOf(join.leftKeys[i])];
        const RefValue& other = b.values[right.indexOf(join.rightKeys[i])];
        if (isNull(one) || isNull(other) || one != other) return false;
    }
    return true;
}

RefTable joinedTable(const RefTable& left, const RefTable& right)
{
    RefTable out{left.columns, {}};
    for (std::string name : right.columns) {
        if (std::ranges::find(left.columns, name) != left.columns.end()) name += "_right";
        out.columns.push_back(std::move(name));
    }
    return out;
}

// Null: NULLs in its place.
RefRow joinedRow(const RefTable& left, const RefRow* a, const RefTable& right, const RefRow* b)
{
    RefRow row;
    row.values = a ? a->values : std::vector<RefValue>(left.columns.size());
    const auto more = b ? b->values : std::vector<RefValue>(right.columns.size());
    row.values.insert(row.values.end(), more.begin(), more.end());
    row.at = a && b ? std::max(a->at, b->at) : a ? a->at : b->at;
    return row;
}

using Meets = std::function<bool(const RefRow&, const RefRow&)>;

// All rows of a join of whole tables.
RefTable joinAll(const RefTable& left, const RefTable& right, const std::string& kind, const Meets& meets)
{
    const bool isHalf = kind == "semi" || kind == "anti";
    RefTable out = isHalf ? RefTable{left.columns, {}} : joinedTable(left, right);
    std::set<const RefRow*> met;
    for (const RefRow& a : left.rows)
        for (const RefRow& b : right.rows) {
            if (!meets(a, b)) continue;
            met.insert({&a, &b});
            if (!isHalf) out.rows.push_back(joinedRow(left, &a, right, &b));
        }
    for (const RefRow& a : left.rows) {
        const bool isAlone = !met.contains(&a);
        if (kind == "semi" ? !isAlone : kind == "anti" && isAlone) out.rows.push_back({a.values, a.at});
        if (isAlone && (kind == "left" || kind == "full"))
            out.rows.push_back(joinedRow(left, &a, right, nullptr));
    }
    for (const RefRow& b : right.rows)
        if (!met.contains(&b) && (kind == "right" || kind == "full"))
            out.rows.push_back(joinedRow(left, nullptr, right, &b));
    return out;
}

std::int64_t downTo(std::int64_t at, std::int64_t unit, std::int64_t offset)
{
    std::int64_t rest = (at - offset) % unit;
    if (rest < 0) rest += unit;
    return at - rest;
}

using Window = std::pair<std::int64_t, std::int64_t>;

std::vector<Window> windowsOf(std::int64_t at, const RefJoinWindows& windows)
{
    std::vector<Window> found;
    if (windows.isCumulative) {
        const std::int64_t start = downTo(at, windows.sizeUs, windows.offsetUs);
        for (std::int64_t end = start + windows.slideUs; end <= start + windows.sizeUs;
             end += windows.slideUs)
            if (at < end) found.emplace_back(start, end);
        return found;
    }
    for (std::int64_t start = downTo(at, windows.slideUs, windows.offsetUs); start > at - windows.sizeUs;
         start -= windows.slideUs)
        found.emplace_back(start, start + windows.sizeUs);
    return found;
}

}  // namespace

RefTable refIntervalJoin(const RefTable& left, const RefTable& right, const RefJoin& join,
                         std::int64_t lowerUs, std::int64_t upperUs,
                         const std::optional<ExpressionTree>& condition)
{
    const RefTable shape = joinedTable(left, right);
    return joinAll(left, right, join.kind, [&](const RefRow& a, const RefRow& b) {
        if (a.at < b.at - lowerUs || a.at > b.at + upperUs || !haveEqualKeys(left, a, right, b, join))
            return false;
        if (!condition) return true;
        const auto holds = refEvaluate(*condition, shape, joinedRow(left, &a, right, &b));
        return holds && std::holds_alternative<bool>(*holds) && std::get<bool>(*holds);
    });
}

RefTable refWindowJoin(const RefTable& left, const RefTable& right, const RefJoin& join,
                       const RefJoinWindows& windows)
{
    std::map<Window, std::pair<RefTable, RefTable>> parts;
    for (const RefRow& row : left.rows)
        for (const Window& window : windowsOf(row.at, windows)) parts[window].first.rows.push_back(row);
    for (const RefRow& row : right.rows)
        for (const Window& window : windowsOf(row.at, windows)) parts[window].second.rows.push_back(row);
    RefTable out = joinAll({left.columns, {}}, {right.columns, {}}, join.kind, {});
    out.columns.insert(out.columns.end(), {"window_start", "window_end"});
    for (auto& [window, part] : parts) {
        part.first.columns = left.columns;
        part.second.columns = right.columns;
        const RefTable joined =
            joinAll(part.first, part.second, join.kind,
                    [&](const RefRow& a, const RefRow& b) { return haveEqualKeys(left, a, right, b, join); });
        for (RefRow row : joined.rows) {
            row.values.emplace_back(window.first);
            row.values.emplace_back(window.second);
            row.at = window.second - 1000;
            out.rows.push_back(std::move(row));
        }
    }
    return out;
}

RefTable refTemporalJoin(const RefTable& left, const RefTable& right, const RefJoin& join)
{
    RefTable out = joinedTable(left, right);
    for (const RefRow& a : left.rows) {
        const RefRow* version = nullptr;
        for (const RefRow& b : right.rows)
            if (b.at <= a.at && haveEqualKeys(left, a, right, b, join) && (!version || b.at >= version->at))
                version = &b;
        if (!version && join.kind == "inner") continue;
        out.rows.push_back(joinedRow(left, &a, right, version));
        out.rows.back().at = a.at;
    }
    return out;
}

}  // namespace engine
