#pragma once

#include "component/authority.h"

#include <optional>
#include <string>
#include <string_view>

namespace engine {

// How a decision is written beside an offset of the pipeline's group: "v1;e=12;i=3;s=00c0ffee00c0ffee", with
// "none" for the digest of an empty beginning.
std::string kafkaDecisionText(const Decision& decision);

// Nothing for anything that kafkaDecisionText() does not write.
std::optional<Decision> kafkaDecisionOf(std::string_view text);

}  // namespace engine
