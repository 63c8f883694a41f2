#pragma once

#include "data/expression.h"
#include "data/record_batch.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// One row of a test: a value for each column, the hidden event time, and the watermark that it met.
struct TestRow {
    std::vector<Scalar> values{};
    std::optional<std::int64_t> at{};
    std::int64_t watermarkBefore = kNoWatermark;
};
using TestRows = std::vector<TestRow>;

// A dense batch of the rows, with the watermark before each when the schema has event time. `after` is the
// batch's last.
RecordBatch batchOf(const SchemaPtr& schema, std::span<const TestRow> rows,
                    std::int64_t afterUs = kNoWatermark);
void appendRows(TestRows& into, const RecordBatch& batch);
TestRow rowAt(const RecordBatch& batch, std::uint32_t physicalRow);
Scalar scalarAt(const Column& column, std::uint32_t physicalRow);

// Values as text tables write them: null, true, 12, 1.5, text, "quoted text", 00:00:01 (on 1970-01-01) or ISO
// 8601.
std::string scalarText(const Scalar& value);
std::string rowText(const TestRow& row);
std::optional<Scalar> scalarFromText(std::string_view text, DataType type);
DataType typeOfText(std::string_view text);  // String where nothing else fits

// Empty when both hold the same rows (values and event times); else what is missing and what is too much.
// DOUBLE values may differ by 1e-9 of their size.
enum class Order { Free, Kept };
std::string differenceOf(const TestRows& expected, const TestRows& actual, Order order = Order::Free);

}  // namespace engine
