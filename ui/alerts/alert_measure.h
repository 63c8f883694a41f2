#pragma once

#include "spec/messages.h"
#include "spec/pipeline_spec.h"

#include <QString>

#include <optional>

namespace ui {

// What the condition of an alert compares, read from its text: "avg_reading > 70" is about avg_reading, which
// should not be above. Both empty where it compares nothing, or what it compares is too long to be named.
struct AlertMeasure {
    QString name{}, comparison{};
};
AlertMeasure measureOf(const engine::AlertEpisode& alert);

// That of the parameter with which the rule compares; empty where it names none, or several with other units.
QString unitOf(const engine::PipelineSpec& spec, const engine::NodeId& rule);

// A number of the alert as a sentence has it: "73.39 °C".
QString measuredText(const std::optional<double>& value, const QString& unit);

}  // namespace ui
