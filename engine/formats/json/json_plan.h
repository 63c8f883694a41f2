#pragma once

#include "component/format.h"
#include "formats/shared/time_reader.h"

#include <memory>
#include <string>
#include <vector>

namespace engine {

// Where the needed columns lie in a record, compiled from their paths: a tree with one step for each member
// or list entry.
struct JsonStep {
    enum Kind { Text, Integer, Number, Flag, Time, Object, List } kind = Object;
    std::string key{};       // of a member
    std::size_t index = 0;   // of a list entry
    std::size_t column = 0;  // of the kinds that are values
    bool lenient = false, required = false;
    TimeReader time{};
    std::vector<JsonStep> steps{};  // of Object: by first use in the schema; of List: by index
};

// The root, always an Object. An error names a path or an encoding that cannot be read.
Result<JsonStep> makeJsonPlan(const DecodeOptions& options);

// A decoder for one lane; `plan` is that of the same options.
std::unique_ptr<Decoder> makeJsonDecoder(const DecodeOptions& options, JsonStep plan);

}  // namespace engine
