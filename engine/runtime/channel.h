#pragma once

#include "runtime/element.h"
#include "runtime/task.h"

#include <atomic>
#include <cstddef>

namespace engine {

// A queue from one task to one other, bounded in bytes: single producer, single consumer, no locks. A
// producer steps only while all its channels have room, so a step overshoots by what one call pushes. Wakes
// the other end itself.
class Channel {
public:
    explicit Channel(std::size_t bytesMax);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    void connect(Executor* executor, TaskId producer, TaskId consumer);  // before either runs

    bool hasRoom();                     // producer; refused, it is woken when there is
    void push(Element element);         // producer
    void pushQuietly(Element element);  // producer, who calls wakeConsumer() soon
    void wakeConsumer();                // producer
    Element* front();                   // consumer; null when empty
    void pop();                         // consumer; takes the front away
    std::size_t bytes() const;          // for the fill gauge; exact only for the two ends
    std::size_t bytesMax() const { return m_bytesMax; }
    std::int64_t rows() const { return m_rows.load(std::memory_order_relaxed); }  // pushed so far, any thread

private:
    struct Node;
    const std::size_t m_bytesMax;
    Executor* m_executor = nullptr;
    TaskId m_producer{}, m_consumer{};
    alignas(64) Node* m_tail;                    // producer's
    std::atomic<std::size_t> m_pushedBytes = 0;  // written by the producer
    std::atomic<std::int64_t> m_rows = 0;        // written by the producer
    std::atomic<bool> m_isRefused = false;       // the producer waits, or is about to
    alignas(64) Node* m_head;                    // consumer's; its element has been taken
    std::atomic<std::size_t> m_poppedBytes = 0;  // written by the consumer
};

}  // namespace engine
