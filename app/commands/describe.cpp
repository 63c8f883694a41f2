#include "catalog/component.h"
#include "commands/command.h"
#include "commands/describe_text.h"
#include "spec/suggest.h"

#include <algorithm>

namespace engine {

namespace {

void printText(const std::string& text)
{
    printLine(std::string_view(text).substr(0, text.find_last_not_of('\n') + 1));
}

int describeOne(const std::vector<ComponentInfo>& all, const std::string& id, const Arguments& arguments)
{
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const ComponentInfo& component) { return component.id == id; });
    if (found == all.end()) {
        std::vector<std::string> ids;
        for (const ComponentInfo& component : all) ids.push_back(component.id);
        return fail(kWrongInput, "There is no component \"" + id + "\"" + didYouMean(id, ids) + ".");
    }
    if (arguments.has("json"))
        printText(writeJson(componentJson(*found)));
    else if (arguments.has("markdown"))
        printText(componentsMarkdown(std::span(&*found, 1)));
    else
        printText(componentText(*found));
    return kDone;
}

int describe(const Arguments& arguments)
{
    if (arguments.words().size() > 1 || (arguments.has("json") && arguments.has("markdown")))
        return fail(kWrongInput, "This command wants at most one component's id, and --json or --markdown.");
    const std::vector<ComponentInfo> all = builtinCatalog().infos();
    if (!arguments.words().empty()) return describeOne(all, arguments.words().front(), arguments);
    if (arguments.has("json")) {
        Json list = Json::array();
        for (const ComponentInfo& component : all) list.push_back(componentJson(component));
        printText(writeJson(list));
    } else if (arguments.has("markdown")) {
        printText(componentsMarkdown(all));
    } else {
        for (const ComponentInfo& component : all)
            printLine(component.id +
                      std::string(component.id.size() < 20 ? 20 - component.id.size() : 2, ' ') +
                      component.help);
    }
    return kDone;
}

}  // namespace

Command describeCommand()
{
    return {"describe",
            "[ID] [--json|--markdown]",
            "The components and their parameters.",
            {{"json", "", "as JSON", false}, {"markdown", "", "as a page", false}},
            describe};
}

}  // namespace engine
