#pragma once

#include "data/expression.h"
#include "operators/alert_rule/alert_state.h"
#include "operators/alert_rule/alert_text.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

// A rule with its formulas compiled and its columns found. Made by bind, immutable, shared by the operators
// made of it.
struct AlertRuleSpec {
    std::optional<Expression> condition{}, critical{}, recovery{}, value{};  // `condition` is always there
    std::vector<std::size_t> labelColumns{};
    std::vector<Field> labels{};
    AlertTimes times{};
    std::int64_t evaluateEveryUs = 1'000'000;
    bool isEventTime = true, isPaused = false;
    struct Level {
        std::string condition{};  // with the constants in it
        std::optional<double> threshold{};
    };
    Level firing{}, whenCritical{};
    std::string severity{};
    AlertSummary summary{};
    std::string fingerprint{};  // equal for rules whose instances may be kept
    SchemaPtr output{};
};
using AlertRuleSpecPtr = std::shared_ptr<const AlertRuleSpec>;

// rule, labels, from, to, reason, value, episode, at.
SchemaPtr alertSchema(bool hasEventTime);

}  // namespace engine
