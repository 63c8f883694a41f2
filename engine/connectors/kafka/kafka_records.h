#pragma once

#include "component/format.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

// A column that is not in a record's value but beside it.
struct KafkaColumn {
    enum From { OfKey, OfHeader, OfPartition, OfOffset, OfTimestamp } from = OfKey;
    std::string header{};    // its name
    std::size_t column = 0;  // of the rows
    bool operator==(const KafkaColumn&) const = default;
};

// What lies beside the values of a chunk of one partition. Texts are there for the columns that are taken
// from keys and headers, in their order.
struct KafkaRecords final : ChunkRecords {
    std::string place(std::uint64_t record) const override { return ":" + std::to_string(offsets[record]); }
    struct Text {
        std::uint32_t offset = 0, length = 0;
        bool isNull = true;
    };
    std::int32_t partition = 0;
    std::vector<std::int64_t> offsets{};  // ascending
    std::vector<std::int64_t> timesUs{};  // kNoWatermark: none
    std::string text{};
    std::vector<Text> texts{};  // of record 0, then of record 1 ...
};

// A broker's timestamp in microseconds; kNoWatermark: it has none, or one too far away to reckon with.
constexpr std::int64_t kafkaTimeUs(std::int64_t timeMs)
{
    constexpr std::int64_t kFurthestMs = (std::int64_t{1} << 62) / kMillisecondUs;
    return timeMs >= 0 && timeMs <= kFurthestMs ? timeMs * kMillisecondUs : kNoWatermark;
}

// How the rows of a Kafka source are put together: some columns by the format, the others from beside.
struct KafkaRows {
    SchemaPtr schema{};
    std::vector<std::size_t> valueColumns{};  // of the rows: where the format's columns go
    std::vector<KafkaColumn> besides{};
    bool timeIsBeside = false;  // the event time is the broker's timestamp
};

// Decodes values by the format and adds the columns that lie beside. `values` is null when there are no other
// columns. Belongs to one lane.
std::unique_ptr<Decoder> makeKafkaDecoder(std::unique_ptr<Decoder> values, KafkaRows rows,
                                          std::vector<bool> needed);

}  // namespace engine
