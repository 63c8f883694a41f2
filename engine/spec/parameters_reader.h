#pragma once

#include "spec/document_reader.h"

namespace engine {

// The parameters of a document or of a subpipeline, and the settings of a document.
void readParameters(Members& parent, std::vector<ParameterSpec>& parameters, Parsed& parsed);
void readSettings(Members& top, Parsed& parsed);

}  // namespace engine
