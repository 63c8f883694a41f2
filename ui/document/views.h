#pragma once

#include "spec/resolve.h"
#include "ui/document/pipeline_document.h"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ui {

// A line in a chart that values should not be past.
struct Threshold {
    enum Direction { Above, Below };  // on which side of it a value is past it
    enum Severity { Warning, Critical };
    engine::Json value{};  // a number, or "${name}" of a parameter that is one
    Direction direction = Above;
    std::string label{};
    Severity severity = Warning;
    bool operator==(const Threshold&) const = default;
};

// A chart of a port's rows. Thresholds by their places in the document's list: what cannot be read there
// stays where it is and is not shown.
struct ChartView {
    engine::PortRef port{};
    std::string x{};               // a column of times
    std::vector<std::string> y{};  // columns of numbers
    std::string series{};          // a column whose values tell the lines apart; empty: one line for each y
    std::string unit{};            // of the numbers; empty: not said
    std::map<std::size_t, Threshold> thresholds{};
    bool hasSameLines(const ChartView& other) const;
    bool operator==(const ChartView&) const = default;
};

// The views that can be shown, by their places in the document's list. The list itself is the truth: members
// and views of another program, or with mistakes, stay in it as they were written.
std::map<std::size_t, ChartView> viewsOf(const engine::PipelineSpec& spec);

// Where a threshold stands now: its number, or that of its parameter.
engine::Result<double> thresholdValue(const engine::Json& value, const engine::PipelineSpec& spec);

// What the numbers of a view are counted in: its unit, or that of the parameters at which its thresholds
// stand, where they agree. Empty: not known.
std::string unitOf(const ChartView& view, const engine::PipelineSpec& spec);

// Whether values of the type can name the lines of a chart.
bool namesLines(engine::DataType type);

// What is wrong in `views`, at its path, never more than a warning: nothing that runs depends on it. Columns
// are looked for where the schema of the port is known.
std::vector<engine::Diagnostic> viewProblems(const engine::PipelineSpec& spec,
                                             const std::map<engine::PortRef, engine::SchemaPtr>& schemas);

namespace edits {

// Pure functions of the document's value, as in edits.h; the members of a view that they do not name stay.
std::size_t addView(DocumentState& state, const ChartView& view);
void setView(DocumentState& state, std::size_t view, const ChartView& lines);  // all but the thresholds
void removeView(DocumentState& state, std::size_t view);
void removeViewsOf(DocumentState& state, const std::set<engine::NodeId>& nodes);
std::optional<std::size_t> addThreshold(DocumentState& state, std::size_t view, const Threshold& threshold);
void setThreshold(DocumentState& state, std::size_t view, std::size_t at, const Threshold& threshold);
void removeThreshold(DocumentState& state, std::size_t view, std::size_t at);

}  // namespace edits

}  // namespace ui
