#pragma once

#include "support/kafka_broker.h"

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct rd_kafka_s;

// Reads a topic on a thread of its own as any consumer does that looks at what is committed and nothing else,
// and notes when it saw each record. Knows nothing of the engine.
class CommittedReader {
public:
    using Clock = std::chrono::steady_clock;
    struct Seen {
        std::string key{}, value{};
        std::int32_t partition = 0;
        std::int64_t offset = 0;
        Clock::time_point at{};
    };
    enum Isolation { Committed, All };
    CommittedReader(const std::string& servers, const std::string& topic, int partitions,
                    Isolation isolation = Committed);
    ~CommittedReader();
    CommittedReader(const CommittedReader&) = delete;
    CommittedReader& operator=(const CommittedReader&) = delete;

    std::size_t count() const;
    std::vector<Seen> seen() const;
    Clock::time_point lastAt() const;  // of the newest record
    // Whether nothing came for so long.
    bool isQuietFor(std::chrono::milliseconds time) const;
    void waitUntilQuiet(std::chrono::milliseconds time, std::size_t atLeast = 0) const;

private:
    void run(const std::stop_token& stop);
    const std::string m_servers;
    rd_kafka_s* m_client = nullptr;
    mutable std::mutex m_mutex;
    std::vector<Seen> m_seen;  // guarded by m_mutex, as is the next
    Clock::time_point m_lastAt = Clock::now();
    std::jthread m_thread;  // last: it uses the others
};
