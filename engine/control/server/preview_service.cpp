#include "control/server/preview_service.h"

#include "detect/detect.h"
#include "jobs/sample_rows.h"
#include "plan/plan.h"
#include "spec/resolve.h"

#include <algorithm>

namespace engine {

namespace {

constexpr Duration kKeptFor = std::chrono::seconds(60);

Resolved plainOf(const PipelineSpec& spec, const Catalog& catalog)
{
    Overrides overrides;
    overrides.schemaOf = [&catalog](std::string_view id) { return catalog.schemaOf(id); };
    return resolve(spec, overrides);
}

// The outputs that feed the node, in the order of its inputs; its own for a source.
std::vector<PortRef> portsBefore(const PipelineSpec& spec, const NodeSpec& node, const ComponentInfo& info)
{
    std::vector<PortRef> ports;
    if (info.kind == ComponentKind::Source)
        for (const PortInfo& port : info.outputs) ports.push_back({node.id, port.name});
    for (const PortInfo& input : info.inputs)
        for (const EdgeSpec& edge : spec.edges)
            if (edge.to == PortRef{node.id, input.name}) ports.push_back(edge.from);
    return ports;
}

// Nothing after the ports, and nothing that only the window knows: what the rows at the ports depend on.
PipelineSpec before(const PipelineSpec& whole, const std::vector<PortRef>& ports)
{
    std::vector<NodeId> kept;
    for (const PortRef& port : ports) kept.push_back(port.node);
    for (std::size_t i = 0; i < kept.size(); ++i)
        for (const EdgeSpec& edge : whole.edges)
            if (edge.to.node == kept[i] && std::find(kept.begin(), kept.end(), edge.from.node) == kept.end())
                kept.push_back(edge.from.node);
    const auto isKept = [&](const NodeId& id) {
        return std::find(kept.begin(), kept.end(), id) != kept.end();
    };
    PipelineSpec part;
    part.id = whole.id;
    part.name = whole.name;
    part.settings = whole.settings;
    for (const NodeSpec& node : whole.nodes)
        if (isKept(node.id)) part.nodes.push_back(node);
    for (const EdgeSpec& edge : whole.edges)
        if (isKept(edge.from.node) && isKept(edge.to.node)) part.edges.push_back(edge);
    return part;
}

// Of one that shows no records: what there is instead.
std::string sentenceOf(const SourceSample& sample)
{
    std::string text = sample.summary;
    for (std::size_t i = 0; i < sample.choices.size(); ++i)
        text += (i == 0 ? " Choose one: " : ", ") + sample.choices[i].text();
    if (!sample.choices.empty()) return text + ".";
    return sample.isList ? text : text + " There are no records to look at yet.";
}

}  // namespace

PreviewService::PreviewService(const Catalog& catalog, Env& env) : m_catalog(catalog), m_env(env) { }

PreviewReply PreviewService::preview(const PreviewRequest& request, std::uint64_t number)
{
    PreviewReply reply;
    if (number != m_newest || m_isCancelled) return reply;
    const Resolved plain = plainOf(request.spec, m_catalog);
    const NodeSpec* node = plain.spec.find(request.node);
    const Component* component = node ? m_catalog.find(node->component) : nullptr;
    if (!component) {
        reply.problem = "There is no preview of this node, since it does not run by itself.";
        return reply;
    }
    const std::vector<PortRef> ports = portsBefore(plain.spec, *node, component->info);
    if (ports.empty()) {
        reply.problem = "Connect the input to see rows here.";
        return reply;
    }
    const Constants constants = toConstants(plain.parameters);
    auto rows = rowsOf(request, plain.spec, constants, ports, number);
    if (!rows) {
        reply.problem = rows.error().message;
        return reply;
    }
    if (component->info.kind == ComponentKind::Source) {
        reply.outputs = std::move(*rows);
        return reply;
    }
    const Analysis analysis = analyse(plain.spec, m_catalog, constants);
    if (const auto binding = analysis.bindings.find(node->id); binding != analysis.bindings.end())
        reply = tryNode(*node, *binding->second, *rows, m_env, request.rowsMax, request.baseDirectory);
    reply.inputs = std::move(*rows);
    return reply;
}

Result<std::vector<PortRows>> PreviewService::rowsOf(const PreviewRequest& request, const PipelineSpec& plain,
                                                     const Constants& constants,
                                                     const std::vector<PortRef>& ports, std::uint64_t number)
{
    // Rows that the client has from a running job are better than any made up for the purpose.
    std::vector<PortRows> given;
    for (const PortRef& port : ports)
        for (const PortRows& rows : request.samples)
            if (rows.port == port && rowCount(rows) > 0) given.push_back(rows);
    if (given.size() == ports.size()) return given;

    Kept wanted{before(plain, ports), constants, request.baseDirectory, ports, {}, m_env.clock.monotonic()};
    if (m_kept && m_kept->spec == wanted.spec && m_kept->constants == constants &&
        m_kept->baseDirectory == wanted.baseDirectory && m_kept->ports == ports &&
        wanted.at - m_kept->at < kKeptFor)
        return m_kept->rows;
    const Analysis analysis = analyse(wanted.spec, m_catalog, constants);
    for (const Diagnostic& diagnostic : analysis.diagnostics)
        if (diagnostic.severity == Diagnostic::Problem)
            return Error{ErrorCode::InvalidSpec, "No rows yet: " + sentence(diagnostic), {}};
    SampleOptions options;
    options.baseDirectory = request.baseDirectory;
    options.rows = request.rowsMax;
    options.isCancelled = [this, number] { return m_isCancelled || number != m_newest; };
    auto rows = sampleRows(wanted.spec, constants, m_catalog, m_env, ports, options);
    if (!rows || options.isCancelled()) return rows;
    wanted.rows = *rows;
    m_kept = std::move(wanted);
    return rows;
}

Result<Detected> PreviewService::detect(const PipelineSpec& spec, const std::string& baseDirectory,
                                        const NodeId& id)
{
    const Resolved plain = plainOf(spec, m_catalog);
    const NodeSpec* node = plain.spec.find(id);
    const ParamSchema* schema = node ? m_catalog.schemaOf(node->component) : nullptr;
    if (!schema) return Error{ErrorCode::InvalidSpec, "This node has no file to look at.", id.value};
    if (const Component* component = m_catalog.find(node->component); component->sample) {
        const auto sample = component->sample(node->params, {m_env, baseDirectory, true});
        if (!sample) return sample.error();
        if (sample->isList || sample->lines.empty())
            return Error{ErrorCode::InvalidSpec, sentenceOf(*sample), id.value};
        auto detected = engine::detect(sample->lines, true);
        if (detected) detected->note = sample->summary;
        return detected;
    }
    const auto field = std::find_if(schema->begin(), schema->end(),
                                    [](const ParamField& each) { return each.type == ParamType::Path; });
    const Json* value = field == schema->end() ? nullptr : findMember(node->params, field->name);
    std::string path = value && value->is_string() ? value->get<std::string>() : std::string();
    if (!path.empty() && path != "-" && path.front() != '/') path = baseDirectory + "/" + path;
    return detectFile(m_env.files, path);
}

}  // namespace engine
