#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace engine {

// A value of one label set at a time.
struct AlertReading {
    std::int64_t atUs = 0;
    double value = 0;
    bool operator==(const AlertReading&) const = default;
};

// One transition of one label set of an alert rule, for whoever is to be told. Made by the rule's operator;
// `at` and `episode` follow from the input, so that what is told again after a crash is known as the same.
// Observed is no transition: values that an alert goes on with.
struct AlertEvent {
    enum Kind { Silent, Fired, Updated, Resolved, Observed } kind = Silent;
    std::string rule{};    // the node
    std::string labels{};  // JSON text
    std::string from{}, to{}, reason{}, episode{}, severity{}, summary{};
    std::optional<double> value{};
    std::int64_t atUs = 0;
    std::string condition{};             // with the constants in it, of the level that is reached
    std::optional<double> threshold{};   // that the condition compares with
    std::vector<AlertReading> values{};  // of an alert, since the event before; a restart forgets some
    bool operator==(const AlertEvent&) const = default;
};

// Where an alert rule tells of its transitions besides its output. Never blocks, from any task's thread.
class AlertOutput {
public:
    virtual ~AlertOutput() = default;
    virtual void raise(AlertEvent event) = 0;
};

}  // namespace engine
