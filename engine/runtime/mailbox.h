#pragma once

#include "component/sink.h"
#include "runtime/element.h"
#include "state/state_store.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace engine {

// What one operator instance, source or sink contributes to a checkpoint.
struct TaskSnapshot {
    struct Part {
        std::string node{};
        int instance = 0;
        std::vector<std::shared_ptr<const FrozenTable>> tables{};
        std::string staged{};    // a sink's prepare()
        std::string progress{};  // a source's splits and the merge's watermarks, as text
    };
    std::vector<Part> parts{};
};

// From a task to its job.
struct TaskReport {
    enum Kind {
        Nothing,
        Saved,
        Ended,
        Published,
        Opened,
        Waits,
        Failed
    } kind = Nothing;  // Nothing: look into the other boxes; Ended: no input will follow, with its last
                       // snapshot; Published: the last epoch; Opened: a source that waits for its positions
                       // to be stored; Waits: for what `error` says, empty: no more
    TaskId task{};
    Epoch epoch{};
    TaskSnapshot snapshot{};
    Error error{};
    std::string node{};  // that failed or waits
};

// From a job to a source or sink task.
struct TaskOrder {
    enum Kind { Begin, Pause, Resume, Drain, Commit } kind = Begin;
    Epoch epoch{};
    EpochKind epochKind = EpochKind::Ordinary;
    std::shared_ptr<const PlanDelta> delta{};
    std::vector<std::string> staged{};  // Commit: of each instance, what was decided
};

// Values from any thread to one reader, in order.
template <class T>
class Mailbox {
public:
    void put(T value)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_values.push_back(std::move(value));
        }
        m_filled.notify_one();
    }
    std::deque<T> takeAll()
    {
        std::deque<T> taken;
        const std::lock_guard lock(m_mutex);
        taken.swap(m_values);
        return taken;
    }
    void waitFor(std::chrono::microseconds longest)  // returns early when there is something
    {
        std::unique_lock lock(m_mutex);
        m_filled.wait_for(lock, longest, [this] { return !m_values.empty(); });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_filled;
    std::deque<T> m_values;  // guarded by m_mutex
};

using ReportBox = Mailbox<TaskReport>;
using OrderBox = Mailbox<TaskOrder>;

}  // namespace engine
