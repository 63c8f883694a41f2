#include "connectors/kafka/kafka_sample.h"

#include <algorithm>
#include <re2/re2.h>

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

std::string topicsText(std::size_t count)
{
    return std::to_string(count) + (count == 1 ? " topic" : " topics");
}

std::size_t partitionCount(const std::vector<KafkaTopic>& topics)
{
    std::size_t count = 0;
    for (const KafkaTopic& topic : topics) count += topic.partitions.size();
    return count;
}

void addSampleLine(std::string& lines, const rd_kafka_message_t& message)
{
    if (!message.payload) return;
    std::string value(static_cast<const char*>(message.payload), message.len);
    std::replace(value.begin(), value.end(), '\n', ' ');
    lines += value + "\n";
}

// What is asked of all partitions at once: where they begin, or where they end.
Status askOffsets(KafkaClient& client, const std::string& doing, std::int64_t which,
                  rd_kafka_topic_partition_list_t& list)
{
    for (int i = 0; i < list.cnt; ++i) list.elems[i].offset = which;
    auto code = rd_kafka_offsets_for_times(client.handle(), &list, kEndsWithinMs);
    for (int i = 0; i < list.cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) code = list.elems[i].err;
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? ok() : Status(client.errorOf(code, doing));
}

// Up to the present ends of the partitions; how many records are kept there altogether.
Result<std::int64_t> readNewest(KafkaClient& client, const std::vector<KafkaTopic>& topics,
                                const std::string& doing, const Clock& clock, std::string& lines)
{
    const std::size_t count = partitionCount(topics);
    const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(count)));
    for (const KafkaTopic& topic : topics)
        for (const std::int32_t partition : topic.partitions)
            rd_kafka_topic_partition_list_add(list.get(), topic.name.c_str(), partition);
    const PartitionList begins(rd_kafka_topic_partition_list_copy(list.get()));
    TRY(askOffsets(client, doing, RD_KAFKA_OFFSET_BEGINNING, *begins));
    TRY(askOffsets(client, doing, RD_KAFKA_OFFSET_END, *list));
    const std::int64_t each =
        std::max<std::int64_t>(1, kSampleRecords / static_cast<std::int64_t>(count));
    std::int64_t all = 0, missing = 0;
    for (int i = 0; i < list->cnt; ++i) {
        const std::int64_t low = begins->elems[i].offset, high = list->elems[i].offset;
        const std::int64_t from = std::max(low, high - each);
        all += high - low;
        missing += high - from;
        list->elems[i].offset = from;
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
            return client.errorOf(code, doing);
    }
    return all;
}

// The one that is named, those that fit a pattern, or for an empty name all but the brokers' own; with the
// partitions that would be read.
Result<std::vector<KafkaTopic>> findTopics(KafkaClient& client, const KafkaReading& reading)
{
    const bool isOne = !reading.topic.empty() && !reading.isPattern();
    auto topics = client.topics(isOne ? reading.topic : std::string(), kConnectWithin);
    if (!topics) return topics;
    for (KafkaTopic& each : *topics) {
        if (isOne)
            for (const std::int32_t wanted : reading.partitions)
                if (!std::binary_search(each.partitions.begin(), each.partitions.end(), wanted))
                    return noSuchPartition(client, each, wanted);
        std::erase_if(each.partitions, [&](std::int32_t partition) { return !reading.reads(partition); });
    }
    if (isOne) return topics;
    const RE2 pattern(reading.topic.empty() ? "^.*" : reading.topic, RE2::Quiet);
    if (!pattern.ok())
        return Error{ErrorCode::InvalidSpec,
                     "After ^ follows a regular expression, and this is none; correct it.",
                     {}};
    std::erase_if(*topics, [&](const KafkaTopic& each) { return !reading.reads(each.name, &pattern); });
    if (topics->empty() && reading.isPattern())
        return Error{ErrorCode::Refused,
                     "No topic at " + client.servers() + " fits the pattern \"" + reading.topic +
                         "\"; correct it, or leave the topic out to see which there are.",
                     {}};
    return topics;
}

}  // namespace

Result<SourceSample> sampleKafka(const KafkaAccess& access, const KafkaReading& reading, const Clock& clock)
{
    const std::string& topic = reading.topic;
    KafkaClientSetup setup;
    setup.access = access;
    setup.settings = {
        {"group.id", "streamwright-detect"}, {"enable.auto.commit", "false"}, {"auto.offset.reset", "error"}};
    auto client = KafkaClient::make(std::move(setup));
    if (!client) return client.error();
    const auto topics = findTopics(**client, reading);
    if (!topics) return topics.error();
    SourceSample sample;
    if (topic.empty()) {
        sample.isList = true;
        sample.summary = (topics->size() == 1 ? "There is " : "There are ") + topicsText(topics->size()) +
            " at " + access.servers + ".";
        for (const KafkaTopic& each : *topics)
            sample.choices.push_back({each.name, each.partitions.size()});
        return sample;
    }
    const std::string doing = "read topic \"" + topic + "\"";
    const std::size_t partitions = partitionCount(*topics);
    if (partitions == 0) return (*client)->errorOf(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, doing);
    const auto records = readNewest(**client, *topics, doing, clock, sample.lines);
    if (!records) return records.error();
    sample.summary = (reading.isPattern() ? "Pattern " + topic + ": " + topicsText(topics->size()) + ", "
                                       : "Topic " + topic + ": ") +
        partitionsText(partitions) + ", " + std::to_string(*records) +
        (*records == 1 ? " record." : " records.");
    return sample;
}

}  // namespace engine
