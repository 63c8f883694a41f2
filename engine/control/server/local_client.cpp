#include "control/server/local_client.h"

#include "base/env.h"
#include "control/server/in_process_transport.h"

namespace engine {

std::unique_ptr<EngineClient> makeLocalClient(const Catalog& catalog)
{
    return std::make_unique<EngineClient>(catalog.infos(),
                                          std::make_unique<InProcessTransport>(catalog, systemEnv()));
}

}  // namespace engine
