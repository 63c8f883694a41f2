#include "spec/resolve.h"

#include "base/limits.h"
#include "spec/disabled_nodes.h"
#include "spec/document_settings.h"
#include "spec/substitute.h"
#include "spec/suggest.h"

#include <algorithm>
#include <set>

namespace engine {
namespace {

constexpr const char* kNoNodes = "The pipeline has no nodes; add a source and a sink.";
constexpr std::size_t kNestingMax = 32;  // subpipelines inside subpipelines
constexpr std::size_t kParametersMax = 100'000;

// Turns a document into what runs. Lives for one call of resolve; only reads the document.
class Resolver {
public:
    Resolver(const PipelineSpec& spec, const Overrides& overrides) : m_spec(spec), m_overrides(overrides) { }

    Resolved run()
    {
        m_out.spec.format = m_spec.format;
        m_out.spec.name = m_spec.name;
        m_out.spec.settings = m_spec.settings;
        resolveId();
        const ParameterScope scope = topScope();
        for (const SubpipelineSpec& definition : m_spec.subpipelines)
            m_definitions.emplace(definition.name, &definition);
        promoteGroupPorts();
        expand(m_spec.nodes, m_spec.edges, {}, {}, scope, nullptr);
        if (m_spec.nodes.empty()) problem({}, {}, "nodes", kNoNodes);
        resolveEdges();
        dropDisabled(m_out.spec, m_out.diagnostics);
        for (const auto& [name, value] : m_out.parameters)
            m_out.spec.parameters.push_back(
                {name, std::string(dataTypeName(value.type)), value.value, {}, {}, Json::object()});
        return std::move(m_out);
    }

private:
    void problem(NodeId node, std::string param, std::string path, std::string message)
    {
        m_out.diagnostics.push_back({Diagnostic::Problem,
                                     std::move(node),
                                     std::move(param),
                                     std::move(path),
                                     std::move(message),
                                     {}});
    }

    // A search through all names for each mistake of a hostile document would take long.
    bool mayAdvise() const { return m_out.diagnostics.size() < limits::kSuggestions; }

    void resolveId()
    {
        m_out.spec.id = m_overrides.id.empty() ? m_spec.id : m_overrides.id;
        if (m_out.spec.id.empty())
            problem({}, {}, "id",
                    "The document has no id, by which its state is found; give it one, or use --id.");
        else if (!m_overrides.id.empty() && !isUuid(m_overrides.id))
            problem({}, {}, "id",
                    "\"" + m_overrides.id +
                        "\" is no id of a pipeline; it looks like "
                        "\"6d0f7a0e-8f0e-4a53-9d7e-0c5b7a0c9f11\".");
    }

    void promoteGroupPorts()
    {
        for (const GroupSpec& group : m_spec.groups) {
            if (m_spec.find({group.id}) == nullptr) m_groups.insert({group.id});
            for (const auto& [name, port] : group.ports) {
                m_inputs[{{group.id}, name}] = port;
                m_outputs[{{group.id}, name}] = port;
            }
        }
    }

    static const ParameterSpec* findParameter(const std::vector<ParameterSpec>& parameters,
                                              const std::string& name)
    {
        for (const ParameterSpec& parameter : parameters)
            if (parameter.name == name) return &parameter;
        return nullptr;
    }

    void unknownParameter(const std::vector<ParameterSpec>& parameters, const std::string& name,
                          const std::string& where, NodeId node = {})
    {
        std::vector<std::string> names;
        if (mayAdvise())
            for (const ParameterSpec& parameter : parameters) names.push_back(parameter.name);
        const std::string param = node.value.empty() ? std::string() : name;
        problem(std::move(node), param, where,
                "There is no parameter \"" + name + "\"" + didYouMean(name, names) + ".");
    }

    void wrongValue(const NodeId& node, const std::string& name, const std::string& where,
                    const std::string& message)
    {
        m_wrongValues.emplace(node, name);
        problem(node, node.value.empty() ? std::string() : name, where, message);
    }

    // Takes the values that an object gives; says which it does not know or whose type is wrong.
    void takeValues(const Json& object, const std::vector<ParameterSpec>& parameters,
                    const std::string& where, const NodeId& node, ParameterValues& values)
    {
        if (!object.is_object()) {
            problem(node, {}, where,
                    std::string("An object of parameter values is expected, not ") + kindInWords(object) +
                        ".");
            return;
        }
        for (const auto& member : object.items()) {
            if (member.key().compare(0, 2, "x_") == 0) continue;
            const ParameterSpec* parameter = findParameter(parameters, member.key());
            if (parameter == nullptr) {
                unknownParameter(parameters, member.key(), where, node);
                continue;
            }
            if (auto value = typedValue(*parameter, member.value()))
                values[member.key()] = *value;
            else
                wrongValue(node, member.key(), where, value.error().message);
        }
    }

    void takeDefaults(const std::vector<ParameterSpec>& parameters, ParameterValues& values)
    {
        for (const ParameterSpec& parameter : parameters) {
            if (parameter.fallback.is_null()) continue;
            if (auto value = typedValue(parameter, parameter.fallback))
                values[parameter.name] = *value;
            else
                wrongValue({}, parameter.name, "parameters." + parameter.name + ".default",
                           value.error().message);
        }
    }

    ParameterScope topScope()
    {
        ParameterScope scope;
        takeDefaults(m_spec.parameters, scope.values);
        if (!m_overrides.environment.is_null()) {
            const Json* inner = findMember(m_overrides.environment, "parameters");
            const bool wrapped = inner != nullptr && inner->is_object();
            takeValues(wrapped ? *inner : m_overrides.environment, m_spec.parameters,
                       m_overrides.environmentName, {}, scope.values);
        }
        for (const auto& [name, text] : m_overrides.values) {
            const ParameterSpec* parameter = findParameter(m_spec.parameters, name);
            if (parameter == nullptr) {
                unknownParameter(m_spec.parameters, name, "--set " + name);
                continue;
            }
            if (auto value = typedValue(*parameter, text))
                scope.values[name] = *value;
            else
                wrongValue({}, name, "--set " + name, value.error().message);
        }
        for (const ParameterSpec& parameter : m_spec.parameters)
            if (!scope.values.contains(parameter.name)) missing(parameter, "parameters." + parameter.name);
        // A value stands in for a missing or wrong one, so that only the cause is reported and not each use.
        fillGaps(m_spec.parameters, scope.values);
        for (const auto& [name, value] : scope.values) scope.formulaNames[name] = name;
        m_out.parameters = scope.values;
        return scope;
    }

    void missing(const ParameterSpec& parameter, const std::string& path, const NodeId& node = {})
    {
        if (m_wrongValues.contains({node, parameter.name})) return;
        problem(node, node.value.empty() ? std::string() : parameter.name, path,
                "The parameter \"" + parameter.name + "\" has no value" +
                    (node.value.empty() ? "; give it a default, or use --set " + parameter.name + "=VALUE."
                                        : "."));
    }

    static void fillGaps(const std::vector<ParameterSpec>& parameters, ParameterValues& values)
    {
        for (const ParameterSpec& parameter : parameters) {
            if (values.contains(parameter.name)) continue;
            const Json zero = parameter.type == "string" ? Json("")
                : parameter.type == "boolean"            ? Json(false)
                                                         : Json(0);
            if (auto value = typedValue(parameter, zero)) values[parameter.name] = *value;
        }
    }

    void expand(const std::vector<NodeSpec>& nodes, const std::vector<EdgeSpec>& edges,
                const std::string& prefix, const std::string& path, const ParameterScope& scope,
                const NodeSpec* outer)
    {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            NodeSpec node = nodes[i];
            node.id.value = prefix + node.id.value;
            if (outer != nullptr && node.parallelism == 0) node.parallelism = outer->parallelism;
            if (outer != nullptr && !node.rejectLimit) node.rejectLimit = outer->rejectLimit;
            if (node.place.path.empty()) node.place.path = path + "nodes[" + std::to_string(i) + "]";
            const std::string nodePath = node.place.path;
            if (++m_expanded > limits::kDocumentNodes) {
                if (m_expanded == limits::kDocumentNodes + 1)
                    problem(node.id, {}, nodePath,
                            "With its subpipelines the pipeline has more than " +
                                std::to_string(limits::kDocumentNodes) + " nodes.");
                return;
            }
            const bool nested = node.component.compare(0, kSubpipelinePrefix.size(), kSubpipelinePrefix) == 0;
            const ParamSchema* schema =
                m_overrides.schemaOf && !nested ? m_overrides.schemaOf(node.component) : nullptr;
            std::vector<Diagnostic> mistakes;
            if (!node.disabled)
                node.params.change(
                    [&](Json& params) { substituteParams(params, schema, scope, mistakes); });
            for (Diagnostic& mistake : mistakes) {
                mistake.node = node.id;
                mistake.path = nodePath + ".params." + mistake.param;
                m_out.diagnostics.push_back(std::move(mistake));
            }
            // What cannot be taken apart stays as a node of which nothing is known.
            if (node.disabled || !nested || !expandSubpipeline(node, nodePath))
                m_out.spec.nodes.push_back(std::move(node));
        }
        for (std::size_t i = 0; i < edges.size(); ++i) {
            EdgeSpec edge = edges[i];
            edge.from.node.value.insert(0, prefix);
            edge.to.node.value.insert(0, prefix);
            if (edge.place.path.empty()) edge.place.path = path + "edges[" + std::to_string(i) + "]";
            m_out.spec.edges.push_back(std::move(edge));
        }
    }

    bool expandSubpipeline(const NodeSpec& node, const std::string& path)
    {
        const std::string name = node.component.substr(kSubpipelinePrefix.size());
        const auto found = m_definitions.find(name);
        if (found == m_definitions.end()) {
            std::vector<std::string> names;
            if (mayAdvise())
                for (const SubpipelineSpec& candidate : m_spec.subpipelines) names.push_back(candidate.name);
            problem(node.id, "component", path + ".component",
                    "There is no subpipeline \"" + name + "\"" + didYouMean(name, names) + ".");
            return false;
        }
        if (std::find(m_stack.begin(), m_stack.end(), name) != m_stack.end()) {
            problem(node.id, "component", path + ".component",
                    "The subpipeline \"" + name + "\" contains itself.");
            return false;
        }
        if (m_stack.size() >= kNestingMax) {
            problem(node.id, "component", path + ".component",
                    "More than " + std::to_string(kNestingMax) + " subpipelines are nested.");
            return false;
        }
        m_flattened.insert(node.id);
        const SubpipelineSpec* const definition = found->second;
        const std::string prefix = node.id.value + "/";
        for (const auto& [port, inner] : definition->inputs)
            m_inputs[{node.id, port}] = {{prefix + inner.node.value}, inner.port};
        for (const auto& [port, inner] : definition->outputs)
            m_outputs[{node.id, port}] = {{prefix + inner.node.value}, inner.port};
        const ParameterScope scope = innerScope(*definition, node, path);
        m_stack.push_back(name);
        expand(definition->nodes, definition->edges, prefix, "subpipelines." + name + ".", scope, &node);
        m_stack.pop_back();
        return true;
    }

    ParameterScope innerScope(const SubpipelineSpec& definition, const NodeSpec& node,
                              const std::string& path)
    {
        ParameterScope scope;
        takeDefaults(definition.parameters, scope.values);
        takeValues(node.params, definition.parameters, path + ".params", node.id, scope.values);
        for (const ParameterSpec& parameter : definition.parameters)
            if (!scope.values.contains(parameter.name)) missing(parameter, path + ".params", node.id);
        fillGaps(definition.parameters, scope.values);
        if (m_out.parameters.size() + scope.values.size() > kParametersMax) {
            problem(node.id, {}, path,
                    "The uses of subpipelines have more than " + std::to_string(kParametersMax) +
                        " parameters in all.");
            return scope;
        }
        std::string prefix;
        for (const char c : node.id.value) prefix += c == '/' ? std::string("__") : std::string(1, c);
        for (const auto& [name, value] : scope.values) {
            std::string outerName = prefix + "__" + name;
            while (m_out.parameters.contains(outerName)) outerName += '_';
            m_out.parameters.emplace(outerName, value);
            scope.formulaNames[name] = outerName;
        }
        return scope;
    }

    // Follows promoted ports inwards; nothing if the outer port is not promoted.
    std::optional<PortRef> innermost(PortRef port, const std::map<PortRef, PortRef>& promoted) const
    {
        for (std::size_t depth = 0; depth <= kNestingMax + 1; ++depth) {
            const auto inner = promoted.find(port);
            if (inner == promoted.end()) break;
            port = inner->second;
        }
        if (m_flattened.contains(port.node) || m_groups.contains(port.node)) return std::nullopt;
        return port;
    }

    void unknownPort(const EdgeSpec& edge, const PortRef& port, const char* kind,
                     const std::map<PortRef, PortRef>& promoted)
    {
        std::vector<std::string> names;
        for (auto place = promoted.lower_bound({port.node, {}}); place != promoted.end(); ++place) {
            const PortRef& outer = place->first;
            if (outer.node != port.node) break;
            names.push_back(outer.port);
        }
        // A group is no node; the reader of a document has said the same of this place.
        const bool isGroup = m_groups.contains(port.node);
        problem(isGroup ? NodeId{} : port.node, {}, edge.place.path + (port == edge.from ? "[0]" : "[1]"),
                (isGroup ? "The group \"" : "\"") + port.node.value + "\" has no " + kind + " \"" +
                    port.port + "\"" + didYouMean(port.port, names) + ".");
    }

    void resolveEdges()
    {
        std::vector<EdgeSpec> edges;
        for (const EdgeSpec& edge : m_out.spec.edges) {
            const auto from = innermost(edge.from, m_outputs);
            const auto to = innermost(edge.to, m_inputs);
            if (!from) unknownPort(edge, edge.from, "output", m_outputs);
            if (!to) unknownPort(edge, edge.to, "input", m_inputs);
            // An end that is nowhere leaves the other one wired.
            edges.push_back({from.value_or(edge.from), to.value_or(edge.to), edge.place});
        }
        m_out.spec.edges = std::move(edges);
    }

    const PipelineSpec& m_spec;
    const Overrides& m_overrides;
    Resolved m_out;
    std::map<PortRef, PortRef> m_inputs,
        m_outputs;                     // of subpipelines' uses and groups: outer port -> inner port
    std::set<NodeId> m_flattened;      // nodes that stood for subpipelines
    std::vector<std::string> m_stack;  // names of the subpipelines being expanded
    std::map<std::string, const SubpipelineSpec*> m_definitions;
    std::set<NodeId> m_groups;
    std::set<std::pair<NodeId, std::string>> m_wrongValues;  // reported, so not missing
    std::size_t m_expanded = 0;
};

}  // namespace

Resolved resolve(const PipelineSpec& spec, const Overrides& overrides)
{
    return Resolver(spec, overrides).run();
}

Result<std::pair<std::string, std::string>> parseSetting(std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return Error{ErrorCode::InvalidSpec,
                     "\"" + std::string(text) + "\" sets nothing; write --set NAME=VALUE.",
                     {}};
    return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

}  // namespace engine
