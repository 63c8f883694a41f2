#pragma once

#include "catalog/component.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

enum class JoinKind { Inner, Left, Right, Full, Semi, Anti };
inline constexpr std::size_t kLeft = 0, kRight = 1;  // the sides: inputs of a join, in this order

// How the rows of two inputs meet: by which columns, and which of both make the output. Immutable once it is
// bound; shared by all instances.
struct JoinLayout {
    JoinKind kind = JoinKind::Inner;
    std::array<SchemaPtr, 2> inputs{};
    std::array<std::vector<std::size_t>, 2> keys{};
    std::array<std::vector<std::size_t>, 2> columns{};  // of each input, that go into the output
    bool hasWindow = false;                             // the output ends with window_start and window_end
    SchemaPtr output{};
    // Of a row of one side that comes too late: the columns of both, but for the window_end that a row says
    // itself.
    SchemaPtr lateRows{};
    std::array<std::vector<std::size_t>, 2> lateColumns{};

    // Whether rows of a side without a partner are given, with NULLs for the other.
    bool pads(std::size_t side) const
    {
        return kind == JoinKind::Full || kind == (side == kLeft ? JoinKind::Left : JoinKind::Right);
    }
    std::vector<Field> keyFields() const;  // as tables save them
};
using JoinLayoutPtr = std::shared_ptr<const JoinLayout>;

// The parameters that all joins have.
struct JoinParams {
    std::string kind = "inner";
    std::vector<ColumnRef> leftKeys{}, rightKeys{};
};

ParamHints joinKindHints(std::vector<std::string> kinds);
ParamHints joinKeysHints(std::size_t side, bool isRequired);

template <class P>
void addJoinParams(Params<P>& params, std::vector<std::string> kinds, bool needsKeys)
{
    using Keys = std::vector<ColumnRef>;
    params.field("kind", static_cast<std::string P::*>(&JoinParams::kind), joinKindHints(std::move(kinds)))
        .field("left_keys", static_cast<Keys P::*>(&JoinParams::leftKeys), joinKeysHints(kLeft, needsKeys))
        .field("right_keys", static_cast<Keys P::*>(&JoinParams::rightKeys),
               joinKeysHints(kRight, needsKeys));
}

// Reads kind and keys and checks them and the inputs' event times; tells what is wrong.
void readJoin(const JoinParams& params, const BindContext& context, JoinLayout& layout);

// Puts the output together of the columns of both sides but those in `without`, and tells it to the context.
// A name that both have gets "_right".
void readJoinOutput(const BindContext& context, const std::vector<std::string>& without, JoinLayout& layout);

// What a join's binding has from its layout; `uses`: further columns that it looks at, by side.
Binding joinBinding(const JoinLayout& layout, std::array<std::vector<std::size_t>, 2> uses = {});

// "left by id = device"
std::string joinSummary(const JoinParams& params);

}  // namespace engine
