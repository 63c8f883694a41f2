#include "commands/command.h"
#include "commands/document.h"
#include "jobs/job.h"
#include "jobs/state_directory.h"
#include "plan/guarantees.h"

#include <algorithm>

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
    Json json{{"severity", severity},    {"node", diagnostic.node.value}, {"param", diagnostic.param},
              {"path", diagnostic.path}, {"message", diagnostic.message}, {"fixes", std::move(fixes)}};
    if (diagnostic.length > 0) {
        json["column"] = diagnostic.begin + 1;  // of the formula, in characters, as people count
        json["length"] = diagnostic.length;
    }
    return json;
}

// What stands in the way of a run now: the state directory, then every source and sink in graph order. The
// exit code is that of the first, where a run would end.
std::vector<Diagnostic> tryOutside(const Document& document, const std::string& stateDirectory,
                                   ExitCode& exitCode)
{
    std::vector<Diagnostic> found;
    const auto problem = [&](const NodeId& node, const Error& error) {
        if (found.empty()) exitCode = exitCodeOf(error.code);
        found.push_back(
            {Diagnostic::Problem, node, {}, node.value.empty() ? "state" : "", error.message, {}});
    };
    const auto isFresh = tryState(
        systemEnv(), stateDirectory.empty() ? defaultStateDirectory(document.spec.id) : stateDirectory);
    if (!isFresh) problem({}, isFresh.error());
    const Analysis analysis = analyse(document.spec, builtinCatalog(), document.constants);
    const TryContext context{systemEnv(), directoryOf(document.file), !isFresh || *isFresh};
    for (const NodeId& node : analysis.order) {
        const auto& tryOut = analysis.bindings.at(node)->tryOut;
        if (const Status tried = tryOut ? tryOut(context) : ok(); !tried) problem(node, tried.error());
    }
    return found;
}

std::vector<SinkPromise> promisesIn(const Document& document)
{
    return promisesOf(document.spec, analyse(document.spec, builtinCatalog(), document.constants));
}

Json guaranteesJson(const std::vector<SinkPromise>& promises)
{
    Json list = Json::array();
    for (const SinkPromise& promise : promises)
        list.push_back(Json{{"node", promise.node.value},
                            {"guarantee", std::string(guaranteeName(promise.guarantee))},
                            {"because", promise.how}});
    return list;
}

// "exactly once" of "exactly_once".
std::string inWords(std::string_view name)
{
    std::string words(name);
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

int validate(const Arguments& arguments)
{
    auto document = readDocument(arguments);
    if (!document) return fail(document.error());
    std::vector<Diagnostic> all = allDiagnostics(*document);
    const bool isRight = !hasProblem(all);
    ExitCode exitCode = kWrongInput;
    if (isRight && arguments.has("connect"))
        for (Diagnostic& found : tryOutside(*document, arguments.value("state"), exitCode))
            all.push_back(std::move(found));
    const bool good = !hasProblem(all);
    const std::vector<SinkPromise> promises = isRight ? promisesIn(*document) : std::vector<SinkPromise>();
    if (arguments.has("json")) {
        Json list = Json::array();
        for (const Diagnostic& diagnostic : all) list.push_back(diagnosticJson(diagnostic));
        printLine(compactJson(Json{{"file", document->file},
                                   {"runnable", good},
                                   {"diagnostics", std::move(list)},
                                   {"guarantees", guaranteesJson(promises)}}));
    } else {
        printDiagnostics(document->file, all);
        if (good) printLine(document->file + ": no problems");
        for (const SinkPromise& promise : promises)
            printLine("  " + promise.node.value + ": " + inWords(guaranteeName(promise.guarantee)) + " (" +
                      promise.how + ")");
    }
    return good ? kDone : exitCode;
}

}  // namespace

Command validateCommand()
{
    std::vector<OptionInfo> options = documentOptions();
    options.push_back({"connect", "", "also tries every source and sink, and the state directory", false});
    options.push_back({"state", "DIR", "where the state would lie (with --connect)", false});
    options.push_back({"json", "", "as JSON", false});
    return {"validate", "FILE [options]", "All that is wrong with a document.", std::move(options), validate};
}

}  // namespace engine
