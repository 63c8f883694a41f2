#include "base/env.h"
#include "catalog/component.h"
#include "commands/command.h"
#include "commands/document.h"

namespace engine {

namespace {

// The document's canonical form, or nothing where writing it could lose something.
std::optional<std::string> canonical(const std::string& file, const std::string& text)
{
    const Parsed parsed = parsePipeline(text);
    if (parsed.readOnly) {
        printDiagnostics(file, parsed.diagnostics);
        printErrorLine(file + ": The document was not changed, since writing it back could lose something.");
        return {};
    }
    printDiagnostics(file, parsed.diagnostics);
    return writePipeline(parsed.spec, [](std::string_view id) { return builtinCatalog().schemaOf(id); });
}

int format(const Arguments& arguments)
{
    if (arguments.words().empty())
        return fail(kWrongInput, "This command wants at least one document: FILE...");
    int worst = kDone;
    for (const std::string& file : arguments.words()) {
        const auto text = readText(file);
        if (!text) return fail(text.error());
        const auto formatted = canonical(file, *text);
        if (!formatted) {
            worst = kWrongInput;
            continue;
        }
        if (arguments.has("check")) {
            if (*formatted == *text) continue;
            printErrorLine(file + ": The document is not in canonical form. \"streamwright format " + file +
                           "\" writes it.");
            worst = kWrongInput;
        } else if (file == "-" || arguments.has("print")) {
            printLine(std::string_view(*formatted).substr(0, formatted->size() - 1));
        } else if (*formatted != *text) {
            if (auto written = systemFiles().writeAtomically(file, *formatted); !written)
                return fail(written.error());
        }
    }
    return worst;
}

}  // namespace

Command formatCommand()
{
    return {"format",
            "FILE... [--check|--print]",
            "Writes documents in canonical form; \"-\" reads standard input and prints.",
            {{"check", "", "changes nothing, and answers 2 if a document is not canonical", false},
             {"print", "", "prints instead of writing the file", false}},
            format};
}

}  // namespace engine
