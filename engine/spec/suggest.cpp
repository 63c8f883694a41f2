#include "spec/suggest.h"

#include <algorithm>
#include <vector>

namespace engine {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other, whatever the
// case.
std::size_t editDistance(std::string_view from, std::string_view to)
{
    std::vector<std::size_t> beforeLast(to.size() + 1), last(to.size() + 1), now(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const bool same = lower(from[i - 1]) == lower(to[j - 1]);
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && lower(from[i - 1]) == lower(to[j - 2]) &&
                lower(from[i - 2]) == lower(to[j - 1]);
            if (swapped) now[j] = std::min(now[j], beforeLast[j - 2] + 1);
        }
        beforeLast.swap(last);
        last.swap(now);
    }
    return last[to.size()];
}

}  // namespace

std::optional<std::string> nearestName(std::string_view name, std::span<const std::string> candidates)
{
    constexpr std::size_t kLengthMax = 80;
    if (name.empty() || name.size() > kLengthMax) return std::nullopt;
    std::optional<std::string> nearest;
    std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t longer = std::max(candidate.size(), name.size());
        if (candidate.empty() || longer - std::min(candidate.size(), name.size()) >= best) continue;
        const std::size_t distance = editDistance(name, candidate);
        if (distance >= best || distance == longer) continue;
        best = distance;
        nearest = candidate;
    }
    return nearest;
}

std::string didYouMean(std::string_view name, std::span<const std::string> candidates)
{
    const auto nearest = nearestName(name, candidates);
    return nearest ? " (did you mean \"" + *nearest + "\"?)" : std::string();
}

}  // namespace engine
