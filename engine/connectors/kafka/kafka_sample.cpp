#include "connectors/kafka/kafka_sample.h"

#include <algorithm>

namespace engine {

namespace {

constexpr Duration kConnectWithin = std::chrono::seconds(10);
constexpr Duration kReadWithin = std::chrono::seconds(5);
constexpr int kEndsWithinMs = 5000;
constexpr std::int64_t kSampleRecords = 400;  // of all partitions together

std::string partitionsText(std::size_t count)
{
    return std::to_string(count) + (count == 1 ? " partition" : " partitions");
}

void addSampleLine(std::string& lines, const rd_kafka_message_t& message)
{
    if (!message.payload) return;
    std::string value(static_cast<const char*>(message.payload), message.len);
    std::replace(value.begin(), value.end(), '\n', ' ');
    lines += value + "\n";
}

// Up to the present ends of the partitions; how many records are kept there altogether.
Result<std::int64_t> readNewest(KafkaClient& client, const KafkaTopic& topic, const Clock& clock,
                                std::string& lines)
{
    const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(topic.partitions.size())));
    const std::int64_t each =
        std::max<std::int64_t>(1, kSampleRecords / static_cast<std::int64_t>(topic.partitions.size()));
    std::int64_t all = 0, missing = 0;
    for (const std::int32_t partition : topic.partitions) {
        std::int64_t low = 0, high = 0;
        const auto code = rd_kafka_query_watermark_offsets(client.handle(), topic.name.c_str(), partition,
                                                           &low, &high, kEndsWithinMs);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return client.errorOf(code, "read topic \"" + topic.name + "\"");
        const std::int64_t from = std::max(low, high - each);
        all += high - low;
        missing += high - from;
        rd_kafka_topic_partition_list_add(list.get(), topic.name.c_str(), partition)->offset = from;
    }
    rd_kafka_assign(client.handle(), list.get());
    const MonotonicTime until = clock.monotonic() + kReadWithin;
    while (missing > 0 && clock.monotonic() < until) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(client.handle(), 100);
        if (!message) continue;
        const auto code = message->err;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            addSampleLine(lines, *message);
            --missing;
        }
        rd_kafka_message_destroy(message);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR && !mayPass(code))
            return client.errorOf(code, "read topic \"" + topic.name + "\"");
    }
    return all;
}

}  // namespace

Result<SourceSample> sampleKafka(const KafkaAccess& access, const std::string& topic, const Clock& clock)
{
    KafkaClientSetup setup;
    setup.access = access;
    setup.settings = {
        {"group.id", "streamwright-detect"}, {"enable.auto.commit", "false"}, {"auto.offset.reset", "error"}};
    auto client = KafkaClient::make(std::move(setup));
    if (!client) return client.error();
    auto topics = (*client)->topics(topic, kConnectWithin);
    if (!topics) return topics.error();
    SourceSample sample;
    if (topic.empty()) {
        std::erase_if(*topics, [](const KafkaTopic& each) { return each.name.rfind("__", 0) == 0; });
        sample.summary = "There are " + std::to_string(topics->size()) + " topics at " + access.servers + ".";
        for (const KafkaTopic& each : *topics)
            sample.choices.push_back(each.name + " (" + partitionsText(each.partitions.size()) + ")");
        return sample;
    }
    if (topics->empty() || topics->front().partitions.empty())
        return (*client)->errorOf(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "read topic \"" + topic + "\"");
    const auto records = readNewest(**client, topics->front(), clock, sample.lines);
    if (!records) return records.error();
    sample.summary = "Topic " + topic + ": " + partitionsText(topics->front().partitions.size()) + ", " +
        std::to_string(*records) + " records.";
    return sample;
}

}  // namespace engine
