#include "commands/command.h"
#include "commands/document.h"

namespace engine {

namespace {

Result<PipelineSpec> readSpec(const std::string& file)
{
    const auto text = readText(file);
    if (!text) return text.error();
    Parsed parsed = parsePipeline(*text);
    if (hasProblem(parsed.diagnostics)) {
        printDiagnostics(file, parsed.diagnostics);
        return Error{ErrorCode::InvalidSpec, "The document has mistakes, so it cannot be compared.", file};
    }
    return std::move(parsed.spec);
}

int difference(const Arguments& arguments)
{
    if (arguments.words().size() != 2) return fail(kWrongInput, "This command wants two documents: A B.");
    const auto before = readSpec(arguments.words()[0]);
    if (!before) return fail(before.error());
    const auto after = readSpec(arguments.words()[1]);
    if (!after) return fail(after.error());

    const std::vector<std::string> sentences = describeDiff(*before, *after);
    const bool runsAlike = semanticHash(*before) == semanticHash(*after);
    if (arguments.has("json")) {
        const Json changes(sentences);
        printLine(compactJson(Json{{"changes", changes}, {"runs_alike", runsAlike}}));
        return kDone;
    }
    if (sentences.empty()) printLine("The documents say the same.");
    for (const std::string& sentence : sentences) printLine(sentence);
    if (!sentences.empty() && runsAlike) printLine("Both run alike.");
    return kDone;
}

}  // namespace

Command diffCommand()
{
    return {"diff",
            "A B [--json]",
            "What changed from document A to document B, in words.",
            {{"json", "", "as JSON", false}},
            difference};
}

}  // namespace engine
