#include "runtime/fields.h"

namespace engine {

namespace {

void appendEscaped(std::string& into, std::string_view field)
{
    static constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : field) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '%') {
            into += c;
        } else {
            into += '%';
            into += kHex[byte >> 4];
            into += kHex[byte & 15];
        }
    }
}

int hexValue(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 0; }

}  // namespace

std::string encodeFields(const std::vector<std::vector<std::string>>& records)
{
    std::string text;
    for (const auto& record : records) {
        for (std::size_t i = 0; i < record.size(); ++i) {
            if (i) text += '\t';
            appendEscaped(text, record[i]);
        }
        text += '\n';
    }
    return text;
}

std::vector<std::vector<std::string>> decodeFields(std::string_view text)
{
    std::vector<std::vector<std::string>> records;
    std::vector<std::string> record(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            records.push_back(std::move(record));
            record.assign(1, {});
        } else if (text[i] == '\t') {
            record.emplace_back();
        } else if (text[i] == '%' && i + 2 < text.size()) {
            record.back() += static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2]));
            i += 2;
        } else {
            record.back() += text[i];
        }
    }
    return records;
}

}  // namespace engine
