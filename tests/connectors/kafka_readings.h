#pragma once

#include "base/env.h"
#include "component/sink.h"
#include "data/batch_builder.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// Rows to be written to a topic, and what a sink task does around them. Header only, for the tests in this
// folder.
namespace tst_kafka_sink {

using namespace engine;

inline SchemaPtr readingSchema()
{
    return std::make_shared<const Schema>(
        std::vector<Field>{{"name", DataType::String}, {"n", DataType::Int64}});
}

struct Reading {
    std::optional<std::string> name{};
    std::int64_t n = 0;
};

inline RecordBatch readings(const std::vector<Reading>& rows)
{
    BatchBuilder builder(readingSchema());
    for (const Reading& row : rows) {
        if (row.name)
            builder.column(0).addText(*row.name);
        else
            builder.column(0).addNull();
        builder.column(1).addInteger(row.n);
        builder.endRow();
    }
    return builder.finish();
}

inline RecordBatch countedReadings(std::int64_t first, int count)
{
    std::vector<Reading> rows;
    for (int i = 0; i < count; ++i) rows.push_back({"k" + std::to_string((first + i) % 50), first + i});
    return readings(rows);
}

// What a sink task does with Busy: the same call again. Gives up after a minute.
inline Status insist(const std::function<Status()>& call)
{
    const MonotonicTime end = systemEnv().clock.monotonic() + std::chrono::minutes(1);
    for (;;) {
        Status status = call();
        const bool isBusy = !status && status.error().code == ErrorCode::Busy;
        if (!isBusy || systemEnv().clock.monotonic() > end) return status;
    }
}

// Why rows were refused, in order.
struct RefusedReadings final : RefusedRows {
    std::vector<std::string> reasons{};
    void refuse(std::string reason, std::string) override { reasons.push_back(std::move(reason)); }
    void refuseRow(std::string reason, const RecordBatch&, std::uint32_t) override
    {
        reasons.push_back(std::move(reason));
    }
};

}  // namespace tst_kafka_sink
