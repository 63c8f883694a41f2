#include "runtime/channel.h"

namespace engine {

struct Channel::Node {
    Element element{};
    std::size_t bytes = 0;
    std::atomic<Node*> next = nullptr;
};

Channel::Channel(std::size_t bytesMax) : m_bytesMax(bytesMax), m_tail(new Node), m_head(m_tail) { }

Channel::~Channel()
{
    while (Node* node = m_head) {
        m_head = node->next.load(std::memory_order_acquire);
        delete node;
    }
}

void Channel::connect(Executor* executor, TaskId producer, TaskId consumer)
{
    m_executor = executor;
    m_producer = producer;
    m_consumer = consumer;
}

std::size_t Channel::bytes() const
{
    // Popped first: it never passes pushed, so the difference cannot wrap round.
    const std::size_t popped = m_poppedBytes.load(std::memory_order_acquire);
    return m_pushedBytes.load(std::memory_order_acquire) - popped;
}

// Either pop() sees that the producer was refused, or the second look here sees what pop() took away.
bool Channel::hasRoom()
{
    if (bytes() < m_bytesMax) return true;
    m_isRefused.store(true, std::memory_order_seq_cst);
    const std::size_t popped = m_poppedBytes.load(std::memory_order_seq_cst);
    return m_pushedBytes.load(std::memory_order_relaxed) - popped < m_bytesMax;
}

void Channel::push(Element element)
{
    pushQuietly(std::move(element));
    wakeConsumer();
}

void Channel::wakeConsumer()
{
    if (m_executor) m_executor->wake(m_consumer);
}

void Channel::pushQuietly(Element element)
{
    auto* node = new Node;
    node->bytes = bytesOf(element);
    if (const auto* batch = std::get_if<RecordBatch>(&element))
        m_rows.store(m_rows.load(std::memory_order_relaxed) + static_cast<std::int64_t>(batch->rows()),
                     std::memory_order_relaxed);
    node->element = std::move(element);
    m_pushedBytes.store(m_pushedBytes.load(std::memory_order_relaxed) + node->bytes,
                        std::memory_order_release);
    m_tail->next.store(node, std::memory_order_release);
    m_tail = node;
}

Element* Channel::front()
{
    Node* next = m_head->next.load(std::memory_order_acquire);
    return next ? &next->element : nullptr;
}

void Channel::pop()
{
    Node* next = m_head->next.load(std::memory_order_acquire);
    CHECK(next != nullptr);
    next->element = Element{};
    m_poppedBytes.store(m_poppedBytes.load(std::memory_order_relaxed) + next->bytes,
                        std::memory_order_seq_cst);
    delete m_head;
    m_head = next;
    // Woken for each piece of room the producer would change places with the consumer at every pop.
    if (m_isRefused.load(std::memory_order_seq_cst) && bytes() < (m_bytesMax + 1) / 2 &&
        m_isRefused.exchange(false, std::memory_order_acq_rel) && m_executor)
        m_executor->wake(m_producer);
}

}  // namespace engine
