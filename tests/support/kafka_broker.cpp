#include "support/kafka_broker.h"

#include "base/check.h"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <sstream>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace engine {

namespace {

constexpr int kPorts = 5;
constexpr int kAnswerWithinMs = 30'000;
constexpr auto kReadyWithin = std::chrono::seconds(120);

const std::string kScript = std::string(SOURCE_DIR) + "/tests/peers/kafka/kafka.sh";

bool isPortFree(int port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool isFree = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return isFree;
}

int freePorts()
{
    for (int port = 20'000 + ::getpid() % 1000 * 8; port < 60'000; port += kPorts) {
        int found = 0;
        while (found < kPorts && isPortFree(port + found)) ++found;
        if (found == kPorts) return port;
    }
    CHECK(false && "no free ports");
    return 0;
}

std::string contentOf(const std::string& path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct HandleDeleter {
    void operator()(rd_kafka_t* handle) const
    {
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
};
using Handle = std::unique_ptr<rd_kafka_t, HandleDeleter>;

Handle makeHandle(rd_kafka_type_t type, const std::string& servers,
                  std::vector<std::pair<std::string, std::string>> settings)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    settings.emplace_back("bootstrap.servers", servers);
    char reason[512] = {};
    for (const auto& [name, value] : settings)
        CHECK(rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) ==
              RD_KAFKA_CONF_OK);
    Handle handle(rd_kafka_new(type, conf, reason, sizeof reason));
    CHECK(handle);
    return handle;
}

// Sends an order to the broker and waits for its answer; `ask` puts it on the queue.
void administrate(const std::string& servers, const std::function<void(rd_kafka_t*, rd_kafka_queue_t*)>& ask,
                  const std::function<bool(rd_kafka_event_t*)>& isDone)
{
    const Handle handle = makeHandle(RD_KAFKA_PRODUCER, servers, {});
    rd_kafka_queue_t* queue = rd_kafka_queue_new(handle.get());
    ask(handle.get(), queue);
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, kAnswerWithinMs);
    CHECK(event && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR && isDone(event));
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
}

bool isKnown(rd_kafka_t* handle, const std::string& topic, int partitions)
{
    const rd_kafka_metadata_t* answer = nullptr;
    if (rd_kafka_metadata(handle, 1, nullptr, &answer, kAnswerWithinMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    bool isKnown = false;
    for (int i = 0; i < answer->topic_cnt; ++i) {
        const rd_kafka_metadata_topic_t& each = answer->topics[i];
        if (topic != each.topic || each.err || each.partition_cnt != partitions) continue;
        isKnown = std::all_of(each.partitions, each.partitions + partitions,
                              [](const auto& partition) { return partition.leader >= 0; });
    }
    rd_kafka_metadata_destroy(answer);
    return isKnown;
}

// The controller says that a topic is made before the broker knows of it.
void waitUntilKnown(const std::string& servers, const std::string& topic, int partitions)
{
    const Handle handle = makeHandle(RD_KAFKA_PRODUCER, servers, {});
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kAnswerWithinMs);
    while (!isKnown(handle.get(), topic, partitions)) {
        CHECK(std::chrono::steady_clock::now() < until);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

bool areTopicsDone(const rd_kafka_topic_result_t** results, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        if (rd_kafka_topic_result_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            std::fprintf(stderr, "%s: %s\n", rd_kafka_topic_result_name(results[i]),
                         rd_kafka_topic_result_error_string(results[i]));
            return false;
        }
    return true;
}

KafkaTestRecord recordOf(const rd_kafka_message_t& message)
{
    KafkaTestRecord record;
    record.hasValue = message.payload != nullptr;
    if (message.payload) record.value.assign(static_cast<const char*>(message.payload), message.len);
    if (message.key) record.key.assign(static_cast<const char*>(message.key), message.key_len);
    record.partition = message.partition;
    record.offset = message.offset;
    rd_kafka_headers_t* headers = nullptr;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        for (std::size_t i = 0;
             rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
            record.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
    return record;
}

}  // namespace

KafkaBroker::KafkaBroker()
{
    const char* temporary = std::getenv("TMPDIR");
    m_directory = std::string(temporary ? temporary : "/tmp") + "/kafka_XXXXXX";
    CHECK(::mkdtemp(m_directory.data()));
}

KafkaBroker::~KafkaBroker()
{
    stop();
    (void)!std::system(("rm -rf '" + m_directory + "'").c_str());
}

std::string KafkaBroker::start()
{
    if (m_port == 0) {
        m_port = freePorts();
        const std::string order = "'" + kScript + "' format '" + m_directory + "' " + std::to_string(m_port) +
            " " + KafkaBroker::kElsewhere;
        if (std::system(order.c_str()) != 0) return "The broker could not be formatted: " + order;
    }
    const std::string logFile = m_directory + "/log";
    std::remove(logFile.c_str());
    const pid_t parent = ::getpid();
    m_process = ::fork();
    if (m_process == 0) {
        // A test that is killed takes its broker with it.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1);
        const int log = ::open(logFile.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execl(kScript.c_str(), kScript.c_str(), "run", m_directory.c_str(), nullptr);
        ::_exit(1);
    }
    const auto until = std::chrono::steady_clock::now() + kReadyWithin;
    while (contentOf(logFile).find("Kafka Server started") == std::string::npos) {
        int status = 0;
        const bool isGone = ::waitpid(m_process, &status, WNOHANG) == m_process;
        if (isGone) m_process = 0;
        if (isGone || std::chrono::steady_clock::now() > until)
            return "The broker did not start:\n" + contentOf(logFile);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return {};
}

void KafkaBroker::stop()
{
    if (m_process == 0) return;
    thaw();
    // One that its controller no longer knows would ask for minutes whether it may end.
    ::kill(m_process, std::exchange(m_isUnregistered, false) ? SIGKILL : SIGTERM);
    int status = 0;
    ::waitpid(m_process, &status, 0);
    m_process = 0;
}

void KafkaBroker::freeze() { CHECK(::kill(m_process, SIGSTOP) == 0); }

void KafkaBroker::thaw() { CHECK(::kill(m_process, SIGCONT) == 0); }

void KafkaBroker::unregister()
{
    CHECK(std::system(("'" + kScript + "' unregister '" + m_directory + "'").c_str()) == 0);
    m_isUnregistered = true;
}

void KafkaBroker::createTopic(const std::string& name, int partitions, const std::string& setting,
                              const std::string& value)
{
    rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name.c_str(), partitions, 1, nullptr, 0);
    if (!setting.empty()) rd_kafka_NewTopic_set_config(topic, setting.c_str(), value.c_str());
    administrate(
        servers(),
        [&](auto* handle, auto* queue) { rd_kafka_CreateTopics(handle, &topic, 1, nullptr, queue); },
        [](rd_kafka_event_t* event) {
            std::size_t count = 0;
            return areTopicsDone(
                rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count),
                count);
        });
    rd_kafka_NewTopic_destroy(topic);
    waitUntilKnown(servers(), name, partitions);
}

void KafkaBroker::deleteTopic(const std::string& name)
{
    rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
    administrate(
        servers(),
        [&](auto* handle, auto* queue) { rd_kafka_DeleteTopics(handle, &topic, 1, nullptr, queue); },
        [](rd_kafka_event_t* event) {
            std::size_t count = 0;
            return areTopicsDone(
                rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count),
                count);
        });
    rd_kafka_DeleteTopic_destroy(topic);
}

void KafkaBroker::addPartitions(const std::string& name, int newTotal)
{
    rd_kafka_NewPartitions_t* more =
        rd_kafka_NewPartitions_new(name.c_str(), static_cast<std::size_t>(newTotal), nullptr, 0);
    administrate(
        servers(),
        [&](auto* handle, auto* queue) { rd_kafka_CreatePartitions(handle, &more, 1, nullptr, queue); },
        [](rd_kafka_event_t* event) {
            std::size_t count = 0;
            return areTopicsDone(rd_kafka_CreatePartitions_result_topics(
                                     rd_kafka_event_CreatePartitions_result(event), &count),
                                 count);
        });
    rd_kafka_NewPartitions_destroy(more);
    waitUntilKnown(servers(), name, newTotal);
}

void KafkaBroker::produce(const std::string& topic, const std::function<bool(KafkaTestRecord&)>& next,
                          const char* compression)
{
    const Handle handle = makeHandle(RD_KAFKA_PRODUCER, servers(),
                                     {{"linger.ms", "20"},
                                      {"enable.idempotence", "true"},  // else a batch sent again comes late
                                      {"compression.type", compression},
                                      {"message.max.bytes", "400000000"},
                                      {"queue.buffering.max.messages", "200000"}});
    for (KafkaTestRecord record; next(record);) {
        rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
        for (const auto& [name, value] : record.headers)
            rd_kafka_header_add(headers, name.c_str(), -1, value.data(), static_cast<ssize_t>(value.size()));
        auto code = RD_KAFKA_RESP_ERR__QUEUE_FULL;
        while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            code = rd_kafka_producev(
                handle.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(record.partition),
                RD_KAFKA_V_VALUE(record.hasValue ? record.value.data() : nullptr, record.value.size()),
                RD_KAFKA_V_KEY(record.key.empty() ? nullptr : record.key.data(), record.key.size()),
                RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
            rd_kafka_poll(handle.get(), code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 10 : 0);
        }
        CHECK(code == RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    CHECK(rd_kafka_flush(handle.get(), kAnswerWithinMs) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void KafkaBroker::produce(const std::string& topic, const std::vector<KafkaTestRecord>& records)
{
    std::size_t next = 0;
    produce(topic, [&](KafkaTestRecord& record) {
        if (next == records.size()) return false;
        record = records[next++];
        return true;
    });
}

std::vector<KafkaTestRecord> KafkaBroker::consume(const std::string& topic)
{
    const Handle handle =
        makeHandle(RD_KAFKA_CONSUMER, servers(), {{"group.id", "test"}, {"enable.auto.commit", "false"}});
    rd_kafka_topic_t* named = rd_kafka_topic_new(handle.get(), topic.c_str(), nullptr);
    const struct rd_kafka_metadata* metadata = nullptr;
    CHECK(rd_kafka_metadata(handle.get(), 0, named, &metadata, kAnswerWithinMs) ==
          RD_KAFKA_RESP_ERR_NO_ERROR);
    const int partitions = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(named);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
    std::int64_t missing = 0;
    for (int i = 0; i < partitions; ++i) {
        std::int64_t low = 0, high = 0;
        CHECK(rd_kafka_query_watermark_offsets(handle.get(), topic.c_str(), i, &low, &high,
                                               kAnswerWithinMs) == RD_KAFKA_RESP_ERR_NO_ERROR);
        missing += high - low;
        rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = low;
    }
    rd_kafka_assign(handle.get(), list);
    rd_kafka_topic_partition_list_destroy(list);
    std::vector<KafkaTestRecord> records;
    for (; missing > 0; --missing) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(handle.get(), kAnswerWithinMs);
        CHECK(message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR);
        records.push_back(recordOf(*message));
        rd_kafka_message_destroy(message);
    }
    return records;
}

std::int64_t KafkaBroker::committedOffset(const std::string& group, const std::string& topic, int partition)
{
    const Handle handle = makeHandle(RD_KAFKA_CONSUMER, servers(), {{"group.id", group}});
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
    CHECK(rd_kafka_committed(handle.get(), list, kAnswerWithinMs) == RD_KAFKA_RESP_ERR_NO_ERROR);
    const std::int64_t offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return offset;
}

}  // namespace engine
