#include "formats/shared/time_reader.h"

#include <charconv>
#include <cmath>

namespace engine {

Result<TimeReader> TimeReader::make(const std::string& encoding)
{
    TimeReader reader;
    if (encoding.empty()) {
        reader.m_unitUs = 1000;
        reader.m_isEither = true;
    } else if (encoding == "epoch_ms") {
        reader.m_unitUs = 1000;
    } else if (encoding == "epoch_s") {
        reader.m_unitUs = 1'000'000;
    } else if (encoding == "epoch_us") {
        reader.m_unitUs = 1;
    } else if (encoding != "iso8601") {
        auto pattern = TimePattern::compile(encoding);
        if (!pattern) return pattern.error();
        reader.m_pattern = std::move(*pattern);
    }
    return reader;
}

std::optional<std::int64_t> TimeReader::fromNumber(double value) const
{
    const double timeUs = std::floor(value * static_cast<double>(m_unitUs) + 0.5);
    constexpr auto kFurthest = static_cast<double>(kFurthestUs);
    if (!(timeUs >= -kFurthest && timeUs <= kFurthest)) return {};
    return static_cast<std::int64_t>(timeUs);
}

std::optional<std::int64_t> TimeReader::fromText(std::string_view text) const
{
    if (m_pattern) return m_pattern->parse(text);
    return parseIso8601(text);
}

std::optional<std::int64_t> TimeReader::fromDigits(std::string_view text) const
{
    if (m_unitUs == 0) return fromText(text);
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto [at, error] = std::from_chars(text.data(), end, whole); error == std::errc{} && at == end)
        return fromInteger(whole);
    double number = 0;
    if (const auto [at, error] = std::from_chars(text.data(), end, number); error == std::errc{} && at == end)
        return fromNumber(number);
    return m_isEither ? fromText(text) : std::nullopt;
}

}  // namespace engine
