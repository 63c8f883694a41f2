#include "state/row_bytes.h"

namespace engine {

void appendValue(std::string& into, const Column& column, std::uint32_t row)
{
    into.push_back(column.isNull(row) ? '\1' : '\0');
    if (column.isNull(row)) return;
    switch (column.type()) {
    case DataType::Bool: into.push_back(static_cast<char>(column.flags()[row])); break;
    case DataType::Int64:
    case DataType::Time: appendInteger(into, column.integers()[row]); break;
    case DataType::Float64: appendWord(into, std::bit_cast<std::uint64_t>(column.numbers()[row])); break;
    case DataType::String: {
        const std::string_view text = column.text(row);
        appendWord(into, text.size());
        into.append(text);
        break;
    }
    }
}

std::string_view RowReader::take(std::size_t count)
{
    if (count > m_bytes.size()) {
        isGood = false;
        return {};
    }
    const std::string_view taken = m_bytes.substr(0, count);
    m_bytes.remove_prefix(count);
    return taken;
}

std::uint64_t RowReader::word()
{
    std::uint64_t value = 0;
    isGood = takeWord(m_bytes, value) && isGood;
    return value;
}

bool RowReader::flag()
{
    const std::string_view byte = take(1);
    return !byte.empty() && byte[0] != '\0';
}

void RowReader::value(ColumnBuilder& into)
{
    if (flag()) return into.addNull();
    switch (into.type()) {
    case DataType::Bool: return into.addBool(flag());
    case DataType::Int64:
    case DataType::Time: return into.addInteger(integer());
    case DataType::Float64: return into.addNumber(std::bit_cast<double>(word()));
    case DataType::String: return into.addText(take(word()));
    }
}

}  // namespace engine
