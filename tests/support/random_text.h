#pragma once

#include <cstdint>
#include <string>

namespace engine {

// A duration as a parameter says it, such as 700ms.
inline std::string inMilliseconds(std::int64_t us) { return std::to_string(us / 1000) + "ms"; }

}  // namespace engine
