// What the broker is told of how far reading is, and how far that is from the ends.
#include "base/log.h"
#include "connectors/kafka/kafka_source.h"

#include <algorithm>

namespace engine {

void KafkaSource::noted(Epoch epoch)
{
    if (!m_isOpen) return;
    if (!m_startNoted) m_startNoted = epoch;
    m_noted[epoch] = positions();
}

KafkaSource::Positions KafkaSource::positions() const
{
    Positions positions;
    for (std::size_t i = 0; i < m_parts.size(); ++i) positions.emplace_back(i, m_parts[i].next);
    return positions;
}

PartitionList KafkaSource::offsetsOf(const Positions& positions) const
{
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
    for (const auto& [index, next] : positions)
        if (next >= 0 && !m_parts[index].isGone)
            rd_kafka_topic_partition_list_add(list.get(), m_parts[index].topic.c_str(),
                                              m_parts[index].partition)
                ->offset = next;
    return list;
}

Status KafkaSource::tryOut()
{
    if (m_parts.empty()) log(LogLevel::Warning, nothingFits().message);
    const PartitionList list = offsetsOf(positions());
    return list->cnt > 0 ? m_client->groupOffsets(m_group, *list, std::chrono::seconds(5)) : ok();
}

void KafkaSource::committed(Epoch epoch)
{
    if (m_startNoted && *m_startNoted <= epoch) m_waitsForStore = false;
    const auto found = m_noted.find(epoch);
    if (found == m_noted.end()) return;
    const PartitionList list = offsetsOf(found->second);
    if (list->cnt > 0) rd_kafka_commit(m_client->handle(), list.get(), 1);
    m_noted.erase(m_noted.begin(), std::next(found));
}

// The answer is waited for: nobody would be left to try again.
void KafkaSource::tellEnd(MonotonicTime deadline)
{
    const PartitionList list = offsetsOf(positions());
    if (list->cnt == 0 || !m_downBecause.empty()) return;
    rd_kafka_queue_t* answers = rd_kafka_queue_new(m_client->handle());
    rd_kafka_commit_queue(m_client->handle(), list.get(), answers, nullptr, nullptr);
    const auto leftMs = std::max<std::int64_t>(0, (deadline - m_clock->monotonic()).count() / 1000);
    rd_kafka_event_t* answer = rd_kafka_queue_poll(answers, static_cast<int>(leftMs));
    const auto code = answer ? rd_kafka_event_error(answer) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (answer) rd_kafka_event_destroy(answer);
    rd_kafka_queue_destroy(answers);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    log(LogLevel::Warning,
        m_client->errorOf(code, m_client->tellingOf(list.get())).message +
            " Tools that show the lag see an older place; the next run goes on from its checkpoint.");
}

std::map<std::string, std::int64_t> KafkaSource::counters() const
{
    std::map<std::string, std::int64_t> counters;
    if (!m_isOpen) return counters;
    counters["records_without_value"] = m_withoutValue;
    std::int64_t total = 0;
    bool isKnown = true;
    for (const KafkaPart& part : m_parts) {
        if (part.isGone) continue;
        std::int64_t low = 0, high = 0;
        const auto code = rd_kafka_get_watermark_offsets(m_client->handle(), part.topic.c_str(),
                                                         part.partition, &low, &high);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR || high < part.end) high = part.end;
        if (high < 0 || part.next < 0) {
            isKnown = false;
            continue;
        }
        const std::int64_t lag = std::max<std::int64_t>(0, high - part.next);
        // Metrics of a partition (jobs/metrics_registry).
        counters["position:" + part.name()] = part.next;
        counters["end_offset:" + part.name()] = std::max(high, part.next);
        counters["lag:" + part.name()] = lag;
        total += lag;
    }
    if (isKnown) counters["lag"] = total;
    return counters;
}

}  // namespace engine
