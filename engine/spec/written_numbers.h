#pragma once

#include "spec/pipeline_spec.h"

namespace engine {

// Numbers as a document writes them, for what this program does not understand and so may not round: one that
// writeJson would write otherwise is kept as a binary value with its text, which writeJson writes as it is.

// As parseJson, with numbers kept so; `isOther` is set where there was any.
Result<Json> parseJsonAsWritten(std::string_view text, bool& isOther);

// Makes ordinary numbers of those kept by their texts; false where there are none.
bool makeNumbersPlain(Json& value);

// What of a node, a group, and all but these of a document is of no meaning here, with numbers kept so;
// `written` is the same object of the document.
void keepNumbers(NodeSpec& node, const Json& written);
void keepNumbers(GroupSpec& group, const Json& written);
void keepNumbers(PipelineSpec& spec, const Json& written);

}  // namespace engine
