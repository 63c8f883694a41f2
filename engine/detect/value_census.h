#pragma once

#include "spec/detected.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

inline constexpr std::size_t kTimePatterns = 7;

// Counts what kinds of values a column has and names the type that fits them. Plain value.
class ValueCensus {
public:
    void addNull() { ++m_nulls; }
    void addFlag() { count(m_flags); }
    void addNumber(double number, bool isWhole);
    void addText(std::string_view text);   // a text in quotes: never a number
    void addField(std::string_view text);  // of CSV: whatever it looks like
    void addOthers(std::int64_t count)     // lists and objects
    {
        m_values += count;
        m_others += count;
    }

    bool isOnlyTexts() const { return m_values > 0 && m_texts == m_values; }
    bool isEmpty() const { return m_values == 0; }
    // Type, encoding, leniency and counts of a column of this name.
    DetectedColumn column(const std::string& name) const;
    bool isAscending() const { return m_steps > 0 && m_descents * 10 <= m_steps; }
    // Whether a reader of that column would refuse the value that `one` has counted, if it is not lenient.
    bool isMisfit(const ValueCensus& one) const;

private:
    enum class Kind { Number, Flag, IsoTime, PatternTime, Text };
    std::int64_t numbers() const { return m_whole + m_fractions; }
    std::int64_t most() const;  // values of one kind
    Kind kind() const;          // that the column is taken for
    std::int64_t misfits() const;
    std::size_t pattern() const;  // that all texts fit; kTimePatterns: none
    void count(std::int64_t& kind)
    {
        ++m_values;
        ++kind;
    }
    void addTime(std::int64_t value);
    std::string epochEncoding(const std::string& name) const;

    std::int64_t m_values = 0, m_nulls = 0;
    bool m_isField = false, m_isCode = false;
    std::int64_t m_flags = 0, m_whole = 0, m_fractions = 0, m_isoTimes = 0, m_texts = 0, m_others = 0;
    std::array<std::int64_t, kTimePatterns> m_patterns{};  // texts, each fitting one pattern or more
    double m_least = 0, m_greatest = 0;
    std::optional<std::int64_t> m_last;
    std::int64_t m_steps = 0, m_descents = 0;
};

// Whether a name sounds like that of a time: ts, created_at, eventTime.
bool soundsLikeTime(std::string_view name);

}  // namespace engine
