#include "operators/pattern/pattern_text.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::uint32_t kCountMax = 1'000'000;  // of a quantifier

bool isNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isNumeral(char c) { return c >= '0' && c <= '9'; }

// Recursive descent would be more than it needs: variables, each with a quantifier. Used once.
class PatternParser {
public:
    explicit PatternParser(std::string_view text) : m_text(text) { }

    std::variant<std::vector<PatternVariable>, ExpressionError> run()
    {
        for (skipSpace(); m_at < m_text.size(); skipSpace())
            if (!variable()) return m_error;
        if (m_found.empty() && fail("The pattern is empty; write variables such as A B+ C.", 0, 1))
            return m_error;
        if (!check()) return m_error;
        return std::move(m_found);
    }

private:
    char at() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    void skipSpace()
    {
        while (at() == ' ' || at() == '\t' || at() == '\n' || at() == '\r') ++m_at;
    }
    bool fail(std::string message, std::size_t offset, std::size_t length)
    {
        m_error = {std::move(message), offset, length};
        return true;
    }
    bool wrong(std::string message, std::size_t offset, std::size_t length)
    {
        fail(std::move(message), offset, length);
        return false;
    }
    std::string found() const
    {
        if (m_at >= m_text.size()) return "Found the end of the pattern";
        std::size_t end = m_at + 1;  // a whole character
        while (end < m_text.size() && (static_cast<unsigned char>(m_text[end]) & 0xC0) == 0x80) ++end;
        return "Found '" + std::string(m_text.substr(m_at, end - m_at)) + "'";
    }
    bool expected(const std::string& what) { return wrong(found() + "; expected " + what + ".", m_at, 1); }

    bool variable()
    {
        const std::size_t begin = m_at;
        if (at() == '(' || at() == ')' || at() == '|')
            return wrong(found() +
                             "; groups and alternatives are not known here, expected a variable such as A.",
                         m_at, 1);
        if (!isNameStart(at())) return expected("a variable such as A, with a quantifier at most behind it");
        while (isNameStart(at()) || isNumeral(at())) ++m_at;
        PatternVariable made{.name = std::string(m_text.substr(begin, m_at - begin)), .offset = begin};
        if (!quantifier(made)) return false;
        made.length = m_at - begin;
        m_found.push_back(std::move(made));
        return true;
    }

    bool quantifier(PatternVariable& of)
    {
        const std::size_t begin = m_at;
        if (at() == '*' || at() == '+' || at() == '?') {
            of.least = at() == '+' ? 1 : 0;
            of.most = at() == '?' ? 1 : kEndless;
            ++m_at;
        } else if (at() == '{') {
            ++m_at;
            if (!counts(of, begin)) return false;
        } else {
            return true;
        }
        const bool isReluctant = at() == '?';
        if (isReluctant) ++m_at;
        const bool isOptionalOne = of.least == 0 && of.most == 1;
        if (isReluctant && isOptionalOne)
            return wrong("A variable that may be left out cannot be reluctant; write " + of.name + "?.",
                         begin, m_at - begin);
        of.isGreedy = !isReluctant && !isOptionalOne && of.least != of.most;
        return true;
    }

    // {n} {n,} {n,m} {,m}, behind the brace.
    bool counts(PatternVariable& of, std::size_t begin)
    {
        of.least = 0;
        skipSpace();
        const bool hasLeast = isNumeral(at());
        if (hasLeast && !number(of.least)) return false;
        of.most = of.least;
        skipSpace();
        if (at() == ',') {
            ++m_at;
            of.most = kEndless;
            skipSpace();
            if (isNumeral(at()) && !number(of.most)) return false;
            if (!hasLeast && of.most == kEndless) return expected("a number, as in {2,3}");
        } else if (!hasLeast) {
            return expected("a number, as in {2,3}");
        }
        skipSpace();
        if (at() != '}') return expected("} behind the numbers of the quantifier");
        ++m_at;
        if (of.most == 0 || of.most < of.least)
            return wrong("The quantifier " + std::string(m_text.substr(begin, m_at - begin)) +
                             " takes no rows; the second number is at least the first and at least 1.",
                         begin, m_at - begin);
        return true;
    }
    bool number(std::uint32_t& value)
    {
        const std::size_t begin = m_at;
        for (value = 0; isNumeral(at()); ++m_at)
            value = std::min(kCountMax + 1, value * 10 + static_cast<std::uint32_t>(at() - '0'));
        if (value <= kCountMax) return true;
        return wrong("A quantifier goes up to 1000000.", begin, m_at - begin);
    }

    bool check()
    {
        for (std::size_t i = 0; i < m_found.size(); ++i) {
            const PatternVariable& one = m_found[i];
            const auto first = std::ranges::find(m_found, one.name, &PatternVariable::name);
            if (first - m_found.begin() < static_cast<std::ptrdiff_t>(i))
                return wrong("The variable " + one.name +
                                 " is there twice; give each place a name of its own.",
                             one.offset, one.length);
        }
        if (m_found.size() > kPatternVariablesMax)
            return wrong("A pattern has at most 60 variables.", m_found[kPatternVariablesMax].offset, 1);
        const PatternVariable& last = m_found.back();
        if (last.isGreedy)
            return wrong("A pattern cannot end with a greedy loop, which never knows its end; write " +
                             std::string(m_text.substr(last.offset, last.length)) +
                             "? to take as few rows as may be, or add a variable behind it.",
                         last.offset, last.length);
        if (std::ranges::all_of(m_found, [](const auto& each) { return each.least == 0; }))
            return wrong("Every variable of this pattern may be left out, so that it would match nothing at "
                         "all; at least one must take a row.",
                         0, m_text.size());
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<PatternVariable> m_found;
    ExpressionError m_error;
};

}  // namespace

std::variant<std::vector<PatternVariable>, ExpressionError> parsePattern(std::string_view text)
{
    return PatternParser(text).run();
}

}  // namespace engine
