#pragma once

#include "base/ids.h"

#include <atomic>

namespace engine {

// Keeps tasks that have passed a checkpoint's barrier from working on while what they froze is being written,
// for the copies that they would make of it have no room. Owned by the task graph; set by the job, any thread
// may look.
class CopyHold {
public:
    void hold(Epoch epoch) { m_epoch.store(epoch.value, std::memory_order_release); }
    void letGo() { m_epoch.store(0, std::memory_order_release); }
    bool isOn() const { return m_epoch.load(std::memory_order_acquire) != 0; }
    bool holds(Epoch passed) const
    {
        const std::uint64_t epoch = m_epoch.load(std::memory_order_acquire);
        return epoch != 0 && passed.value >= epoch;
    }

private:
    std::atomic<std::uint64_t> m_epoch = 0;  // there is none of 0
};

}  // namespace engine
