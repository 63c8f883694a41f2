#pragma once

#include "formats/json/json_plan.h"
#include "formats/shared/row_assembler.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// The shape of one record, learned from it: the bytes between its values, which machines write alike record
// after record, and what is to become of each value. Takes a line of exactly that shape in one pass, several
// times as fast as a parser; leaves every other line alone. What it takes, the parser would take alike.
// Belongs to one decoder.
class JsonTemplate {
public:
    // From a line that the parser took for a row, without its line feed. False where the record cannot be
    // told by a template: lists in it, a member twice, a needed value that is absent though required.
    bool learn(std::string_view line, const JsonStep& plan, std::optional<std::size_t> timeColumn);

    // Takes lines from `begin` on until one that differs; answers where that begins, and adds the lines taken
    // to `rows`. Just before `end` there is a line feed; 64 bytes behind it are readable.
    const char* take(const char* begin, const char* end, RowAssembler& into, std::uint64_t& rows);

private:
    enum class Kind : std::uint8_t { Skip, Text, Integer, Number, Flag, Time };
    struct Member {
        std::uint32_t literal = 0;  // of m_words: the bytes before the value
        std::uint32_t literalBytes = 0;
        Kind kind = Kind::Skip;
        bool required = false;
        std::size_t column = 0;
        const TimeReader* time = nullptr;
    };
    struct Value {
        bool isNull = false;
        std::int64_t integer = 0;  // also of Flag and Time
        double number = 0;
        std::string_view text{};
    };
    // Eight bytes of a literal; `mask` tells which of them count.
    struct Word {
        std::uint64_t bytes = 0, mask = 0;
    };
    static constexpr std::size_t kMembersMax = 48;

    class Learner;
    bool beginBlock(RowAssembler& into, std::size_t rows);
    void endBlock(RowAssembler& into, std::size_t rows, std::size_t taken);
    struct ValuePlace;
    struct BlockPlace;
    template <class Place>
    const char* takeLine(const char* at, const char* end, const Place& place) const;
    template <class Place>
    const char* takeValue(const char* at, std::size_t index, const Place& place) const;
    static const char* takeText(const char* at, std::string_view& text);
    static const char* takeFlag(const char* at, bool& flag);
    static const char* takeTime(const char* at, const TimeReader& time, std::int64_t& into);
    static const char* skipValue(const char* at);
    bool matches(const char* at, std::uint32_t literal, std::uint32_t bytes) const;
    void addLiteral(std::string_view literal, std::uint32_t& place, std::uint32_t& bytes);
    void addRow(RowAssembler& into) const;

    std::vector<Member> m_members;
    std::uint32_t m_tail = 0, m_tailBytes = 0;  // what is behind the last value
    std::vector<Word> m_words;
    std::vector<std::size_t> m_absent;  // columns that such a record does not have
    std::size_t m_timeMember = 0;
    bool m_hasTime = false;
    std::size_t m_lineBytes = 1;                // of the line that it was learned from
    std::array<Value, kMembersMax> m_values{};  // of a line that is taken by itself
    std::array<void*, kMembersMax> m_slots{};   // of each member, for the rows of a block
    const char* m_textBegin = nullptr;          // where the texts of a block point into
    std::size_t m_linesAlone = 0;               // to be taken before the next block
};

}  // namespace engine
