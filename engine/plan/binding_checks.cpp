#include "plan/binding_checks.h"

#include <fnmatch.h>
#include <set>

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

void checkOutsides(const PipelineSpec& spec, const std::map<NodeId, std::shared_ptr<const Binding>>& bindings,
                   std::vector<Diagnostic>& found)
{
    std::map<std::string, std::size_t> readers, writers;  // indexes of nodes
    const auto say = [&](std::size_t index, const std::string& message) {
        const NodeSpec& node = spec.nodes[index];
        std::string path = node.place.path;
        if (path.empty()) path = "nodes[" + std::to_string(index) + "]";
        found.push_back({Diagnostic::Problem, node.id, "path", path + ".params.path", message, {}});
    };
    const auto named = [&](std::size_t index) { return "The node \"" + spec.nodes[index].id.value + "\""; };
    std::set<NodeId> seen;
    for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
        const auto binding = bindings.find(spec.nodes[i].id);
        if (binding == bindings.end() || !binding->second || !seen.insert(spec.nodes[i].id).second) continue;
        const std::string& writes = binding->second->writes;
        if (!binding->second->reads.empty()) readers.emplace(binding->second->reads, i);
        if (writes.empty()) continue;
        if (const auto [first, isNew] = writers.emplace(writes, i); !isNew)
            say(i,
                named(first->second) + " writes " + writes +
                    " too, and each would overwrite the other; give one of them another path.");
    }
    for (const auto& [pattern, reader] : readers) {
        const bool isPattern = pattern.find_first_of("*?[") != std::string::npos;
        for (const auto& [path, writer] : writers)
            if (path == pattern || (isPattern && ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0))
                say(writer,
                    named(reader) + " reads " + path +
                        ", and this node would overwrite it meanwhile; write to another path.");
    }
}

}  // namespace engine
