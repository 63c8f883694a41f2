#include "ui/hot_change.h"

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

}  // namespace

engine::PipelineSpec hotSpec(const engine::PipelineSpec& running, const engine::PipelineSpec& document,
                             const engine::EngineClient& client)
{
    engine::PipelineSpec spec = running;
    spec.parameters = document.parameters;
    for (engine::NodeSpec& node : spec.nodes) {
        const engine::NodeSpec* wanted = document.find(node.id);
        const engine::ComponentInfo* info = client.component(node.component);
        if (!wanted || wanted->component != node.component || !info || !node.params.is_object() ||
            !wanted->params.is_object())
            continue;
        for (const engine::ParamField& field : info->params)
            if (!countsByRestart(*info, field)) put(node.params, field, wanted->params);
    }
    return spec;
}

FieldChange fieldChange(const engine::NodeSpec& node, const engine::ComponentInfo& info,
                        const engine::ParamField& field, const ChangeState& state)
{
    const engine::NodeSpec* accepted = state.accepted ? state.accepted->find(node.id) : nullptr;
    if (!accepted || accepted->component != node.component) return FieldChange::None;
    const engine::Json& wanted = valueIn(node.params, field);
    if (wanted != valueIn(accepted->params, field)) {
        if (countsByRestart(info, field)) return FieldChange::ByRestart;
        return state.isRefused ? FieldChange::Refused : FieldChange::None;
    }
    const engine::NodeSpec* inForce = state.inForce ? state.inForce->find(node.id) : nullptr;
    if (inForce && valueIn(inForce->params, field) != wanted) return FieldChange::Waiting;
    const engine::NodeSpec* before = state.before ? state.before->find(node.id) : nullptr;
    return before && valueIn(before->params, field) != wanted ? FieldChange::InForce : FieldChange::None;
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
            add(node.id, field.name, valueIn(old->params, field), valueIn(node.params, field));
    }
    return changes;
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

}  // namespace ui
