#include "base/heap.h"
#include "commands/command.h"
#include "commands/standard_files.h"

// streamwright-worker: every command of the program but the window; links no GUI library.
int main(int argc, char** argv)
{
    engine::occupyStandardFiles();
    engine::keepFreedPages();
    const std::vector<std::string> words(argv + 1, argv + argc);
    const engine::Program program;
    if (const auto code = engine::runCommandLine(words, program)) return *code;
    return engine::refuseCommandLine(words, program);
}
