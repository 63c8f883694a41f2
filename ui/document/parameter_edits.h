#pragma once

#include "ui/document/pipeline_document.h"

#include <map>
#include <string>

namespace ui {

// The parameters of a document as a list of rows of a form, and back. A row remembers under which name the
// document has it, so that a rename can be told from another parameter. Pure.
const engine::ParamSchema& parametersSchema();  // one list, "parameters"
engine::Json parametersToForm(const engine::PipelineSpec& spec);
// Where a path of the document lies in the form: "parameters.limit.default" is
// "parameters[0].default_double". Empty: it is not about a parameter.
std::string parameterFieldOf(const engine::PipelineSpec& spec, const std::string& path);
std::string parameterOfRow(const engine::Json& row);  // as the document has it; empty: a new one

namespace edits {

// A rename is one of every ${name} too. What cannot be a name is told and not taken: by the name that stays.
// `schemaOf` tells formulas from texts.
std::map<std::string, std::string> setParameters(DocumentState& state, const engine::Json& rows,
                                                 const engine::SchemaOf& schemaOf);

}  // namespace edits

}  // namespace ui
