#include "reference/reference_evaluator.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

namespace engine {
namespace {

constexpr std::int64_t kMillisecond = 1000;

// Some rows of one key, in the order in which they came.
using Group = std::vector<const RefRow*>;
using Keys = std::vector<RefValue>;

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

RefValue median(std::vector<RefValue> values)
{
    std::ranges::sort(values, {}, number);
    const double low = number(values[(values.size() - 1) / 2]), high = number(values[values.size() / 2]);
    return low == high ? low : low + (high - low) * 0.5;
}

RefValue covariance(const Group& rows, std::size_t column, std::size_t second)
{
    if (rows.size() < 2) return {};
    const auto count = static_cast<long double>(rows.size());
    long double meanX = 0, meanY = 0, products = 0;
    for (const RefRow* row : rows) {
        meanX += static_cast<long double>(number(row->values[column])) / count;
        meanY += static_cast<long double>(number(row->values[second])) / count;
    }
    for (const RefRow* row : rows)
        products += (static_cast<long double>(number(row->values[column])) - meanX) *
            (static_cast<long double>(number(row->values[second])) - meanY);
    return static_cast<double>(products / (count - 1));
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
        const auto hasValue = [&](const std::string& column) {
            return column.empty() || !isNull(row->values[in.indexOf(column)]);
        };
        if (hasValue(aggregate.argument) && hasValue(aggregate.second)) chosen.push_back(row);
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
    if (aggregate.function == "median") return median(values);
    const auto earlier = [](const RefRow* a, const RefRow* b) { return a->at < b->at; };
    if (!aggregate.second.empty()) {
        const std::size_t second = in.indexOf(aggregate.second);
        if (aggregate.function == "covar_samp") return covariance(rows, column, second);
        const bool isMin = aggregate.function == "arg_min";
        const auto isBetter = [&](const RefRow* a, const RefRow* b) {
            const RefValue &left = a->values[second], &right = b->values[second];
            return left == right ? earlier(a, b) : isMin ? left < right : right < left;
        };
        return (*std::ranges::min_element(rows, isBetter))->values[column];
    }
    if (aggregate.function == "first") return (*std::ranges::min_element(rows, earlier))->values[column];
    const RefRow* last = rows.front();
    for (const RefRow* row : rows)
        if (row->at >= last->at) last = row;
    return last->values[column];
}

constexpr std::int64_t kRefEnd = std::numeric_limits<std::int64_t>::max();

// "2023-11-14T22:13:20.000Z"
std::string refTimeText(std::int64_t us)
{
    using namespace std::chrono;
    const sys_time<milliseconds> time{floor<milliseconds>(microseconds(us))};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss<milliseconds> clock{time - day};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

// The results of windows as they are given.
struct Results {
    const RefTable& in;
    const RefWindow& window;
    RefWindowResult& into;

    // `watermark`: of the row with which the result comes; of others it is less than makes them late.
    void give(const Keys& keys, std::int64_t start, std::int64_t end, const Group& rows,
              std::int64_t watermark, std::int64_t version = 0, const std::string& replaces = {})
    {
        RefRow row{keys, end - kMillisecond, watermark};
        row.values.emplace_back(start);
        row.values.emplace_back(end);
        if (window.hasVersions()) row.values.emplace_back(version);
        if (window.hasVersions() && window.kind == "session")
            row.values.push_back(replaces.empty() ? RefValue() : RefValue(replaces));
        bool fits = true;
        for (const RefAggregate& aggregate : window.aggregates)
            row.values.push_back(aggregated(aggregate, in, rows, fits));
        (fits ? into.table.rows : into.failed).push_back(std::move(row));
    }
};

Keys keysOf(const Results& results, const RefRow& row)
{
    Keys keys;
    for (const std::string& name : results.window.keys) keys.push_back(row.values[results.in.indexOf(name)]);
    return keys;
}

// The first early result after a watermark; maybe behind the end.
std::int64_t nextEarly(std::int64_t start, std::int64_t watermark, std::int64_t every)
{
    std::int64_t at = start + every;
    if (watermark > at) at += (watermark - at) / every * every;
    while (at - kMillisecond <= watermark) at += every;
    return at;
}

// One window, or session, of one key while rows come.
struct Live {
    std::int64_t start = 0, end = 0;
    Group rows{};
    std::int64_t version = 0, early = 0;
    bool isFired = false, isChanged = false;
    std::set<std::int64_t> given{};  // starts under which results of its rows stand

    void give(const Keys& keys, Results& results, std::int64_t watermark = RefRow().watermark)
    {
        given.erase(start);
        std::string replaces;
        for (const std::int64_t other : given)
            replaces += (replaces.empty() ? "[\"" : ",\"") + refTimeText(other) + '"';
        if (!replaces.empty()) replaces += ']';
        results.give(keys, start, end, rows, watermark, ++version, replaces);
        given = {start};
        isChanged = false;
    }
    // What falls due until a watermark.
    void reach(std::int64_t watermark, const Keys& keys, Results& results)
    {
        if (isFired) return;
        if (isChanged && results.window.earlyUs > 0 && early < end && watermark >= early - kMillisecond)
            give(keys, results);
        if (watermark < end - kMillisecond) return;
        give(keys, results);
        isFired = true;
    }
    void add(const RefRow& row, const Keys& keys, Results& results)
    {
        rows.push_back(&row);  // behind all that came before
        isFired = row.watermark >= end - kMillisecond;
        if (isFired) return give(keys, results, row.watermark);
        isChanged = true;
        if (results.window.earlyUs > 0) early = nextEarly(start, row.watermark, results.window.earlyUs);
    }
};

struct Span {
    std::int64_t start = 0, end = 0;
    auto operator<=>(const Span&) const = default;
};

// The windows on the grid that hold a time, the last one first.
std::vector<Span> spansOf(std::int64_t at, const RefWindow& window)
{
    const bool isCumulative = window.kind == "cumulative";
    const std::int64_t period = isCumulative ? window.sizeUs : window.slideUs;
    std::int64_t rest = (at - window.offsetUs) % period;
    if (rest < 0) rest += period;
    std::vector<Span> spans;
    if (isCumulative)
        for (std::int64_t end = at - rest + window.sizeUs; end > at; end -= window.slideUs)
            spans.push_back({at - rest, end});
    else
        for (std::int64_t start = at - rest; start > at - window.sizeUs; start -= window.slideUs)
            spans.push_back({start, start + window.sizeUs});
    return spans;
}

void gridWindows(Results& results)
{
    std::map<std::pair<Span, Keys>, Live> live;
    for (const RefRow& row : results.in.rows) {
        const Keys keys = keysOf(results, row);
        const std::vector<Span> spans = spansOf(row.at, results.window);
        const auto isOver = [&](const Span& span) {
            return row.watermark >= span.end - kMillisecond + results.window.latenessUs;
        };
        if (isOver(spans.front())) results.into.late.push_back(row);
        for (const Span& span : spans) {
            if (isOver(span)) continue;
            Live& one = live[{span, keys}];
            one.start = span.start;
            one.end = span.end;
            if (!one.rows.empty()) one.reach(row.watermark, keys, results);
            one.add(row, keys, results);
        }
    }
    for (auto& [where, one] : live) one.reach(kRefEnd, where.second, results);
}

void sessions(Results& results)
{
    const RefWindow& window = results.window;
    std::map<Keys, std::vector<Live>> live;
    for (const RefRow& row : results.in.rows) {
        const Keys keys = keysOf(results, row);
        auto& ofKey = live[keys];
        for (Live& one : ofKey) one.reach(row.watermark, keys, results);
        std::erase_if(ofKey, [&](const Live& one) {
            return row.watermark >= one.end - kMillisecond + window.latenessUs;
        });
        Live joined{.start = row.at, .end = row.at + window.gapUs};
        bool isAlone = true;
        std::erase_if(ofKey, [&](const Live& one) {
            if (one.start > row.at + window.gapUs || one.end < row.at) return false;
            joined.start = std::min(joined.start, one.start);
            joined.end = std::max(joined.end, one.end);
            joined.version = std::max(joined.version, one.version);
            joined.rows.insert(joined.rows.end(), one.rows.begin(), one.rows.end());
            joined.given.insert(one.given.begin(), one.given.end());
            isAlone = false;
            return true;
        });
        std::ranges::sort(joined.rows);  // as they came
        if (isAlone && row.watermark >= joined.end - kMillisecond + window.latenessUs) {
            results.into.late.push_back(row);
            continue;
        }
        joined.add(row, keys, results);
        ofKey.push_back(std::move(joined));
    }
    for (auto& [keys, ofKey] : live)
        for (Live& one : ofKey) one.reach(kRefEnd, keys, results);
}

void countWindows(Results& results)
{
    std::map<Keys, Group> groups;
    for (const RefRow& row : results.in.rows) groups[keysOf(results, row)].push_back(&row);
    const auto size = static_cast<std::size_t>(results.window.rows);
    const auto slide = static_cast<std::size_t>(results.window.slideRows);
    for (const auto& [keys, group] : groups)
        for (std::size_t first = 0; first + size <= group.size(); first += slide) {
            const Group rows(group.begin() + static_cast<std::ptrdiff_t>(first),
                             group.begin() + static_cast<std::ptrdiff_t>(first + size));
            const auto [least, most] = std::ranges::minmax(rows, {}, &RefRow::at);
            results.give(keys, least->at, most->at + kMillisecond, rows, rows.back()->watermark);
        }
}

}  // namespace

RefValue refAggregate(const RefAggregate& aggregate, const RefTable& in,
                      const std::vector<const RefRow*>& rows, bool& fits)
{
    return aggregated(aggregate, in, rows, fits);
}

RefWindowResult refWindow(const RefTable& in, const RefWindow& window)
{
    RefWindowResult result;
    result.table.columns = window.keys;
    result.table.columns.insert(result.table.columns.end(), {"window_start", "window_end"});
    if (window.hasVersions()) result.table.columns.emplace_back("version");
    if (window.hasVersions() && window.kind == "session") result.table.columns.emplace_back("replaces");
    for (const RefAggregate& aggregate : window.aggregates) result.table.columns.push_back(aggregate.name);
    Results results{in, window, result};
    if (window.kind == "session")
        sessions(results);
    else if (window.kind == "count")
        countWindows(results);
    else
        gridWindows(results);
    return result;
}

}  // namespace engine
