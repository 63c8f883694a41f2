#pragma once

#include "catalog/component.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

// The parameters that every source has (pipeline_format.md section 2): a source's own parameters inherit
// these structs.
struct WatermarkParams {
    Duration watermarkDelay{};
    Duration idleTimeout{30'000'000};
    std::optional<bool> watermarkHeartbeat{};  // not set: as the source sees fit
    std::optional<Duration> maxDrift{};        // not set: as the pipeline needs it
    std::string alignmentGroup{};
};

struct ColumnParams {
    std::string name{}, type = "string", path{}, encoding{};
    std::string
        from{};  // of a source that knows more of a record than its bytes: what the column is taken from
    bool lenient = false, required = false;
};

// What a source of bytes has besides.
struct DecodeParams : WatermarkParams {
    std::string format = "json", delimiter = ",";
    bool header = true;
    std::vector<ColumnParams> columns{};
    ColumnRef timeColumn{};
    ByteSize maxRecordBytes{static_cast<std::int64_t>(limits::kRecordBytes)};
    std::string check = "used";
};

// The format and its options, checked together. Immutable, shared by everything a byte source makes.
struct BoundFormat {
    DecodeOptions options{};
    std::function<std::unique_ptr<Framer>()> framer{};
    // Of the columns that are needed; empty: all. The event time is always decoded.
    std::function<std::unique_ptr<Decoder>(const std::vector<bool>& needed)> decoder{};
};

// Adds a problem for every mistake; nothing then. The format is looked up in the catalogue.
std::optional<BoundFormat> bindFormat(const DecodeParams& values, const BindContext& context);

// For a source that has nothing to give; real time, whatever the clock is.
void waitUntil(const Clock& clock, MonotonicTime until);

SourceTraits traitsOf(const WatermarkParams& values);
SourceTraits traitsOf(const DecodeParams& values, const BoundFormat& format);

Params<ColumnParams> columnParams();
ParamHints watermarkDelayHints();
ParamHints idleTimeoutHints();
ParamHints heartbeatHints();
ParamHints maxDriftHints();
ParamHints alignmentGroupHints();
ParamHints columnsHints();
ParamHints timeColumnHints();
ParamHints formatHints();
ParamHints delimiterHints();
ParamHints headerHints();
ParamHints maxRecordHints();
ParamHints checkHints();

template <class P>
void addWatermarkParams(Params<P>& params)
{
    params
        .field("watermark_delay", static_cast<Duration P::*>(&WatermarkParams::watermarkDelay),
               watermarkDelayHints())
        .field("idle_timeout", static_cast<Duration P::*>(&WatermarkParams::idleTimeout), idleTimeoutHints())
        .field("watermark_heartbeat",
               static_cast<std::optional<bool> P::*>(&WatermarkParams::watermarkHeartbeat), heartbeatHints())
        .field("max_drift", static_cast<std::optional<Duration> P::*>(&WatermarkParams::maxDrift),
               maxDriftHints())
        .field("alignment_group", static_cast<std::string P::*>(&WatermarkParams::alignmentGroup),
               alignmentGroupHints());
}

// Those of the bytes and then those of the watermark.
template <class P>
void addDecodeParams(Params<P>& params, Params<ColumnParams> columns = columnParams())
{
    params.field("format", static_cast<std::string P::*>(&DecodeParams::format), formatHints())
        .field("delimiter", static_cast<std::string P::*>(&DecodeParams::delimiter), delimiterHints())
        .field("header", static_cast<bool P::*>(&DecodeParams::header), headerHints())
        .records("columns", static_cast<std::vector<ColumnParams> P::*>(&DecodeParams::columns),
                 std::move(columns), columnsHints())
        .field("time_column", static_cast<ColumnRef P::*>(&DecodeParams::timeColumn), timeColumnHints());
    addWatermarkParams(params);
    params
        .field("max_record_bytes", static_cast<ByteSize P::*>(&DecodeParams::maxRecordBytes),
               maxRecordHints())
        .field("check", static_cast<std::string P::*>(&DecodeParams::check), checkHints());
}

}  // namespace engine
