#pragma once

#include "data/batch_builder.h"
#include "state/bytes.h"

#include <bit>
#include <string>
#include <string_view>

namespace engine {

// The values of a row as bytes, one behind the other: a null flag each, then 8 bytes, 1 (Bool), or a length
// and the text.
inline void appendInteger(std::string& into, std::int64_t value)
{
    appendWord(into, static_cast<std::uint64_t>(value));
}
void appendValue(std::string& into, const Column& column, std::uint32_t physicalRow);

// Reads them back; `isGood` turns false at the first thing that does not fit. On the stack of one call.
class RowReader {
public:
    explicit RowReader(std::string_view bytes) : m_bytes(bytes) { }

    std::string_view take(std::size_t count);
    std::uint64_t word();
    std::int64_t integer() { return static_cast<std::int64_t>(word()); }
    bool flag();
    void value(ColumnBuilder& into);
    bool atEnd() const { return m_bytes.empty(); }

    bool isGood = true;

private:
    std::string_view m_bytes;
};

}  // namespace engine
