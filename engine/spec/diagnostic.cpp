#include "spec/diagnostic.h"

#include <set>
#include <utility>

namespace engine {

bool hasProblem(std::span<const Diagnostic> diagnostics)
{
    for (const Diagnostic& diagnostic : diagnostics)
        if (diagnostic.severity == Diagnostic::Problem) return true;
    return false;
}

void addDiagnostics(std::vector<Diagnostic>& into, std::span<const Diagnostic> more)
{
    std::set<std::pair<std::string, std::string>> known;
    for (const Diagnostic& diagnostic : into) known.emplace(diagnostic.path, diagnostic.message);
    for (const Diagnostic& diagnostic : more)
        if (known.emplace(diagnostic.path, diagnostic.message).second || diagnostic.path.empty())
            into.push_back(diagnostic);
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
