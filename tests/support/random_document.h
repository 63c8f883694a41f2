#pragma once

#include "spec/json.h"
#include "support/random_pipeline.h"

#include <string>

namespace engine {

std::string inputOf(const GraphRows& source);  // as the lines of /in.ndjson
// A random pipeline as a document: from /in.ndjson, and for a join /second.ndjson, into a file, with files
// for what is late and rejected.
Json documentOf(const RandomPipeline& pipeline, const std::string& chunkSize);

}  // namespace engine
