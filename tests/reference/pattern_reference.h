#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace engine {

// Which variable took each row of a match, beginning with the row `first`.
struct ReferenceMatch {
    std::size_t first = 0;
    std::vector<std::size_t> variables{};
};

// A pattern over the rows of one key, worked out in the plainest way: for each row all ways to spread the
// rows before it over the variables are written down and looked at from their beginning. Knows nothing of the
// engine.
struct ReferencePattern {
    struct Variable {
        std::size_t least = 1, most = 1;
        bool isGreedy = false;
    };
    enum After { PastLastRow, NextRow, ToFirst, ToLast };
    std::vector<Variable> variables{};
    After after = PastLastRow;
    std::size_t skipTo = 0;
    std::int64_t withinUs = 0;  // 0: without an end
    // Whether the row behind those of `before` could be one of the variable.
    std::function<bool(const ReferenceMatch& before, std::size_t variable)> holds{};

    // `timesUs`: of the rows, in the order in which they are matched.
    std::vector<ReferenceMatch> matchesIn(const std::vector<std::int64_t>& timesUs) const;
};

}  // namespace engine
