#pragma once

#include "commands/arguments.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

class Catalog;
struct Diagnostic;

// What a command answers to the shell (pipeline_format.md section 3).
enum ExitCode { kDone = 0, kJobFailed = 1, kWrongInput = 2, kOutsideFailed = 3, kInterruptedTwice = 130 };

// One command of the program: its texts, its options, and what it does. `run` prints to standard output and
// standard error and answers the exit code; it is called once, on the main thread.
struct Command {
    std::string name{};
    std::string usage{};    // behind the name: "FILE [options]"
    std::string summary{};  // one sentence
    std::vector<OptionInfo> options{};
    int (*run)(const Arguments& arguments) = nullptr;
};

// Each in a file of its own.
Command runCommand();
Command validateCommand();
Command describeCommand();
Command formatCommand();
Command diffCommand();
Command previewCommand();
Command detectCommand();
Command stateCommand();

// All of them, in the order in which help shows them.
const std::vector<Command>& commands();

// The program that the commands are part of.
struct Program {
    std::string name = "streamwright-worker";
    bool hasWindow = false;
    std::vector<std::string> libraries{};  // that it has besides those of the commands, with their versions
};

// Runs what the words behind the program's name ask for: a command, --version or --help. Nothing when they
// name no command, so that the window may take them for documents.
std::optional<int> runCommandLine(std::span<const std::string> words, const Program& program);

// How the command line without a command is refused by a program without a window.
int refuseCommandLine(std::span<const std::string> words, const Program& program);

// The components of this program; made at the first call.
const Catalog& builtinCatalog();

void printVersion(const Program& program);
void printLine(std::string_view line);       // to standard output
void printErrorLine(std::string_view line);  // to standard error
int fail(int exitCode, std::string_view message);
int fail(const Error& error);  // the exit code by the error's kind
ExitCode exitCodeOf(ErrorCode code);

// Each on a line of its own, as `FILE: node "hot", condition: sentence`.
void printDiagnostics(const std::string& file, std::span<const Diagnostic> diagnostics);

}  // namespace engine
