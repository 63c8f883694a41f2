#pragma once

#include "catalog/component.h"
#include "control/client/engine_client.h"

#include <memory>

namespace engine {

// A client of an engine embedded in this process. `catalog` must outlive it; GUI thread, when the application
// exists.
std::unique_ptr<EngineClient> makeLocalClient(const Catalog& catalog);

}  // namespace engine
