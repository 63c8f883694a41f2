#include "base/limits.h"
#include "spec/document_settings.h"
#include "spec/pipeline_spec.h"
#include "spec/suggest.h"

#include <algorithm>

namespace engine {
namespace {

// The members that an object at this place of a document may have.
std::vector<std::string> membersAt(const std::string& path)
{
    std::vector<std::string> names;
    const auto add = [&names](const auto& known) { names.insert(names.end(), known.begin(), known.end()); };
    const std::string above = path.substr(0, std::max<std::size_t>(path.rfind('.'), 1));
    if (path.find('.') == std::string::npos) {
        add(DocumentMembers::top());
    } else if (above == "settings") {
        for (const SettingField& field : settingFields()) names.emplace_back(field.name);
    } else if (above.back() == ']') {
        add(above.compare(0, 7, "groups[") == 0 ? DocumentMembers::group() : DocumentMembers::node());
    } else if (above.compare(0, 13, "subpipelines.") == 0 && above.find('.', 13) == std::string::npos) {
        add(DocumentMembers::subpipeline());
    } else {
        add(DocumentMembers::parameter());
    }
    return names;
}

}  // namespace

std::vector<Diagnostic> unknownMemberProblems(const Parsed& parsed)
{
    std::vector<Diagnostic> problems;
    for (const std::string& path : parsed.unknownMembers) {
        // A search through all names for each mistake of a hostile document would take long.
        const std::string name = path.substr(path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1);
        const std::vector<std::string> names =
            problems.size() < limits::kSuggestions ? membersAt(path) : std::vector<std::string>();
        std::string advice = didYouMean(name, names);
        std::string list;
        if (advice.empty())
            for (const std::string& known : names) list += (list.empty() ? "" : ", ") + known;
        problems.push_back({Diagnostic::Problem,
                            {},
                            {},
                            path,
                            "There is no member \"" + name + "\"" + advice +
                                "; remove it, or let its name begin with x_." +
                                (list.empty() ? "" : " The members here are: " + list + "."),
                            {}});
    }
    return problems;
}

}  // namespace engine
