#pragma once

#include "base/ids.h"

#include <span>
#include <string>
#include <vector>

namespace engine {

// A change that would remove a diagnostic: `param` of `node` (or the node's place in the document) becomes
// `replacement`.
struct FixIt {
    std::string title{};
    NodeId node{};
    std::string param{};
    std::string replacement{};
    bool operator==(const FixIt&) const = default;
};

// One thing to say about a pipeline: a problem keeps it from running, a warning and a hint do not.
struct Diagnostic {
    enum Severity { Hint, Warning, Problem } severity = Problem;
    NodeId node{};        // empty: the whole pipeline
    std::string param{};  // "aggregates[1].function"; empty: the whole node
    std::string path{};   // in the document: "nodes[2].params.condition"
    std::string message{};
    std::vector<FixIt> fixes{};
    bool operator==(const Diagnostic&) const = default;
};

bool hasProblem(std::span<const Diagnostic> diagnostics);

// Adds those of `more` that `into` does not hold yet: parsing and resolving may come upon the same mistake.
void addDiagnostics(std::vector<Diagnostic>& into, std::span<const Diagnostic> more);

// As the command line prints it: `node "hot", condition: There is no column "temprature".`; the path where no
// node is known.
std::string sentence(const Diagnostic& diagnostic);

}  // namespace engine
