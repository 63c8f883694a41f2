#include "operators/window/kept_columns.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace engine {

KeptColumns::KeptColumns(const std::vector<DataType>& types)
{
    for (const DataType type : types) m_columns.push_back({type, slotBytes(type)});
}

std::size_t KeptColumns::bytes() const
{
    std::size_t total = 0;
    for (const Kept& kept : m_columns)
        total +=
            kept.values.capacity() + kept.validity.capacity() + (kept.texts ? kept.texts->capacity() : 0);
    return total;
}

std::uint32_t KeptColumns::add()
{
    for (Kept& kept : m_columns) {
        kept.values.resize((m_size + 1) * kept.width);
        kept.validity.push_back(1);
    }
    return static_cast<std::uint32_t>(m_size++);
}

void KeptColumns::remove(std::uint32_t row)
{
    --m_size;
    for (Kept& kept : m_columns) {
        std::memcpy(kept.values.data() + row * kept.width, kept.values.data() + m_size * kept.width,
                    kept.width);
        kept.values.resize(m_size * kept.width);
        kept.nulls -= kept.validity[row] ? 0 : 1;
        kept.validity[row] = kept.validity.back();
        kept.validity.pop_back();
    }
}

void KeptColumns::set(std::size_t column, std::span<const std::uint32_t> rows, const Column& values)
{
    Kept& kept = m_columns[column];
    const std::uint8_t* validity = values.validity();
    for (std::size_t i = 0; (validity || kept.nulls > 0) && i < rows.size(); ++i) {
        std::uint8_t& valid = kept.validity[rows[i]];
        kept.nulls -= valid ? 0 : 1;
        valid = validity ? validity[i] : 1;
        kept.nulls += valid ? 0 : 1;
    }
    if (kept.type == DataType::String) return setTexts(kept, rows, values);
    if (kept.type == DataType::Bool) {
        const auto flags = values.flags();
        for (std::size_t i = 0; i < rows.size(); ++i) kept.values[rows[i]] = static_cast<char>(flags[i]);
        return;
    }
    auto* into = reinterpret_cast<std::uint64_t*>(kept.values.data());
    const auto* words = values.valuesBuffer()->as<std::uint64_t>();
    for (std::size_t i = 0; i < rows.size(); ++i) into[rows[i]] = words[i];
}

void KeptColumns::setTexts(Kept& kept, std::span<const std::uint32_t> rows, const Column& values)
{
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        bytes += values.texts()[i].length;
        kept.refs()[rows[i]] = {};  // what was there is left behind, should the texts move now
    }
    makeRoom(kept, bytes);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string_view text = values.text(i);
        if (!text.empty()) std::memcpy(kept.texts->data() + kept.textBytesUsed, text.data(), text.size());
        kept.refs()[rows[i]] = {static_cast<std::uint32_t>(kept.textBytesUsed),
                                static_cast<std::uint32_t>(text.size())};
        kept.textBytesUsed += text.size();
    }
}

// Texts of rows that are gone stay until the room is used up; then those that are left move to a new place,
// since batches may still point at the old one.
void KeptColumns::makeRoom(Kept& kept, std::size_t bytes)
{
    constexpr std::size_t kLeastBytes = 4 << 10;
    if (kept.texts && kept.textBytesUsed + bytes <= kept.texts->capacity()) return;
    std::size_t needed = bytes;
    for (std::size_t row = 0; row < m_size; ++row) needed += kept.refs()[row].length;
    CHECK(needed <= std::numeric_limits<std::uint32_t>::max() / 2);
    auto larger = Buffer::make(std::max(needed * 2, kLeastBytes));
    larger->setSize(larger->capacity());  // once and for all: others read it while texts are added
    std::size_t used = 0;
    for (std::size_t row = 0; row < m_size; ++row) {
        TextRef& ref = kept.refs()[row];
        if (ref.length > 0) std::memcpy(larger->data() + used, kept.texts->data() + ref.offset, ref.length);
        ref.offset = static_cast<std::uint32_t>(used);
        used += ref.length;
    }
    kept.texts = std::move(larger);
    kept.textBytesUsed = used;
    m_textsMoved = true;
}

void KeptColumns::copy(std::size_t column, std::size_t first, std::size_t count, ColumnBuilder& into) const
{
    const Kept& kept = m_columns[column];
    const std::uint8_t* validity = kept.nulls > 0 ? kept.validity.data() + first : nullptr;
    if (kept.type == DataType::String) into.pointInto(kept.texts);
    char* to = kept.type == DataType::Bool
        ? reinterpret_cast<char*>(into.addMany<std::uint8_t>(count, validity))
        : reinterpret_cast<char*>(into.addMany<std::uint64_t>(count, validity));
    std::memcpy(to, kept.values.data() + first * kept.width, count * kept.width);
}

}  // namespace engine
