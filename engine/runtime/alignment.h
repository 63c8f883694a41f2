#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "runtime/task.h"

#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace engine {

// Sources that do not run far ahead of each other in event time: merges tell how far each split is, source
// tasks ask whether to wait and are woken when the slowest has moved. Owned by the task graph; any thread.
class AlignmentGroup {
public:
    std::size_t addMember(TaskId source);  // before the tasks run; it holds the others back until it is told
    void connect(Executor* executor) { m_executor = executor; }
    void tell(std::size_t member, std::uint32_t split, std::int64_t watermarkUs, bool holdsBack);
    void leave(std::size_t member);  // its input has ended
    // Whether the split is more than the drift ahead of the slowest. If so the source is woken when that may
    // have changed.
    bool isAhead(std::size_t member, std::uint32_t split, std::int64_t driftUs);

private:
    struct Place {
        std::int64_t watermarkUs = kNoWatermark;
        bool holdsBack = true;
    };
    std::int64_t slowest() const;
    void wakeWaiting(std::int64_t before);

    Executor* m_executor = nullptr;
    std::vector<TaskId> m_sources;  // by member
    std::mutex m_mutex;
    std::map<std::pair<std::size_t, std::uint32_t>, Place> m_places;  // guarded by m_mutex
    std::vector<bool> m_isWaiting;                                    // by member, guarded by m_mutex
};

// How one source takes part. `group` is null when it does not.
struct Alignment {
    AlignmentGroup* group = nullptr;
    std::size_t member = 0;
    std::int64_t driftUs = 0;  // 0: others wait for it, it waits for none
    bool isWhole = false;      // all its splits wait together, as split 0
};

}  // namespace engine
