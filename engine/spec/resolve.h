#pragma once

#include "data/expression.h"
#include "data/schema.h"
#include "spec/pipeline_spec.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace engine {

struct ParameterValue {
    DataType type = DataType::String;
    Json value{};
    bool operator==(const ParameterValue&) const = default;
};
using ParameterValues = std::map<std::string, ParameterValue>;

// What a run says besides the document; later ones win: default, environment, values.
struct Overrides {
    Json environment{};  // null, {"parameters": {...}} or an object of values
    std::string environmentName = "the environment file";
    std::vector<std::pair<std::string, std::string>> values{};  // --set name=value
    std::string id{};                                           // --id; empty: the document's
    SchemaOf schemaOf{};                                        // says which parameters are formulas
};

// The pipeline as it runs: no parameters but those in formulas, no subpipelines, groups or disabled nodes.
// Inner nodes are named outer/inner. `parameters` are the constants of formulas.
struct Resolved {
    PipelineSpec spec{};
    ParameterValues parameters{};
    std::vector<Diagnostic> diagnostics{};
    bool runnable() const { return !hasProblem(diagnostics); }
};
Resolved resolve(const PipelineSpec& spec, const Overrides& overrides = {});

// "name=value" of a command line.
Result<std::pair<std::string, std::string>> parseSetting(std::string_view text);

Constants toConstants(const ParameterValues& parameters);

}  // namespace engine
