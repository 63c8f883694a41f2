#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace engine {

// One transition of one label set of an alert rule, for whoever is to be told. Made by the rule's operator;
// `at` and `episode` follow from the input, so that what is told again after a crash is known as the same.
struct AlertEvent {
    enum Kind { Silent, Fired, Updated, Resolved } kind = Silent;
    std::string rule{};    // the node
    std::string labels{};  // JSON text
    std::string from{}, to{}, reason{}, episode{}, severity{}, summary{};
    std::optional<double> value{};
    std::int64_t atUs = 0;
    bool operator==(const AlertEvent&) const = default;
};

// Where an alert rule tells of its transitions besides its output. Never blocks, from any task's thread.
class AlertOutput {
public:
    virtual ~AlertOutput() = default;
    virtual void raise(AlertEvent event) = 0;
};

}  // namespace engine
