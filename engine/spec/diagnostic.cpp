#include "spec/diagnostic.h"

#include <set>
#include <utility>

namespace engine {

namespace {

using Places = std::set<std::pair<std::string, Diagnostic::Severity>>;

// Whether it is about one of the places, or about something in one.
bool isInside(const Diagnostic& diagnostic, const Places& places)
{
    const std::string& path = diagnostic.path;
    for (std::size_t end = 0; end <= path.size(); ++end) {
        const bool isPlace = end == path.size() || path[end] == '.' || path[end] == '[';
        if (isPlace && places.contains({path.substr(0, end), diagnostic.severity})) return true;
    }
    return false;
}

}  // namespace

bool hasProblem(std::span<const Diagnostic> diagnostics)
{
    for (const Diagnostic& diagnostic : diagnostics)
        if (diagnostic.severity == Diagnostic::Problem) return true;
    return false;
}

void addDiagnostics(std::vector<Diagnostic>& into, std::span<const Diagnostic> more)
{
    // Of a whole node much can be said at one place; of anything smaller it is the same mistake.
    const auto isSmall = [](const Diagnostic& diagnostic) {
        return !diagnostic.path.empty() && (diagnostic.node.value.empty() || !diagnostic.param.empty());
    };
    std::set<std::pair<std::string, std::string>> said;
    Places places;
    for (const Diagnostic& diagnostic : into) {
        said.emplace(diagnostic.path, diagnostic.node.value + ' ' + diagnostic.message);
        if (isSmall(diagnostic)) places.emplace(diagnostic.path, diagnostic.severity);
    }
    for (const Diagnostic& diagnostic : more) {
        if (isSmall(diagnostic) && isInside(diagnostic, places)) continue;
        if (said.emplace(diagnostic.path, diagnostic.node.value + ' ' + diagnostic.message).second)
            into.push_back(diagnostic);
    }
}

std::string sentence(const Diagnostic& diagnostic)
{
    std::string place;
    if (!diagnostic.node.value.empty()) place = "node \"" + diagnostic.node.value + "\"";
    if (!diagnostic.param.empty()) place += (place.empty() ? "" : ", ") + diagnostic.param;
    if (place.empty()) place = diagnostic.path;
    if (diagnostic.length > 0) place += " at column " + std::to_string(diagnostic.begin + 1);
    return place.empty() ? diagnostic.message : place + ": " + diagnostic.message;
}

}  // namespace engine
