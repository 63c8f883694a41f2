#include "plan/plan.h"

#include "spec/suggest.h"

#include <algorithm>

namespace engine {

namespace {

constexpr const char* kDifferentColumns =
    "The edges into this sink have different columns; select the same ones before it.";

bool haveDifferentColumns(const ComponentInfo& info, const std::vector<SchemaPtr>& inputs)
{
    return info.kind == ComponentKind::Sink &&
        std::any_of(inputs.begin(), inputs.end(),
                    [&](const SchemaPtr& input) { return input->fields() != inputs[0]->fields(); });
}

// The kind of rows that an input has and the node cannot take, as a sentence; else empty.
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

// The schemas that come in with an edge more; none when one of them is not known.
std::vector<SchemaPtr> inputsWith(const EdgeSpec& edge, const PipelineSpec& spec, const Analysis& analysis,
                                  const ComponentInfo& info)
{
    std::vector<SchemaPtr> inputs;
    for (const PortInfo& port : info.inputs) {
        const bool isTarget = port.name == edge.to.port;
        std::vector<PortRef> readFrom;
        for (const EdgeSpec& wired : spec.edges)
            if (wired.to == PortRef{edge.to.node, port.name} && (!isTarget || takesManyEdges(info)))
                readFrom.push_back(wired.from);
        if (isTarget) readFrom.push_back(edge.from);
        if (readFrom.empty()) return {};
        for (const PortRef& from : readFrom) {
            const auto schema = analysis.schemas.find(from);
            if (schema == analysis.schemas.end()) return {};
            inputs.push_back(schema->second);
        }
    }
    return inputs;
}

// Binds one node after another; everything it says goes into the analysis.
class Analyser {
public:
    Analyser(const PipelineSpec& spec, const Catalog& catalog, const Constants& constants)
        : m_spec(spec),
          m_catalog(catalog),
          m_constants(constants)
    {
    }
    Analysis run()
    {
        sort();
        for (const NodeId& id : m_analysis.order) bindNode(*m_spec.find(id));
        checkEdges();
        return std::move(m_analysis);
    }

private:
    void problem(const NodeId& node, const std::string& param, std::string message)
    {
        m_analysis.diagnostics.push_back({Diagnostic::Problem, node, param, {}, std::move(message), {}});
    }

    void sort()
    {
        std::map<NodeId, int> waiting;
        for (const NodeSpec& node : m_spec.nodes) waiting[node.id] = 0;
        for (const EdgeSpec& edge : m_spec.edges)
            if (waiting.contains(edge.from.node) && waiting.contains(edge.to.node)) ++waiting[edge.to.node];
        std::set<NodeId> done;
        bool moved = true;
        while (moved) {
            moved = false;
            for (const NodeSpec& node : m_spec.nodes) {
                if (waiting[node.id] > 0 || !done.insert(node.id).second) continue;
                m_analysis.order.push_back(node.id);
                for (const EdgeSpec& edge : m_spec.edges)
                    if (edge.from.node == node.id && waiting.contains(edge.to.node)) --waiting[edge.to.node];
                moved = true;
            }
        }
        for (const NodeSpec& node : m_spec.nodes)
            if (!done.contains(node.id))
                problem(node.id, {}, "The node is part of a circle; a pipeline may not lead back to itself.");
    }

    static std::size_t portIndex(const ComponentInfo& info, const std::string& port)
    {
        const auto it = std::find_if(info.inputs.begin(), info.inputs.end(),
                                     [&](const PortInfo& p) { return p.name == port; });
        return static_cast<std::size_t>(it - info.inputs.begin());
    }

    // The schemas that come in; false when one is missing or unknown.
    bool gatherInputs(const NodeSpec& node, const ComponentInfo& info, std::vector<SchemaPtr>& inputs)
    {
        bool complete = true;
        std::vector<std::vector<SchemaPtr>> byPort(info.inputs.size());
        for (const EdgeSpec& edge : m_spec.edges) {
            if (edge.to.node != node.id) continue;
            const std::size_t port = portIndex(info, edge.to.port);
            if (port == info.inputs.size()) {
                std::vector<std::string> names;
                for (const PortInfo& each : info.inputs) names.push_back(each.name);
                problem(node.id, {},
                        "There is no input \"" + edge.to.port + "\"" +
                            (names.empty() ? "; a source reads from no other node."
                                           : didYouMean(edge.to.port, names) + "."));
                complete = false;
                continue;
            }
            const auto schema = m_analysis.schemas.find(edge.from);
            if (schema == m_analysis.schemas.end())
                complete = false;
            else
                byPort[port].push_back(schema->second);
        }
        const bool takesMany = takesManyEdges(info);
        for (std::size_t port = 0; port < byPort.size(); ++port) {
            const bool wired =
                std::any_of(m_spec.edges.begin(), m_spec.edges.end(), [&](const EdgeSpec& edge) {
                    return edge.to.node == node.id && edge.to.port == info.inputs[port].name;
                });
            if (!wired)
                problem(node.id, {}, "Nothing is connected to the input \"" + info.inputs[port].name + "\".");
            if (byPort[port].size() > 1 && !takesMany)
                problem(node.id, {},
                        "The input \"" + info.inputs[port].name +
                            "\" takes one edge; put a union before it.");
            complete = complete && wired && (byPort[port].size() == 1 || takesMany);
            inputs.insert(inputs.end(), byPort[port].begin(), byPort[port].end());
        }
        return complete && (info.inputs.empty() || !inputs.empty());
    }

    void bindNode(const NodeSpec& node)
    {
        const Component* component = m_catalog.find(node.component);
        if (!component) {
            std::vector<std::string> ids;
            for (const ComponentInfo& info : m_catalog.infos()) ids.push_back(info.id);
            problem(node.id, {},
                    "There is no component \"" + node.component + "\"" + didYouMean(node.component, ids) +
                        ".");
            return;
        }
        std::vector<SchemaPtr> inputs;
        const bool complete = gatherInputs(node, component->info, inputs);
        std::vector<Diagnostic> found;
        checkGuarantee(component->info, found);
        if (complete) {
            checkSinkInputs(node, component->info, inputs);
            const bool isEndless =
                std::any_of(m_spec.edges.begin(), m_spec.edges.end(), [&](const auto& edge) {
                    return edge.to.node == node.id && m_endless.contains(edge.from.node);
                });
            const BindContext context(m_catalog, inputs, m_constants, found, isEndless);
            auto binding = component->bind(node.params, context, found);
            if (isEndless || (binding && binding->source.isEndless)) m_endless.insert(node.id);
            if (const std::string wrong = changesNotTaken(binding, inputs); !wrong.empty())
                problem(node.id, {}, wrong);
            if (binding) addPorts(node.id, component->info, std::move(*binding), inputs);
        } else {
            checkParams(component->info.params, node.params, found);
        }
        for (Diagnostic& diagnostic : found) {
            diagnostic.node = node.id;
            m_analysis.diagnostics.push_back(std::move(diagnostic));
        }
        m_analysis.inputs[node.id] = std::move(inputs);
    }

    void checkSinkInputs(const NodeSpec& node, const ComponentInfo& info,
                         const std::vector<SchemaPtr>& inputs)
    {
        if (haveDifferentColumns(info, inputs)) problem(node.id, {}, kDifferentColumns);
    }

    void checkGuarantee(const ComponentInfo& info, std::vector<Diagnostic>& found)
    {
        if (!info.repeatsRows || m_spec.settings.guarantee != Guarantee::ExactlyOnce) return;
        found.push_back(
            {Diagnostic::Problem,
             {},
             {},
             "settings.guarantee",
             info.id +
                 " may write rows again after a failure, but the guarantee is exactly_once; set "
                 "\"guarantee\": \"at_least_once\" in the settings of the document.",
             {{"Set the guarantee to at_least_once", {}, "settings.guarantee", "at_least_once"}}});
    }

    void addPorts(const NodeId& node, const ComponentInfo& info, Binding binding,
                  const std::vector<SchemaPtr>& inputs)
    {
        for (const PortBinding& port : binding.outputs) m_analysis.schemas[{node, port.name}] = port.schema;
        if (info.kind != ComponentKind::Sink)
            m_analysis.schemas[{node, std::string(kRejectedPort)}] = rejectedRows();
        const bool judgesLateness = info.kind == ComponentKind::Operator && !binding.isStateless &&
            !inputs.empty() && inputs[0]->hasEventTime();
        if (judgesLateness) m_analysis.schemas[{node, std::string(kLatePort)}] = lateRows(*inputs[0]);
        m_analysis.bindings[node] = std::make_shared<const Binding>(std::move(binding));
    }

    static SchemaPtr rejectedRows()
    {
        return std::make_shared<const Schema>(std::vector<Field>{{"reason", DataType::String},
                                                                 {"node", DataType::String},
                                                                 {"column", DataType::String},
                                                                 {"coordinates", DataType::String},
                                                                 {"raw", DataType::String},
                                                                 {"at", DataType::Time}});
    }
    static SchemaPtr lateRows(const Schema& input)
    {
        std::vector<Field> fields = input.fields();
        fields.push_back({"late_by_ms", DataType::Int64});
        fields.push_back({"window_end", DataType::Time});
        return std::make_shared<const Schema>(std::move(fields), input.hasEventTime());
    }

    void checkEdges()
    {
        for (const EdgeSpec& edge : m_spec.edges) {
            if (!m_analysis.bindings.contains(edge.from.node) || m_analysis.schemas.contains(edge.from))
                continue;
            std::vector<std::string> names;
            for (const auto& [port, schema] : m_analysis.schemas)
                if (port.node == edge.from.node) names.push_back(port.port);
            problem(edge.from.node, {},
                    "There is no output \"" + edge.from.port + "\"" + didYouMean(edge.from.port, names) +
                        ".");
        }
        for (const NodeSpec& node : m_spec.nodes) {
            const auto binding = m_analysis.bindings.find(node.id);
            if (binding == m_analysis.bindings.end()) continue;
            for (const PortBinding& port : binding->second->outputs) {
                const bool read =
                    std::any_of(m_spec.edges.begin(), m_spec.edges.end(), [&](const EdgeSpec& edge) {
                        return edge.from == PortRef{node.id, port.name};
                    });
                if (!read)
                    m_analysis.diagnostics.push_back(
                        {Diagnostic::Warning,
                         node.id,
                         {},
                         {},
                         "Nothing reads the output \"" + port.name + "\"; its rows are dropped.",
                         {}});
            }
        }
    }

    const PipelineSpec& m_spec;
    const Catalog& m_catalog;
    const Constants& m_constants;
    Analysis m_analysis;
    std::set<NodeId> m_endless;  // what gives rows for ever
};

}  // namespace

bool Analysis::storesStart() const
{
    return std::any_of(bindings.begin(), bindings.end(),
                       [](const auto& each) { return each.second && each.second->source.storesStart; });
}

Analysis analyse(const PipelineSpec& spec, const Catalog& catalog, const Constants& constants)
{
    Analysis analysis = Analyser(spec, catalog, constants).run();
    if (spec.nodes.empty())
        analysis.diagnostics.push_back({Diagnostic::Problem,
                                        {},
                                        {},
                                        "nodes",
                                        "The pipeline has no nodes; add a source and a sink.",
                                        {}});
    return analysis;
}

std::string problemOfEdge(const PipelineSpec& spec, const Analysis& analysis, const Catalog& catalog,
                          const Constants& constants, const EdgeSpec& edge)
{
    const NodeSpec* node = spec.find(edge.to.node);
    const Component* component = node ? catalog.find(node->component) : nullptr;
    if (!component) return {};
    const std::vector<SchemaPtr> inputs = inputsWith(edge, spec, analysis, component->info);
    if (inputs.empty()) return {};
    std::vector<Diagnostic> found;
    const BindContext context(catalog, inputs, constants, found);
    const auto binding = component->bind(node->params, context, found);
    if (const std::string wrong = changesNotTaken(binding, inputs); !wrong.empty())
        found.push_back({Diagnostic::Problem, {}, {}, {}, wrong, {}});
    if (haveDifferentColumns(component->info, inputs))
        found.push_back({Diagnostic::Problem, {}, {}, {}, kDifferentColumns, {}});
    for (const Diagnostic& diagnostic : found) {
        if (diagnostic.severity != Diagnostic::Problem) continue;
        const bool isKnown = std::any_of(
            analysis.diagnostics.begin(), analysis.diagnostics.end(), [&](const Diagnostic& known) {
                return known.node == node->id && known.message == diagnostic.message;
            });
        if (!isKnown) return diagnostic.message;
    }
    return {};
}

}  // namespace engine
