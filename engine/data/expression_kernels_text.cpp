#include "base/limits.h"
#include "data/expression_kernels.h"
#include "data/utf8.h"

#include <cwctype>
#include <limits>
#include <locale.h>

namespace engine {

namespace {

locale_t unicodeLocale()
{
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
}

char32_t decoded(std::string_view text, std::size_t at, std::size_t bytes)
{
    const auto byte = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[at + i]));
    };
    switch (bytes) {
    case 1: return byte(0);
    case 2: return ((byte(0) & 0x1F) << 6) | (byte(1) & 0x3F);
    case 3: return ((byte(0) & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
    default:
        return ((byte(0) & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) |
            (byte(3) & 0x3F);
    }
}

std::size_t encode(char32_t code, char* out)
{
    const auto put = [out](std::size_t i, char32_t value) { out[i] = static_cast<char>(value); };
    if (code < 0x80) {
        put(0, code);
        return 1;
    }
    if (code < 0x800) {
        put(0, 0xC0 | (code >> 6));
        put(1, 0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        put(0, 0xE0 | (code >> 12));
        put(1, 0x80 | ((code >> 6) & 0x3F));
        put(2, 0x80 | (code & 0x3F));
        return 3;
    }
    put(0, 0xF0 | (code >> 18));
    put(1, 0x80 | ((code >> 12) & 0x3F));
    put(2, 0x80 | ((code >> 6) & 0x3F));
    put(3, 0x80 | (code & 0x3F));
    return 4;
}

std::size_t recase(std::string_view in, bool upper, char* out)
{
    std::size_t used = 0;
    for (std::size_t at = 0; at < in.size();) {
        const char c = in[at];
        if (static_cast<unsigned char>(c) < 0x80) {
            const bool turns = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
            out[used++] = turns ? static_cast<char>(c ^ 0x20) : c;
            ++at;
            continue;
        }
        const std::size_t bytes = codePointBytes(in, at);
        const auto code = static_cast<wint_t>(decoded(in, at, bytes));
        const locale_t locale = unicodeLocale();
        const wint_t turned = !locale || bytes == 1 ? code
            : upper                                 ? towupper_l(code, locale)
                                                    : towlower_l(code, locale);
        if (turned == code) {
            std::memcpy(out + used, in.data() + at, bytes);
            used += bytes;
        } else {
            used += encode(static_cast<char32_t>(turned), out + used);
        }
        at += bytes;
    }
    return used;
}

void recaseRows(Call& call, bool upper)
{
    call.eachValid([&](std::uint32_t row) {
        const std::string_view in = call[0].text(row);
        if (in.empty()) return;
        // A letter may need a byte more in the other case, never more than half again.
        if (char* out = call.out.reserveText(row, in.size() + in.size() / 2 + 4))
            call.out.commitText(row, recase(in, upper, out));
    });
}

bool isOneOf(std::string_view sign, std::string_view signs)
{
    for (std::size_t at = 0; at < signs.size(); at += codePointBytes(signs, at))
        if (signs.substr(at, codePointBytes(signs, at)) == sign) return true;
    return false;
}

std::size_t lastCodePointBytes(std::string_view text)
{
    std::size_t bytes = 1;
    while (bytes < 4 && bytes < text.size() &&
           (static_cast<unsigned char>(text[text.size() - bytes]) & 0xC0) == 0x80)
        ++bytes;
    return codePointBytes(text, text.size() - bytes) == bytes ? bytes : 1;
}

void trimRows(Call& call, bool leading, bool trailing)
{
    call.out.shareText(call[0].column);
    call.eachValid([&](std::uint32_t row) {
        std::string_view text = call[0].text(row);
        const std::string_view signs = call.args.size() > 1 ? call[1].text(row) : std::string_view(" ");
        while (leading && !text.empty() && isOneOf(text.substr(0, codePointBytes(text, 0)), signs))
            text.remove_prefix(codePointBytes(text, 0));
        while (trailing && !text.empty()) {
            const std::size_t bytes = lastCodePointBytes(text);
            if (!isOneOf(text.substr(text.size() - bytes), signs)) break;
            text.remove_suffix(bytes);
        }
        call.out.setShared(row, text);
    });
}

std::string_view substring(std::string_view text, std::int64_t from, std::int64_t length)
{
    if (from < 0) {
        const auto count = static_cast<std::int64_t>(codePointCount(text));
        if (from < -count) return {};
        from = count + from;
    } else if (from > 0) {
        --from;
    }
    const std::size_t start = codePointOffset(text, static_cast<std::size_t>(from));
    text.remove_prefix(start);
    return text.substr(0, codePointOffset(text, static_cast<std::size_t>(length)));
}

}  // namespace

void upperKernel(Call& call) { recaseRows(call, true); }
void lowerKernel(Call& call) { recaseRows(call, false); }
void trimBothKernel(Call& call) { trimRows(call, true, true); }
void trimLeadingKernel(Call& call) { trimRows(call, true, false); }
void trimTrailingKernel(Call& call) { trimRows(call, false, true); }

void substringKernel(Call& call)
{
    call.out.shareText(call[0].column);
    call.eachValid([&](std::uint32_t row) {
        const std::int64_t length =
            call.args.size() > 2 ? call[2].integer(row) : std::numeric_limits<std::int64_t>::max();
        if (length < 0)
            call.out.setNull(row);
        else
            call.out.setShared(row, substring(call[0].text(row), call[1].integer(row), length));
    });
}

void charLengthKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        call.out.setInteger(row, static_cast<std::int64_t>(codePointCount(call[0].text(row))));
    });
}

void positionKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        const std::string_view text = call[1].text(row);
        const std::size_t at = text.find(call[0].text(row));
        call.out.setInteger(row,
                            at == std::string_view::npos
                                ? 0
                                : static_cast<std::int64_t>(codePointCount(text.substr(0, at))) + 1);
    });
}

void replaceKernel(Call& call)
{
    std::string made;
    call.eachValid([&](std::uint32_t row) {
        if (call.isInVain()) return;
        const std::string_view text = call[0].text(row), part = call[1].text(row), by = call[2].text(row);
        made.clear();
        std::size_t at = 0;
        while (at <= text.size() && made.size() <= limits::kStringResultBytes) {
            // An empty part lies before every character and at the end.
            const std::size_t next = part.empty() ? at : text.find(part, at);
            if (next == std::string_view::npos) break;
            made.append(text.substr(at, next - at)).append(by);
            at = next + part.size();
            if (!part.empty()) continue;
            if (at == text.size()) break;
            const std::size_t bytes = codePointBytes(text, at);
            made.append(text.substr(at, bytes));
            at += bytes;
        }
        made.append(text.substr(std::min(at, text.size())));
        call.out.setText(row, made);
    });
}

void concatKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        std::size_t bytes = 0;
        for (const Vector& arg : call.args) bytes += arg.text(row).size();
        if (bytes == 0) return;
        char* out = call.out.reserveText(row, bytes);
        if (!out) return;
        for (const Vector& arg : call.args) {
            const std::string_view text = arg.text(row);
            if (!text.empty()) std::memcpy(out, text.data(), text.size());
            out += text.size();
        }
        call.out.commitText(row, bytes);
    });
}

void splitIndexKernel(Call& call)
{
    call.out.shareText(call[0].column);
    call.eachValid([&](std::uint32_t row) {
        std::string_view text = call[0].text(row);
        const std::string_view separator = call[1].text(row);
        std::int64_t index = call[2].integer(row);
        if (index < 0 || text.empty() || separator.empty()) return call.out.setNull(row);
        for (;; --index) {
            const std::size_t at = text.find(separator);
            if (index == 0) return call.out.setShared(row, text.substr(0, at));
            if (at == std::string_view::npos) return call.out.setNull(row);
            text.remove_prefix(at + separator.size());
        }
    });
}

}  // namespace engine
