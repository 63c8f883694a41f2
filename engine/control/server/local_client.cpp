#include "control/server/local_client.h"

#include "base/env.h"
#include "control/server/in_process_transport.h"

namespace engine {

std::unique_ptr<EngineClient> makeLocalClient(const Catalog& catalog)
{
    // The terminal that the program may have been started from is not where its window's rows are looked for.
    static Env env = [] {
        Env own = systemEnv();
        own.consoleFile = -1;
        return own;
    }();
    return std::make_unique<EngineClient>(catalog.infos(),
                                          std::make_unique<InProcessTransport>(catalog, env));
}

}  // namespace engine
