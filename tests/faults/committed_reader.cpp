#include "faults/committed_reader.h"

#include "base/check.h"

#include <librdkafka/rdkafka.h>

namespace {

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value)
{
    char reason[256] = {};
    CHECK(rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_OK);
}

std::string textOf(const void* bytes, std::size_t size)
{
    return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string();
}

}  // namespace

CommittedReader::CommittedReader(const std::string& servers, const std::string& topic, int partitions,
                                 Isolation isolation)
    : m_servers(servers)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", servers);
    set(conf, "group.id", "reader");
    set(conf, "enable.auto.commit", "false");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "isolation.level", isolation == Committed ? "read_committed" : "read_uncommitted");
    set(conf, "fetch.wait.max.ms", "20");
    char reason[256] = {};
    m_client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    CHECK(m_client);
    rd_kafka_poll_set_consumer(m_client);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i)
        rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    CHECK(rd_kafka_assign(m_client, list) == RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

CommittedReader::~CommittedReader()
{
    m_thread.request_stop();
    m_thread.join();
    rd_kafka_destroy_flags(m_client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void CommittedReader::run(const std::stop_token& stop)
{
    Clock::time_point remindedAt = Clock::now();
    while (!stop.stop_requested()) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(m_client, 50);
        if (!message) {
            // A broker that ends may say that it knows of none, and the client then forgets it.
            if (Clock::now() - remindedAt < std::chrono::seconds(1)) continue;
            remindedAt = Clock::now();
            rd_kafka_brokers_add(m_client, m_servers.c_str());
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            const std::lock_guard lock(m_mutex);
            m_lastAt = Clock::now();
            m_seen.push_back({textOf(message->key, message->key_len), textOf(message->payload, message->len),
                              message->partition, message->offset, m_lastAt});
        }
        rd_kafka_message_destroy(message);
    }
}

std::size_t CommittedReader::count() const
{
    const std::lock_guard lock(m_mutex);
    return m_seen.size();
}

std::vector<CommittedReader::Seen> CommittedReader::seen() const
{
    const std::lock_guard lock(m_mutex);
    return m_seen;
}

CommittedReader::Clock::time_point CommittedReader::lastAt() const
{
    const std::lock_guard lock(m_mutex);
    return m_lastAt;
}

bool CommittedReader::isQuietFor(std::chrono::milliseconds time) const
{
    return Clock::now() - lastAt() >= time;
}

// A minute at most: what is not there by then is missing.
void CommittedReader::waitUntilQuiet(std::chrono::milliseconds time, std::size_t atLeast) const
{
    const auto until = Clock::now() + std::chrono::minutes(1);
    while ((count() < atLeast || !isQuietFor(time)) && Clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
}
