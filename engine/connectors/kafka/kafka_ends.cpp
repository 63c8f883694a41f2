#include "connectors/kafka/kafka_ends.h"

namespace engine {

#if RD_KAFKA_VERSION >= 0x020300ff
namespace {

constexpr int kAnsweredWithinMs = 3000;

}  // namespace

void KafkaEndsQuestion::drop() { m_answers.reset(); }

void KafkaEndsQuestion::ask(KafkaClient& client, rd_kafka_topic_partition_list_t& partitions)
{
    for (int i = 0; i < partitions.cnt; ++i) partitions.elems[i].offset = RD_KAFKA_OFFSET_SPEC_LATEST;
    const std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)> options(
        rd_kafka_AdminOptions_new(client.handle(), RD_KAFKA_ADMIN_OP_LISTOFFSETS),
        rd_kafka_AdminOptions_destroy);
    char reason[256] = {};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), kAnsweredWithinMs, reason, sizeof reason);
    // As far as this client reads: records of a transaction that is open are not there yet.
    rd_kafka_error_t* error =
        rd_kafka_AdminOptions_set_isolation_level(options.get(), RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED);
    CHECK(error == nullptr);
    m_answers.reset(rd_kafka_queue_new(client.handle()));
    rd_kafka_ListOffsets(client.handle(), &partitions, options.get(), m_answers.get());
}

KafkaEndsQuestion::Answer KafkaEndsQuestion::poll(const Take& take)
{
    if (!m_answers) return Answer::None;
    const std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)> event(
        rd_kafka_queue_poll(m_answers.get(), 0), rd_kafka_event_destroy);
    if (!event) return Answer::NotYet;
    m_answers.reset();
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return Answer::Failed;
    std::size_t count = 0;
    const auto* infos =
        rd_kafka_ListOffsets_result_infos(rd_kafka_event_ListOffsets_result(event.get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* each = rd_kafka_ListOffsetsResultInfo_topic_partition(infos[i]);
        if (each->err == RD_KAFKA_RESP_ERR_NO_ERROR && each->offset >= 0)
            take(each->topic, each->partition, each->offset);
    }
    return Answer::Told;
}
#else
namespace {

constexpr int kWaitedForMs = 500;

}  // namespace

void KafkaEndsQuestion::drop() { m_told.reset(); }

// An older one knows only a question that is waited for.
void KafkaEndsQuestion::ask(KafkaClient& client, rd_kafka_topic_partition_list_t& partitions)
{
    for (int i = 0; i < partitions.cnt; ++i) partitions.elems[i].offset = RD_KAFKA_OFFSET_END;
    m_code = rd_kafka_offsets_for_times(client.handle(), &partitions, kWaitedForMs);
    m_told.reset(rd_kafka_topic_partition_list_copy(&partitions));
}

KafkaEndsQuestion::Answer KafkaEndsQuestion::poll(const Take& take)
{
    const PartitionList told = std::move(m_told);
    if (!told) return Answer::None;
    if (m_code != RD_KAFKA_RESP_ERR_NO_ERROR) return Answer::Failed;
    for (int i = 0; i < told->cnt; ++i) {
        const rd_kafka_topic_partition_t& each = told->elems[i];
        if (each.err == RD_KAFKA_RESP_ERR_NO_ERROR && each.offset >= 0)
            take(each.topic, each.partition, each.offset);
    }
    return Answer::Told;
}
#endif

}  // namespace engine
