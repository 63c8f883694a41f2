#include "spec/json.h"

#include <charconv>
#include <cmath>

namespace engine {

std::string numberText(double number)
{
    if (number == 0 && std::signbit(number))
        return "-0.0";  // "-0" would read back as an integer without its sign
    if (!std::isfinite(number)) return "null";
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number);
    return std::string(buffer, end.ptr);
}

const Json* findMember(const Json& object, std::string_view name)
{
    if (!object.is_object()) return nullptr;
    for (const auto& member : object.get_ref<const Json::object_t&>())
        if (member.first == name) return &member.second;
    return nullptr;
}

void appendMember(Json& object, std::string name, Json value)
{
    object.get_ref<Json::object_t&>().emplace_back(std::move(name), std::move(value));
}

const char* kindInWords(const Json& value)
{
    if (value.is_null()) return "null";
    if (value.is_boolean()) return "true or false";
    if (value.is_number()) return "a number";
    if (value.is_string()) return "a text";
    return value.is_array() ? "a list" : "an object";
}

namespace {

constexpr std::size_t kColumns = 100;

void writeText(const std::string& text, std::string& out)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        default:
            if (byte < 0x20 || byte == 0x7f) {
                out += "\\u00";
                out += kDigits[byte >> 4];
                out += kDigits[byte & 15];
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

void writeScalar(const Json& value, std::string& out)
{
    if (value.is_string()) {
        writeText(value.get_ref<const std::string&>(), out);
    } else if (value.is_boolean()) {
        out += value.get<bool>() ? "true" : "false";
    } else if (value.is_number_unsigned()) {
        out += std::to_string(value.get<std::uint64_t>());
    } else if (value.is_number_integer()) {
        out += std::to_string(value.get<std::int64_t>());
    } else if (value.is_number_float()) {
        out += numberText(value.get<double>());
    } else if (value.is_binary()) {  // a number as it was written
        out.append(value.get_binary().begin(), value.get_binary().end());
    } else {
        out += "null";
    }
}

bool holdsContainers(const Json& array)
{
    for (const Json& item : array)
        if (item.is_structured()) return true;
    return false;
}

// Columns, not bytes: continuation bytes of UTF-8 take no place of their own.
std::size_t columnsOf(std::string_view text)
{
    std::size_t columns = 0;
    for (const char c : text) columns += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return columns;
}

void writeFlat(const Json& value, std::string& out, std::size_t bytesMax)
{
    if (out.size() > bytesMax) return;
    if (!value.is_structured()) {
        writeScalar(value, out);
        return;
    }
    const bool object = value.is_object();
    const bool spaced = !value.empty() && (object || holdsContainers(value));
    out += object ? '{' : '[';
    if (spaced) out += ' ';
    bool first = true;
    for (auto item = value.begin(); item != value.end() && out.size() <= bytesMax; ++item) {
        if (!first) out += ", ";
        first = false;
        if (object) {
            writeText(item.key(), out);
            out += ": ";
        }
        writeFlat(item.value(), out, bytesMax);
    }
    if (spaced) out += ' ';
    out += object ? '}' : ']';
}

// `column`: where the value begins in its line; `after`: what must follow it there (a comma).
void writeAt(const Json& value, std::size_t indent, std::size_t column, std::size_t after, std::string& out)
{
    if (!value.is_structured() || value.empty()) {
        writeFlat(value, out, static_cast<std::size_t>(-1));
        return;
    }
    std::string line;
    const std::size_t bytesMax = 4 * kColumns;  // more bytes than that are more columns, whatever the letters
    writeFlat(value, line, bytesMax);
    if (line.size() <= bytesMax && column + columnsOf(line) + after <= kColumns) {
        out += line;
        return;
    }
    const bool object = value.is_object();
    out += object ? "{\n" : "[\n";
    std::size_t left = value.size();
    for (auto item = value.begin(); item != value.end(); ++item) {
        --left;
        const std::size_t lineStart = out.size();
        out.append(indent + 2, ' ');
        if (object) {
            writeText(item.key(), out);
            out += ": ";
        }
        const std::size_t start = columnsOf(std::string_view(out).substr(lineStart));
        writeAt(item.value(), indent + 2, start, left > 0 ? 1 : 0, out);
        out += left > 0 ? ",\n" : "\n";
    }
    out.append(indent, ' ');
    out += object ? '}' : ']';
}

}  // namespace

std::string writeJson(const Json& value)
{
    std::string out;
    writeAt(value, 0, 0, 0, out);
    out += '\n';
    return out;
}

std::string compactJson(const Json& value)
{
    std::string out;
    writeFlat(value, out, static_cast<std::size_t>(-1));
    return out;
}

}  // namespace engine
