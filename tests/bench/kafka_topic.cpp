// What a measurement does to topics: makes one, fills it with the lines of standard input, deletes it, waits
// until it holds so many records.
//   kafka_topic SERVERS make TOPIC PARTITIONS
//   kafka_topic SERVERS fill TOPIC          lz4; partitions by turns, each closed by a record of a later time
//   kafka_topic SERVERS delete TOPIC
//   kafka_topic SERVERS wait TOPIC RECORDS
//   kafka_topic SERVERS feed TOPIC RATE PARTITION   numbered records with the time, until standard input
//   ends;
//                                                   then it says how many
#include "kafka_client.h"

#include <atomic>
#include <charconv>
#include <cstring>
#include <iostream>
#include <thread>

namespace {

constexpr std::int64_t kLaterMs = 3'600'000;

template <class Ask, class Results>
void administrate(const std::string& servers, Ask ask, Results results)
{
    const Client client = makeClient(RD_KAFKA_PRODUCER, servers, {});
    rd_kafka_queue_t* queue = rd_kafka_queue_new(client.get());
    ask(client.get(), queue);
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, kAnswerMs);
    must(event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT, "topic");
    std::size_t count = 0;
    const rd_kafka_topic_result_t** all = results(event, &count);
    for (std::size_t i = 0; i < count; ++i) must(rd_kafka_topic_result_error(all[i]), "topic");
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
}

// Whether the broker tells where each partition ends: of a thousand it takes many seconds to become the
// leader.
bool areLed(rd_kafka_t* client, const std::string& topic, int partitions)
{
    const PartitionList list(rd_kafka_topic_partition_list_new(partitions),
                             rd_kafka_topic_partition_list_destroy);
    for (int i = 0; i < partitions; ++i)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset = RD_KAFKA_OFFSET_END;
    if (rd_kafka_offsets_for_times(client, list.get(), kAnswerMs) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    for (int i = 0; i < partitions; ++i)
        if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    return true;
}

void makeTopic(const std::string& servers, const std::string& topic, int partitions)
{
    rd_kafka_NewTopic_t* wanted = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, nullptr, 0);
    administrate(
        servers,
        [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
            rd_kafka_CreateTopics(client, &wanted, 1, nullptr, queue);
        },
        [](rd_kafka_event_t* event, std::size_t* count) {
            return rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), count);
        });
    rd_kafka_NewTopic_destroy(wanted);
    // It takes a moment until the broker knows what it has made.
    const Client client = makeConsumer(servers);
    while (partitionsOf(client.get(), topic) != partitions || !areLed(client.get(), topic, partitions))
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

void deleteTopic(const std::string& servers, const std::string& topic)
{
    rd_kafka_DeleteTopic_t* doomed = rd_kafka_DeleteTopic_new(topic.c_str());
    administrate(
        servers,
        [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
            rd_kafka_DeleteTopics(client, &doomed, 1, nullptr, queue);
        },
        [](rd_kafka_event_t* event, std::size_t* count) {
            return rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), count);
        });
    rd_kafka_DeleteTopic_destroy(doomed);
}

void produce(rd_kafka_t* client, rd_kafka_topic_t* topic, int partition, std::string_view value)
{
    while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()),
                            value.size(), nullptr, 0, nullptr) != 0) {
        const rd_kafka_resp_err_t code = rd_kafka_last_error();
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) must(code, "produce");
        rd_kafka_poll(client, 20);
    }
}

std::int64_t timeOf(const std::string& line)
{
    const std::size_t at = line.find("\"ts\":");
    std::int64_t time = 0;
    if (at != std::string::npos) std::from_chars(line.data() + at + 5, line.data() + line.size(), time);
    return time;
}

// The last records take the watermark on, and no filter lets them through: with them all windows close.
void fill(const std::string& servers, const std::string& topic)
{
    const Client client = makeClient(RD_KAFKA_PRODUCER, servers,
                                     {{"compression.type", "lz4"},
                                      {"linger.ms", "20"},
                                      {"batch.size", "262144"},
                                      {"queue.buffering.max.messages", "500000"}});
    rd_kafka_topic_t* named = rd_kafka_topic_new(client.get(), topic.c_str(), nullptr);
    const int partitions = partitionsOf(client.get(), topic);
    std::int64_t records = 0, latest = 0;
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line); ++records) {
        latest = std::max(latest, timeOf(line));
        produce(client.get(), named, static_cast<int>(records % partitions), line);
        if (records % 1000 == 0) rd_kafka_poll(client.get(), 0);
    }
    const std::string last = R"({"sensor_id":"end","temperature":0.0,"humidity":0.0,"ts":)" +
        std::to_string(latest + kLaterMs) + "}";
    for (int i = 0; i < partitions; ++i) produce(client.get(), named, i, last);
    must(rd_kafka_flush(client.get(), kAnswerMs), "flush");
    rd_kafka_topic_destroy(named);
}

void waitFor(const std::string& servers, const std::string& topic, std::int64_t records)
{
    const Client client = makeConsumer(servers);
    const int partitions = partitionsOf(client.get(), topic);
    for (;;) {
        std::int64_t there = 0;
        for (const Offsets& each : offsetsOf(client.get(), topic, partitions)) there += each.high - each.low;
        if (there >= records) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
}

void feed(const std::string& servers, const std::string& topic, double rate, int partition)
{
    using Clock = std::chrono::steady_clock;
    const Client client =
        makeClient(RD_KAFKA_PRODUCER, servers, {{"linger.ms", "1"}, {"compression.type", "lz4"}});
    rd_kafka_topic_t* named = rd_kafka_topic_new(client.get(), topic.c_str(), nullptr);
    std::atomic<bool> isEnded = false;
    std::jthread watch([&] {
        while (std::cin.get() != std::char_traits<char>::eof()) { }
        isEnded = true;
    });
    const auto began = Clock::now();
    std::int64_t records = 0;
    while (!isEnded) {
        const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const auto nowMs = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
        for (; static_cast<double>(records) < seconds * rate; ++records)
            produce(client.get(), named, partition,
                    "{\"ts\":" + std::to_string(nowMs) + ",\"n\":" + std::to_string(records) + "}");
        rd_kafka_poll(client.get(), 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    must(rd_kafka_flush(client.get(), kAnswerMs), "flush");
    rd_kafka_topic_destroy(named);
    std::cout << records << '\n';
}

}  // namespace

int main(int argc, char** argv)
{
    const std::string order = argc > 3 ? argv[2] : "";
    if (order == "make" && argc == 5)
        makeTopic(argv[1], argv[3], std::atoi(argv[4]));
    else if (order == "fill")
        fill(argv[1], argv[3]);
    else if (order == "delete")
        deleteTopic(argv[1], argv[3]);
    else if (order == "wait" && argc == 5)
        waitFor(argv[1], argv[3], std::atoll(argv[4]));
    else if (order == "feed" && argc == 6)
        feed(argv[1], argv[3], std::atof(argv[4]), std::atoi(argv[5]));
    else
        return 2;
    return 0;
}
