#include "runtime/rejects.h"

#include "data/batch_builder.h"
#include "data/time_text.h"
#include "data/utf8.h"

#include <charconv>

namespace engine {

SchemaPtr rejectedSchema()
{
    static const auto schema =
        std::make_shared<const Schema>(std::vector<Field>{{"reason", DataType::String},
                                                          {"node", DataType::String},
                                                          {"column", DataType::String},
                                                          {"coordinates", DataType::String},
                                                          {"raw", DataType::String},
                                                          {"at", DataType::Time}});
    return schema;
}

RecordBatch rejectedBatch(const std::vector<RejectedRecord>& records)
{
    BatchBuilder builder(rejectedSchema());
    for (const RejectedRecord& record : records) {
        builder.column(0).addText(record.reason);
        builder.column(1).addText(record.node);
        if (record.column.empty())
            builder.column(2).addNull();
        else
            builder.column(2).addText(record.column);
        builder.column(3).addText(record.coordinates);
        builder.column(4).addText(record.raw);
        builder.column(5).addInteger(record.atUs);
        builder.endRow();
    }
    return builder.finish();
}

namespace {

void appendNumber(std::string& text, auto value)
{
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    text.append(digits, end);
}

void appendQuoted(std::string& text, std::string_view value)
{
    text += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    text += '"';
}

void appendValue(std::string& text, const Column& column, std::uint32_t row)
{
    if (column.isNull(row)) {
        text += "null";
        return;
    }
    switch (column.type()) {
    case DataType::Bool: text += column.flags()[row] ? "true" : "false"; break;
    case DataType::Int64: appendNumber(text, column.integers()[row]); break;
    case DataType::Time:
        text += '"';
        appendIso8601Millis(text, column.integers()[row]);
        text += '"';
        break;
    case DataType::Float64: appendNumber(text, column.numbers()[row]); break;
    case DataType::String: appendQuoted(text, column.text(row)); break;
    }
}

}  // namespace

std::string rowAsText(const RecordBatch& batch, std::uint32_t physicalRow)
{
    std::string text = "{";
    for (std::size_t i = 0; i < batch.columns() && text.size() < limits::kRejectPreviewBytes; ++i) {
        if (i) text += ", ";
        appendQuoted(text, batch.schema()->field(i).name);
        text += ": ";
        appendValue(text, batch.column(i), physicalRow);
    }
    text += "}";
    return utf8Preview(text, limits::kRejectPreviewBytes);
}

}  // namespace engine
