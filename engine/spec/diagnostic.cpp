#include "spec/diagnostic.h"

namespace engine {

bool hasProblem(std::span<const Diagnostic> diagnostics)
{
    for (const Diagnostic& diagnostic : diagnostics)
        if (diagnostic.severity == Diagnostic::Problem) return true;
    return false;
}

std::string sentence(const Diagnostic& diagnostic)
{
    std::string place;
    if (!diagnostic.node.value.empty()) place = "node \"" + diagnostic.node.value + "\"";
    if (!diagnostic.param.empty()) place += (place.empty() ? "" : ", ") + diagnostic.param;
    if (place.empty()) place = diagnostic.path;
    return place.empty() ? diagnostic.message : place + ": " + diagnostic.message;
}

}  // namespace engine
