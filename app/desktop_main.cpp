#include "base/heap.h"
#include "commands/command.h"
#include "commands/standard_files.h"
#include "control/server/local_client.h"
#include "desktop_window.h"

#include <QtGlobal>
#include <cstdio>

namespace {

using engine::OptionInfo;

const std::vector<OptionInfo> kWindowOptions{
    {"run", "FILE", "opens the document and runs it", false},
    {"log-level", "LEVEL", "debug, info, warning or error", false},
    {"theme", "NAME", "dark or light (default: as the desktop)", false},
    {"size", "WxH", "of the window", false},
    {"screenshot", "FILE", "runs, writes a picture of the window and quits", false},
    {"after", "MS", "how long rows move before the picture", false},
    {"select", "NODE", "selects a node", false},
    {"page", "NAME", "of the picture: home, design, jobs or alerts", false},
    {"show", "STATE", "brings the window into a state of docs/screens.md, with the examples running", false},
    {"screenshots", "FOLDER", "writes a picture of each of these states and quits", false}};

// "1600x1000". False when it says something else.
bool readSize(const std::string& text, WindowOptions& options)
{
    return std::sscanf(text.c_str(), "%dx%d", &options.width, &options.height) == 2 && options.width >= 400 &&
        options.height >= 300;
}

int openWindow(int argc, char** argv, const engine::Arguments& arguments)
{
    WindowOptions options;
    std::vector<std::string> files = arguments.words();
    if (arguments.has("run")) files.insert(files.begin(), arguments.value("run"));
    options.run = arguments.has("run") || arguments.has("screenshot");
    options.theme = arguments.value("theme");
    options.screenshot = arguments.value("screenshot");
    options.select = arguments.value("select");
    options.page = arguments.value("page");
    options.show = arguments.value("show");
    options.screenshots = arguments.value("screenshots");
    const auto afterMs = arguments.number("after", 0, options.afterMs);
    if (!afterMs) return engine::fail(engine::kWrongInput, afterMs.error().message);
    options.afterMs = *afterMs;
    if (!options.theme.empty() && options.theme != "dark" && options.theme != "light")
        return engine::fail(engine::kWrongInput, "--theme wants dark or light.");
    if (const std::string all = stateNames(); arguments.has("show") && !isState(options.show))
        return engine::fail(engine::kWrongInput, "--show wants one of " + all + ".");
    if (arguments.has("size") && !readSize(arguments.value("size"), options))
        return engine::fail(engine::kWrongInput, "--size wants a width and a height, such as 1600x1000.");
    return runWindow(
        argc, argv, files, [] { return engine::makeLocalClient(engine::builtinCatalog()); }, options);
}

}  // namespace

// streamwright: every command, and the window where the command line names none.
int main(int argc, char** argv)
{
    engine::occupyStandardFiles();
    engine::keepFreedPages();
    const std::vector<std::string> words(argv + 1, argv + argc);
    const engine::Program program{"streamwright", true, {std::string("qt          ") + qVersion()}};
    if (const auto code = engine::runCommandLine(words, program)) return *code;
    const auto arguments = engine::Arguments::parse(words, kWindowOptions);
    if (!arguments) return engine::fail(engine::kWrongInput, arguments.error().message);
    // A word that is no file is more likely a command mistyped than a document to be made.
    for (const std::string& file : arguments->words())
        if (file.find('.') == std::string::npos && file.find('/') == std::string::npos)
            return engine::refuseCommandLine(std::vector<std::string>{file}, program);
    return openWindow(argc, argv, *arguments);
}
