// The bare consumer that the engine is held against: reads all partitions of a topic to their present ends in
// batches and counts records and bytes; with FILE it writes the values there as lines.
// kafka_consume SERVERS TOPIC [FILE]
#include "kafka_client.h"

#include <algorithm>

int main(int argc, char** argv)
{
    if (argc < 3) return 2;
    const std::string topic = argv[2];
    const Client client = makeConsumer(argv[1], {{"auto.offset.reset", "error"}});
    const std::int64_t missing = assignAll(client.get(), topic);
    std::FILE* file = argc > 3 ? std::fopen(argv[3], "wb") : nullptr;
    rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(client.get());
    std::vector<rd_kafka_message_t*> batch(2000);
    std::int64_t records = 0, bytes = 0, longestUs = 0;
    while (records < missing) {
        const std::int64_t asked = nowUs();
        const std::size_t count = consume(queue, batch);
        // The first answer holds the connection.
        if (records > 0) longestUs = std::max(longestUs, nowUs() - asked);
        for (std::size_t i = 0; i < count; ++i) {
            rd_kafka_message_t* message = batch[i];
            must(message->err, "consume");
            bytes += static_cast<std::int64_t>(message->len);
            if (file) {
                std::fwrite(message->payload, 1, message->len, file);
                std::fputc('\n', file);
            }
            rd_kafka_message_destroy(message);
            ++records;
        }
    }
    rd_kafka_queue_destroy(queue);
    std::printf("{\"records\":%lld,\"bytes\":%lld,\"longest_call_ms\":%.1f}\n",
                static_cast<long long>(records), static_cast<long long>(bytes),
                static_cast<double>(longestUs) / 1000);
    return file && std::fclose(file) != 0 ? 1 : 0;
}
