#pragma once

#include "connectors/kafka/kafka_client.h"

#include <functional>
#include <memory>
#include <string>

namespace engine {

// Asks a cluster where partitions end, one question for all of them; rows are read on until the answer is
// there. Belongs to a Kafka source and is used on its thread; it is dropped before the client that it asks.
class KafkaEndsQuestion {
public:
    enum class Answer { None, NotYet, Told, Failed };
    using Take = std::function<void(const char* topic, std::int32_t partition, std::int64_t end)>;

    // Instead of one that is not answered yet.
    void ask(KafkaClient& client, rd_kafka_topic_partition_list_t& partitions);
    // Never waits. Of partitions whose end is not told nothing is given; Failed: of all.
    Answer poll(const Take& take);
    void drop();

private:
#if RD_KAFKA_VERSION >= 0x020300ff
    struct QueueDeleter {
        void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
    };
    std::unique_ptr<rd_kafka_queue_t, QueueDeleter> m_answers;  // null: nothing is asked
#else
    PartitionList m_told;  // null: nothing is asked
    rd_kafka_resp_err_t m_code = RD_KAFKA_RESP_ERR_NO_ERROR;
#endif
};

}  // namespace engine
