#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace engine {

// A number or text that names one kind of thing and cannot be mistaken for another.
template <class Tag, class Rep>
struct Id {
    Rep value{};
    auto operator<=>(const Id&) const = default;
};

using NodeId = Id<struct NodeTag, std::string>;  // stable across edits; names state in checkpoints
using JobId = Id<struct JobTag, std::uint64_t>;
using TaskId = Id<struct TaskTag, std::uint32_t>;
using Epoch = Id<struct EpochTag, std::uint64_t>;
using TapId = Id<struct TapTag, std::uint32_t>;
using SplitId = Id<struct SplitTag, std::uint32_t>;
using Ticket = std::uint64_t;

}  // namespace engine
