#include "state/row_form.h"

#include "state/bytes.h"

#include <bit>
#include <cstring>

namespace engine {
namespace {

struct TextPlace {
    const char* data;
    std::size_t size;
};

}  // namespace

RowForm::RowForm(const std::vector<Field>& fields) : m_nullBytes((fields.size() + 63) / 64 * 8)
{
    m_bytes = m_nullBytes;
    for (const Field& field : fields) {
        if (field.type == DataType::String) m_texts.push_back(m_types.size());
        m_types.push_back(field.type);
        m_offsets.push_back(m_bytes);
        m_bytes += field.type == DataType::String ? sizeof(TextPlace) : 8;
    }
}

void RowForm::putText(char* values, std::size_t column, std::string_view text, TextArena& texts) const
{
    const std::string_view kept = texts.add(text);
    const TextPlace place{kept.data(), kept.size()};
    std::memcpy(values + m_offsets[column], &place, sizeof place);
}

void RowForm::write(const RecordBatch& batch, std::uint32_t row, char* values, TextArena& texts) const
{
    std::memset(values, 0, m_bytes);
    for (std::size_t index = 0; index < m_types.size(); ++index) {
        const Column& column = batch.column(index);
        if (column.isNull(row)) {
            values[index / 8] = static_cast<char>(values[index / 8] | 1 << (index % 8));
            continue;
        }
        char* place = values + m_offsets[index];
        switch (m_types[index]) {
        case DataType::Bool: place[0] = static_cast<char>(column.flags()[row]); break;
        case DataType::Int64:
        case DataType::Time: std::memcpy(place, &column.integers()[row], 8); break;
        case DataType::Float64: std::memcpy(place, &column.numbers()[row], 8); break;
        case DataType::String: putText(values, index, column.text(row), texts); break;
        }
    }
}

void RowForm::putColumn(const char* values, std::size_t column, ColumnBuilder& into) const
{
    if (isNull(values, column)) return into.addNull();
    switch (m_types[column]) {
    case DataType::Bool: return into.addBool(word(values, column) != 0);
    case DataType::Int64:
    case DataType::Time: return into.addInteger(static_cast<std::int64_t>(word(values, column)));
    case DataType::Float64: return into.addNumber(std::bit_cast<double>(word(values, column)));
    case DataType::String: return into.addText(text(values, column));
    }
}

void RowForm::putColumn(std::span<const char* const> rows, std::size_t column, ColumnBuilder& into) const
{
    const auto put = [&](auto&& add) {
        for (const char* row : rows) {
            if (!row || isNull(row, column))
                into.addNull();
            else
                add(row);
        }
    };
    switch (m_types[column]) {
    case DataType::Bool: return put([&](const char* row) { into.addBool(word(row, column) != 0); });
    case DataType::Int64:
    case DataType::Time:
        return put([&](const char* row) { into.addInteger(static_cast<std::int64_t>(word(row, column))); });
    case DataType::Float64:
        return put([&](const char* row) { into.addNumber(std::bit_cast<double>(word(row, column))); });
    case DataType::String: return put([&](const char* row) { into.addText(text(row, column)); });
    }
}

std::size_t RowForm::textBytes(const char* values) const
{
    std::size_t total = 0;
    for (const std::size_t column : m_texts)
        if (!isNull(values, column)) total += text(values, column).size();
    return total;
}

void RowForm::put(const char* values, BatchBuilder& into, std::size_t firstColumn) const
{
    for (std::size_t index = 0; index < m_types.size(); ++index)
        putColumn(values, index, into.column(firstColumn + index));
}

std::uint64_t RowForm::word(const char* values, std::size_t column) const
{
    std::uint64_t word = 0;
    std::memcpy(&word, values + m_offsets[column], sizeof word);
    return word;
}

std::string_view RowForm::text(const char* values, std::size_t column) const
{
    TextPlace place{};
    std::memcpy(&place, values + m_offsets[column], sizeof place);
    return {place.data, place.size};
}

void RowForm::moveTexts(char* values, TextArena& texts) const
{
    for (std::size_t index = 0; index < m_types.size(); ++index)
        if (m_types[index] == DataType::String && !isNull(values, index))
            putText(values, index, text(values, index), texts);
}

void RowForm::save(const char* values, std::string& out) const
{
    out.append(values, m_nullBytes);
    for (std::size_t index = 0; index < m_types.size(); ++index) {
        if (isNull(values, index)) continue;
        if (m_types[index] == DataType::String)
            appendText(out, text(values, index));
        else
            appendWord(out, word(values, index));
    }
}

bool RowForm::load(std::string_view& saved, char* values, TextArena& texts) const
{
    if (saved.size() < m_nullBytes) return false;
    std::memset(values, 0, m_bytes);
    std::memcpy(values, saved.data(), m_nullBytes);
    saved.remove_prefix(m_nullBytes);
    for (std::size_t index = 0; index < m_types.size(); ++index) {
        if (isNull(values, index)) continue;
        std::string_view text;
        std::uint64_t word = 0;
        const bool isText = m_types[index] == DataType::String;
        if (isText ? !takeText(saved, text) : !takeWord(saved, word)) return false;
        if (isText)
            putText(values, index, text, texts);
        else
            std::memcpy(values + m_offsets[index], &word, sizeof word);
    }
    return true;
}

}  // namespace engine
