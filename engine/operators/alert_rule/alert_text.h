#pragma once

#include "data/schema.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine {

// The labels of a key (key_codec.h, one part for each name) as a JSON object in the order of the names.
std::string labelsJson(const std::vector<std::string>& names, std::string_view key);

// What a summary may speak of.
struct AlertFacts {
    std::string_view rule{}, severity{}, state{}, reason{};
    std::optional<double> value{};
    const std::vector<std::string>& labelNames;
    std::string_view key{};
};

// A text with places such as {value} or {sensor_id}; {{ stands for one brace. Immutable.
class AlertSummary {
public:
    AlertSummary() = default;
    // The template, or the name of the place that means nothing.
    static std::pair<AlertSummary, std::optional<std::string>> parse(std::string_view text,
                                                                     const std::vector<Field>& labels);
    std::string fill(const AlertFacts& facts) const;
    bool isEmpty() const { return m_pieces.empty(); }

private:
    struct Piece {
        enum Kind { Literal, Rule, Severity, State, Reason, Value, Label } kind = Literal;
        std::string text{};  // of a literal; the name of a label
    };
    void addLiteral(char c);
    std::vector<Piece> m_pieces;
};

// Names the episode of a label set: the same for the same rule, labels and beginning.
std::string episodeId(std::string_view rule, std::string_view labels, std::int64_t beganUs);

}  // namespace engine
