// What a client asks its cluster besides records.
#include "connectors/kafka/kafka_client.h"

#include <algorithm>

namespace engine {

namespace {

constexpr Duration kMostPatience = std::chrono::seconds(5);

using AdminEvent = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;

// One question of librdkafka's admin interface; null when there was no answer in time.
template <class Ask>
AdminEvent answerOf(rd_kafka_t* client, rd_kafka_admin_op_t kind, Duration longest, Ask ask)
{
    const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> queue(
        rd_kafka_queue_new(client), rd_kafka_queue_destroy);
    const std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)> options(
        rd_kafka_AdminOptions_new(client, kind), rd_kafka_AdminOptions_destroy);
    const int longestMs = static_cast<int>(longest.count() / 1000);
    char reason[256] = {};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), longestMs, reason, sizeof reason);
    ask(options.get(), queue.get());
    return {rd_kafka_queue_poll(queue.get(), longestMs), rd_kafka_event_destroy};
}

rd_kafka_resp_err_t errorOfAnswer(const AdminEvent& answer)
{
    return answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
}

}  // namespace

Error noSuchPartition(const KafkaClient& client, const KafkaTopic& topic, std::int32_t wanted)
{
    return {ErrorCode::Refused,
            "The topic \"" + topic.name + "\" at " + client.servers() + " has no partition " +
                std::to_string(wanted) + "; it has " + std::to_string(topic.partitions.size()) +
                ", counted from 0.",
            {}};
}

// A broker that its controller has fenced, since it ends or was too busy to say that it lives, answers that
// its cluster has no brokers. librdkafka (from 2.10 on, confluentinc/librdkafka#5301) then forgets all that
// it knew, those of bootstrap_servers too, and asks nobody any more. In a long outage it is told them less
// often, as it keeps what it is told.
void KafkaClient::remindOfServers()
{
    constexpr unsigned kOften = 16, kSeldom = 8;
    if (m_unanswered <= kOften || m_unanswered % kSeldom == 0)
        rd_kafka_brokers_add(m_handle, m_servers.c_str());
}

Result<std::vector<KafkaTopic>> KafkaClient::topics(const std::string& name, Duration longest)
{
    return take(askForTopics(name, prepareToAsk(longest)));
}

// An answer that comes too late is lost: brokers that have much to do are given longer each time.
Duration KafkaClient::prepareToAsk(Duration longest)
{
    if (m_foundNobody) remindOfServers();
    return std::min(longest * (1 << std::min(m_unanswered, 4u)), std::max(longest, kMostPatience));
}

KafkaTopicsAnswer KafkaClient::askForTopics(const std::string& name, Duration longest) const
{
    using Topic = std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)>;
    const Topic topic(name.empty() ? nullptr : rd_kafka_topic_new(m_handle, name.c_str(), nullptr),
                      rd_kafka_topic_destroy);
    const rd_kafka_metadata_t* raw = nullptr;
    KafkaTopicsAnswer answer;
    answer.asked = name;
    answer.code = rd_kafka_metadata(m_handle, name.empty() ? 1 : 0, topic.get(), &raw,
                                    static_cast<int>(longest.count() / 1000));
    const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> metadata(
        raw, rd_kafka_metadata_destroy);
    if (answer.code != RD_KAFKA_RESP_ERR_NO_ERROR) return answer;
    for (int i = 0; i < metadata->topic_cnt; ++i) {
        const rd_kafka_metadata_topic& each = metadata->topics[i];
        if (!name.empty() && name == each.topic) answer.askedCode = each.err;
        if (each.err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        KafkaTopic made{each.topic, {}};
        for (int p = 0; p < each.partition_cnt; ++p) {
            const rd_kafka_metadata_partition& part = each.partitions[p];
            made.partitions.push_back(part.id);
            if (part.leader < 0) made.offline.insert(part.id);
        }
        std::sort(made.partitions.begin(), made.partitions.end());
        answer.found.push_back(std::move(made));
    }
    std::sort(answer.found.begin(), answer.found.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return answer;
}

Result<std::vector<KafkaTopic>> KafkaClient::take(KafkaTopicsAnswer answer)
{
    const std::string doing =
        answer.asked.empty() ? "list the topics" : "find topic \"" + answer.asked + "\"";
    poll();  // the callbacks know better why no answer came
    m_unanswered = answer.code == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : m_unanswered + 1;
    m_foundNobody = answer.code == RD_KAFKA_RESP_ERR__TRANSPORT;
    if (answer.code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return m_trouble ? *m_trouble : errorOf(answer.code, doing);
    m_hasAnswered = true;
    m_trouble.reset();
    if (answer.askedCode != RD_KAFKA_RESP_ERR_NO_ERROR) return errorOf(answer.askedCode, doing);
    return std::move(answer.found);
}

Result<std::map<std::string, std::string>> KafkaClient::topicIds(const std::vector<KafkaTopic>& topics,
                                                                 Duration longest)
{
    return take(askForIds(topics, longest));
}

KafkaIdsAnswer KafkaClient::askForIds(const std::vector<KafkaTopic>& topics, Duration longest) const
{
    KafkaIdsAnswer told;
#if RD_KAFKA_VERSION >= 0x020300ff
    if (topics.empty()) return told;
    std::vector<const char*> names;
    for (const KafkaTopic& topic : topics) names.push_back(topic.name.c_str());
    const std::unique_ptr<rd_kafka_TopicCollection_t, decltype(&rd_kafka_TopicCollection_destroy)> asked(
        rd_kafka_TopicCollection_of_topic_names(names.data(), names.size()),
        rd_kafka_TopicCollection_destroy);
    const AdminEvent answer = answerOf(
        m_handle, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, longest,
        [&](auto* options, auto* queue) { rd_kafka_DescribeTopics(m_handle, asked.get(), options, queue); });
    told.code = errorOfAnswer(answer);
    told.isAnswered = told.code == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!told.isAnswered) return told;
    std::size_t count = 0;
    const auto* found =
        rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(answer.get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        const rd_kafka_error_t* error = rd_kafka_TopicDescription_error(found[i]);
        if (error && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        const rd_kafka_Uuid_t* id = rd_kafka_TopicDescription_topic_id(found[i]);
        const bool isKnown = id && (rd_kafka_Uuid_most_significant_bits(id) != 0 ||
                                    rd_kafka_Uuid_least_significant_bits(id) != 0);
        if (isKnown) told.ids[rd_kafka_TopicDescription_name(found[i])] = rd_kafka_Uuid_base64str(id);
    }
#else
    (void)topics;
    (void)longest;
#endif
    return told;
}

Result<std::map<std::string, std::string>> KafkaClient::take(KafkaIdsAnswer answer)
{
    if (mayPass(answer.code)) return m_trouble ? *m_trouble : errorOf(answer.code, "describe its topics");
    if (answer.isAnswered) m_silentElsewhere.clear();
    return std::move(answer.ids);
}

// By the admin interface: rd_kafka_committed() waits for a coordinator in silence, whatever the broker says.
Status KafkaClient::groupOffsets(const std::string& group, rd_kafka_topic_partition_list_t& offsets,
                                 Duration longest)
{
    const std::string doing = "read the offsets of group \"" + group + "\"";
    rd_kafka_ListConsumerGroupOffsets_t* asked =
        rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), &offsets);
    const AdminEvent answer = answerOf(
        m_handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, longest, [&](auto* options, auto* queue) {
            rd_kafka_ListConsumerGroupOffsets(m_handle, &asked, 1, options, queue);
        });
    rd_kafka_ListConsumerGroupOffsets_destroy(asked);
    auto code = errorOfAnswer(answer);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return errorOf(code, doing);
    std::size_t count = 0;
    const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(answer.get()), &count);
    if (count != 1) return errorOf(RD_KAFKA_RESP_ERR__FAIL, doing);
    const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0]);
    if (error) return errorOf(rd_kafka_error_code(error), doing);
    const auto* found = rd_kafka_group_result_partitions(groups[0]);
    for (int i = 0; found && i < found->cnt; ++i) {
        const rd_kafka_topic_partition_t& each = found->elems[i];
        if (each.err != RD_KAFKA_RESP_ERR_NO_ERROR) return errorOf(each.err, doing);
        auto* wanted = rd_kafka_topic_partition_list_find(&offsets, each.topic, each.partition);
        if (wanted) wanted->offset = each.offset;
    }
    return ok();
}

Result<std::vector<KafkaGroupEntry>> KafkaClient::groupEntries(const std::string& group, Duration longest)
{
    const std::string doing = "read the offsets of group \"" + group + "\"";
    rd_kafka_ListConsumerGroupOffsets_t* asked =
        rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr);
    const AdminEvent answer = answerOf(
        m_handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, longest, [&](auto* options, auto* queue) {
            rd_kafka_error_destroy(rd_kafka_AdminOptions_set_require_stable_offsets(options, 1));
            rd_kafka_ListConsumerGroupOffsets(m_handle, &asked, 1, options, queue);
        });
    rd_kafka_ListConsumerGroupOffsets_destroy(asked);
    const auto code = errorOfAnswer(answer);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return errorOf(code, doing);
    std::size_t count = 0;
    const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(answer.get()), &count);
    if (count != 1) return errorOf(RD_KAFKA_RESP_ERR__FAIL, doing);
    if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0]))
        return errorOf(rd_kafka_error_code(error), doing);
    std::vector<KafkaGroupEntry> entries;
    const auto* found = rd_kafka_group_result_partitions(groups[0]);
    for (int i = 0; found && i < found->cnt; ++i) {
        const rd_kafka_topic_partition_t& each = found->elems[i];
        if (each.err != RD_KAFKA_RESP_ERR_NO_ERROR) return errorOf(each.err, doing);
        if (each.offset < 0) continue;  // there is none
        const auto* text = static_cast<const char*>(each.metadata);
        entries.push_back({each.topic, each.partition, each.offset,
                           text ? std::string(text, each.metadata_size) : std::string()});
    }
    return entries;
}

}  // namespace engine
