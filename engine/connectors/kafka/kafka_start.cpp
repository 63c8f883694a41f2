#include "connectors/kafka/kafka_source.h"

namespace engine {

namespace {

constexpr int kAskForMs = 3000;  // so long a stop may have to wait while a broker is silent

Status askForEnd(KafkaClient& client, KafkaPart& part, bool isLatest)
{
    std::int64_t low = 0, high = 0;
    const auto code = rd_kafka_query_watermark_offsets(client.handle(), part.topic.c_str(), part.partition,
                                                       &low, &high, kAskForMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return client.errorOf(code, "read topic \"" + part.topic + "\"");
    part.next = isLatest ? high : low;
    return ok();
}

// By one question for all; those without an answer stay open.
Status askForAll(KafkaClient& client, const KafkaReading& reading, bool isCommitted,
                 const std::vector<KafkaPart*>& parts)
{
    const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(parts.size())));
    const std::int64_t timeMs = reading.startTime.time_since_epoch().count() / kMillisecondUs;
    for (const KafkaPart* part : parts)
        rd_kafka_topic_partition_list_add(list.get(), part->topic.c_str(), part->partition)->offset = timeMs;
    const auto code = isCommitted ? rd_kafka_committed(client.handle(), list.get(), kAskForMs)
                                  : rd_kafka_offsets_for_times(client.handle(), list.get(), kAskForMs);
    const std::string doing = isCommitted ? "read the offsets of the group" : "find offsets by their time";
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return client.errorOf(code, doing);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const rd_kafka_topic_partition_t& answer = list->elems[i];
        if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) return client.errorOf(answer.err, doing);
        if (answer.offset >= 0) parts[i]->next = answer.offset;
    }
    return ok();
}

}  // namespace

Status resolveKafkaStart(KafkaClient& client, const KafkaReading& reading, KafkaStart start,
                         std::vector<KafkaPart*> parts)
{
    std::erase_if(parts, [](const KafkaPart* part) { return part->next >= 0; });
    if (parts.empty()) return ok();
    if (start == KafkaStart::Committed || start == KafkaStart::AtTime) {
        TRY(askForAll(client, reading, start == KafkaStart::Committed, parts));
        // Nothing is lost where nothing was committed; behind the last time there is only what comes.
        start = start == KafkaStart::Committed ? KafkaStart::Earliest : KafkaStart::Latest;
    }
    for (KafkaPart* part : parts)
        if (part->next < 0) TRY(askForEnd(client, *part, start == KafkaStart::Latest));
    return ok();
}

}  // namespace engine
