#include "connectors/kafka/kafka_decision.h"

#include <charconv>

namespace engine {

namespace {

constexpr std::string_view kEpoch = "v1;e=", kIncarnation = ";i=", kDigest = ";s=", kNone = "none";
constexpr std::size_t kDigestDigits = 16;

// Takes the word and the number behind it off the front.
std::optional<std::uint64_t> takeNumber(std::string_view& text, std::string_view word)
{
    if (!text.starts_with(word)) return {};
    text.remove_prefix(word.size());
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) return {};
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return number;
}

bool isDigest(std::string_view text)
{
    return text.size() == kDigestDigits &&
        text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string kafkaDecisionText(const Decision& decision)
{
    return std::string(kEpoch) + std::to_string(decision.epoch.value) + std::string(kIncarnation) +
        std::to_string(decision.incarnation) + std::string(kDigest) +
        (decision.digest.empty() ? std::string(kNone) : decision.digest);
}

std::optional<Decision> kafkaDecisionOf(std::string_view text)
{
    const std::string_view whole = text;
    const auto epoch = takeNumber(text, kEpoch);
    const auto incarnation = epoch ? takeNumber(text, kIncarnation) : std::nullopt;
    if (!incarnation || !text.starts_with(kDigest)) return {};
    text.remove_prefix(kDigest.size());
    if (text != kNone && !isDigest(text)) return {};
    const Decision decision{Epoch{*epoch}, *incarnation, text == kNone ? std::string() : std::string(text)};
    if (kafkaDecisionText(decision) != whole) return {};  // a number with zeros before it
    return decision;
}

}  // namespace engine
