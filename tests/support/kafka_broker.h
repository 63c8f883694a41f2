#pragma once

#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <librdkafka/rdkafka.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// One record as a plain consumer reads it.
struct PlainRecord {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::optional<std::string> key{};
    std::string value{};
    std::vector<std::pair<std::string, std::string>> headers{};
};

// A real Kafka broker on free ports of this machine, with its data in a folder of its own. Owned by the test;
// header only, for it needs the test's SOURCE_DIR. Never skips: what does not start fails.
class KafkaBroker {
public:
    ~KafkaBroker() { stop(); }
    bool make()
    {
        m_port = freePort();
        return m_directory.isValid() && script({"format", m_directory.path(), QString::number(m_port)}) &&
            start();
    }
    bool start() { return m_isRunning = script({"start", m_directory.path()}); }
    void stop()
    {
        if (m_isRunning) script({"stop", m_directory.path()});
        m_isRunning = false;
    }
    std::string servers(int place = 0) const { return "127.0.0.1:" + std::to_string(m_port + place); }
    std::string tlsServers() const { return servers(2); }
    std::string loginServers() const { return servers(3); }                         // TLS and a login
    QString file(const QString& name) const { return m_directory.filePath(name); }  // ca.pem, other_ca.pem

    bool createTopic(const std::string& name, int partitions, const std::string& config = {},
                     const std::string& value = {});
    bool deleteTopic(const std::string& name);
    // An ACL for a topic, or without one for the cluster.
    bool allow(const std::string& user, rd_kafka_AclOperation_t operation, const std::string& topic = {});
    std::vector<PlainRecord> readAll(const std::string& topic);
    bool hasTopic(const std::string& topic);

private:
    struct End {
        void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
    };
    using Client = std::unique_ptr<rd_kafka_t, End>;
    Client client(rd_kafka_type_t type)
    {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        rd_kafka_conf_set(conf, "bootstrap.servers", servers().c_str(), nullptr, 0);
        if (type == RD_KAFKA_CONSUMER) rd_kafka_conf_set(conf, "group.id", "test", nullptr, 0);
        rd_kafka_conf_set(conf, "fetch.queue.backoff.ms", "5", nullptr, 0);
        return Client(rd_kafka_new(type, conf, nullptr, 0));
    }
    // Runs an admin request; true when no part of its answer is an error.
    template <class Ask, class Verdict>
    bool administer(Ask ask, Verdict verdict)
    {
        const Client admin = client(RD_KAFKA_PRODUCER);
        rd_kafka_queue_t* queue = rd_kafka_queue_new(admin.get());
        ask(admin.get(), queue);
        rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 20'000);
        const bool isDone =
            event && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR && verdict(event);
        if (event) rd_kafka_event_destroy(event);
        rd_kafka_queue_destroy(queue);
        return isDone;
    }
    bool script(const QStringList& words)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.setStandardOutputFile(QProcess::nullDevice());
        process.start(QString(SOURCE_DIR) + "/tests/peers/kafka/kafka.sh", words);
        return process.waitForFinished(120'000) && process.exitStatus() == QProcess::NormalExit &&
            process.exitCode() == 0;
    }
    // The first of four in a row.
    static int freePort()
    {
        for (;;) {
            QTcpServer first;
            if (!first.listen(QHostAddress::LocalHost)) return 0;
            const int port = first.serverPort();
            bool isFree = port < 65'000;
            for (int next = 1; next < 4 && isFree; ++next)
                isFree = QTcpServer().listen(QHostAddress::LocalHost, static_cast<quint16>(port + next));
            if (isFree) return port;
        }
    }

    QTemporaryDir m_directory;
    int m_port = 0;
    bool m_isRunning = false;
};

inline bool KafkaBroker::createTopic(const std::string& name, int partitions, const std::string& config,
                                     const std::string& value)
{
    rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name.c_str(), partitions, 1, nullptr, 0);
    if (!config.empty()) rd_kafka_NewTopic_set_config(topic, config.c_str(), value.c_str());
    const bool isMade = administer(
        [&](rd_kafka_t* admin, rd_kafka_queue_t* queue) {
            rd_kafka_CreateTopics(admin, &topic, 1, nullptr, queue);
        },
        [](rd_kafka_event_t* event) {
            std::size_t count = 0;
            const auto* topics =
                rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
            return count == 1 && rd_kafka_topic_result_error(topics[0]) == RD_KAFKA_RESP_ERR_NO_ERROR;
        });
    rd_kafka_NewTopic_destroy(topic);
    return isMade;
}

inline bool KafkaBroker::deleteTopic(const std::string& name)
{
    rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
    const bool isGone =
        administer([&](rd_kafka_t* admin,
                       rd_kafka_queue_t* queue) { rd_kafka_DeleteTopics(admin, &topic, 1, nullptr, queue); },
                   [](rd_kafka_event_t*) { return true; });
    rd_kafka_DeleteTopic_destroy(topic);
    return isGone;
}

inline bool KafkaBroker::allow(const std::string& user, rd_kafka_AclOperation_t operation,
                               const std::string& topic)
{
    rd_kafka_AclBinding_t* acl = rd_kafka_AclBinding_new(
        topic.empty() ? RD_KAFKA_RESOURCE_BROKER : RD_KAFKA_RESOURCE_TOPIC,
        topic.empty() ? "kafka-cluster" : topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL,
        ("User:" + user).c_str(), "*", operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, nullptr, 0);
    const bool isAllowed =
        administer([&](rd_kafka_t* admin,
                       rd_kafka_queue_t* queue) { rd_kafka_CreateAcls(admin, &acl, 1, nullptr, queue); },
                   [](rd_kafka_event_t* event) {
                       std::size_t count = 0;
                       const auto* acls =
                           rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count);
                       return count == 1 && rd_kafka_acl_result_error(acls[0]) == nullptr;
                   });
    rd_kafka_AclBinding_destroy(acl);
    return isAllowed;
}

inline bool KafkaBroker::hasTopic(const std::string& topic)
{
    const Client consumer = client(RD_KAFKA_CONSUMER);
    const rd_kafka_metadata_t* all = nullptr;
    if (rd_kafka_metadata(consumer.get(), 1, nullptr, &all, 20'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    bool isThere = false;
    for (int i = 0; i < all->topic_cnt; ++i) isThere = isThere || topic == all->topics[i].topic;
    rd_kafka_metadata_destroy(all);
    return isThere;
}

inline std::vector<PlainRecord> KafkaBroker::readAll(const std::string& topic)
{
    const Client consumer = client(RD_KAFKA_CONSUMER);
    rd_kafka_topic_t* handle = rd_kafka_topic_new(consumer.get(), topic.c_str(), nullptr);
    const rd_kafka_metadata_t* found = nullptr;
    rd_kafka_metadata(consumer.get(), 0, handle, &found, 20'000);
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(4);
    std::int64_t wanted = 0;
    for (int i = 0; found && i < found->topics[0].partition_cnt; ++i) {
        std::int64_t low = 0, high = 0;
        const std::int32_t partition = found->topics[0].partitions[i].id;
        rd_kafka_query_watermark_offsets(consumer.get(), topic.c_str(), partition, &low, &high, 20'000);
        rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset = low;
        wanted += high - low;
    }
    rd_kafka_assign(consumer.get(), all);
    std::vector<PlainRecord> records;
    while (static_cast<std::int64_t>(records.size()) < wanted) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer.get(), 20'000);
        if (!message || message->err) break;
        PlainRecord record{message->partition, message->offset, {}, {}, {}};
        if (message->key) record.key.emplace(static_cast<const char*>(message->key), message->key_len);
        record.value.assign(static_cast<const char*>(message->payload), message->len);
        rd_kafka_headers_t* headers = nullptr;
        rd_kafka_message_headers(message, &headers);
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        for (std::size_t i = 0; headers &&
             rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
             ++i)
            record.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
        records.push_back(std::move(record));
        rd_kafka_message_destroy(message);
    }
    rd_kafka_topic_partition_list_destroy(all);
    if (found) rd_kafka_metadata_destroy(found);
    rd_kafka_topic_destroy(handle);
    rd_kafka_consumer_close(consumer.get());
    return records;
}
