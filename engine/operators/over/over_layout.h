#pragma once

#include "grouping/group_input.h"

#include <memory>
#include <optional>
#include <vector>

namespace engine {

// How one aggregate is kept up while its span moves on. Slide: what leaves is taken away again, exactly.
// Stack: partial results are joined, and nothing is ever taken away. Anew: worked out of all rows of the
// span each time, for what keeps more than a few bytes.
enum class OverMethod : std::uint8_t { Slide, Stack, Anew };

// One aggregate of an `over` node.
struct OverPart {
    OverMethod method = OverMethod::Anew;
    std::size_t index = 0;                // among those of its method
    std::optional<std::size_t> column{};  // of the kept rows, with its argument; none: every row counts
    std::optional<std::size_t> second{};  // likewise, with its second argument
};

// The fixed part of an `over` node. Made in bind, immutable, shared by its instances.
struct OverLayout {
    GroupLayoutPtr keys{};   // alone
    GroupLayoutPtr input{};  // keys and aggregates
    std::shared_ptr<const GroupFormulas> formulas{};
    SchemaPtr output{};  // the input's columns, then the aggregates
    std::size_t inputColumns = 0;
    SchemaPtr kept{};  // the input's columns, then arguments that are none of them
    // For each kept column behind the input's: of which aggregate, and whether it is its second argument.
    struct Further {
        std::size_t aggregate = 0;
        bool isSecond = false;
    };
    std::vector<Further> further{};
    std::vector<OverPart> parts{};  // one for each aggregate
    std::size_t slides = 0;
    GroupLayoutPtr stack{}, anew{};  // without keys
    std::int64_t precedingUs = 0;
};
using OverLayoutPtr = std::shared_ptr<const OverLayout>;

// Decides how the aggregates of `layout.input` are kept up, and which columns rows need for it.
void placeParts(OverLayout& layout, const Schema& input);

}  // namespace engine
