#pragma once

#include "connectors/kafka/kafka_client.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace engine {

// What a cluster answered when it was asked which topics and partitions there are.
struct KafkaLook {
    KafkaTopicsAnswer topics{};
    KafkaIdsAnswer ids{};  // of those that were wanted
};

// What is asked for: one topic, or all, of which some are wanted.
struct KafkaLookFor {
    std::string topic{};  // empty: all
    std::function<bool(const std::string& topic)> wants{};
    Duration longest{};
};

// Waits for the answers.
KafkaLook lookAt(const KafkaClient& client, const KafkaLookFor& what, Duration longest);

// Looks at a cluster while rows are read on: of a topic with a thousand partitions brokers tell for long.
// Belongs to a Kafka source and is used on its thread; has a thread of its own while it is asked, which ends
// before the client that it asks.
class KafkaLookQuestion {
public:
    // When it is not asked already. `client` and what `what` refers to stay until it is answered or dropped.
    void ask(KafkaClient& client, KafkaLookFor what);
    bool isAsked() const { return m_isAsked; }
    // Never waits; nothing: no answer yet, or not asked.
    std::optional<KafkaLook> poll();
    // Waits for what is under way.
    void drop();

private:
    bool m_isAsked = false;
    KafkaLook m_look;
    std::atomic<bool> m_isAnswered = false;
    std::jthread m_thread;  // last: it uses the others
};

}  // namespace engine
