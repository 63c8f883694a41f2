#pragma once

#include "base/ids.h"
#include "base/result.h"

#include <optional>
#include <string>

namespace engine {

// The decision record of an epoch (reliability.md 1.1).
struct Decision {
    Epoch epoch{};
    std::uint64_t incarnation = 0;
    std::string digest{};  // of the snapshot that holds positions and state
    bool operator==(const Decision&) const = default;
};

enum class Outcome { Done, NotDone, Unknown };  // Unknown means recover, never retry blindly

// Where an epoch is decided, by one atomic commit: Kafka's or SQLite's transaction, or the manifest's rename.
// A resource of the job, not a node; runs on the authority thread, for it blocks. lastDecision() fences
// whoever held the place before.
class Authority {
public:
    virtual ~Authority() = default;
    virtual Result<std::optional<Decision>> lastDecision() = 0;
    virtual Outcome decide(const Decision&) = 0;
};

}  // namespace engine
