#include "commands/document.h"

#include "base/env.h"
#include "base/io_error.h"
#include "base/limits.h"
#include "catalog/component.h"
#include "commands/command.h"
#include "plan/plan.h"

#include <cerrno>
#include <fstream>

namespace engine {

namespace {

Result<Overrides> readOverrides(const Arguments& arguments)
{
    Overrides overrides;
    overrides.id = arguments.value("id");
    overrides.schemaOf = [](std::string_view id) { return builtinCatalog().schemaOf(id); };
    if (arguments.has("env")) {
        overrides.environmentName = arguments.value("env");
        auto text = readText(overrides.environmentName);
        if (!text) return text.error();
        auto json = parseJson(*text);
        if (!json) return Error{ErrorCode::InvalidSpec, json.error().message, overrides.environmentName};
        overrides.environment = std::move(*json);
    }
    for (const std::string& setting : arguments.values("set")) {
        auto pair = parseSetting(setting);
        if (!pair) return Error{ErrorCode::InvalidSpec, pair.error().message, "--set " + setting};
        overrides.values.push_back(std::move(*pair));
    }
    return overrides;
}

// A byte more than a document may have: parsing then says that it is too long.
constexpr std::size_t kReadBytes = limits::kDocumentBytes + 1;

// What a shell gives as <(...): rows come from files alone, but a document may come through a pipe.
Result<std::string> readPipe(const std::string& path)
{
    std::ifstream pipe(path, std::ios::binary);
    if (!pipe.is_open()) return ioError("Cannot open", path, errno);
    std::string text(kReadBytes, '\0');
    pipe.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(pipe.gcount()));
    return text;
}

}  // namespace

std::vector<OptionInfo> documentOptions()
{
    return {{"env", "FILE", "values of the document's parameters, as a JSON object", false},
            {"set", "NAME=VALUE", "the value of one parameter; may be repeated", true},
            {"id", "UUID", "another id for the pipeline, and so another state", false}};
}

Result<std::string> readText(const std::string& path)
{
    const auto about = systemFiles().info(path);
    const bool isPipe = path != "-" && about && !about->isRegular && !about->isDirectory;
    auto text = isPipe ? readPipe(path) : systemFiles().readAll(path, kReadBytes);
    if (!text) return Error{ErrorCode::InvalidSpec, text.error().message, {}};
    return text;
}

Result<Document> readDocument(const Arguments& arguments)
{
    if (arguments.words().size() != 1)
        return Error{
            ErrorCode::InvalidSpec, "This command wants one pipeline document: FILE.pipeline.json.", {}};
    Document document;
    document.file = arguments.words().front();
    auto text = readText(document.file);
    if (!text) return text.error();
    auto overrides = readOverrides(arguments);
    if (!overrides) return overrides.error();

    Parsed parsed = parsePipeline(*text);
    document.diagnostics = parsed.diagnostics;
    for (Diagnostic& problem : unknownMemberProblems(parsed))
        document.diagnostics.push_back(std::move(problem));
    document.hasLostEdges = parsed.hasLostEdges;
    document.written = std::move(parsed.spec);
    if (!parsed.isJson || (parsed.readOnly && document.written.format > kDocumentFormat)) return document;

    Resolved resolved = resolve(document.written, *overrides);
    addDiagnostics(document.diagnostics, resolved.diagnostics);
    document.constants = toConstants(resolved.parameters);
    document.spec = std::move(resolved.spec);
    return document;
}

std::vector<Diagnostic> allDiagnostics(const Document& document)
{
    std::vector<Diagnostic> all = document.diagnostics;
    const Analysis analysis = analyse(document.spec, builtinCatalog(), document.constants,
                                      document.hasLostEdges ? Wiring::Torn : Wiring::Whole);
    addDiagnostics(all, analysis.diagnostics);
    return all;
}

}  // namespace engine
