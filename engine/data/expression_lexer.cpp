#include "data/expression_lexer.h"

#include <array>
#include <cctype>

namespace engine {

namespace {

bool isWordStart(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWordPart(char c) { return isWordStart(c) || isDigit(c) || c == '$'; }

class Lexer {
public:
    explicit Lexer(std::string_view source) : m_source(source) { }

    std::variant<std::vector<Token>, ExpressionError> run()
    {
        for (;;) {
            if (!skipSpace()) return m_error;
            if (m_at == m_source.size()) break;
            if (!next()) return m_error;
        }
        m_tokens.push_back({TokenKind::End, {}, {}, m_source.size(), 0});
        return std::move(m_tokens);
    }

private:
    char at(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_source.size() ? m_source[m_at + ahead] : '\0';
    }

    bool fail(std::string message, std::size_t offset, std::size_t length)
    {
        m_error = {std::move(message), offset, length};
        return false;
    }

    bool skipSpace()
    {
        for (;;) {
            while (m_at < m_source.size() && std::isspace(static_cast<unsigned char>(m_source[m_at]))) ++m_at;
            if (at() == '-' && at(1) == '-') {
                while (m_at < m_source.size() && m_source[m_at] != '\n') ++m_at;
            } else if (at() == '/' && at(1) == '*') {
                const std::size_t end = m_source.find("*/", m_at + 2);
                if (end == std::string_view::npos)
                    return fail("This comment is not closed; write */ after it.", m_at, 2);
                m_at = end + 2;
            } else {
                return true;
            }
        }
    }

    bool push(TokenKind kind, std::string text, std::size_t start)
    {
        m_tokens.push_back({kind, std::move(text), {}, start, m_at - start});
        return true;
    }

    bool next()
    {
        const std::size_t start = m_at;
        const char c = at();
        if (isWordStart(c)) return word();
        if (isDigit(c) || (c == '.' && isDigit(at(1)))) return number();
        if (c == '\'') return quoted('\'', TokenKind::Text, "text");
        if (c == '`' || c == '"') return quoted(c, TokenKind::QuotedName, "name");
        if (c == '$' && at(1) == '{') {
            const std::size_t end = m_source.find('}', m_at);
            if (end == std::string_view::npos)
                return fail("This ${ is not closed; write } after the parameter's name.", start, 2);
            std::string name(m_source.substr(m_at + 2, end - m_at - 2));
            m_at = end + 1;
            return push(TokenKind::Constant, std::move(name), start);
        }
        static constexpr std::array<std::string_view, 5> kDoubles{"<=", ">=", "<>", "!=", "||"};
        for (const std::string_view sign : kDoubles) {
            if (m_source.substr(m_at, 2) != sign) continue;
            m_at += 2;
            return push(TokenKind::Sign, sign == "!=" ? "<>" : std::string(sign), start);
        }
        if (std::string_view("+-*/%=<>(),").find(c) != std::string_view::npos && c != '\0') {
            ++m_at;
            return push(TokenKind::Sign, std::string(1, c), start);
        }
        const bool printable = std::isprint(static_cast<unsigned char>(c));
        return fail(
            printable ? "Found '" + std::string(1, c) +
                    "', which means nothing in a formula; expected a value or an operator."
                      : "Found a character that means nothing in a formula; expected a value or an operator.",
            start, 1);
    }

    bool word()
    {
        const std::size_t start = m_at;
        while (isWordPart(at()) || (at() == '.' && isWordStart(at(1)))) ++m_at;
        push(TokenKind::Word, std::string(m_source.substr(start, m_at - start)), start);
        std::string& upper = m_tokens.back().upper;
        upper = m_tokens.back().text;
        for (char& c : upper)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        return true;
    }

    bool number()
    {
        const std::size_t start = m_at;
        while (isDigit(at())) ++m_at;
        if (at() == '.') {
            ++m_at;
            while (isDigit(at())) ++m_at;
        }
        if (at() == 'e' || at() == 'E') {
            const std::size_t sign = at(1) == '+' || at(1) == '-' ? 2 : 1;
            if (!isDigit(at(sign)))
                return fail("The number has an exponent without digits; write it as 1.5e3.", start,
                            m_at + 1 - start);
            m_at += sign;
            while (isDigit(at())) ++m_at;
        }
        if (isWordPart(at()))
            return fail("Found '" + std::string(m_source.substr(start, m_at + 1 - start)) +
                            "'; a name that starts with a digit goes in backticks.",
                        start, m_at + 1 - start);
        return push(TokenKind::Number, std::string(m_source.substr(start, m_at - start)), start);
    }

    // A quote inside is written twice, and ${ with one more dollar, as everywhere in a document.
    bool quoted(char quote, TokenKind kind, const char* what)
    {
        const std::size_t start = m_at++;
        std::string text;
        for (;; ++m_at) {
            if (m_at == m_source.size())
                return fail("This " + std::string(what) + " is not closed; write " + quote + " after it.",
                            start, 1);
            if (m_source[m_at] == quote) {
                if (at(1) != quote) break;
                ++m_at;
            }
            if (m_source.substr(m_at).starts_with("$${")) ++m_at;
            text.push_back(m_source[m_at]);
        }
        ++m_at;
        return push(kind, std::move(text), start);
    }

    std::string_view m_source;
    std::size_t m_at = 0;
    std::vector<Token> m_tokens;
    ExpressionError m_error;
};

}  // namespace

std::variant<std::vector<Token>, ExpressionError> tokensOf(std::string_view source)
{
    return Lexer(source).run();
}

}  // namespace engine
