#pragma once

#include "spec/pipeline_spec.h"

namespace engine {

// The settings of a document as the parameters of a form. A restart policy with numbers of its own is the
// choice "custom" there, with the numbers beside it.
const ParamSchema& settingsSchema();
// What a document says of them, mistakes as they were written; without those it says nothing of.
Json settingsToForm(const PipelineSettings& settings);
// Takes the value of one field of the form. Null: the default; a mistake is kept as it was written.
void setSetting(PipelineSettings& settings, const std::string& name, const Json& value);

}  // namespace engine
