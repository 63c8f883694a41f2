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
    // The part of a formula that it is about, in characters (code points) from 0; length 0: no part of it.
    std::size_t begin = 0, length = 0;
    bool operator==(const Diagnostic&) const = default;
};

bool hasProblem(std::span<const Diagnostic> diagnostics);

// Adds those of `more` of which `into` says nothing yet: parsing, resolving and analysis may come upon the
// same mistake. What is wrong already is not found wrong again.
void addDiagnostics(std::vector<Diagnostic>& into, std::span<const Diagnostic> more);

// As the command line prints it: `node "hot", condition at column 1: There is no column "temprature".`; the
// path where no node is known.
std::string sentence(const Diagnostic& diagnostic);

}  // namespace engine
