#include "support/rows.h"

#include "data/batch_builder.h"
#include "data/time_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace engine {
namespace {

void appendScalar(ColumnBuilder& into, const Scalar& value)
{
    if (value.isNull()) return into.addNull();
    switch (into.type()) {
    case DataType::Bool: return into.addBool(std::get<bool>(value.value));
    case DataType::Int64:
    case DataType::Time: return into.addInteger(std::get<std::int64_t>(value.value));
    case DataType::Float64: return into.addNumber(std::get<double>(value.value));
    case DataType::String: return into.addText(std::get<std::string>(value.value));
    }
}

bool isPlainText(std::string_view text)
{
    return !text.empty() && text != "null" && text.find_first_of(" \t\"\n#\\") == std::string_view::npos;
}

std::string quotedText(std::string_view text)
{
    if (isPlainText(text)) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out + '"';
}

std::string timeText(std::int64_t timeUs)
{
    std::string text;
    appendIso8601Millis(text, timeUs);
    if (const std::int64_t rest = timeUs - floorToMilliseconds(timeUs); rest != 0)
        text += "+" + std::to_string(rest) + "us";
    const std::string_view today = "1970-01-01T";
    return text.starts_with(today) ? text.substr(today.size(), text.size() - today.size() - 1) : text;
}

std::optional<std::int64_t> parseTime(std::string_view text)
{
    if (text.size() >= 8 && text[2] == ':' && text[5] == ':')
        return parseIso8601("1970-01-01T" + std::string(text) + "Z");
    return parseIso8601(text);
}

template <class T>
std::optional<T> parseNumber(std::string_view text)
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

bool isClose(double one, double other)
{
    if (std::isnan(one) || std::isnan(other)) return std::isnan(one) && std::isnan(other);
    if (one == other) return true;
    return std::abs(one - other) <= 1e-9 * std::max({std::abs(one), std::abs(other), 1e-3});
}

bool isSame(const Scalar& one, const Scalar& other)
{
    const double* first = std::get_if<double>(&one.value);
    const double* second = std::get_if<double>(&other.value);
    if (first && second) return isClose(*first, *second);
    return one.value == other.value;
}

bool isSame(const TestRow& one, const TestRow& other)
{
    return one.at == other.at &&
        std::ranges::equal(one.values, other.values,
                           [](const Scalar& a, const Scalar& b) { return isSame(a, b); });
}

// What rows are sorted by: all but the doubles first, so that a small difference in a double keeps the order.
std::string sortKey(const TestRow& row)
{
    std::string exact, inexact;
    for (const Scalar& value : row.values) {
        std::string& part = std::holds_alternative<double>(value.value) ? inexact : exact;
        part += scalarText(value) + '\x01';
    }
    return exact + std::to_string(row.at.value_or(kNoWatermark)) + '\x02' + inexact;
}

TestRows sorted(const TestRows& rows)
{
    std::vector<std::pair<std::string, std::size_t>> keys;
    for (std::size_t i = 0; i < rows.size(); ++i) keys.emplace_back(sortKey(rows[i]), i);
    std::ranges::sort(keys);
    TestRows out;
    for (const auto& [key, index] : keys) out.push_back(rows[index]);
    return out;
}

}  // namespace

RecordBatch batchOf(const SchemaPtr& schema, std::span<const TestRow> rows, std::int64_t afterUs)
{
    BatchBuilder builder(schema);
    ColumnBuilder watermarks(DataType::Int64);
    for (const TestRow& row : rows) {
        CHECK(row.values.size() == schema->size());
        for (std::size_t i = 0; i < schema->size(); ++i) appendScalar(builder.column(i), row.values[i]);
        watermarks.addInteger(row.watermarkBefore);
        if (schema->hasEventTime())
            builder.endRow(row.at.value());
        else
            builder.endRow();
    }
    const Watermarks marks{rows.empty() ? afterUs : rows.front().watermarkBefore, afterUs};
    return builder.finish().withWatermarks(marks, schema->hasEventTime() ? watermarks.finish() : Column());
}

Scalar scalarAt(const Column& column, std::uint32_t row)
{
    Scalar out{column.type(), {}};
    if (column.isNull(row)) return out;
    switch (column.type()) {
    case DataType::Bool: out.value = column.flags()[row] != 0; break;
    case DataType::Int64:
    case DataType::Time: out.value = column.integers()[row]; break;
    case DataType::Float64: out.value = column.numbers()[row]; break;
    case DataType::String: out.value = std::string(column.text(row)); break;
    }
    return out;
}

TestRow rowAt(const RecordBatch& batch, std::uint32_t physicalRow)
{
    TestRow row;
    for (std::size_t i = 0; i < batch.columns(); ++i)
        row.values.push_back(scalarAt(batch.column(i), physicalRow));
    if (batch.schema()->hasEventTime()) row.at = batch.eventTimes()[physicalRow];
    row.watermarkBefore = batch.watermarkBefore(physicalRow);
    return row;
}

void appendRows(TestRows& into, const RecordBatch& batch)
{
    forEachRow(batch, [&](std::uint32_t row) { into.push_back(rowAt(batch, row)); });
}

std::string scalarText(const Scalar& value)
{
    if (value.isNull()) return "null";
    if (const bool* flag = std::get_if<bool>(&value.value)) return *flag ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&value.value))
        return value.type == DataType::Time ? timeText(*integer) : std::to_string(*integer);
    if (const double* number = std::get_if<double>(&value.value)) {
        char text[40];
        std::snprintf(text, sizeof text, "%.12g", *number);
        return std::string(text).find_first_of(".eni") == std::string::npos ? std::string(text) + ".0" : text;
    }
    return quotedText(std::get<std::string>(value.value));
}

std::string rowText(const TestRow& row)
{
    std::string text = row.at ? timeText(*row.at) : std::string();
    for (const Scalar& value : row.values) text += (text.empty() ? "" : "  ") + scalarText(value);
    return text;
}

std::optional<Scalar> scalarFromText(std::string_view text, DataType type)
{
    Scalar out{type, {}};
    if (text == "null") return out;
    switch (type) {
    case DataType::Bool:
        if (text != "true" && text != "false") return {};
        out.value = text == "true";
        return out;
    case DataType::Int64:
        if (const auto value = parseNumber<std::int64_t>(text)) return Scalar{type, *value};
        return {};
    case DataType::Float64:
        if (const auto value = parseNumber<double>(text)) return Scalar{type, *value};
        return {};
    case DataType::Time:
        if (const auto value = parseTime(text)) return Scalar{type, *value};
        return {};
    case DataType::String: {
        if (text.size() < 2 || text.front() != '"') return Scalar{type, std::string(text)};
        std::string plain;
        for (std::size_t i = 1; i + 1 < text.size(); ++i) {
            const bool isEscape = text[i] == '\\' && i + 2 < text.size();
            if (isEscape) ++i;
            plain += isEscape && text[i] == 'n' ? '\n' : text[i];
        }
        return Scalar{type, std::move(plain)};
    }
    }
    return {};
}

DataType typeOfText(std::string_view text)
{
    for (const DataType type : {DataType::Bool, DataType::Int64, DataType::Float64, DataType::Time})
        if (scalarFromText(text, type)) return type;
    return DataType::String;
}

std::string differenceOf(const TestRows& expected, const TestRows& actual, Order order)
{
    const TestRows wanted = order == Order::Free ? sorted(expected) : expected;
    const TestRows found = order == Order::Free ? sorted(actual) : actual;
    if (std::ranges::equal(wanted, found, [](const TestRow& a, const TestRow& b) { return isSame(a, b); }))
        return {};
    std::vector<bool> isTaken(found.size(), false);
    std::string missing, extra;
    for (const TestRow& row : wanted) {
        std::size_t i = 0;
        while (i < found.size() && (isTaken[i] || !isSame(row, found[i]))) ++i;
        if (i < found.size())
            isTaken[i] = true;
        else
            missing += "  missing:  " + rowText(row) + '\n';
    }
    for (std::size_t i = 0; i < found.size(); ++i)
        if (!isTaken[i]) extra += "  too much: " + rowText(found[i]) + '\n';
    if (missing.empty() && extra.empty())
        return order == Order::Kept ? "  the rows are right, but in another order\n" : "";
    return missing + extra;
}

}  // namespace engine
