#pragma once

#include "catalog/component.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace engine {

// What brokers would hold of one pipeline that writes in transactions. Owned by the test, and outlives the
// jobs that write to it; used on one thread.
struct MemoryBroker {
    // What becomes of a commit. The last two are not answered.
    enum Fate { Commits, IsAborted, IsCommittedUnheard, IsLostUnheard };
    std::vector<std::string> committed{}, open{};
    std::vector<Decision> decisions{};  // with those that were forgotten
    std::optional<Decision> last{};
    std::deque<Fate> fates{};  // of the next commits; then all go well
    int silences = 0;          // so many questions are not answered yet
    bool isSlow = false;       // records are not confirmed
    int producer = 0;          // the newest; others are fenced
    int aborted = 0;
};

// A sink "memory_sink" whose rows are written in the broker's transaction, which decides the job's epochs.
void addMemorySink(Catalog& catalog, MemoryBroker& broker);

}  // namespace engine
