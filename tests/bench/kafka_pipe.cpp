// The bare pipe that the engine is held against: reads all partitions of a topic to their present ends in
// batches and writes an even share of the records, unread, into another topic, with the settings that the
// engine's sink has. With KEY their first KEY bytes are the key. kafka_pipe SERVERS SOURCE TARGET ROWS_OUT
// LINGER_MS [KEY]
#include "kafka_client.h"

namespace {

void produce(rd_kafka_t* producer, rd_kafka_topic_t* topic, const rd_kafka_message_t& message,
             std::size_t keyBytes)
{
    for (;;) {
        const int failed = rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                                            message.payload, message.len, message.payload, keyBytes, nullptr);
        if (failed == 0) return;
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) must(rd_kafka_last_error(), "produce");
        rd_kafka_poll(producer, 5);
    }
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 6) return 2;
    const std::string servers = argv[1], source = argv[2], target = argv[3];
    const std::int64_t rowsOut = std::atoll(argv[4]);
    const std::size_t keyBytes = argc > 6 ? std::strtoul(argv[6], nullptr, 10) : 0;
    const Client consumer = makeConsumer(servers, {{"auto.offset.reset", "error"}});
    const Client producer = makeClient(RD_KAFKA_PRODUCER, servers,
                                       {{"enable.idempotence", "true"},
                                        {"compression.type", "lz4"},
                                        {"linger.ms", argv[5]},
                                        {"partitioner", "murmur2_random"},
                                        {"delivery.report.only.error", "true"},
                                        {"queue.buffering.max.messages", "50000"},
                                        {"queue.buffering.max.kbytes", "32768"}});
    const std::int64_t all = assignAll(consumer.get(), source);
    rd_kafka_topic_t* topic = rd_kafka_topic_new(producer.get(), target.c_str(), nullptr);
    rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer.get());
    std::vector<rd_kafka_message_t*> batch(2000);
    std::int64_t records = 0, written = 0;
    while (records < all) {
        const std::size_t count = consume(queue, batch);
        for (std::size_t i = 0; i < count; ++i) {
            must(batch[i]->err, "consume");
            ++records;
            if (records * rowsOut / all > written) {
                produce(producer.get(), topic, *batch[i], keyBytes);
                ++written;
            }
            rd_kafka_message_destroy(batch[i]);
        }
        rd_kafka_poll(producer.get(), 0);
    }
    must(rd_kafka_flush(producer.get(), kAnswerMs), "flush");
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_destroy(topic);
    std::printf("{\"records\":%lld,\"written\":%lld}\n", static_cast<long long>(records),
                static_cast<long long>(written));
    return 0;
}
