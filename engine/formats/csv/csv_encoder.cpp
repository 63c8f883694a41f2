#include "formats/csv/csv_encoder.h"

#include "formats/shared/cell_text.h"

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
    if (column.type() == DataType::String) return appendText(into, column.text(row));
    appendPlainCell(into, column, row, m_options);
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
