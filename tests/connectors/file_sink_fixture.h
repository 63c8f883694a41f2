#pragma once

#include "base/env.h"
#include "connectors/file/file_sink.h"
#include "data/batch_builder.h"
#include "formats/json/json_encoder.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"

#include <map>

namespace engine {

inline SchemaPtr schema()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"n", DataType::Int64}});
}

inline RecordBatch rowsFrom(std::int64_t first, std::int64_t count)
{
    BatchBuilder builder(schema());
    for (std::int64_t i = first; i < first + count; ++i) {
        builder.column(0).addInteger(i);
        builder.endRow();
    }
    return builder.finish();
}

inline FileSinkOptions sinkOptions(IfExists ifExists, std::uint64_t rollBytes)
{
    FileSinkOptions options;
    options.path = "/out/result.json";
    options.ifExists = ifExists;
    options.rollBytes = rollBytes;
    options.encoder = [] {
        EncodeOptions encode;
        encode.schema = schema();
        return std::make_unique<JsonEncoder>(encode);
    };
    return options;
}

// A job that writes rows epoch by epoch and keeps what was decided, as a manifest would.
struct SinkJob {
    MemoryFiles files{};
    ManualClock clock{};
    std::string decided{};
    std::uint64_t decidedEpoch = 0;
    FileSinkOptions options{};
    bool givesUp = false;  // a round in the middle of each epoch
    static constexpr std::int64_t kRowsPerEpoch = 1500;

    Epoch epochOf(std::uint64_t count) const { return Epoch{givesUp ? 2 * count : count}; }
    Status giveUpRound(FileSink& sink, std::int64_t first)
    {
        TRY(sink.write(rowsFrom(first, kRowsPerEpoch / 2)));
        const auto dropped = sink.prepare(Epoch{epochOf(decidedEpoch).value + 1}, EpochKind::Ordinary);
        if (!dropped) return dropped.error();
        return sink.write(rowsFrom(first + kRowsPerEpoch / 2, kRowsPerEpoch / 2));
    }

    // Goes on from the last decision to the end of the epoch whose kind is not ordinary.
    Status run(const std::vector<EpochKind>& kinds)
    {
        Env env{clock, files, 1};
        SinkContext context{env, "", "p", 0};
        FileSink sink(options);
        TRY(sink.open(context, decided));
        if (!decided.empty()) TRY(sink.commit(epochOf(decidedEpoch), decided));
        while (decidedEpoch < kinds.size()) {
            const EpochKind kind = kinds[decidedEpoch];
            const Epoch epoch = epochOf(decidedEpoch + 1);
            const auto first = static_cast<std::int64_t>(decidedEpoch) * kRowsPerEpoch;
            TRY(givesUp ? giveUpRound(sink, first) : sink.write(rowsFrom(first, kRowsPerEpoch)));
            auto staged = sink.prepare(epoch, kind);
            if (!staged) return staged.error();
            decided = *staged;
            ++decidedEpoch;
            TRY(sink.commit(epoch, decided));
            if (kind != EpochKind::Ordinary) return ok();
        }
        return ok();
    }
    std::string readable() const  // what has a final name, in the order of epochs
    {
        std::map<long, std::string> parts;
        for (const auto& [path, content] : files.names()) {
            if (path.ends_with(".inprogress")) continue;
            const std::size_t dash = path.rfind('-');
            parts[dash == std::string::npos ? 0 : std::stol(path.substr(dash + 1))] += content->bytes;
        }
        std::string all;
        for (const auto& [epoch, bytes] : parts) all += bytes;
        return all;
    }
};

inline std::string expectedText(std::size_t epochs)
{
    std::string text;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(epochs) * SinkJob::kRowsPerEpoch; ++i)
        text += "{\"n\":" + std::to_string(i) + "}\n";
    return text;
}

}  // namespace engine
