#include "ui/hot_change.h"

#include <QCoreApplication>

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
    return inForce && valueIn(inForce->params, field) != wanted ? FieldChange::Waiting : FieldChange::None;
}

QString fieldChangeText(FieldChange change)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ui::FieldChange", text); };
    switch (change) {
    case FieldChange::None: return {};
    case FieldChange::Waiting: return tr("Applies at the next checkpoint");
    case FieldChange::ByRestart: return tr("Counts from the next start on");
    case FieldChange::Refused: return tr("Not taken by the running job");
    }
    return {};
}

}  // namespace ui
