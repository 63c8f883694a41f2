#pragma once

#include "runtime/input_gate.h"
#include "runtime/operator_chain.h"
#include "runtime/task_common.h"

namespace engine {

// Aligns its inputs, runs fused operators, saves their state at barriers. Stage 0 of the chain has the
// inputs.
class ChainTask final : public Task {
public:
    ChainTask(TaskContext context, std::vector<InputGate::Input> inputs, std::vector<StageSetup> stages);
    OperatorChain& chain() { return m_chain; }
    Progress step() override;

private:
    Progress stepInside();
    Progress handle(const InputGate::Event& event);
    Progress failed(const Error& error);
    void report(TaskReport::Kind kind, Epoch epoch);
    TaskContext m_context;
    InputGate m_gate;
    OperatorChain m_chain;
    BlockedTimer m_blocked;
    bool m_ending = false;
};

}  // namespace engine
