#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// What the measuring programs need of librdkafka: no error is worth going on after.

constexpr int kAnswerMs = 30'000;

using Settings = std::vector<std::pair<std::string, std::string>>;
using Client = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;
using PartitionList =
    std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)>;

inline void must(rd_kafka_resp_err_t code, const char* what)
{
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    std::fprintf(stderr, "%s: %s\n", what, rd_kafka_err2str(code));
    std::exit(1);
}

inline Client makeClient(rd_kafka_type_t type, const std::string& servers, Settings settings)
{
    settings.emplace_back("bootstrap.servers", servers);
    settings.emplace_back("socket.nagle.disable", "true");
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char reason[512] = {};
    for (const auto& [name, value] : settings)
        if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) {
            std::fprintf(stderr, "%s\n", reason);
            std::exit(1);
        }
    rd_kafka_t* handle = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!handle) {
        std::fprintf(stderr, "%s\n", reason);
        std::exit(1);
    }
    return {handle, rd_kafka_destroy};
}

// Reads from chosen offsets, by nobody's group.
inline Client makeConsumer(const std::string& servers, Settings more = {})
{
    more.insert(more.end(),
                {{"group.id", "bench"}, {"enable.auto.commit", "false"}, {"fetch.queue.backoff.ms", "5"}});
    return makeClient(RD_KAFKA_CONSUMER, servers, std::move(more));
}

inline int partitionsOf(rd_kafka_t* client, const std::string& topic)
{
    rd_kafka_topic_t* named = rd_kafka_topic_new(client, topic.c_str(), nullptr);
    const rd_kafka_metadata_t* metadata = nullptr;
    must(rd_kafka_metadata(client, 0, named, &metadata, kAnswerMs), "metadata");
    const int count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(named);
    return count;
}

struct Offsets {
    std::int64_t low = 0, high = 0;
};

inline std::vector<Offsets> offsetsOf(rd_kafka_t* client, const std::string& topic, int partitions)
{
    std::vector<Offsets> all(static_cast<std::size_t>(partitions));
    for (int i = 0; i < partitions; ++i) {
        Offsets& each = all[static_cast<std::size_t>(i)];
        must(rd_kafka_query_watermark_offsets(client, topic.c_str(), i, &each.low, &each.high, kAnswerMs),
             "offsets");
    }
    return all;
}

inline void assignFrom(rd_kafka_t* client, const std::string& topic, const std::vector<std::int64_t>& offsets)
{
    const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())),
                             rd_kafka_topic_partition_list_destroy);
    for (std::size_t i = 0; i < offsets.size(); ++i)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), static_cast<int>(i))->offset =
            offsets[i];
    must(rd_kafka_assign(client, list.get()), "assign");
}

// Reads all partitions from their beginnings; answers how many records there are to their present ends.
inline std::int64_t assignAll(rd_kafka_t* client, const std::string& topic)
{
    std::vector<std::int64_t> from;
    std::int64_t all = 0;
    for (const Offsets& each : offsetsOf(client, topic, partitionsOf(client, topic))) {
        from.push_back(each.low);
        all += each.high - each.low;
    }
    assignFrom(client, topic, from);
    return all;
}

// What is there, at most as much as `batch` holds; waits for the first where nothing is. (A call for many
// waits until it has as many.)
inline std::size_t consume(rd_kafka_queue_t* queue, std::vector<rd_kafka_message_t*>& batch)
{
    ssize_t count = rd_kafka_consume_batch_queue(queue, 0, batch.data(), batch.size());
    if (count <= 0) count = rd_kafka_consume_batch_queue(queue, 1000, batch.data(), 1);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

inline std::int64_t nowUs()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}
