#pragma once

#include "catalog/component.h"

namespace engine {

// What sinks have in common: `times`, which is iso8601 or epoch_ms, and `non_finite`, which is null or text.
ParamHints timesHints();
ParamHints nonFiniteHints();

using MakeEncoder = std::function<std::unique_ptr<Encoder>()>;
// Of what comes in, in the format of that id; the schema is filled in. Empty, and said at "format", where
// rows cannot be written so.
MakeEncoder bindEncoder(const std::string& format, EncodeOptions options, const BindContext& context);

}  // namespace engine
