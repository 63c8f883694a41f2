#include "jobs/job.h"

#include "spec/substitute.h"

#include <algorithm>

namespace engine {

namespace {

Error refused(const std::string& node, const std::string& why)
{
    return {ErrorCode::InvalidSpec,
            "The change of \"" + node + "\" cannot be taken by the running job: " + why +
                " Stop it and start it again.",
            node};
}

// The rows that come are those of the plan: a column that nobody used before is NULL in them.
Status usesWhatIsDecoded(const PipelineSpec& spec, const Analysis& analysis, const Plan& plan,
                         const std::string& node)
{
    for (const auto& [source, needed] : neededColumns(spec, analysis)) {
        const Binding& read = *analysis.bindings.at(source);
        if (!read.source.decoder) continue;  // it makes its rows itself, and whole
        const std::vector<bool>& decoded = plan.needed.at(source);
        for (std::size_t i = 0; i < needed.size(); ++i)
            if (needed[i] && !decoded[i])
                return refused(node,
                               "it needs column \"" + read.outputs[0].schema->field(i).name + "\" of \"" +
                                   source.value + "\", which is not read now.");
    }
    return ok();
}

// The changes one after the other, to name the node that asks for more.
Status usesWhatIsDecoded(const PipelineSpec& spec, Analysis running, const Analysis& changed,
                         const Plan& plan, const PlanDelta& delta)
{
    for (const auto& [node, replacement] : delta.nodes) {
        running.bindings[NodeId{node}] = changed.bindings.at(NodeId{node});
        TRY(usesWhatIsDecoded(spec, running, plan, node));
    }
    return ok();
}

// Whether a formula among the parameters has a constant in it that is another one now.
bool usesOther(const Json& params, const Constants& before, const Constants& after)
{
    return std::any_of(after.begin(), after.end(), [&](const auto& constant) {
        const auto was = before.find(constant.first);
        return (was == before.end() || was->second != constant.second) &&
            usesParameter(params, constant.first);
    });
}

Status sameGraph(const PipelineSpec& before, const PipelineSpec& after)
{
    if (before.edges != after.edges || before.nodes.size() != after.nodes.size())
        return refused("the graph", "nodes or edges differ.");
    for (const NodeSpec& node : before.nodes) {
        const NodeSpec* other = after.find(node.id);
        if (!other || other->component != node.component)
            return refused(node.id.value, "it is another component.");
    }
    return ok();
}

}  // namespace

Status Job::change(PipelineSpec spec, Constants constants)
{
    if (m_state != JobState::Running && m_state != JobState::Paused)
        return refused(m_spec.name, "it is not running.");
    if (auto status = sameGraph(m_spec, spec); !status) return status;
    auto analysis = std::make_unique<Analysis>(analyse(spec, m_catalog, constants));
    for (const Diagnostic& diagnostic : analysis->diagnostics)
        if (diagnostic.severity == Diagnostic::Problem)
            return Error{ErrorCode::InvalidSpec, diagnostic.message, diagnostic.node.value};
    auto delta = std::make_shared<PlanDelta>();
    for (const NodeSpec& node : spec.nodes) {
        const NodeSpec& old = *m_spec.find(node.id);
        if (node.params == old.params && !usesOther(node.params, m_constants, constants)) continue;
        const Binding& before = *m_analysis->bindings.at(node.id);
        const Binding& after = *analysis->bindings.at(node.id);
        if (!std::holds_alternative<Factory<Operator>>(after.make)) {
            if (node.params == old.params) continue;
            return refused(node.id.value, "a source or a sink takes new parameters only by a restart.");
        }
        for (std::size_t i = 0; i < after.outputs.size(); ++i)
            if (i >= before.outputs.size() || *after.outputs[i].schema != *before.outputs[i].schema)
                return refused(node.id.value, "its columns would be others.");
        if (after.stateFingerprint != before.stateFingerprint)
            return Error{ErrorCode::InvalidSpec,
                         "The change of \"" + node.id.value +
                             "\" cannot be taken by the running job: its state would mean something else. "
                             "Stop it and start it afresh, without what is saved.",
                         node.id.value};
        for (const ParamField& field : m_catalog.find(node.component)->info.params) {
            const Json* was = findMember(old.params, field.name);
            const Json* is = findMember(node.params, field.name);
            const bool differs = (was == nullptr) != (is == nullptr) || (was && is && *was != *is);
            if (differs && field.hints.change == Change::ByRestart)
                return refused(node.id.value, "\"" + field.name + "\" counts from a start on.");
        }
        auto& replacement = delta->nodes[node.id.value];
        replacement.make = std::get<Factory<Operator>>(after.make);
        replacement.partial = after.partial;
        replacement.merge = after.merge;
    }
    if (delta->nodes.empty()) return ok();
    TRY(usesWhatIsDecoded(m_spec, *m_analysis, *analysis, m_plan, *delta));
    // A change before the same barrier is part of this one.
    if (const auto waiting = m_coordinator->waitingDelta())
        for (const auto& [node, replacement] : waiting->nodes) delta->nodes.try_emplace(node, replacement);
    m_spec = std::move(spec);
    m_constants = std::move(constants);
    m_coordinator->request(EpochKind::Ordinary, std::move(delta));
    m_changed.push_back(std::move(m_analysis));  // tasks point into it until they end
    m_analysis = std::move(analysis);
    return ok();
}

}  // namespace engine
