#include "reference/pattern_reference.h"

#include <algorithm>

namespace engine {
namespace {

using Ways = std::vector<ReferenceMatch>;

class PatternSearch {
public:
    PatternSearch(const ReferencePattern& pattern, const std::vector<std::int64_t>& times)
        : m_pattern(pattern),
          m_times(times),
          m_isOver(times.size(), false)
    {
    }

    std::vector<ReferenceMatch> run()
    {
        for (std::size_t row = 0; row < m_times.size(); ++row) {
            if (row > 0) {
                m_last = row - 1;
                endOld(m_times[row]);
            }
            m_last = row;
            for (std::size_t first = 0; first <= row; ++first) {
                if (m_isOver[first]) continue;
                for (ReferenceMatch& way : waysFrom(first, row))
                    if (isWhole(way)) m_waiting.push_back(std::move(way));
            }
            give();
        }
        if (m_pattern.withinUs > 0 && !m_times.empty()) {
            m_isOver.assign(m_times.size(), true);
            give();
        }
        return m_given;
    }

private:
    std::size_t countOf(const ReferenceMatch& way, std::size_t variable) const
    {
        return static_cast<std::size_t>(std::ranges::count(way.variables, variable));
    }
    // Whether nothing but variables that may be left out lies between two, and no greedy loop would take the
    // row that goes past it.
    bool mayPass(const ReferenceMatch& before, std::size_t from, std::size_t to) const
    {
        for (std::size_t each = from; each < to; ++each) {
            if (m_pattern.variables[each].isGreedy && m_pattern.holds(before, each)) return false;
            if (each > from && m_pattern.variables[each].least > 0) return false;
        }
        return true;
    }
    bool isAllowed(const ReferenceMatch& way) const
    {
        ReferenceMatch before{way.first, {}};
        for (const std::size_t variable : way.variables) {
            if (!m_pattern.holds(before, variable)) return false;
            if (before.variables.empty()) {
                for (std::size_t each = 0; each < variable; ++each)
                    if (m_pattern.variables[each].least > 0) return false;
                if (variable > 0 && !mayPass(before, 0, variable)) return false;
            } else {
                const std::size_t last = before.variables.back();
                if (variable < last) return false;
                if (variable > last &&
                    (countOf(before, last) < m_pattern.variables[last].least ||
                     !mayPass(before, last, variable)))
                    return false;
            }
            before.variables.push_back(variable);
            if (countOf(before, variable) > m_pattern.variables[variable].most) return false;
        }
        return true;
    }
    // All that the rows from `first` to `last` may be, in the order of their variables.
    Ways waysFrom(std::size_t first, std::size_t last) const
    {
        Ways ways;
        if (m_pattern.withinUs > 0 && m_times[last] - m_times[first] >= m_pattern.withinUs) return ways;
        ReferenceMatch way{first, std::vector<std::size_t>(last - first + 1, 0)};
        for (;;) {
            if (isAllowed(way)) ways.push_back(way);
            std::size_t place = way.variables.size();
            while (place > 0 && way.variables[place - 1] + 1 == m_pattern.variables.size()) --place;
            if (place == 0) return ways;
            const std::size_t next = way.variables[place - 1] + 1;
            std::fill(way.variables.begin() + static_cast<std::ptrdiff_t>(place) - 1, way.variables.end(),
                      next);
        }
    }
    bool isWhole(const ReferenceMatch& way) const
    {
        const std::size_t last = way.variables.back();
        if (countOf(way, last) < m_pattern.variables[last].least) return false;
        ReferenceMatch before = way;
        before.variables.pop_back();
        for (std::size_t each = last + 1; each < m_pattern.variables.size(); ++each)
            if (m_pattern.variables[each].least > 0) return false;
        return last + 1 == m_pattern.variables.size() || mayPass(before, last, m_pattern.variables.size());
    }
    bool mayGoOn(const ReferenceMatch& way) const
    {
        const std::size_t last = way.variables.back();
        return last + 1 < m_pattern.variables.size() || countOf(way, last) < m_pattern.variables[last].most;
    }
    bool goesOn(std::size_t first) const
    {
        return !m_isOver[first] &&
            std::ranges::any_of(waysFrom(first, m_last), [this](const auto& way) { return mayGoOn(way); });
    }
    void endOld(std::int64_t nowUs)
    {
        if (m_pattern.withinUs == 0) return;
        for (std::size_t first = 0; first <= m_last; ++first)
            if (nowUs - m_times[first] >= m_pattern.withinUs) m_isOver[first] = true;
        give();
    }
    // Gives the matches before which nothing goes on that began earlier.
    void give()
    {
        const auto byFirst = [](const auto& one, const auto& other) { return one.first < other.first; };
        while (!m_waiting.empty()) {
            std::ranges::stable_sort(m_waiting, byFirst);
            const ReferenceMatch match = m_waiting.front();
            for (std::size_t first = 0; first < match.first; ++first)
                if (goesOn(first)) return;
            m_given.push_back(match);
            m_waiting.erase(m_waiting.begin());
            const std::size_t from = goOnAt(match);
            for (std::size_t first = 0; first < from && first <= m_last; ++first) m_isOver[first] = true;
            std::erase_if(m_waiting, [from](const auto& each) { return each.first < from; });
        }
    }
    std::size_t goOnAt(const ReferenceMatch& match) const
    {
        if (m_pattern.after == ReferencePattern::PastLastRow) return match.first + match.variables.size();
        if (m_pattern.after == ReferencePattern::NextRow) return match.first + 1;
        std::size_t at = match.first;
        for (std::size_t i = 0; i < match.variables.size(); ++i) {
            if (match.variables[i] != m_pattern.skipTo) continue;
            at = match.first + i;
            if (m_pattern.after == ReferencePattern::ToFirst) break;
        }
        return std::max(at, match.first + 1);
    }

    const ReferencePattern& m_pattern;
    const std::vector<std::int64_t>& m_times;
    std::vector<bool> m_isOver;  // nothing that begins there goes on
    std::size_t m_last = 0;      // row that was looked at
    std::vector<ReferenceMatch> m_waiting, m_given;
};

}  // namespace

std::vector<ReferenceMatch> ReferencePattern::matchesIn(const std::vector<std::int64_t>& timesUs) const
{
    return PatternSearch(*this, timesUs).run();
}

}  // namespace engine
