#include "plan/binding_checks.h"

#include <algorithm>
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

namespace {

// Of sources and sinks that are there, by their place in the list of nodes.
struct Outsides {
    std::vector<std::pair<std::size_t, const WrittenPlace*>> writers{};
    std::vector<std::pair<std::size_t, const std::string*>> readers{};
};

Outsides outsidesOf(const PipelineSpec& spec,
                    const std::map<NodeId, std::shared_ptr<const Binding>>& bindings)
{
    Outsides outsides;
    std::set<NodeId> seen;
    for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
        const auto binding = bindings.find(spec.nodes[i].id);
        if (binding == bindings.end() || !binding->second || !seen.insert(spec.nodes[i].id).second) continue;
        if (!binding->second->writes.path.empty()) outsides.writers.emplace_back(i, &binding->second->writes);
        if (!binding->second->reads.empty()) outsides.readers.emplace_back(i, &binding->second->reads);
    }
    return outsides;
}

}  // namespace

void checkOutsides(const PipelineSpec& spec, const std::map<NodeId, std::shared_ptr<const Binding>>& bindings,
                   std::vector<Diagnostic>& found)
{
    const auto say = [&](std::size_t index, const std::string& param, const std::string& message) {
        const NodeSpec& node = spec.nodes[index];
        std::string path = node.place.path;
        if (path.empty()) path = "nodes[" + std::to_string(index) + "]";
        found.push_back({Diagnostic::Problem, node.id, param, path + ".params." + param, message, {}});
    };
    const auto named = [&](std::size_t index) { return "The node \"" + spec.nodes[index].id.value + "\""; };
    const Outsides outsides = outsidesOf(spec, bindings);
    for (auto each = outsides.writers.begin(); each != outsides.writers.end(); ++each) {
        const auto& [index, place] = *each;
        const auto first = std::find_if(outsides.writers.begin(), each, [&, mine = place](const auto& other) {
            return other.second->meets(*mine);
        });
        if (first == each) continue;
        const bool areTables = !place->table.empty() && !first->second->table.empty();
        const char* advice = areTables
            ? " too; lead the edges of both into one of them, or give one of them another table."
            : " too, and each would overwrite the other; give one of them another path.";
        say(index, areTables ? "table" : "path",
            named(first->first) + " writes " + first->second->text() + advice);
    }
    for (const auto& [reader, pattern] : outsides.readers)
        for (const auto& [writer, place] : outsides.writers)
            if (place->isReadBy(*pattern))
                say(writer, "path",
                    named(reader) + " reads " + place->text() +
                        ", and this node would overwrite it meanwhile; write to another path.");
}

void checkTransactions(const PipelineSpec& spec,
                       const std::map<NodeId, std::shared_ptr<const Binding>>& bindings,
                       std::vector<Diagnostic>& found)
{
    if (spec.settings.guarantee != Guarantee::ExactlyOnce) return;
    const NodeSpec* first = nullptr;
    std::string place;
    for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
        const NodeSpec& node = spec.nodes[i];
        const auto binding = bindings.find(node.id);
        if (binding == bindings.end() || !binding->second || !binding->second->transaction.make) continue;
        if (!first) {
            first = &node;
            place = binding->second->transaction.place;
        }
        if (binding->second->transaction.place == place) continue;
        found.push_back(
            {Diagnostic::Problem,
             node.id,
             {},
             node.place.path.empty() ? "nodes[" + std::to_string(i) + "]" : node.place.path,
             "With the guarantee exactly_once all Kafka sinks write in one transaction, so servers, "
             "login, linger and properties have to be those of the node \"" +
                 first->id.value + "\"; set them so, or the guarantee to at_least_once.",
             {{"Set the guarantee to at_least_once", {}, "settings.guarantee", "at_least_once"}}});
    }
}

}  // namespace engine
