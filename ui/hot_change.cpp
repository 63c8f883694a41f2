#include "ui/hot_change.h"

#include "spec/substitute.h"
#include "ui/plain_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui {

namespace {

bool countsByRestart(const engine::ComponentInfo& info, const engine::ParamField& field)
{
    return info.kind != engine::ComponentKind::Operator || field.hints.change == engine::Change::ByRestart;
}

// Null where neither the document nor the schema says anything.
const engine::Json& valueIn(const engine::Json& params, const engine::ParamField& field)
{
    const engine::Json* value = engine::findMember(params, field.name);
    return value && !value->is_null() ? *value : field.fallback;
}

QString valueWords(const engine::Json& value)
{
    if (value.is_null()) return QCoreApplication::translate("ui::FieldChange", "nothing");
    return plainLine(
        QString::fromStdString(value.is_string() ? value.get<std::string>() : engine::compactJson(value)),
        80);
}

void put(engine::Json& params, const engine::ParamField& field, const engine::Json& from)
{
    if (const engine::Json* value = engine::findMember(from, field.name))
        params[field.name] = *value;
    else
        params.erase(field.name);
}

engine::ParameterScope scopeOf(const engine::PipelineSpec& spec)
{
    engine::ParameterScope scope;
    for (const engine::ParameterSpec& parameter : spec.parameters) {
        const auto value = engine::typedValue(parameter, parameter.fallback);
        if (!value) continue;
        scope.values[parameter.name] = *value;
        scope.formulaNames[parameter.name] = parameter.name;
    }
    return scope;
}

bool hasReference(const engine::Json& value)
{
    return engine::compactJson(value).find("${") != std::string::npos;
}

// As the job sees it; a formula with the values in it, which is good for comparing and nothing else.
engine::Json effectiveValue(const engine::Json& params, const engine::ParamField& field,
                            const engine::PipelineSpec& spec)
{
    const engine::Json& value = valueIn(params, field);
    if (!hasReference(value)) return value;
    engine::Json one = engine::Json::object();
    one[field.name] = value;
    std::vector<engine::Diagnostic> mistakes;
    engine::substituteParams(one, nullptr, scopeOf(spec), mistakes);
    return one[field.name];
}

// A field that counts from a start on must not change because a parameter that it uses does.
void pin(engine::Json& params, const engine::ComponentInfo& info, const engine::ParamField& field,
         const engine::ParameterScope& before, const engine::ParameterScope& after)
{
    const engine::Json* value = engine::findMember(params, field.name);
    if (!value || !hasReference(*value)) return;
    engine::Json was = engine::Json::object();
    was[field.name] = *value;
    engine::Json is = was;
    std::vector<engine::Diagnostic> mistakesBefore, mistakesAfter;
    engine::substituteParams(was, &info.params, before, mistakesBefore);
    engine::substituteParams(is, &info.params, after, mistakesAfter);
    if (mistakesBefore.empty() && (is != was || !mistakesAfter.empty())) params[field.name] = was[field.name];
}

}  // namespace

engine::PipelineSpec hotSpec(const engine::PipelineSpec& running, const engine::PipelineSpec& document,
                             const engine::EngineClient& client)
{
    engine::PipelineSpec spec = running;
    const bool hasOthers = running.parameters != document.parameters;
    const engine::ParameterScope before = scopeOf(running), after = scopeOf(document);
    spec.parameters = document.parameters;
    for (engine::NodeSpec& node : spec.nodes) {
        const engine::NodeSpec* wanted = document.find(node.id);
        const engine::ComponentInfo* info = client.component(node.component);
        if (!wanted || wanted->component != node.component || !info || !node.params->is_object() ||
            !wanted->params->is_object() || (!hasOthers && node.params.isSharedWith(wanted->params)))
            continue;
        node.params.change([&](engine::Json& params) {
            for (const engine::ParamField& field : info->params) {
                if (!countsByRestart(*info, field))
                    put(params, field, wanted->params);
                else if (hasOthers)
                    pin(params, *info, field, before, after);
            }
        });
    }
    return spec;
}

FieldChange fieldChange(const engine::NodeSpec& node, const engine::ComponentInfo& info,
                        const engine::ParamField& field, const ChangeState& state)
{
    const engine::NodeSpec* accepted = state.accepted ? state.accepted->find(node.id) : nullptr;
    if (!accepted || accepted->component != node.component) return FieldChange::None;
    const engine::Json wanted = effectiveValue(node.params, field, *state.document);
    if (wanted != effectiveValue(accepted->params, field, *state.accepted)) {
        if (countsByRestart(info, field)) return FieldChange::ByRestart;
        return state.isRefused ? FieldChange::Refused : FieldChange::None;
    }
    const engine::NodeSpec* inForce = state.inForce ? state.inForce->find(node.id) : nullptr;
    if (inForce && effectiveValue(inForce->params, field, *state.inForce) != wanted)
        return FieldChange::Waiting;
    const engine::NodeSpec* before = state.before ? state.before->find(node.id) : nullptr;
    return before && effectiveValue(before->params, field, *state.before) != wanted ? FieldChange::InForce
                                                                                    : FieldChange::None;
}

std::vector<ChangedValue> changedValues(const engine::PipelineSpec& before, const engine::PipelineSpec& after,
                                        const engine::EngineClient& client)
{
    std::vector<ChangedValue> changes;
    const auto add = [&](const engine::NodeId& node, const std::string& name, const engine::Json& old,
                         const engine::Json& now) {
        if (old == now) return;
        const QString from = valueWords(old), to = valueWords(now);
        changes.push_back({node, QStringLiteral("%1: %2 → %3").arg(QString::fromStdString(name), from, to)});
    };
    for (const engine::ParameterSpec& parameter : after.parameters) {
        const auto old = std::find_if(before.parameters.begin(), before.parameters.end(),
                                      [&](const auto& each) { return each.name == parameter.name; });
        if (old != before.parameters.end()) add({}, parameter.name, old->fallback, parameter.fallback);
    }
    for (const engine::NodeSpec& node : after.nodes) {
        const engine::NodeSpec* old = before.find(node.id);
        const engine::ComponentInfo* info = client.component(node.component);
        if (!old || !info) continue;
        for (const engine::ParamField& field : info->params)
            add(node.id, field.hints.title.empty() ? field.name : field.hints.title,
                valueIn(old->params, field), valueIn(node.params, field));
    }
    return changes;
}

FieldChange parameterChange(const std::string& name, const engine::EngineClient& client,
                            const ChangeState& state)
{
    FieldChange last = FieldChange::None;
    if (!state.accepted) return last;
    for (const engine::NodeSpec& node : state.document->nodes) {
        const engine::ComponentInfo* info = client.component(node.component);
        if (!info || node.disabled) continue;
        for (const engine::ParamField& field : info->params) {
            const engine::Json* value = engine::findMember(node.params, field.name);
            if (value && engine::usesParameter(*value, name))
                last = std::max(last, fieldChange(node, *info, field, state));
        }
    }
    return last;
}

QString fieldChangeText(FieldChange change)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ui::FieldChange", text); };
    switch (change) {
    case FieldChange::None: return {};
    case FieldChange::Waiting: return tr("Applies at the next checkpoint");
    case FieldChange::InForce: return tr("In force");
    case FieldChange::ByRestart: return tr("Counts from the next start on");
    case FieldChange::Refused: return tr("Not taken by the running job");
    }
    return {};
}

Tone fieldChangeTone(FieldChange change)
{
    if (change == FieldChange::InForce) return Tone::Ok;
    return change == FieldChange::Waiting ? Tone::Info : Tone::Warning;
}

}  // namespace ui
