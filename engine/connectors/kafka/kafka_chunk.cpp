#include "connectors/kafka/kafka_source.h"

#include <cstring>

namespace engine {

namespace {

void addKafkaText(KafkaRecords& records, const void* bytes, std::size_t size)
{
    records.texts.push_back({static_cast<std::uint32_t>(records.text.size()),
                             static_cast<std::uint32_t>(size), bytes == nullptr});
    if (bytes) records.text.append(static_cast<const char*>(bytes), size);
}

void addKafkaBesides(KafkaRecords& records, const rd_kafka_message_t& message,
                     const std::vector<KafkaColumn>& besides)
{
    rd_kafka_headers_t* headers = nullptr;
    for (const KafkaColumn& each : besides) {
        if (each.from == KafkaColumn::OfKey) addKafkaText(records, message.key, message.key_len);
        if (each.from != KafkaColumn::OfHeader) continue;
        const void* value = nullptr;
        std::size_t size = 0;
        if (!headers) rd_kafka_message_headers(&message, &headers);
        const bool isThere = headers &&
            rd_kafka_header_get_last(headers, each.header.c_str(), &value, &size) ==
                RD_KAFKA_RESP_ERR_NO_ERROR;
        addKafkaText(records, isThere ? value : nullptr, size);
    }
}

void replaceLineFeeds(char* bytes, std::size_t size)
{
    char* const end = bytes + size;
    while ((bytes = static_cast<char*>(std::memchr(bytes, '\n', static_cast<std::size_t>(end - bytes)))))
        *bytes++ = ' ';
}

}  // namespace

RawChunk kafkaChunk(KafkaPart& part, const KafkaReading& reading)
{
    auto records = std::make_shared<KafkaRecords>();
    const std::size_t count = part.waiting.size();
    records->partition = part.partition;
    records->ends.reserve(count);
    records->offsets.reserve(count);
    records->timesUs.reserve(count);
    auto bytes = Buffer::make(part.waitingBytes + count);
    std::size_t used = 0;
    for (rd_kafka_message_t* message : part.waiting) {
        std::memcpy(bytes->data() + used, message->payload, message->len);
        if (reading.linesAreOneRecord) replaceLineFeeds(bytes->data() + used, message->len);
        used += message->len;
        records->ends.push_back(static_cast<std::uint32_t>(used));
        bytes->data()[used++] = '\n';
        records->offsets.push_back(message->offset);
        records->timesUs.push_back(kafkaTimeUs(rd_kafka_message_timestamp(message, nullptr)));
        if (!reading.besides.empty()) addKafkaBesides(*records, *message, reading.besides);
        rd_kafka_message_destroy(message);
    }
    bytes->setSize(used);
    RawChunk chunk;
    chunk.firstOffset = count ? static_cast<std::uint64_t>(records->offsets.front()) : 0;
    chunk.bytes = std::move(bytes);
    chunk.records = std::move(records);
    part.waiting.clear();
    part.waitingBytes = 0;
    return chunk;
}

}  // namespace engine
