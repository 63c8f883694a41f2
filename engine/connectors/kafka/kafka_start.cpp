#include "base/log.h"
#include "connectors/kafka/kafka_source.h"

namespace engine {

namespace {

constexpr Duration kAskFor = std::chrono::seconds(3);  // a stop may have to wait so long for a silent broker
constexpr int kAskForMs = static_cast<int>(kAskFor.count() / 1000);
constexpr int kEndsWithinMs = 500;

PartitionList listOf(const std::vector<KafkaPart*>& parts, std::int64_t offset)
{
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(parts.size())));
    for (const KafkaPart* part : parts)
        rd_kafka_topic_partition_list_add(list.get(), part->topic.c_str(), part->partition)->offset = offset;
    return list;
}

// Retention may have passed the group by, or the topic may be another one than it has read.
Status beginAtGroup(KafkaClient& client, const std::string& group, const std::vector<KafkaPart*>& parts)
{
    const PartitionList list = listOf(parts, RD_KAFKA_OFFSET_INVALID);
    TRY(client.groupOffsets(group, *list, kAskFor));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::int64_t offset = list->elems[i].offset;
        const auto ends = kafkaEnds(client, *parts[i]);
        if (!ends) return ends.error();
        const bool isThere = offset >= ends->low && offset <= ends->high;
        if (offset >= 0 && !isThere)
            log(LogLevel::Warning,
                "The group \"" + group + "\" was at record " + std::to_string(offset) + " of " +
                    parts[i]->name() + ", which is not there: the broker keeps " + std::to_string(ends->low) +
                    " to " + std::to_string(ends->high) + ". It begins at the first of them.");
        parts[i]->next = isThere ? offset : ends->low;
    }
    return ok();
}

// Behind the last time there is only what comes.
Status beginAtTime(KafkaClient& client, Timestamp time, const std::vector<KafkaPart*>& parts)
{
    const PartitionList list = listOf(parts, time.time_since_epoch().count() / kMillisecondUs);
    const std::string doing = "find offsets by their time";
    const auto code = rd_kafka_offsets_for_times(client.handle(), list.get(), kAskForMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return client.errorOf(code, doing);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const rd_kafka_topic_partition_t& answer = list->elems[i];
        if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) return client.errorOf(answer.err, doing);
        const auto ends = kafkaEnds(client, *parts[i]);
        if (!ends) return ends.error();
        parts[i]->next = answer.offset >= 0 ? answer.offset : ends->high;
    }
    return ok();
}

}  // namespace

Result<KafkaEnds> kafkaEnds(KafkaClient& client, KafkaPart& part)
{
    KafkaEnds ends;
    const auto code = rd_kafka_query_watermark_offsets(client.handle(), part.topic.c_str(), part.partition,
                                                       &ends.low, &ends.high, kAskForMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return client.errorOf(code, "read topic \"" + part.topic + "\"");
    part.end = ends.high;
    return ends;
}

bool askKafkaEnds(KafkaClient& client, std::deque<KafkaPart>& parts)
{
    std::vector<KafkaPart*> all;
    for (KafkaPart& part : parts) all.push_back(&part);
    if (all.empty()) return true;
    const PartitionList list = listOf(all, RD_KAFKA_OFFSET_END);
    if (rd_kafka_offsets_for_times(client.handle(), list.get(), kEndsWithinMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const rd_kafka_topic_partition_t& answer = list->elems[i];
        if (answer.err == RD_KAFKA_RESP_ERR_NO_ERROR && answer.offset >= 0) all[i]->end = answer.offset;
    }
    return true;
}

Status resolveKafkaStart(KafkaClient& client, const KafkaReading& reading, const std::string& group,
                         KafkaStart start, const std::vector<KafkaPart*>& parts)
{
    if (parts.empty()) return ok();
    if (start == KafkaStart::Committed) return beginAtGroup(client, group, parts);
    if (start == KafkaStart::AtTime) return beginAtTime(client, reading.startTime, parts);
    for (KafkaPart* part : parts) {
        const auto ends = kafkaEnds(client, *part);
        if (!ends) return ends.error();
        part->next = start == KafkaStart::Latest ? ends->high : ends->low;
    }
    return ok();
}

}  // namespace engine
