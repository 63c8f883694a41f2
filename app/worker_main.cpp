#include "commands/command.h"

// streamwright-worker: every command of the program but the window; links no GUI library.
int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (const auto code = engine::runCommandLine(words)) return *code;
    return engine::refuseCommandLine(words);
}
