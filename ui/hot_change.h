#pragma once

#include "control/client/engine_client.h"
#include "ui/theme.h"

#include <QString>

#include <vector>

namespace ui {

// How far a running job is with a parameter that was changed; of several the last one counts.
enum class FieldChange { None, InForce, ByRestart, Waiting, Refused };

// What a running job can be asked to become: its own graph with the document's parameters, but for those that
// count from a start on; these keep the value they have, also where it comes from a parameter of the
// document. Pure.
engine::PipelineSpec hotSpec(const engine::PipelineSpec& running, const engine::PipelineSpec& document,
                             const engine::EngineClient& client);

// `accepted`: what the job has taken; `inForce`: what it was before that, while a barrier is waited for.
struct ChangeState {
    const engine::PipelineSpec* document = nullptr;
    const engine::PipelineSpec* accepted = nullptr;  // null: no job runs
    const engine::PipelineSpec* inForce = nullptr;   // null: all that was accepted is in force
    const engine::PipelineSpec* before =
        nullptr;  // what the last change that came into force took the place of
    bool isRefused = false;
};
FieldChange fieldChange(const engine::NodeSpec& node, const engine::ComponentInfo& info,
                        const engine::ParamField& field, const ChangeState& state);
// "condition: a > 1 → a > 2", one for each value that a change gave another; the node is empty for a
// parameter of the document.
struct ChangedValue {
    engine::NodeId node{};
    QString text{};
};
std::vector<ChangedValue> changedValues(const engine::PipelineSpec& before, const engine::PipelineSpec& after,
                                        const engine::EngineClient& client);
// Of a parameter of the document: what becomes of the fields that use it.
FieldChange parameterChange(const std::string& name, const engine::EngineClient& client,
                            const ChangeState& state);
QString fieldChangeText(FieldChange change);  // "Applies at the next checkpoint."; empty for None
Tone fieldChangeTone(FieldChange change);

}  // namespace ui
