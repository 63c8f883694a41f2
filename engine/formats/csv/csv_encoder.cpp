#include "formats/csv/csv_encoder.h"

#include "data/time_text.h"
#include "formats/shared/number_text.h"

namespace engine {

void CsvEncoder::appendText(std::string& into, std::string_view text) const
{
    const char special[] = {'"', '\n', '\r', m_options.delimiter[0]};
    if (!text.empty() &&
        text.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) {
        into += text;
        return;
    }
    into += '"';
    for (const char c : text) {
        if (c == '"') into += '"';
        into += c;
    }
    into += '"';
}

void CsvEncoder::appendValue(std::string& into, const Column& column, std::size_t row) const
{
    if (column.isNull(row)) return;
    switch (column.type()) {
    case DataType::Bool: into += column.flags()[row] ? "true" : "false"; return;
    case DataType::Int64: return appendInteger(into, column.integers()[row]);
    case DataType::Float64: {
        const double value = column.numbers()[row];
        if (std::isfinite(value)) return appendFinite(into, value);
        if (m_options.nonFiniteAsText) into += nonFiniteName(value);
        return;
    }
    case DataType::Time: {
        const std::int64_t timeUs = column.integers()[row];
        if (m_options.timesAsEpochMs)
            return appendInteger(into, floorToMilliseconds(timeUs) / kMillisecondUs);
        return appendIso8601Millis(into, timeUs);
    }
    case DataType::String: return appendText(into, column.text(row));
    }
}

void CsvEncoder::header(std::string& into)
{
    if (!m_options.hasHeader) return;
    const auto& fields = m_options.schema->fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) into += m_options.delimiter;
        appendText(into, fields[i].name);
    }
    into += '\n';
}

void CsvEncoder::encode(const RecordBatch& batch, std::string& into)
{
    forEachRow(batch, [&](std::uint32_t row) {
        for (std::size_t i = 0; i < batch.columns(); ++i) {
            if (i > 0) into += m_options.delimiter;
            appendValue(into, batch.column(i), row);
        }
        into += '\n';
    });
}

}  // namespace engine
