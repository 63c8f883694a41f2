#include "formats/json/json_template.h"

#include "formats/json/json_scan.h"

#include <algorithm>

namespace engine {

inline bool JsonTemplate::matches(const char* at, std::uint32_t literal, std::uint32_t bytes) const
{
    const Word* word = &m_words[literal];
    std::uint64_t differs = 0;
    for (std::uint32_t done = 0; done < bytes; done += 8, ++word)
        differs |= (jsonWord(at + done) ^ word->bytes) & word->mask;
    return differs == 0;
}

// Where a value goes: into a line that is taken by itself, or into its place in the columns. Null is told of
// the one only: it ends a block.
struct JsonTemplate::ValuePlace {
    static constexpr bool kTakesNull = true;
    Value* values;
    Value& of(std::size_t member) const { return values[member]; }
    void setNull(std::size_t member) const { of(member).isNull = true; }
    void setText(std::size_t member, std::string_view text) const
    {
        of(member).isNull = false;
        of(member).text = text;
    }
    void setFlag(std::size_t member, bool flag) const { integer(member) = flag; }
    std::int64_t& integer(std::size_t member) const
    {
        of(member).isNull = false;
        return of(member).integer;
    }
    double& number(std::size_t member) const
    {
        of(member).isNull = false;
        return of(member).number;
    }
};

struct JsonTemplate::BlockPlace {
    static constexpr bool kTakesNull = false;
    void* const* slots;
    const char* textBegin;
    std::size_t row;
    void setText(std::size_t member, std::string_view text) const
    {
        static_cast<TextRef*>(slots[member])[row] = {static_cast<std::uint32_t>(text.data() - textBegin),
                                                     static_cast<std::uint32_t>(text.size())};
    }
    void setFlag(std::size_t member, bool flag) const
    {
        static_cast<std::uint8_t*>(slots[member])[row] = flag;
    }
    std::int64_t& integer(std::size_t member) const { return static_cast<std::int64_t*>(slots[member])[row]; }
    double& number(std::size_t member) const { return static_cast<double*>(slots[member])[row]; }
};

// Behind the text that begins at `at`; null where there is none, or one with an escape.
inline const char* JsonTemplate::takeText(const char* at, std::string_view& text)
{
    if (*at != '"') return nullptr;
    const char* end = plainTextEnd(at + 1);
    if (!end) return nullptr;
    text = {at + 1, static_cast<std::size_t>(end - at - 1)};
    return end + 1;
}

inline const char* JsonTemplate::takeFlag(const char* at, bool& flag)
{
    flag = *at == 't';
    if (flag) return startsWithWord(at, "true") ? at + 4 : nullptr;
    return *at == 'f' && startsWithWord(at + 1, "alse") ? at + 5 : nullptr;
}

inline const char* JsonTemplate::takeTime(const char* at, const TimeReader& time, std::int64_t& into)
{
    std::optional<std::int64_t> timeUs;
    const char* end = nullptr;
    if (*at == '"') {
        std::string_view text;
        end = time.takesTexts() ? takeText(at, text) : nullptr;
        if (!end) return nullptr;
        timeUs = time.fromText(text);
    } else {
        ScannedNumber number;
        std::int64_t value = 0;
        end = time.takesNumbers() ? scanNumber(at, number) : nullptr;
        if (!end || !number.toInteger(value)) return nullptr;
        timeUs = time.fromInteger(value);
    }
    into = timeUs.value_or(0);
    return timeUs ? end : nullptr;
}

inline const char* JsonTemplate::skipValue(const char* at)
{
    std::string_view text;
    if (*at == '"') return takeText(at, text);
    ScannedNumber number;
    if (const char* end = scanNumber(at, number)) return end;
    bool flag = false;
    return *at == 'n' ? (startsWithWord(at, "null") ? at + 4 : nullptr) : takeFlag(at, flag);
}

// Null where the value is not of the kind that is wanted.
template <class Place>
inline const char* JsonTemplate::takeValue(const char* at, std::size_t index, const Place& place) const
{
    const Member& member = m_members[index];
    if constexpr (Place::kTakesNull)
        if (*at == 'n' && member.kind != Kind::Skip) {
            place.setNull(index);
            return startsWithWord(at, "null") && !member.required ? at + 4 : nullptr;
        }
    switch (member.kind) {
    case Kind::Text: {
        std::string_view text;
        const char* end = takeText(at, text);
        if (end) place.setText(index, text);
        return end;
    }
    case Kind::Number: {
        ScannedNumber number;
        const char* end = scanNumber(at, number);
        return end && number.toDouble(place.number(index)) ? end : nullptr;
    }
    case Kind::Integer: {
        ScannedNumber number;
        const char* end = scanNumber(at, number);
        return end && number.toInteger(place.integer(index)) ? end : nullptr;
    }
    case Kind::Time: return takeTime(at, *member.time, place.integer(index));
    case Kind::Skip: return skipValue(at);
    case Kind::Flag: {
        bool flag = false;
        const char* end = takeFlag(at, flag);
        place.setFlag(index, flag);
        return end;
    }
    }
    return nullptr;
}

// The line feed of the line that begins at `at`; null when it has another shape.
template <class Place>
inline const char* JsonTemplate::takeLine(const char* at, const char* end, const Place& place) const
{
    for (std::size_t index = 0; index < m_members.size(); ++index) {
        const Member& member = m_members[index];
        if (end - at <= member.literalBytes || !matches(at, member.literal, member.literalBytes))
            return nullptr;
        at = takeValue(at + member.literalBytes, index, place);
        if (!at) return nullptr;
    }
    if (end - at <= m_tailBytes || !matches(at, m_tail, m_tailBytes)) return nullptr;
    at += m_tailBytes;
    return *at == '\n' ? at : nullptr;
}

inline void JsonTemplate::addRow(RowAssembler& into) const
{
    const Value* value = m_values.data();
    for (const Member& member : m_members) {
        const Value& each = *value++;
        if (member.kind == Kind::Skip) continue;
        ColumnBuilder& column = into.column(member.column);
        if (each.isNull)
            column.addNull();
        else if (member.kind == Kind::Text)
            column.addText(each.text);
        else if (member.kind == Kind::Number)
            column.addNumber(each.number);
        else if (member.kind == Kind::Flag)
            column.addBool(each.integer != 0);
        else
            column.addInteger(each.integer);
    }
    for (const std::size_t column : m_absent) into.column(column).addNull();
    into.endRow(m_hasTime ? m_values[m_timeMember].integer : 0);
}

// Room for the next rows in every column, to be filled in place. False where texts cannot be pointed at.
bool JsonTemplate::beginBlock(RowAssembler& into, std::size_t rows)
{
    m_textBegin = into.textBegin();
    for (const Member& member : m_members)
        if (member.kind == Kind::Text && !into.column(member.column).pointsFrom(m_textBegin)) return false;
    void** slot = m_slots.data();
    for (const Member& member : m_members) {
        ColumnBuilder& column = into.column(member.column);
        switch (member.kind) {
        case Kind::Skip: *slot = nullptr; break;
        case Kind::Text: *slot = column.addMany<TextRef>(rows); break;
        case Kind::Number: *slot = column.addMany<double>(rows); break;
        case Kind::Flag: *slot = column.addMany<std::uint8_t>(rows); break;
        case Kind::Integer:
        case Kind::Time: *slot = column.addMany<std::int64_t>(rows); break;
        }
        ++slot;
    }
    return true;
}

void JsonTemplate::endBlock(RowAssembler& into, std::size_t rows, std::size_t taken)
{
    for (const Member& member : m_members)
        if (member.kind != Kind::Skip) into.column(member.column).removeMany(rows - taken);
    for (const std::size_t column : m_absent)
        for (std::size_t row = 0; row < taken; ++row) into.column(column).addNull();
    into.endRows(taken, m_hasTime ? static_cast<const std::int64_t*>(m_slots[m_timeMember]) : nullptr);
}

// Lines whose values are all there are written into the columns in place, a block at a time; one that has a
// null or the like ends the block, and some lines from it on are taken each by itself.
const char* JsonTemplate::take(const char* begin, const char* end, RowAssembler& into, std::uint64_t& rows)
{
    constexpr std::size_t kLinesAlone = 64;
    while (begin < end) {
        const std::size_t room =
            std::min(into.room(), static_cast<std::size_t>(end - begin) / m_lineBytes + 1);
        if (m_linesAlone == 0 && beginBlock(into, room)) {
            std::size_t taken = 0;
            while (taken < room && begin < end) {
                const char* lineEnd = takeLine(begin, end, BlockPlace{m_slots.data(), m_textBegin, taken});
                if (!lineEnd) break;
                ++taken;
                begin = lineEnd + 1;
            }
            endBlock(into, room, taken);
            rows += taken;
            if (taken == room || begin >= end) continue;
            m_linesAlone = kLinesAlone;
        }
        const char* lineEnd = takeLine(begin, end, ValuePlace{m_values.data()});
        if (!lineEnd) return begin;
        addRow(into);
        if (m_linesAlone > 0) --m_linesAlone;
        ++rows;
        begin = lineEnd + 1;
    }
    return begin;
}

}  // namespace engine
