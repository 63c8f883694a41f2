#pragma once

#include "base/result.h"
#include "spec/messages.h"

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace engine {

// Alerts on their way to where they outlive a crash. Those that could not be kept wait here, in their order.
// Any thread; one at a time keeps.
class AlertOutbox {
public:
    using Keep = std::function<Status(const std::vector<AlertChange>&)>;
    explicit AlertOutbox(Keep keep) : m_keep(std::move(keep)) { }
    void add(const std::vector<AlertChange>& changes);
    // Asks whoever keeps them also where none wait: something else may be left to be written before them.
    Status keepAll();
    std::size_t waiting() const;  // with those that are being kept

private:
    const Keep m_keep;
    mutable std::mutex m_mutex;
    std::vector<AlertChange> m_waiting;  // guarded by m_mutex, as is the next
    std::size_t m_beingKept = 0;
};

}  // namespace engine
