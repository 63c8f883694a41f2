#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace engine {

struct KafkaTestRecord {
    std::string value{}, key{};
    std::int32_t partition = 0;
    std::int64_t offset = -1;
    bool hasValue = true;
    std::vector<std::pair<std::string, std::string>> headers{};
};

// A real Kafka broker of its own for a test: made in a temporary directory on free ports, gone with the
// object and with the process. Needs tests/peers/kafka/kafka.sh to have brought the jars, or the network.
class KafkaBroker {
public:
    KafkaBroker();
    ~KafkaBroker();
    KafkaBroker(const KafkaBroker&) = delete;
    KafkaBroker& operator=(const KafkaBroker&) = delete;

    // An empty text when it runs and answers, else what went wrong. What was written before is there again.
    std::string start();
    void stop();
    // Connections stay and nothing is answered, until it goes on.
    void freeze();
    void thaw();
    std::string servers() const { return "127.0.0.1:" + std::to_string(m_port); }
    std::string tlsServers() const { return "localhost:" + std::to_string(m_port + 2); }
    std::string loginServers() const { return "localhost:" + std::to_string(m_port + 3); }
    // Whoever asks there is told that the broker is at kElsewhere, where nobody is.
    std::string misleadingServers() const { return "127.0.0.1:" + std::to_string(m_port + 4); }
    static constexpr const char* kElsewhere = "127.0.0.1:1";
    const std::string& directory() const { return m_directory; }  // ca.pem and other_ca.pem lie here

    // What fails in these is a fault of the test and aborts it.
    // It goes on, but answers that its cluster has no brokers, as one does that was fenced; until it is
    // stopped and started.
    void unregister();
    void createTopic(const std::string& name, int partitions, const std::string& setting = {},
                     const std::string& value = {});
    void deleteTopic(const std::string& name);
    void addPartitions(const std::string& name, int newTotal);
    // Calls `next` until it says false; waits until the broker has all.
    void produce(const std::string& topic, const std::function<bool(KafkaTestRecord&)>& next,
                 const char* compression = "lz4");
    void produce(const std::string& topic, const std::vector<KafkaTestRecord>& records);
    // The records of all partitions from the beginning up to their present end.
    std::vector<KafkaTestRecord> consume(const std::string& topic);
    std::int64_t committedOffset(const std::string& group, const std::string& topic, int partition);

private:
    std::string m_directory;
    int m_port = 0;
    int m_process = 0;
    bool m_isUnregistered = false;
};

}  // namespace engine
