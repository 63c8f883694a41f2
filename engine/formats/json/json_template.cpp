#include "formats/json/json_template.h"

#include "formats/json/json_scan.h"
#include "formats/json/json_shape.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

namespace engine {

// Walks over the record that a template is learned from. Knows nothing of values but where they end.
class JsonTemplate::Learner {
public:
    Learner(JsonTemplate& made, std::string_view line) : m_made(made), m_line(line) { }

    // The whole line; `plan` is the root.
    bool learn(const JsonStep& plan)
    {
        skipBlanks();
        if (!takeObject(&plan)) return false;
        skipBlanks();
        if (m_at != m_line.size()) return false;
        m_made.addLiteral(m_line.substr(m_literal), m_made.m_tail, m_made.m_tailBytes);
        return true;
    }

private:
    void skipBlanks()
    {
        while (m_at < m_line.size() && isJsonBlank(m_line[m_at])) ++m_at;
    }
    bool takeByte(char byte)
    {
        skipBlanks();
        if (m_at >= m_line.size() || m_line[m_at] != byte) return false;
        ++m_at;
        return true;
    }
    bool takeKey(std::string_view& key)
    {
        if (!takeByte('"')) return false;
        const std::size_t end = m_line.find('"', m_at);
        if (end == std::string_view::npos) return false;
        key = m_line.substr(m_at, end - m_at);
        m_at = end + 1;
        return key.find('\\') == std::string_view::npos && takeByte(':');
    }

    // `step` is what is wanted of the object, or null: nothing.
    bool takeObject(const JsonStep* step)
    {
        if (!takeByte('{')) return false;
        std::vector<std::string_view> keys;
        std::size_t found = 0;
        do {
            std::string_view key;
            if (!takeKey(key) || std::find(keys.begin(), keys.end(), key) != keys.end()) return false;
            keys.push_back(key);
            const JsonStep* wanted = nullptr;
            for (std::size_t i = 0; step && i < step->steps.size(); ++i) {
                if (step->steps[i].key != key) continue;
                if (wanted) return false;
                wanted = &step->steps[i];
                ++found;
            }
            skipBlanks();
            if (m_at < m_line.size() && m_line[m_at] == '{') {
                if (wanted && wanted->kind != JsonStep::Object) return false;
                if (!takeObject(wanted)) return false;
            } else if (!takeScalar(wanted)) {
                return false;
            }
        } while (takeByte(','));
        for (std::size_t i = 0; step && found < step->steps.size() && i < step->steps.size(); ++i)
            if (std::find(keys.begin(), keys.end(), step->steps[i].key) == keys.end() &&
                !addAbsent(step->steps[i]))
                return false;
        return takeByte('}');
    }

    bool addAbsent(const JsonStep& step)
    {
        for (const JsonStep& below : step.steps)
            if (!addAbsent(below)) return false;
        if (!step.steps.empty()) return true;
        m_made.m_absent.push_back(step.column);
        return !step.required;
    }

    bool takeScalar(const JsonStep* step)
    {
        static constexpr std::pair<JsonStep::Kind, Kind> kKinds[] = {{JsonStep::Text, Kind::Text},
                                                                     {JsonStep::Integer, Kind::Integer},
                                                                     {JsonStep::Number, Kind::Number},
                                                                     {JsonStep::Flag, Kind::Flag},
                                                                     {JsonStep::Time, Kind::Time}};
        Member member;
        if (m_made.m_members.size() == kMembersMax) return false;
        if (step) {
            const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                           [&](const auto& pair) { return pair.first == step->kind; });
            if (kind == std::end(kKinds)) return false;
            member.kind = kind->second;
            member.required = step->required;
            member.column = step->column;
            member.time = &step->time;
        }
        m_made.addLiteral(m_line.substr(m_literal, m_at - m_literal), member.literal, member.literalBytes);
        m_made.m_members.push_back(member);
        m_literal = m_at = valueEnd();
        return m_at != std::string_view::npos;
    }

    // Behind the scalar at m_at; npos where there is none.
    std::size_t valueEnd() const
    {
        if (m_at >= m_line.size()) return std::string_view::npos;
        if (m_line[m_at] != '"') {
            const std::size_t end = m_line.find_first_of(",}] \t\r\n", m_at);
            return end == m_at || m_line[m_at] == '[' ? std::string_view::npos : end;
        }
        for (std::size_t end = m_at + 1; end < m_line.size(); ++end) {
            if (m_line[end] == '"') return end + 1;
            if (m_line[end] == '\\') ++end;
        }
        return std::string_view::npos;
    }

    JsonTemplate& m_made;
    std::string_view m_line;
    std::size_t m_at = 0, m_literal = 0;  // the literal under way begins there
};

bool JsonTemplate::learn(std::string_view line, const JsonStep& plan, std::optional<std::size_t> timeColumn)
{
    m_members.clear();
    m_words.clear();
    m_absent.clear();
    if (!Learner(*this, line).learn(plan)) return false;
    m_lineBytes = line.size() + 1;
    m_hasTime = timeColumn.has_value();
    if (!m_hasTime) return true;
    const auto time = std::find_if(m_members.begin(), m_members.end(), [&](const Member& member) {
        return member.kind == Kind::Time && member.column == *timeColumn;
    });
    if (time == m_members.end()) return false;
    time->required = true;
    m_timeMember = static_cast<std::size_t>(time - m_members.begin());
    return true;
}

void JsonTemplate::addLiteral(std::string_view literal, std::uint32_t& place, std::uint32_t& bytes)
{
    place = static_cast<std::uint32_t>(m_words.size());
    bytes = static_cast<std::uint32_t>(literal.size());
    for (std::size_t at = 0; at < literal.size(); at += 8) {
        const std::size_t count = std::min<std::size_t>(8, literal.size() - at);
        Word word;
        std::memcpy(&word.bytes, literal.data() + at, count);
        word.mask = count == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * count)) - 1;
        m_words.push_back(word);
    }
}

inline bool JsonTemplate::matches(const char* at, std::uint32_t literal, std::uint32_t bytes) const
{
    const Word* word = &m_words[literal];
    std::uint64_t differs = 0;
    for (std::uint32_t done = 0; done < bytes; done += 8, ++word)
        differs |= (jsonWord(at + done) ^ word->bytes) & word->mask;
    return differs == 0;
}

inline const char* JsonTemplate::takeValue(const char* at, const Member& member, Value& into) const
{
    into.isNull = false;
    if (*at == '"') {
        const char* end = plainTextEnd(at + 1);
        if (!end) return nullptr;
        into.text = {at + 1, static_cast<std::size_t>(end - at - 1)};
        if (member.kind == Kind::Time && member.time->takesTexts()) {
            const auto timeUs = member.time->fromText(into.text);
            into.integer = timeUs.value_or(0);
            return timeUs ? end + 1 : nullptr;
        }
        return member.kind == Kind::Text || member.kind == Kind::Skip ? end + 1 : nullptr;
    }
    if (*at == 'n') {
        into.isNull = true;
        return startsWithWord(at, "null") && !member.required ? at + 4 : nullptr;
    }
    if (*at == 't' || *at == 'f') {
        into.integer = *at == 't';
        const bool isFlag = *at == 't' ? startsWithWord(at, "true") : startsWithWord(at + 1, "alse");
        const bool fits = member.kind == Kind::Flag || member.kind == Kind::Skip;
        return isFlag && fits ? at + (*at == 't' ? 4 : 5) : nullptr;
    }
    ScannedNumber number;
    const char* end = scanNumber(at, number);
    if (!end) return nullptr;
    switch (member.kind) {
    case Kind::Skip: return end;
    case Kind::Number: return number.toDouble(into.number) ? end : nullptr;
    case Kind::Integer: return number.toInteger(into.integer) ? end : nullptr;
    case Kind::Time: {
        if (!member.time->takesNumbers() || !number.toInteger(into.integer)) return nullptr;
        const auto timeUs = member.time->fromInteger(into.integer);
        into.integer = timeUs.value_or(0);
        return timeUs ? end : nullptr;
    }
    case Kind::Text:
    case Kind::Flag: break;
    }
    return nullptr;
}

// The line feed of the line that begins at `at`; null when it has another shape. m_values then holds its
// values.
inline const char* JsonTemplate::takeLine(const char* at, const char* end)
{
    Value* value = m_values.data();
    for (const Member& member : m_members) {
        if (end - at <= member.literalBytes || !matches(at, member.literal, member.literalBytes))
            return nullptr;
        at = takeValue(at + member.literalBytes, member, *value++);
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

// Null for all but the plain case: the value is there and of the kind that is wanted.
inline const char* JsonTemplate::takeValueInBlock(const char* at, const Member& member, void* slots,
                                                  std::size_t row) const
{
    switch (member.kind) {
    case Kind::Text: {
        if (*at != '"') return nullptr;
        const char* end = plainTextEnd(at + 1);
        if (!end) return nullptr;
        static_cast<TextRef*>(slots)[row] = {static_cast<std::uint32_t>(at + 1 - m_textBegin),
                                             static_cast<std::uint32_t>(end - at - 1)};
        return end + 1;
    }
    case Kind::Number: {
        ScannedNumber number;
        const char* end = scanNumber(at, number);
        return end && number.toDouble(static_cast<double*>(slots)[row]) ? end : nullptr;
    }
    case Kind::Integer: {
        ScannedNumber number;
        const char* end = scanNumber(at, number);
        return end && number.toInteger(static_cast<std::int64_t*>(slots)[row]) ? end : nullptr;
    }
    case Kind::Time: {
        std::optional<std::int64_t> timeUs;
        const char* end = nullptr;
        if (*at == '"') {
            end = member.time->takesTexts() ? plainTextEnd(at + 1) : nullptr;
            if (!end) return nullptr;
            timeUs = member.time->fromText({at + 1, static_cast<std::size_t>(end - at - 1)});
            ++end;
        } else {
            ScannedNumber number;
            std::int64_t value = 0;
            end = member.time->takesNumbers() ? scanNumber(at, number) : nullptr;
            if (!end || !number.toInteger(value)) return nullptr;
            timeUs = member.time->fromInteger(value);
        }
        static_cast<std::int64_t*>(slots)[row] = timeUs.value_or(0);
        return timeUs ? end : nullptr;
    }
    case Kind::Skip: {
        if (*at == '"') {
            const char* end = plainTextEnd(at + 1);
            return end ? end + 1 : nullptr;
        }
        ScannedNumber number;
        return scanNumber(at, number);
    }
    case Kind::Flag: {
        const bool isTrue = *at == 't';
        static_cast<std::uint8_t*>(slots)[row] = isTrue;
        if (isTrue) return startsWithWord(at, "true") ? at + 4 : nullptr;
        return *at == 'f' && startsWithWord(at + 1, "alse") ? at + 5 : nullptr;
    }
    }
    return nullptr;
}

inline const char* JsonTemplate::takeLineInBlock(const char* at, const char* end, std::size_t row) const
{
    void* const* slots = m_slots.data();
    for (const Member& member : m_members) {
        if (end - at <= member.literalBytes || !matches(at, member.literal, member.literalBytes))
            return nullptr;
        at = takeValueInBlock(at + member.literalBytes, member, *slots++, row);
        if (!at) return nullptr;
    }
    if (end - at <= m_tailBytes || !matches(at, m_tail, m_tailBytes)) return nullptr;
    at += m_tailBytes;
    return *at == '\n' ? at : nullptr;
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
                const char* lineEnd = takeLineInBlock(begin, end, taken);
                if (!lineEnd) break;
                ++taken;
                begin = lineEnd + 1;
            }
            endBlock(into, room, taken);
            rows += taken;
            if (taken == room || begin >= end) continue;
            m_linesAlone = kLinesAlone;
        }
        const char* lineEnd = takeLine(begin, end);
        if (!lineEnd) return begin;
        addRow(into);
        if (m_linesAlone > 0) --m_linesAlone;
        ++rows;
        begin = lineEnd + 1;
    }
    return begin;
}

}  // namespace engine
