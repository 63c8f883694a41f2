#include "base/limits.h"
#include "spec/written_numbers.h"

#include <charconv>
#include <cmath>
#include <unordered_set>
#include <vector>

namespace engine {
namespace {

// Reads one JSON text by recursive descent, at most limits::kDocumentDepth deep. Lives for one call of
// parseJson; stops at the first mistake, whose place and sentence it keeps.
class Parser {
public:
    // `isOther` null: numbers are read as such; else it is set where a number was kept as it was written.
    explicit Parser(std::string_view text, bool* isOther = nullptr) : m_text(text), m_isOther(isOther) { }

    Result<Json> parse()
    {
        if (m_text.substr(0, 3) == "\xEF\xBB\xBF") m_at = 3;  // a byte order mark, as some editors write it
        Json value;
        skipSpace();
        if (readValue(value)) {
            skipSpace();
            if (m_at < m_text.size()) fail("There is something after the end of the document");
        }
        if (m_failed) return Error{ErrorCode::InvalidSpec, m_message + place() + ".", pathText()};
        return value;
    }

private:
    bool fail(std::string message)
    {
        if (!m_failed) m_message = std::move(message);
        m_failed = true;
        return false;
    }

    std::string place() const
    {
        std::size_t line = 1;
        std::size_t column = 1;
        for (std::size_t i = 0; i < m_at && i < m_text.size(); ++i) {
            if (m_text[i] == '\n') {
                ++line;
                column = 1;
            } else if ((static_cast<unsigned char>(m_text[i]) & 0xC0) != 0x80) {
                ++column;
            }
        }
        return " at line " + std::to_string(line) + ", column " + std::to_string(column);
    }

    std::string pathText() const
    {
        std::string path;
        for (const std::string& part : m_path) {
            if (!path.empty() && part.front() != '[') path += '.';
            path += part;
        }
        return path;
    }

    bool atEnd() const { return m_at >= m_text.size(); }

    void skipSpace()
    {
        while (!atEnd() &&
               (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\t' || m_text[m_at] == '\r'))
            ++m_at;
    }

    bool take(char wanted)
    {
        if (atEnd() || m_text[m_at] != wanted) return false;
        ++m_at;
        return true;
    }

    bool takeWord(std::string_view word)
    {
        if (m_text.substr(m_at, word.size()) != word) return false;
        m_at += word.size();
        return true;
    }

    bool readValue(Json& value)
    {
        if (atEnd()) return fail("The document ends too early");
        switch (m_text[m_at]) {
        case '{': return nested([&] { return readObject(value); });
        case '[': return nested([&] { return readArray(value); });
        case '"': {
            std::string text;
            if (!readText(text)) return false;
            value = std::move(text);
            return true;
        }
        default: break;
        }
        if (takeWord("true")) {
            value = true;
        } else if (takeWord("false")) {
            value = false;
        } else if (takeWord("null")) {
            value = nullptr;
        } else {
            return readNumber(value);
        }
        return true;
    }

    template <class Read>
    bool nested(Read read)
    {
        if (m_depth >= limits::kDocumentDepth)
            return fail("More than " + std::to_string(limits::kDocumentDepth) + " levels are nested");
        ++m_depth;
        const bool good = read();
        --m_depth;
        return good;
    }

    bool readObject(Json& value)
    {
        value = Json::object();
        auto& members = value.get_ref<Json::object_t&>();
        std::unordered_set<std::string> names;
        ++m_at;
        skipSpace();
        if (take('}')) return true;
        while (true) {
            if (atEnd()) return fail("The document ends inside an object");
            if (m_text[m_at] != '"') return fail("A member name in double quotes is expected");
            const std::size_t start = m_at;
            std::string name;
            if (!readText(name)) return false;
            m_path.push_back(name.empty() ? "\"\"" : name);
            if (!names.insert(name).second) {
                m_at = start;
                return fail("The member \"" + pathText() + "\" occurs twice; remove one of the two");
            }
            skipSpace();
            if (!take(':')) return fail("A colon is expected after the member name \"" + name + "\"");
            skipSpace();
            members.emplace_back(std::move(name), Json());
            if (!readValue(members.back().second)) return false;
            m_path.pop_back();
            skipSpace();
            if (take('}')) return true;
            if (!take(',')) return fail("A comma or a closing brace is expected");
            skipSpace();
            if (!atEnd() && m_text[m_at] == '}')
                return fail("There is a comma too many before the closing brace");
        }
    }

    bool readArray(Json& value)
    {
        value = Json::array();
        ++m_at;
        skipSpace();
        if (take(']')) return true;
        while (true) {
            m_path.push_back("[" + std::to_string(value.size()) + "]");
            value.push_back(nullptr);
            if (!readValue(value.back())) return false;
            m_path.pop_back();
            skipSpace();
            if (take(']')) return true;
            if (!take(',')) return fail("A comma or a closing bracket is expected");
            skipSpace();
            if (!atEnd() && m_text[m_at] == ']')
                return fail("There is a comma too many before the closing bracket");
        }
    }

    bool readText(std::string& text)
    {
        ++m_at;
        while (true) {
            if (atEnd()) return fail("The document ends inside a text");
            const auto byte = static_cast<unsigned char>(m_text[m_at]);
            if (byte == '"') {
                ++m_at;
                return true;
            }
            if (byte < 0x20)
                return fail(
                    "A text holds a control character or a line break; write it as an escape like \\n");
            if (byte == '\\') {
                if (!readEscape(text)) return false;
            } else if (byte < 0x80) {
                text += m_text[m_at++];
            } else if (!readLetter(text)) {
                return fail("The document is not valid UTF-8; save it in that encoding");
            }
        }
    }

    // One letter of two to four bytes, with overlong forms, surrogates and what lies above U+10FFFF refused.
    bool readLetter(std::string& text)
    {
        const auto first = static_cast<unsigned char>(m_text[m_at]);
        const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || m_at + length > m_text.size()) return false;
        std::uint32_t code = first & (0x7Fu >> length);
        for (std::size_t i = 1; i < length; ++i) {
            const auto next = static_cast<unsigned char>(m_text[m_at + i]);
            if ((next & 0xC0) != 0x80) return false;
            code = (code << 6) | (next & 0x3F);
        }
        if (length == 3 && (code < 0x800 || (code >= 0xD800 && code < 0xE000))) return false;
        if (length == 4 && (code < 0x10000 || code > 0x10FFFF)) return false;
        text.append(m_text.substr(m_at, length));
        m_at += length;
        return true;
    }

    bool readEscape(std::string& text)
    {
        static constexpr std::string_view kEscapes = "\"\\/bfnrt";
        static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        ++m_at;
        if (atEnd()) return fail("The document ends inside a text");
        const std::size_t known = kEscapes.find(m_text[m_at]);
        if (known != std::string_view::npos) {
            text += kMeanings[known];
            ++m_at;
            return true;
        }
        std::uint32_t code = 0;
        if (!take('u') || !readHex(code)) return fail("There is an escape that JSON does not know");
        if (code >= 0xD800 && code < 0xDC00) {
            std::uint32_t low = 0;
            if (!takeWord("\\u") || !readHex(low) || low < 0xDC00 || low >= 0xE000)
                return fail("There is half a surrogate pair");
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code < 0xE000) {
            return fail("There is half a surrogate pair");
        }
        appendUtf8(code, text);
        return true;
    }

    bool readHex(std::uint32_t& code)
    {
        if (m_at + 4 > m_text.size()) return false;
        const char* first = m_text.data() + m_at;
        const auto read = std::from_chars(first, first + 4, code, 16);
        if (read.ptr != first + 4) return false;
        m_at += 4;
        return true;
    }

    static void appendUtf8(std::uint32_t code, std::string& text)
    {
        if (code < 0x80) {
            text += static_cast<char>(code);
        } else if (code < 0x800) {
            text += static_cast<char>(0xC0 | (code >> 6));
            text += static_cast<char>(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            text += static_cast<char>(0xE0 | (code >> 12));
            text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
            text += static_cast<char>(0x80 | (code & 0x3F));
        } else {
            text += static_cast<char>(0xF0 | (code >> 18));
            text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
            text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
            text += static_cast<char>(0x80 | (code & 0x3F));
        }
    }

    bool takeDigits()
    {
        const std::size_t start = m_at;
        while (!atEnd() && m_text[m_at] >= '0' && m_text[m_at] <= '9') ++m_at;
        return m_at > start;
    }

    bool readNumber(Json& value)
    {
        const std::size_t start = m_at;
        const bool negative = take('-');
        const bool zero = !atEnd() && m_text[m_at] == '0';
        const std::size_t digits = m_at;
        if (!takeDigits()) {
            m_at = start;
            return fail("A value is expected");
        }
        if (zero && m_at > digits + 1) return fail("A number may not begin with 0");
        bool whole = true;
        if (take('.')) {
            whole = false;
            if (!takeDigits()) return fail("A digit is expected after the decimal point");
        }
        if (take('e') || take('E')) {
            whole = false;
            if (!take('+')) take('-');
            if (!takeDigits()) return fail("A digit is expected in the exponent");
        }
        const char* first = m_text.data() + start;
        const char* last = m_text.data() + m_at;
        if (!(whole && readWhole(first, last, negative, value)) && !readDouble(first, last, value))
            return false;
        if (m_isOther != nullptr && compactJson(value) != std::string_view(first, last)) {
            value = Json::binary({first, last});
            *m_isOther = true;
        }
        return true;
    }

    static bool readWhole(const char* first, const char* last, bool negative, Json& value)
    {
        std::int64_t number = 0;
        if (std::from_chars(first, last, number).ec == std::errc()) {
            value = number;
            return true;
        }
        std::uint64_t large = 0;
        if (negative || std::from_chars(first, last, large).ec != std::errc()) return false;
        value = large;
        return true;
    }

    bool readDouble(const char* first, const char* last, Json& value)
    {
        double number = 0;
        if (std::from_chars(first, last, number).ec != std::errc() || !std::isfinite(number))
            return fail("The number " + std::string(first, last) + " is too large or too small");
        value = number;
        return true;
    }

    std::string_view m_text;
    bool* m_isOther;
    std::size_t m_at = 0;
    std::size_t m_depth = 0;
    std::vector<std::string> m_path;
    bool m_failed = false;
    std::string m_message;
};

Result<Json> parseWith(std::string_view text, bool* isOther)
{
    if (text.size() > limits::kDocumentBytes)
        return Error{ErrorCode::Limit,
                     "The document is longer than " + std::to_string(limits::kDocumentBytes >> 20) +
                         " MiB; such are not read.",
                     {}};
    return Parser(text, isOther).parse();
}

}  // namespace

Result<Json> parseJson(std::string_view text) { return parseWith(text, nullptr); }

Result<Json> parseJsonAsWritten(std::string_view text, bool& isOther) { return parseWith(text, &isOther); }

bool makeNumbersPlain(Json& value)
{
    if (value.is_binary()) {
        const auto& bytes = value.get_binary();
        value = *parseJson(std::string(bytes.begin(), bytes.end()));
        return true;
    }
    bool isOther = false;
    if (value.is_structured())
        for (Json& item : value) isOther = makeNumbersPlain(item) || isOther;
    return isOther;
}

}  // namespace engine
