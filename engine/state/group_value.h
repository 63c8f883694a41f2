#pragma once

#include "state/state_store.h"

#include <memory>
#include <string>

namespace engine {

// A table of one value for a whole instance, saved once for each key group that the instance keeps: so every
// instance finds it after rescaling, and those that find several take what suits them all.
std::shared_ptr<const FrozenTable> freezeForGroups(TableSchema schema, std::string value, int instance,
                                                   int instances);

}  // namespace engine
