#pragma once

#include "commands/arguments.h"
#include "spec/resolve.h"

#include <string>
#include <vector>

namespace engine {

// A document as it will run: parsed, with its environment and --set applied, flattened.
struct Document {
    std::string file{};
    PipelineSpec written{};  // as it stands in the file
    PipelineSpec spec{};     // resolved
    Constants constants{};
    bool hasLostEdges = false;
    std::vector<Diagnostic> diagnostics{};  // of parsing and resolving, unknown members included as problems
};

// --env, --set and --id: the options of every command that takes a document.
std::vector<OptionInfo> documentOptions();

// The text of a file, or of standard input for "-".
Result<std::string> readText(const std::string& path);

// Every mistake of the document: those it was read with, and what analysis finds where they leave it
// something to look at.
std::vector<Diagnostic> allDiagnostics(const Document& document);

// Reads FILE, the one word of the command line. An error when that cannot be done at all; a mistake in the
// document is in `diagnostics`.
Result<Document> readDocument(const Arguments& arguments);

}  // namespace engine
