#pragma once

#include "spec/resolve.h"

#include <map>
#include <string>

namespace engine {

// What the names in ${...} mean at one place of a document: at its top, or inside one use of a subpipeline.
struct ParameterScope {
    ParameterValues values{};
    std::map<std::string, std::string>
        formulaNames{};  // a name here -> its name among the constants of all formulas
    const ParameterValue* find(const std::string& name) const;
    std::string suggestion(const std::string& name) const;
};

// A value as its parameter's type: "80" given where a double is due is an error with a sentence.
Result<ParameterValue> typedValue(const ParameterSpec& parameter, const Json& value);
// The same from the text of a command line: "80" is 80 for a double.
Result<ParameterValue> typedValue(const ParameterSpec& parameter, const std::string& text);

// Replaces ${name} throughout an object of parameters. Formulas keep it, under the name their constants have;
// ${secret:...} and x_ members stay as they are. Adds a problem for each name that is not known and each
// secret where none is asked for; `param` is
// the path inside `params`.
void substituteParams(Json& params, const ParamSchema* schema, const ParameterScope& scope,
                      std::vector<Diagnostic>& out);

// Whether ${name} stands anywhere in a value.
bool usesParameter(const Json& value, const std::string& name);
// Makes every ${from} of an object of parameters a ${to}; x_ members stay as they are, and so does what a
// formula has in quotes, where it is a text and no parameter. `schema` null: nothing is a formula.
void renameParameter(Json& params, const ParamSchema* schema, const std::string& from, const std::string& to);

}  // namespace engine
