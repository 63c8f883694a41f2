#include "data/json_path.h"

#include <algorithm>
#include <charconv>

namespace engine {

namespace {

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Walks over a valid JSON text; positions are those of its bytes.
class JsonWalk {
public:
    explicit JsonWalk(std::string_view json) : m_json(json) { }

    std::size_t skipSpace(std::size_t at) const
    {
        while (at < m_json.size() && isSpace(m_json[at])) ++at;
        return at;
    }
    std::size_t skipString(std::size_t at) const
    {
        for (++at; at < m_json.size() && m_json[at] != '"'; ++at)
            if (m_json[at] == '\\') ++at;
        return at + 1;
    }
    std::size_t skipValue(std::size_t at) const
    {
        if (m_json[at] == '"') return skipString(at);
        if (m_json[at] != '{' && m_json[at] != '[') {
            while (at < m_json.size() && !isSpace(m_json[at]) && m_json[at] != ',' && m_json[at] != '}' &&
                   m_json[at] != ']')
                ++at;
            return at;
        }
        std::size_t depth = 0;
        do {
            const char c = m_json[at];
            if (c == '"') {
                at = skipString(at);
                continue;
            }
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            ++at;
        } while (depth > 0 && at < m_json.size());
        return at;
    }
    std::string_view valueAt(std::size_t at) const { return m_json.substr(at, skipValue(at) - at); }

    std::optional<std::string_view> member(std::string_view name) const
    {
        std::optional<std::string_view> found;
        std::string plain;
        if (m_json.front() != '{') return found;
        for (std::size_t at = skipSpace(1); at < m_json.size() && m_json[at] == '"';) {
            const std::size_t end = skipString(at);
            const std::string_view quoted = m_json.substr(at, end - at);
            plain.clear();
            appendJsonText(plain, quoted);
            at = skipSpace(skipSpace(end) + 1);
            const std::string_view value = valueAt(at);
            if (plain == name) found = value;
            at = skipSpace(at + value.size());
            if (at < m_json.size() && m_json[at] == ',') at = skipSpace(at + 1);
        }
        return found;
    }

    std::optional<std::string_view> element(std::int64_t index) const
    {
        if (m_json.front() != '[') return std::nullopt;
        std::vector<std::string_view> values;
        for (std::size_t at = skipSpace(1); at < m_json.size() && m_json[at] != ']';) {
            const std::string_view value = valueAt(at);
            if (index == 0) return value;
            if (index > 0)
                --index;
            else
                values.push_back(value);
            at = skipSpace(at + value.size());
            if (at < m_json.size() && m_json[at] == ',') at = skipSpace(at + 1);
        }
        if (index >= 0 || index < -static_cast<std::int64_t>(values.size())) return std::nullopt;
        return values[values.size() - static_cast<std::size_t>(-index)];
    }

private:
    std::string_view m_json;
};

void appendCodePoint(std::string& out, std::uint32_t code)
{
    if (code < 0x80) {
        out.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (code >> 6)));
        out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (code >> 12)));
        out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    } else {
        out.push_back(static_cast<char>(0xF0 | (code >> 18)));
        out.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
    }
}

std::uint32_t hexadecimal(std::string_view text, std::size_t at)
{
    std::uint32_t value = 0;
    if (at + 4 <= text.size()) std::from_chars(text.data() + at, text.data() + at + 4, value, 16);
    return value;
}

std::optional<std::string> quotedStep(std::string_view text, std::size_t& at)
{
    const char quote = text[at++];
    std::string name;
    for (; at < text.size() && text[at] != quote; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        name.push_back(text[at]);
    }
    if (at == text.size()) return std::nullopt;
    ++at;
    return name;
}

}  // namespace

std::optional<JsonPath> JsonPath::compile(std::string_view text)
{
    for (const std::string_view mode : {"lax ", "strict "})
        if (text.starts_with(mode)) text.remove_prefix(mode.size());
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
    if (!text.starts_with('$')) return std::nullopt;
    JsonPath out;
    for (std::size_t at = 1; at < text.size();) {
        const bool bracket = text[at] == '[';
        if (!bracket && text[at] != '.') return std::nullopt;
        if (++at == text.size()) return std::nullopt;
        if (text[at] == '\'' || text[at] == '"') {
            auto name = quotedStep(text, at);
            if (!name) return std::nullopt;
            out.m_steps.emplace_back(std::move(*name));
        } else if (bracket) {
            std::int64_t index = 0;
            const auto read = std::from_chars(text.data() + at, text.data() + text.size(), index);
            if (read.ec != std::errc()) return std::nullopt;
            at = static_cast<std::size_t>(read.ptr - text.data());
            out.m_steps.emplace_back(index);
        } else {
            const std::size_t end = std::min(text.find_first_of(".[", at), text.size());
            const std::string_view name = text.substr(at, end - at);
            if (name.empty() || name.find_first_of("*?()@ ]'\"") != std::string_view::npos)
                return std::nullopt;
            out.m_steps.emplace_back(std::string(name));
            at = end;
        }
        if (bracket && (at == text.size() || text[at++] != ']')) return std::nullopt;
    }
    return out;
}

std::optional<std::string_view> JsonPath::find(std::string_view json) const
{
    const JsonWalk whole(json);
    std::optional<std::string_view> here = whole.valueAt(whole.skipSpace(0));
    for (const auto& step : m_steps) {
        const JsonWalk walk(*here);
        const std::string* name = std::get_if<std::string>(&step);
        here = name ? walk.member(*name) : walk.element(std::get<std::int64_t>(step));
        if (!here) return std::nullopt;
    }
    return here;
}

void appendJsonText(std::string& out, std::string_view quoted)
{
    const std::string_view text = quoted.substr(1, quoted.size() - 2);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t next = std::min(text.find('\\', at), text.size());
        out.append(text.substr(at, next - at));
        if (next + 1 >= text.size()) return;
        at = next + 2;
        switch (text[next + 1]) {
        case 'b': out.push_back('\b'); break;
        case 'f': out.push_back('\f'); break;
        case 'n': out.push_back('\n'); break;
        case 'r': out.push_back('\r'); break;
        case 't': out.push_back('\t'); break;
        case 'u': {
            std::uint32_t code = hexadecimal(text, at);
            at += 4;
            if (code >= 0xD800 && code < 0xDC00 && at + 6 <= text.size() && text[at] == '\\' &&
                text[at + 1] == 'u') {
                code = 0x10000 + ((code - 0xD800) << 10) + (hexadecimal(text, at + 2) - 0xDC00);
                at += 6;
            }
            appendCodePoint(out, code);
            break;
        }
        default: out.push_back(text[next + 1]); break;
        }
    }
}

}  // namespace engine
