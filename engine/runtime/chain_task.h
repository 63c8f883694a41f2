#pragma once

#include "runtime/input_gate.h"
#include "runtime/operator_chain.h"
#include "runtime/restraint.h"
#include "runtime/task_common.h"

#include <optional>

namespace engine {

// Aligns its inputs, runs fused operators, saves their state at barriers. Stage 0 of the chain has the
// inputs.
class ChainTask final : public Task {
public:
    // `restraints`: of the sources that its rows come from.
    ChainTask(TaskContext context, std::vector<InputGate::Input> inputs, std::vector<StageSetup> stages,
              std::vector<Restraint*> restraints);
    OperatorChain& chain() { return m_chain; }
    Progress step() override;
    // Holds back the sources while there is work left of a barrier or a restart. By itself at each step;
    // called before the first one when state was restored.
    void restrain();
    void expect(Barrier barrier);  // any thread: it is on its way, and what comes before it is to be taken in

private:
    Progress stepInside();
    void takeExpected();
    void handle(const InputGate::Event& event);
    Progress pass(const Barrier& barrier);
    Progress failed(const Error& error);
    void report(TaskReport::Kind kind, Epoch epoch);
    TaskContext m_context;
    InputGate m_gate;
    OperatorChain m_chain;
    std::vector<Restraint*> m_restraints;
    BlockedTimer m_blocked;
    Mailbox<Barrier> m_told;
    std::atomic<bool> m_isTold = false;
    std::optional<Barrier> m_expected;  // not passed yet
    std::optional<Barrier> m_reached;   // passed when all that came before it is in the state
    Epoch m_passed{};
    bool m_ending = false, m_restrains = false;
    bool m_mayRestrain = true;  // at the next step
};

}  // namespace engine
