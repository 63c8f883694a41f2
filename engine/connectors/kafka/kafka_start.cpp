#include "base/log.h"
#include "connectors/kafka/kafka_source.h"

#include <algorithm>
#include <functional>

namespace engine {

namespace {

constexpr Duration kAskFor = std::chrono::seconds(3);  // a stop may have to wait so long for a silent broker
constexpr int kAskForMs = static_cast<int>(kAskFor.count() / 1000);

PartitionList listOf(const std::vector<KafkaPart*>& parts, std::int64_t offset)
{
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(parts.size())));
    for (const KafkaPart* part : parts)
        rd_kafka_topic_partition_list_add(list.get(), part->topic.c_str(), part->partition)->offset = offset;
    return list;
}

// The offsets of the first record that is kept and of the next that will come.
struct KafkaEnds {
    std::int64_t low = 0, high = 0;
};

// One question for all of them, and not one for each: a topic may have thousands.
Status askForAll(KafkaClient& client, const std::vector<KafkaPart*>& parts, std::int64_t what,
                 const std::function<void(std::size_t, std::int64_t)>& take)
{
    const PartitionList list = listOf(parts, what);
    const std::string topic = parts.empty() ? std::string() : parts[0]->topic;
    auto code = rd_kafka_offsets_for_times(client.handle(), list.get(), kAskForMs);
    for (std::size_t i = 0; i < parts.size() && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
        code = list->elems[i].err;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) take(i, list->elems[i].offset);
    }
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? ok() : client.errorOf(code, "read topic \"" + topic + "\"");
}

Result<std::vector<KafkaEnds>> endsOf(KafkaClient& client, const std::vector<KafkaPart*>& parts)
{
    std::vector<KafkaEnds> ends(parts.size());
    TRY(askForAll(client, parts, RD_KAFKA_OFFSET_BEGINNING,
                  [&](std::size_t i, std::int64_t offset) { ends[i].low = offset; }));
    TRY(askForAll(client, parts, RD_KAFKA_OFFSET_END,
                  [&](std::size_t i, std::int64_t offset) { parts[i]->end = ends[i].high = offset; }));
    return ends;
}

// Retention may have passed the group by, or the topic may be another one than it has read.
Status beginAtGroup(KafkaClient& client, const std::string& group, const std::vector<KafkaPart*>& parts)
{
    const PartitionList list = listOf(parts, RD_KAFKA_OFFSET_INVALID);
    TRY(client.groupOffsets(group, *list, kAskFor));
    const auto ends = endsOf(client, parts);
    if (!ends) return ends.error();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::int64_t offset = list->elems[i].offset;
        const auto& [low, high] = (*ends)[i];
        const bool isThere = offset >= low && offset <= high;
        if (offset >= 0 && !isThere)
            log(LogLevel::Warning,
                "The group \"" + group + "\" was at record " + std::to_string(offset) + " of " +
                    parts[i]->name() + ", which is not there: the broker keeps " + std::to_string(low) +
                    " to " + std::to_string(high) + ". It begins at the first of them.");
        parts[i]->next = isThere ? offset : low;
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
    const auto ends = endsOf(client, parts);
    if (!ends) return ends.error();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const rd_kafka_topic_partition_t& answer = list->elems[i];
        if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) return client.errorOf(answer.err, doing);
        parts[i]->next = answer.offset >= 0 ? answer.offset : (*ends)[i].high;
    }
    return ok();
}

Status beginAtEnd(KafkaClient& client, bool atTheLast, const std::vector<KafkaPart*>& parts)
{
    const auto ends = endsOf(client, parts);
    if (!ends) return ends.error();
    for (std::size_t i = 0; i < parts.size(); ++i)
        parts[i]->next = atTheLast ? (*ends)[i].high : (*ends)[i].low;
    return ok();
}

}  // namespace

Status resolveKafkaStart(KafkaClient& client, const KafkaReading& reading, const std::string& group,
                         KafkaStart start, const std::vector<KafkaPart*>& parts)
{
    const auto resolve = [&](const std::vector<KafkaPart*>& some) {
        if (start == KafkaStart::Committed) return beginAtGroup(client, group, some);
        if (start == KafkaStart::AtTime) return beginAtTime(client, reading.startTime, some);
        return beginAtEnd(client, start == KafkaStart::Latest, some);
    };
    if (parts.empty()) return ok();
    const bool areLed = std::ranges::none_of(parts, &KafkaPart::isOffline);
    if (areLed) return resolve(parts);
    // Nothing is told of any where one of them has no leader: each is asked for alone, as far as it goes.
    for (KafkaPart* part : parts) TRY(resolve({part}));
    return ok();
}

}  // namespace engine
