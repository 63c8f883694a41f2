#include "reference/reference_evaluator.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace engine {
namespace {

constexpr std::int64_t kKeeperMs = 1000;
constexpr std::int64_t kKeeperNever = std::numeric_limits<std::int64_t>::min();
using KeptKeys = std::vector<RefValue>;

KeptKeys keptKeysOf(const RefRow& row, const RefTable& in, const std::vector<std::string>& names)
{
    KeptKeys keys;
    for (const std::string& name : names) keys.push_back(row.values[in.indexOf(name)]);
    return keys;
}

bool isEarlierRow(const RefRow* a, const RefRow* b) { return a->at < b->at; }

// NULL is below all, NaN above all.
int orderOfValues(const RefValue& a, const RefValue& b)
{
    if (isNull(a) || isNull(b)) return static_cast<int>(isNull(b)) - static_cast<int>(isNull(a));
    const auto *one = std::get_if<double>(&a), *other = std::get_if<double>(&b);
    if (one && other && (std::isnan(*one) || std::isnan(*other)))
        return static_cast<int>(std::isnan(*one)) - static_cast<int>(std::isnan(*other));
    return a < b ? -1 : b < a ? 1 : 0;
}

// The windows that hold a time, as start and end.
std::vector<std::pair<std::int64_t, std::int64_t>> windowsOf(std::int64_t at, const RefTopN& top)
{
    std::vector<std::pair<std::int64_t, std::int64_t>> windows;
    const std::int64_t period = top.isCumulative ? top.sizeUs : top.slideUs;
    std::int64_t rest = (at - top.offsetUs) % period;
    if (rest < 0) rest += period;
    const std::int64_t last = at - rest;
    if (top.isCumulative) {
        for (std::int64_t end = last + top.slideUs; end <= last + top.sizeUs; end += top.slideUs)
            if (end > at) windows.emplace_back(last, end);
    } else {
        for (std::int64_t start = last; start > at - top.sizeUs; start -= top.slideUs)
            windows.emplace_back(start, start + top.sizeUs);
    }
    return windows;
}

struct OverKey {
    std::vector<const RefRow*> given{}, waiting{};
    std::int64_t last = kKeeperNever, forgetAt = kKeeperNever;
};

class Over {
public:
    Over(const RefTable& in, std::int64_t preceding, const std::vector<RefAggregate>& aggregates)
        : m_in(in),
          m_preceding(preceding),
          m_aggregates(aggregates)
    {
    }

    void advance(std::int64_t watermark)
    {
        if (watermark <= m_watermark) return;
        m_watermark = watermark;
        for (auto& [keys, key] : m_keys) {
            std::ranges::stable_sort(key.waiting, isEarlierRow);
            while (!key.waiting.empty() && key.waiting.front()->at <= watermark) giveNext(key);
        }
        std::erase_if(m_keys, [&](const auto& key) { return key.second.forgetAt <= watermark; });
    }

    void take(const RefRow& row, const KeptKeys& keys)
    {
        advance(row.watermark);
        OverKey& key = m_keys[keys];
        if (row.at <= key.last) {
            result.late.push_back(row);
            return;
        }
        key.waiting.push_back(&row);
        const std::int64_t least = row.at + m_preceding + kKeeperMs;
        if (key.forgetAt != kKeeperNever && key.forgetAt >= least) return;
        const std::int64_t half = m_preceding / 2 / kKeeperMs * kKeeperMs;
        key.forgetAt = std::max(least + half, m_watermark == kKeeperNever ? kKeeperNever : m_watermark + 1);
    }

    RefKept result{};

private:
    void giveNext(OverKey& key)
    {
        key.last = key.waiting.front()->at;
        const std::size_t before = key.given.size();
        while (!key.waiting.empty() && key.waiting.front()->at == key.last) {
            key.given.push_back(key.waiting.front());
            key.waiting.erase(key.waiting.begin());
        }
        std::vector<const RefRow*> span;
        for (const RefRow* row : key.given)
            if (row->at >= key.last - m_preceding) span.push_back(row);
        for (std::size_t i = before; i < key.given.size(); ++i) {
            RefRow made = *key.given[i];
            bool fits = true;
            for (const RefAggregate& aggregate : m_aggregates)
                made.values.push_back(refAggregate(aggregate, m_in, span, fits));
            (fits ? result.table.rows : result.failed).push_back(fits ? made : *key.given[i]);
        }
    }

    const RefTable& m_in;
    std::int64_t m_preceding;
    const std::vector<RefAggregate>& m_aggregates;
    std::map<KeptKeys, OverKey> m_keys;
    std::int64_t m_watermark = kKeeperNever;
};

}  // namespace

RefKept refDeduplicate(const RefTable& in, const std::vector<std::string>& keys, std::int64_t ttlUs)
{
    RefKept result{{in.columns, {}}, {}, {}};
    std::vector<const RefRow*> rows;
    for (const RefRow& row : in.rows) {
        if (row.at < row.watermark)
            result.late.push_back(row);
        else
            rows.push_back(&row);
    }
    std::ranges::stable_sort(rows, isEarlierRow);
    std::map<KeptKeys, std::int64_t> spanEnds;
    for (const RefRow* row : rows) {
        const auto [end, isNew] = spanEnds.try_emplace(keptKeysOf(*row, in, keys), 0);
        if (!isNew && row->at < end->second) continue;
        end->second = row->at + ttlUs;
        result.table.rows.push_back(*row);
    }
    return result;
}

RefKept refTopN(const RefTable& in, const RefTopN& top)
{
    RefKept result{{in.columns, {}}, {}, {}};
    std::map<std::pair<std::pair<std::int64_t, std::int64_t>, KeptKeys>, std::vector<const RefRow*>> groups;
    for (const RefRow& row : in.rows) {
        std::vector<std::pair<std::int64_t, std::int64_t>> windows;
        if (top.sizeUs == 0)
            windows.emplace_back(0, std::get<std::int64_t>(row.values[in.indexOf("window_end")]));
        else
            windows = windowsOf(row.at, top);
        bool isLate = true;
        for (const auto& window : windows) {
            if (row.watermark >= window.second - kKeeperMs) continue;
            groups[{window, keptKeysOf(row, in, top.keys)}].push_back(&row);
            isLate = false;
        }
        if (isLate) result.late.push_back(row);
    }
    if (top.sizeUs != 0)
        result.table.columns.insert(result.table.columns.end(), {"window_start", "window_end"});
    if (!top.rankColumn.empty()) result.table.columns.push_back(top.rankColumn);
    for (auto& [group, rows] : groups) {
        std::ranges::stable_sort(rows, [&](const RefRow* a, const RefRow* b) {
            for (const auto& [name, isDescending] : top.order) {
                const std::size_t column = in.indexOf(name);
                const int found = orderOfValues(a->values[column], b->values[column]);
                if (found != 0) return isDescending ? found > 0 : found < 0;
            }
            return false;
        });
        for (std::size_t i = 0; i < std::min(rows.size(), top.count); ++i) {
            RefRow made = *rows[i];
            made.at = group.first.second - kKeeperMs;
            if (top.sizeUs != 0) {
                made.values.emplace_back(group.first.first);
                made.values.emplace_back(group.first.second);
            }
            if (!top.rankColumn.empty()) made.values.emplace_back(static_cast<std::int64_t>(i + 1));
            result.table.rows.push_back(std::move(made));
        }
    }
    return result;
}

RefKept refOver(const RefTable& in, const std::vector<std::string>& keys, std::int64_t precedingUs,
                const std::vector<RefAggregate>& aggregates)
{
    Over over(in, precedingUs, aggregates);
    for (const RefRow& row : in.rows) over.take(row, keptKeysOf(row, in, keys));
    over.advance(std::numeric_limits<std::int64_t>::max());
    return std::move(over.result);
}

}  // namespace engine
