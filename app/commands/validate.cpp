#include "commands/command.h"
#include "commands/document.h"

namespace engine {

namespace {

Json diagnosticJson(const Diagnostic& diagnostic)
{
    const char* severity = diagnostic.severity == Diagnostic::Problem ? "problem"
        : diagnostic.severity == Diagnostic::Warning                  ? "warning"
                                                                      : "hint";
    Json fixes = Json::array();
    for (const FixIt& fix : diagnostic.fixes)
        fixes.push_back(Json{{"title", fix.title}, {"param", fix.param}, {"replacement", fix.replacement}});
    return Json{{"severity", severity},    {"node", diagnostic.node.value}, {"param", diagnostic.param},
                {"path", diagnostic.path}, {"message", diagnostic.message}, {"fixes", std::move(fixes)}};
}

int validate(const Arguments& arguments)
{
    auto document = readDocument(arguments);
    if (!document) return fail(document.error());
    const std::vector<Diagnostic> all = allDiagnostics(*document);
    const bool good = !hasProblem(all);
    if (arguments.has("json")) {
        Json list = Json::array();
        for (const Diagnostic& diagnostic : all) list.push_back(diagnosticJson(diagnostic));
        printLine(compactJson(
            Json{{"file", document->file}, {"runnable", good}, {"diagnostics", std::move(list)}}));
    } else {
        printDiagnostics(document->file, all);
        if (good) printLine(document->file + ": no problems");
    }
    return good ? kDone : kWrongInput;
}

}  // namespace

Command validateCommand()
{
    std::vector<OptionInfo> options = documentOptions();
    options.push_back({"json", "", "as JSON", false});
    return {"validate", "FILE [options]", "All that is wrong with a document.", std::move(options), validate};
}

}  // namespace engine
