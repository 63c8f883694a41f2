#include "plan/plan.h"

#include "component/late_rows.h"
#include "plan/binding_checks.h"
#include "plan/graph_order.h"
#include "plan/source_groups.h"
#include "spec/suggest.h"

#include <algorithm>

namespace engine {

namespace {

constexpr const char* kDifferentColumns =
    "The edges into this sink have different columns; select the same ones before it.";

bool haveDifferentColumns(const ComponentInfo& info, const std::vector<SchemaPtr>& inputs)
{
    const auto isOther = [&](const SchemaPtr& input) { return input->fields() != inputs[0]->fields(); };
    const auto isComplete = [](const SchemaPtr& input) { return input->isComplete(); };
    return info.kind == ComponentKind::Sink && std::all_of(inputs.begin(), inputs.end(), isComplete) &&
        std::any_of(inputs.begin(), inputs.end(), isOther);
}

SchemaPtr unknownColumns() { return std::make_shared<const Schema>(Schema({}, true).withOpen({true, {}})); }

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
        if (readFrom.empty() && info.inputs.size() == 1) return {};
        if (readFrom.empty()) inputs.push_back(unknownColumns());  // the other side of a join
        for (const PortRef& from : readFrom) {
            const auto schema = analysis.schemas.find(from);
            if (schema == analysis.schemas.end()) return {};
            inputs.push_back(schema->second);
        }
    }
    return inputs;
}

SchemaPtr rejectedRows()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"reason", DataType::String},
                                                             {"node", DataType::String},
                                                             {"column", DataType::String},
                                                             {"coordinates", DataType::String},
                                                             {"raw", DataType::String},
                                                             {"at", DataType::Time}});
}

// Binds one node after another; everything it says goes into the analysis. A mistake in one node hides none
// in another: what follows is checked against what is still known of the columns.
class Analyser {
public:
    Analyser(const PipelineSpec& spec, const Catalog& catalog, const Constants& constants, Wiring wiring)
        : m_spec(spec),
          m_catalog(catalog),
          m_constants(constants),
          m_wiring(wiring),
          m_order(graphOrder(spec))
    {
        for (std::size_t i = 0; i < spec.nodes.size(); ++i) m_nodes.emplace(spec.nodes[i].id, i);
        for (std::size_t i = 0; i < spec.edges.size(); ++i) {
            m_edgesInto[spec.edges[i].to.node].push_back(i);
            m_edgesFrom[spec.edges[i].from.node].push_back(i);
        }
    }
    Analysis run()
    {
        for (const GraphOrder::Circle& circle : m_order.circles)
            problem(circle.nodes.front(), edgePath(circle.edge),
                    "The edges lead in a circle: " + circleText(circle.nodes) +
                        ". A pipeline may not lead back to itself; take one of them out.");
        m_analysis.order = m_order.nodes;
        for (const NodeId& id : m_analysis.order) bindNode(m_nodes.at(id));
        for (std::size_t i = 0; i < m_spec.nodes.size(); ++i)
            if (m_nodes.at(m_spec.nodes[i].id) != i) bindTwin(i);
        alignSourcesThatMeet(m_spec, m_analysis.order, m_analysis.bindings);
        checkOutputs();
        checkOutsides(m_spec, m_analysis.bindings, m_analysis.diagnostics);
        checkTransactions(m_spec, m_analysis.bindings, m_analysis.diagnostics);
        return std::move(m_analysis);
    }

private:
    std::string nodePath(std::size_t index) const
    {
        const std::string& path = m_spec.nodes[index].place.path;
        return path.empty() ? "nodes[" + std::to_string(index) + "]" : path;
    }
    std::string edgePath(std::size_t index) const
    {
        const std::string& path = m_spec.edges[index].place.path;
        return path.empty() ? "edges[" + std::to_string(index) + "]" : path;
    }

    void say(Diagnostic::Severity severity, const NodeId& node, std::string path, std::string message)
    {
        m_analysis.diagnostics.push_back({severity, node, {}, std::move(path), std::move(message), {}});
    }
    void problem(const NodeId& node, std::string path, std::string message)
    {
        say(Diagnostic::Problem, node, std::move(path), std::move(message));
    }

    // What a component said of its parameters, each with its place.
    void addFound(std::size_t index, std::vector<Diagnostic>& found)
    {
        const NodeSpec& node = m_spec.nodes[index];
        // Inside a subpipeline the parameters in a formula have other, longer names than in the document.
        const bool isMoved = node.id.value.find('/') != std::string::npos &&
            compactJson(node.params).find("${") != std::string::npos;
        for (Diagnostic& diagnostic : found) {
            diagnostic.node = node.id;
            if (diagnostic.path.empty())
                diagnostic.path =
                    nodePath(index) + (diagnostic.param.empty() ? "" : ".params." + diagnostic.param);
            if (isMoved) diagnostic.begin = diagnostic.length = 0;
            m_analysis.diagnostics.push_back(std::move(diagnostic));
        }
    }

    SchemaPtr schemaOf(const PortRef& port) const
    {
        if (const auto known = m_analysis.schemas.find(port); known != m_analysis.schemas.end())
            return known->second;
        const auto partial = m_partial.find(port);
        return partial != m_partial.end() ? partial->second : unknownColumns();
    }

    void checkPort(const NodeId& node, const ComponentInfo& info, std::size_t edge)
    {
        const std::string& name = m_spec.edges[edge].to.port;
        std::vector<std::string> names;
        for (const PortInfo& each : info.inputs) names.push_back(each.name);
        if (std::find(names.begin(), names.end(), name) != names.end()) return;
        problem(node, edgePath(edge) + "[1]",
                "There is no input \"" + name + "\"" +
                    (names.empty() ? "; a source reads from no other node." : didYouMean(name, names) + "."));
        m_isWired = false;
    }

    // One schema for each input, or for each edge where it takes many; unknown columns where nothing comes
    // in.
    std::vector<SchemaPtr> gatherInputs(const NodeId& node, const ComponentInfo& info)
    {
        m_isWired = true;
        const std::vector<std::size_t>& edges = m_edgesInto[node];
        for (const std::size_t edge : edges) checkPort(node, info, edge);
        const bool isMisnamed = !m_isWired;
        std::vector<SchemaPtr> inputs;
        for (const PortInfo& port : info.inputs) {
            std::vector<SchemaPtr> into;
            std::set<PortRef> read;  // an edge that is there twice is one
            bool isNamed = false;
            for (const std::size_t edge : edges) {
                if (m_spec.edges[edge].to.port != port.name) continue;
                isNamed = true;
                const PortRef& from = m_spec.edges[edge].from;
                if (!m_order.isCut[edge] && read.insert(from).second) into.push_back(schemaOf(from));
            }
            // An edge to a port that is not there was meant for one that is.
            if (!isNamed && !isMisnamed && m_wiring == Wiring::Whole)
                problem(node, nodePath(m_nodes.at(node)),
                        "Nothing is connected to the input \"" + port.name + "\".");
            if (into.size() > 1 && !takesManyEdges(info)) {
                problem(node, nodePath(m_nodes.at(node)),
                        "The input \"" + port.name + "\" takes one edge; put a union before it.");
                m_isWired = false;
                into.resize(1, unknownColumns());
            }
            m_isWired = m_isWired && !into.empty();
            if (into.empty()) into.push_back(unknownColumns());
            inputs.insert(inputs.end(), into.begin(), into.end());
        }
        return inputs;
    }

    const Component* componentOf(std::size_t index)
    {
        const NodeSpec& node = m_spec.nodes[index];
        const Component* component = m_catalog.find(node.component);
        // Resolving has said what is wrong with a subpipeline.
        if (component || node.component.compare(0, kSubpipelinePrefix.size(), kSubpipelinePrefix) == 0)
            return component;
        std::vector<std::string> ids;
        for (const ComponentInfo& info : m_catalog.infos()) ids.push_back(info.id);
        m_analysis.diagnostics.push_back(
            {Diagnostic::Problem,
             node.id,
             "component",
             nodePath(index) + ".component",
             "There is no component \"" + node.component + "\"" + didYouMean(node.component, ids) + ".",
             {}});
        return nullptr;
    }

    void bindNode(std::size_t index)
    {
        const NodeSpec& node = m_spec.nodes[index];
        const Component* component = componentOf(index);
        if (!component) {
            m_openPorts.insert(node.id);
            return;
        }
        std::vector<SchemaPtr> inputs = gatherInputs(node.id, component->info);
        if (haveDifferentColumns(component->info, inputs))
            problem(node.id, nodePath(index), kDifferentColumns);
        const std::vector<std::size_t>& edges = m_edgesInto[node.id];
        const bool isEndless = std::any_of(edges.begin(), edges.end(), [&](std::size_t edge) {
            return m_endless.contains(m_spec.edges[edge].from.node);
        });
        std::vector<Diagnostic> found;
        const bool isUncertain = edges.size() > 1 ||
            std::any_of(edges.begin(), edges.end(),
                        [&](std::size_t edge) { return m_uncertain.contains(m_spec.edges[edge].from.node); });
        const BindContext context(m_catalog, inputs, m_constants, found, isEndless, !isUncertain);
        auto binding = component->bind(node.params, context, found);
        if (!context.summary().empty()) m_analysis.summaries[node.id] = context.summary();
        checkGuarantee(component->info, m_spec.settings, found);
        if (const std::string wrong = changesNotTaken(binding, inputs); !wrong.empty())
            problem(node.id, nodePath(index), wrong);
        if (isEndless || (binding && binding->source.isEndless)) m_endless.insert(node.id);
        const bool keepsRows = binding && std::holds_alternative<Factory<Operator>>(binding->make) &&
            !binding->isStateless && !binding->passesRows;
        if (isUncertain || keepsRows) m_uncertain.insert(node.id);
        if (binding && m_isWired)
            addPorts(node.id, component->info, std::move(*binding), inputs);
        else
            addKnownPorts(node.id, component->info, context.known());
        addFound(index, found);
        m_analysis.inputs[node.id] = std::move(inputs);
    }

    // A further node of an id that is taken: its parameters are checked like those of the first.
    void bindTwin(std::size_t index)
    {
        const Component* component = componentOf(index);
        if (!component) return;
        std::vector<SchemaPtr> inputs(std::max<std::size_t>(1, component->info.inputs.size()),
                                      unknownColumns());
        std::vector<Diagnostic> found;
        const BindContext context(m_catalog, inputs, m_constants, found);
        (void)component->bind(m_spec.nodes[index].params, context, found);
        addFound(index, found);
    }

    void addPorts(const NodeId& node, const ComponentInfo& info, Binding binding,
                  const std::vector<SchemaPtr>& inputs)
    {
        for (const PortBinding& port : binding.outputs) {
            m_analysis.schemas[{node, port.name}] = port.schema;
            m_outputs[node].push_back(port.name);
        }
        if (info.kind != ComponentKind::Sink)
            m_analysis.schemas[{node, std::string(kRejectedPort)}] = rejectedRows();
        const bool judgesLateness = info.kind == ComponentKind::Operator && !binding.isStateless &&
            !inputs.empty() && inputs[0]->hasEventTime();
        if (judgesLateness)
            m_analysis.schemas[{node, std::string(kLatePort)}] =
                lateRowsOf(binding.lateColumns ? *binding.lateColumns : *inputs[0]);
        for (const PortInfo& port : info.inputs) m_analysis.inputPorts[node].push_back(port.name);
        m_analysis.bindings[node] = std::make_shared<const Binding>(std::move(binding));
    }

    // The ports of a node with a mistake.
    void addKnownPorts(const NodeId& node, const ComponentInfo& info, const KnownOutputs& known)
    {
        const auto add = [&](const std::string& port, const SchemaPtr& schema) {
            (schema->isComplete() ? m_analysis.schemas : m_partial)[{node, port}] = schema;
        };
        for (const PortBinding& port : known.ports) {
            add(port.name, port.schema);
            m_outputs[node].push_back(port.name);
        }
        if (known.mayBeMore) m_openPorts.insert(node);
        if (info.kind == ComponentKind::Sink) return;
        if (known.ports.empty() && !known.mayBeMore)
            for (const PortInfo& port : info.outputs) {
                add(port.name, unknownColumns());
                m_outputs[node].push_back(port.name);
            }
        add(std::string(kRejectedPort), rejectedRows());
        if (info.kind == ComponentKind::Operator && !info.stateless)
            add(std::string(kLatePort), unknownColumns());
    }

    void checkOutputs()
    {
        std::set<NodeId> misnamed;
        for (std::size_t i = 0; i < m_spec.edges.size(); ++i) {
            const PortRef& from = m_spec.edges[i].from;
            if (!m_nodes.contains(from.node) || m_openPorts.contains(from.node)) continue;
            if (m_analysis.schemas.contains(from) || m_partial.contains(from)) continue;
            std::vector<std::string> names = m_outputs[from.node];
            for (const std::string_view side : {kRejectedPort, kLatePort})
                if (m_analysis.schemas.contains({from.node, std::string(side)})) names.emplace_back(side);
            problem(from.node, edgePath(i) + "[0]",
                    "There is no output \"" + from.port + "\"" +
                        (names.empty() ? "; a sink gives no rows to other nodes."
                                       : didYouMean(from.port, names) + "."));
            misnamed.insert(from.node);
        }
        for (std::size_t index = 0; index < m_spec.nodes.size(); ++index) {
            const NodeId& node = m_spec.nodes[index].id;
            if (m_nodes.at(node) != index) continue;
            if (misnamed.contains(node) || m_openPorts.contains(node) || m_wiring != Wiring::Whole) continue;
            for (const std::string& port : m_outputs[node]) warnIfUnread(node, index, port);
        }
    }

    void warnIfUnread(const NodeId& node, std::size_t index, const std::string& port)
    {
        const std::vector<std::size_t>& edges = m_edgesFrom[node];
        if (std::none_of(edges.begin(), edges.end(),
                         [&](std::size_t edge) { return m_spec.edges[edge].from.port == port; }))
            say(Diagnostic::Warning, node, nodePath(index),
                "Nothing reads the output \"" + port + "\"; its rows are dropped.");
    }

    const PipelineSpec& m_spec;
    const Catalog& m_catalog;
    const Constants& m_constants;
    const Wiring m_wiring;
    const GraphOrder m_order;
    Analysis m_analysis;
    std::map<NodeId, std::size_t> m_nodes;  // the first of each id
    std::map<NodeId, std::vector<std::size_t>> m_edgesInto, m_edgesFrom;
    std::map<NodeId, std::vector<std::string>> m_outputs;  // besides `rejected` and `late`
    std::map<PortRef, SchemaPtr> m_partial;                // of outputs of which not all columns are known
    std::set<NodeId> m_openPorts;                          // nobody knows what outputs they have
    std::set<NodeId> m_endless;                            // what gives rows for ever
    std::set<NodeId> m_uncertain;                          // what gives rows in an order that nobody knows
    bool m_isWired = true;                                 // every input of the node at hand is as it must be
};

}  // namespace

std::size_t Analysis::portOf(const EdgeSpec& edge) const
{
    const auto ports = inputPorts.find(edge.to.node);
    if (ports == inputPorts.end()) return 0;
    const auto port = std::find(ports->second.begin(), ports->second.end(), edge.to.port);
    return port == ports->second.end() ? 0 : static_cast<std::size_t>(port - ports->second.begin());
}

Analysis analyse(const PipelineSpec& spec, const Catalog& catalog, const Constants& constants, Wiring wiring)
{
    return Analyser(spec, catalog, constants, wiring).run();
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
