#pragma once

#include "spec/json.h"

namespace engine {

// Numbers as a document writes them, for what this program does not understand and so may not round: one that
// writeJson would write otherwise is kept as a binary value with its text, which writeJson writes as it is.

// As parseJson, with numbers kept so; `isOther` is set where there was any.
Result<Json> parseJsonAsWritten(std::string_view text, bool& isOther);

// Makes ordinary numbers of those kept by their texts; false where there are none.
bool makeNumbersPlain(Json& value);

}  // namespace engine
