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
    std::string digest{};  // of the snapshot that holds positions and state; empty: a run begins afresh
    bool operator==(const Decision&) const = default;
};

enum class Outcome { Done, NotDone, Unknown };  // Unknown means recover, never retry blindly

struct Verdict {
    Outcome outcome = Outcome::Done;
    Error why{};  // where it is not Done
};

// Where an epoch is decided, by one atomic commit: Kafka's or SQLite's transaction, or the manifest's rename.
// A resource of the job, not a node; runs on the authority thread, for it blocks. lastDecision() fences
// whoever held the place before.
class Authority {
public:
    virtual ~Authority() = default;
    // Also after a decision whose outcome is not known: it says what came of it. Busy: not yet; ask again.
    virtual Result<std::optional<Decision>> lastDecision() = 0;
    virtual Verdict decide(const Decision&) = 0;
    // Any thread: the epoch was given up before it came to a decision, and its rows belong to the next.
    virtual void carryOn(Epoch) { }
    // Any thread: nobody waits any more; what is under way returns soon, with an unknown outcome.
    virtual void giveUp() { }
};

}  // namespace engine
