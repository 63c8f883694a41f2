#include "plan/binding_checks.h"

namespace engine {

std::string changesNotTaken(const std::optional<Binding>& binding, const std::vector<SchemaPtr>& inputs)
{
    if (!binding || binding->takes == ChangeMode::Upsert) return {};
    for (const SchemaPtr& input : inputs) {
        if (input->mode() != ChangeMode::Upsert) continue;
        std::string keys;
        for (const std::size_t column : input->keyColumns())
            keys += (keys.empty() ? "" : ", ") + input->field(column).name;
        return "What comes in replaces earlier rows (by " + (keys.empty() ? "no key" : keys) +
            "), and this node takes only rows that stay as they are; put a sink behind it that can replace "
            "rows, or turn off what corrects results before it.";
    }
    return {};
}

void checkGuarantee(const ComponentInfo& info, const PipelineSettings& settings,
                    std::vector<Diagnostic>& found)
{
    if (!info.repeatsRows || settings.guarantee != Guarantee::ExactlyOnce) return;
    found.push_back({Diagnostic::Problem,
                     {},
                     {},
                     "settings.guarantee",
                     info.id +
                         " may write rows again after a failure, but the guarantee is exactly_once; set "
                         "\"guarantee\": \"at_least_once\" in the settings of the document.",
                     {{"Set the guarantee to at_least_once", {}, "settings.guarantee", "at_least_once"}}});
}

}  // namespace engine
