#include "data/time_text.h"
#include "grouping/aggregate_cells.h"
#include "grouping/aggregate_object.h"
#include "spec/json.h"
#include "state/bytes.h"

#include <charconv>

namespace engine {

PlainValue valueAt(const Column& values, std::uint32_t row)
{
    switch (values.type()) {
    case DataType::String: return {0, values.text(row)};
    case DataType::Bool: return {values.flags()[row], {}};
    case DataType::Float64: return {std::bit_cast<std::uint64_t>(values.numbers()[row]), {}};
    default: return {static_cast<std::uint64_t>(values.integers()[row]), {}};
    }
}

void putValue(DataType type, const PlainValue& value, ColumnBuilder& into)
{
    switch (type) {
    case DataType::String: return into.addText(value.text);
    case DataType::Bool: return into.addBool(value.word != 0);
    case DataType::Float64: return into.addNumber(std::bit_cast<double>(value.word));
    default: return into.addInteger(static_cast<std::int64_t>(value.word));
    }
}

void appendJson(std::string& out, DataType type, const PlainValue& value)
{
    char digits[40];
    switch (type) {
    case DataType::String:
        out += Json(std::string(value.text)).dump(-1, ' ', false, Json::error_handler_t::replace);
        return;
    case DataType::Bool: out += value.word != 0 ? "true" : "false"; return;
    case DataType::Float64: {
        const double number = std::bit_cast<double>(value.word);
        if (!std::isfinite(number))
            out += "null";
        else
            out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
        return;
    }
    case DataType::Time:
        out += '"';
        appendIso8601Millis(out, static_cast<std::int64_t>(value.word));
        out += '"';
        return;
    case DataType::Int64:
        out.append(digits,
                   std::to_chars(digits, digits + sizeof digits, static_cast<std::int64_t>(value.word)).ptr);
        return;
    }
}

bool isLess(DataType type, const PlainValue& a, const PlainValue& b)
{
    switch (type) {
    case DataType::String: return a.text < b.text;
    case DataType::Float64: return isBelow(std::bit_cast<double>(a.word), std::bit_cast<double>(b.word));
    default: return static_cast<std::int64_t>(a.word) < static_cast<std::int64_t>(b.word);
    }
}

void saveValue(std::string& out, DataType type, const PlainValue& value)
{
    if (type == DataType::String)
        appendText(out, value.text);
    else
        appendWord(out, value.word);
}

bool loadValue(std::string_view& saved, DataType type, PlainValue& value)
{
    return type == DataType::String ? takeText(saved, value.text) : takeWord(saved, value.word);
}

}  // namespace engine
