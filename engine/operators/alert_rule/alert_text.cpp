#include "operators/alert_rule/alert_text.h"

#include "base/hash.h"
#include "base/time.h"
#include "spec/json.h"
#include "spec/reading_text.h"
#include "spec/units.h"
#include "state/key_codec.h"

#include <algorithm>
#include <array>
#include <bit>

namespace engine {

namespace {

Json labelValue(const KeyPart& part)
{
    if (part.isNull) return {};
    switch (part.type) {
    case DataType::Bool: return part.bits != 0;
    case DataType::Int64: return static_cast<std::int64_t>(part.bits);
    case DataType::Float64: return std::bit_cast<double>(part.bits);
    case DataType::Time: return formatTime(Timestamp(Duration(static_cast<std::int64_t>(part.bits))));
    case DataType::String: return std::string(part.text);
    }
    return {};
}

std::string labelText(const KeyPart& part)
{
    if (part.isNull) return "NULL";
    if (part.type == DataType::Float64) return numberText(std::bit_cast<double>(part.bits));
    const Json value = labelValue(part);
    return value.is_string() ? value.get<std::string>() : compactJson(value);
}

}  // namespace

std::string labelsJson(const std::vector<std::string>& names, std::string_view key)
{
    Json labels = Json::object();
    KeyPart part;
    for (const std::string& name : names)
        if (takeKeyPart(key, part)) labels[name] = labelValue(part);
    return labels.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AlertSummary::addLiteral(char c)
{
    if (m_pieces.empty() || m_pieces.back().kind != Piece::Literal) m_pieces.push_back({});
    m_pieces.back().text.push_back(c);
}

std::pair<AlertSummary, std::optional<std::string>> AlertSummary::parse(std::string_view text,
                                                                        const std::vector<Field>& labels)
{
    static constexpr std::array<std::pair<std::string_view, Piece::Kind>, 5> kPlaces{
        {{"rule", Piece::Rule},
         {"severity", Piece::Severity},
         {"state", Piece::State},
         {"reason", Piece::Reason},
         {"value", Piece::Value}}};
    AlertSummary made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isDoubled = i + 1 < text.size() && text[i + 1] == text[i];
        if ((text[i] == '{' || text[i] == '}') && isDoubled) {
            made.addLiteral(text[i++]);
            continue;
        }
        const std::size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
        if (end == std::string_view::npos) {
            made.addLiteral(text[i]);
            continue;
        }
        const std::string name(text.substr(i + 1, end - i - 1));
        const auto place = std::find_if(kPlaces.begin(), kPlaces.end(),
                                        [&](const auto& known) { return known.first == name; });
        // A label comes before a word of our own with the same name.
        if (std::any_of(labels.begin(), labels.end(), [&](const Field& label) { return label.name == name; }))
            made.m_pieces.push_back({Piece::Label, name});
        else if (place != kPlaces.end())
            made.m_pieces.push_back({place->second, {}});
        else
            return {made, name};
        i = end;
    }
    return {made, {}};
}

std::string AlertSummary::fill(const AlertFacts& facts) const
{
    std::string text;
    for (const Piece& piece : m_pieces) {
        switch (piece.kind) {
        case Piece::Literal: text += piece.text; break;
        case Piece::Rule: text += facts.rule; break;
        case Piece::Severity: text += facts.severity; break;
        case Piece::State: text += facts.state; break;
        case Piece::Reason: text += facts.reason; break;
        case Piece::Value: text += facts.value ? readingText(*facts.value) : "no value"; break;
        case Piece::Label: {
            std::string_view key = facts.key;
            KeyPart part;
            for (const std::string& name : facts.labelNames)
                if (takeKeyPart(key, part) && name == piece.text) text += labelText(part);
            break;
        }
        }
    }
    return text;
}

std::string episodeId(std::string_view rule, std::string_view labels, std::int64_t beganUs)
{
    std::string fingerprint(rule);
    fingerprint += '\n';
    fingerprint += labels;
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%016llx-%lld",
                  static_cast<unsigned long long>(stableHash(fingerprint)),
                  static_cast<long long>(beganUs / kMillisecondUs));
    return text.data();
}

}  // namespace engine
