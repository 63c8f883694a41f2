#include "commands/command.h"

#include "base/log.h"
#include "catalog/component.h"
#include "commands/signals.h"
#include "spec/suggest.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace engine {

namespace {

void printLog(LogLevel, std::string_view line) { printErrorLine(line); }

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size() + 2), ' ');
    return text;
}

void printOverview(const Program& program)
{
    const std::size_t width = program.name.size() + 18;
    printLine("Streamwright " STREAMWRIGHT_VERSION ": streaming pipelines that can be drawn, read and run.");
    printLine("");
    if (program.hasWindow) {
        printLine(padded(program.name + " [FILE...]", width) + "opens the window");
        printLine(padded(program.name + " --run FILE", width) + "opens the window and runs the document");
    }
    for (const Command& command : commands())
        printLine(padded(program.name + " " + command.name, width) + command.summary);
    printLine(padded(program.name + " COMMAND --help", width) + "the options of a command");
    printLine(padded(program.name + " --version", width) + "version and libraries");
    printLine("");
    printLine("--log-level LEVEL before or behind a command: debug, info, warning (the default) or error.");
}

void printHelp(const Command& command, const Program& program)
{
    printLine(program.name + " " + command.name + " " + command.usage);
    printLine(command.summary);
    if (command.options.empty()) return;
    printLine("");
    for (const OptionInfo& option : command.options)
        printLine("  " + padded("--" + option.name + (option.value.empty() ? "" : " " + option.value), 22) +
                  option.help);
}

std::optional<LogLevel> logLevelFromName(std::string_view name)
{
    if (name == "debug") return LogLevel::Debug;
    if (name == "info") return LogLevel::Info;
    if (name == "warning") return LogLevel::Warning;
    if (name == "error") return LogLevel::Fault;
    return {};
}

// Takes --log-level out of the words wherever it stands, since it belongs to no command.
Result<std::vector<std::string>> takeLogLevel(std::span<const std::string> words)
{
    std::vector<std::string> rest;
    LogLevel level = LogLevel::Warning;
    for (std::size_t i = 0; i < words.size(); ++i) {
        constexpr std::string_view name = "--log-level";
        if (words[i].rfind(name, 0) != 0) {
            rest.push_back(words[i]);
            continue;
        }
        std::string value;
        if (words[i].size() > name.size() && words[i][name.size()] == '=')
            value = words[i].substr(name.size() + 1);
        else if (words[i].size() == name.size() && i + 1 < words.size())
            value = words[++i];
        const auto parsed = logLevelFromName(value);
        if (!parsed)
            return Error{ErrorCode::InvalidSpec, "--log-level wants debug, info, warning or error.", {}};
        level = *parsed;
    }
    setLogSink(printLog, level);
    return rest;
}

int runOne(const Command& command, std::span<const std::string> words, const Program& program)
{
    if (std::find(words.begin(), words.end(), "--help") != words.end()) {
        printHelp(command, program);
        return kDone;
    }
    const auto arguments = Arguments::parse(words, command.options);
    if (!arguments)
        return fail(kWrongInput,
                    arguments.error().message + " See \"" + program.name + " " + command.name + " --help\".");
    return command.run(*arguments);
}

std::optional<int> runWords(std::span<const std::string> words, const Program& program)
{
    auto taken = takeLogLevel(words);
    if (!taken) return fail(kWrongInput, taken.error().message);
    const std::span<const std::string> rest = *taken;
    if (rest.empty() && (words.empty() || program.hasWindow)) return {};
    if (rest.empty()) {
        printOverview(program);
        return kWrongInput;
    }
    const std::string& first = rest.front();
    if (first == "--version") {
        printVersion(program);
        return kDone;
    }
    if (first == "--help" || first == "-h" || first == "help") {
        printOverview(program);
        return kDone;
    }
    for (const Command& command : commands())
        if (command.name == first) return runOne(command, rest.subspan(1), program);
    return {};
}

// Whoever reads through a pipe may have had enough.
bool hasReaderLeft()
{
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

int endOutput()
{
    const bool isFlushed = std::fflush(stdout) == 0;
    const int reason = isFlushed ? 0 : errno;
    if ((isFlushed && std::ferror(stdout) == 0) || hasReaderLeft()) return kDone;
    return fail(kOutsideFailed,
                "Not everything could be written to standard output" +
                    (reason != 0 ? std::string(": ") + std::strerror(reason) + "." : std::string(".")));
}

}  // namespace

const std::vector<Command>& commands()
{
    static const std::vector<Command> all{runCommand(),    validateCommand(), previewCommand(),
                                          detectCommand(), describeCommand(), diffCommand(),
                                          formatCommand(), stateCommand()};
    return all;
}

std::optional<int> runCommandLine(std::span<const std::string> words, const Program& program)
{
    keepLimitsFromKilling();
    const std::optional<int> code = runWords(words, program);
    if (!code) return {};
    const int endCode = endOutput();
    return *code == kDone ? endCode : *code;
}

int refuseCommandLine(std::span<const std::string> words, const Program& program)
{
    if (words.empty()) {
        printOverview(program);
        return kWrongInput;
    }
    std::vector<std::string> names;
    for (const Command& command : commands()) names.push_back(command.name);
    return fail(kWrongInput,
                "There is no command \"" + words.front() + "\"" + didYouMean(words.front(), names) +
                    ". See \"" + program.name + " --help\".");
}

const Catalog& builtinCatalog()
{
    static const Catalog catalog = [] {
        Catalog made;
        addBuiltinComponents(made);
        return made;
    }();
    return catalog;
}

void printLine(std::string_view line)
{
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
}

void printErrorLine(std::string_view line)
{
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fputc('\n', stderr);
}

int fail(int exitCode, std::string_view message)
{
    printErrorLine(message);
    return exitCode;
}

int fail(const Error& error)
{
    const std::string text = error.where.empty() ? error.message : error.where + ": " + error.message;
    return fail(exitCodeOf(error.code), text);
}

ExitCode exitCodeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidSpec: return kWrongInput;
    case ErrorCode::Io:
    case ErrorCode::Full:
    case ErrorCode::Refused:
    case ErrorCode::Unavailable:
    case ErrorCode::Busy: return kOutsideFailed;
    case ErrorCode::BadData:
    case ErrorCode::Corrupt:
    case ErrorCode::Limit:
    case ErrorCode::Cancelled: return kJobFailed;
    }
    return kJobFailed;
}

void printDiagnostics(const std::string& file, std::span<const Diagnostic> diagnostics)
{
    for (const Diagnostic& diagnostic : diagnostics) {
        const char* kind = diagnostic.severity == Diagnostic::Problem ? ""
            : diagnostic.severity == Diagnostic::Warning              ? "warning: "
                                                                      : "hint: ";
        printErrorLine(file + ": " + kind + sentence(diagnostic));
    }
}

}  // namespace engine
