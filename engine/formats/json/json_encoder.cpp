#include "formats/json/json_encoder.h"

#include "data/time_text.h"
#include "formats/shared/number_text.h"

namespace engine {

namespace {

void appendNumber(std::string& into, double value, bool nonFiniteAsText)
{
    if (std::isfinite(value)) return appendFinite(into, value);
    if (!nonFiniteAsText) {
        into += "null";
        return;
    }
    into += '"';
    into += nonFiniteName(value);
    into += '"';
}

void appendTime(std::string& into, std::int64_t timeUs, bool asEpochMs)
{
    if (asEpochMs) return appendInteger(into, floorToMilliseconds(timeUs) / kMillisecondUs);
    into += '"';
    appendIso8601Millis(into, timeUs);
    into += '"';
}

void appendValue(std::string& into, const Column& column, std::size_t row, const EncodeOptions& options)
{
    if (column.isNull(row)) {
        into += "null";
        return;
    }
    switch (column.type()) {
    case DataType::Bool: into += column.flags()[row] ? "true" : "false"; return;
    case DataType::Int64: return appendInteger(into, column.integers()[row]);
    case DataType::Float64: return appendNumber(into, column.numbers()[row], options.nonFiniteAsText);
    case DataType::Time: break;  // by who keeps the last one
    case DataType::String: return appendJsonString(into, column.text(row));
    }
}

}  // namespace

void appendJsonString(std::string& into, std::string_view text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    into += '"';
    std::size_t plainFrom = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        into.append(text, plainFrom, i - plainFrom);
        plainFrom = i + 1;
        switch (c) {
        case '"': into += "\\\""; break;
        case '\\': into += "\\\\"; break;
        case '\n': into += "\\n"; break;
        case '\r': into += "\\r"; break;
        case '\t': into += "\\t"; break;
        default:
            into += "\\u00";
            into += kHex[c >> 4];
            into += kHex[c & 15];
        }
    }
    into.append(text, plainFrom);
    into += '"';
}

JsonEncoder::JsonEncoder(const EncodeOptions& options) : m_options(options)
{
    for (const Field& field : m_options.schema->fields()) {
        std::string key = m_keys.empty() ? "{" : ",";
        appendJsonString(key, field.name);
        key += ':';
        m_keys.push_back(std::move(key));
    }
    m_times.resize(m_keys.size());
}

void JsonEncoder::appendRow(const RecordBatch& batch, std::uint32_t row, std::string& into)
{
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        into += m_keys[i];
        const Column& column = batch.column(i);
        if (column.type() != DataType::Time || column.isNull(row)) {
            appendValue(into, column, row, m_options);
            continue;
        }
        const std::int64_t timeUs = column.integers()[row];
        WrittenTime& written = m_times[i];
        if (written.text.empty() || written.timeUs != timeUs) {
            written.timeUs = timeUs;
            written.text.clear();
            appendTime(written.text, timeUs, m_options.timesAsEpochMs);
        }
        into += written.text;
    }
    into += m_keys.empty() ? "{}\n" : "}\n";
}

void JsonEncoder::encode(const RecordBatch& batch, std::string& into)
{
    forEachRow(batch, [&](std::uint32_t row) { appendRow(batch, row, into); });
}

void JsonEncoder::encodeRows(const RecordBatch& batch, std::string& into, std::vector<std::size_t>& ends)
{
    forEachRow(batch, [&](std::uint32_t row) {
        appendRow(batch, row, into);
        ends.push_back(into.size());
    });
}

}  // namespace engine
