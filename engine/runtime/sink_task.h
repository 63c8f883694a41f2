#pragma once

#include "component/sink.h"
#include "runtime/input_gate.h"
#include "runtime/rejects.h"
#include "runtime/task_common.h"

namespace engine {

struct SinkSetup {
    std::string node{};
    int instance = 0;
    std::function<std::unique_ptr<Sink>()> make{};
    std::string baseDirectory{}, pipeline{};
    std::string resumeFrom{};  // what its prepare() of the last decided epoch gave
    std::uint64_t lastEpoch = 0;
    NodeMetrics* metrics = nullptr;
    RejectLog* rejects = nullptr;
    Authority* authority = nullptr;
};

// Runs a sink on a thread of its own: writes, stages at barriers, publishes when the job says that the epoch
// is decided. While the sink is busy with its outside, the same call is made again and input waits.
class SinkTask final : public Task, private RefusedRows {
public:
    SinkTask(TaskContext context, SinkSetup setup, std::vector<InputGate::Input> inputs);
    bool mayBlock() const override { return true; }
    bool mayLag() const override { return true; }  // a change of threads costs more than a batch
    Progress step() override;
    OrderBox& orders() { return m_orders; }
    const std::string& node() const { return m_setup.node; }
    int instance() const { return m_setup.instance; }

private:
    void refuse(std::string reason, std::string raw) override;
    void refuseRow(std::string reason, const RecordBatch& batch, std::uint32_t physicalRow) override;
    void keepRefused(std::string reason, std::string coordinates, std::string raw);
    Progress failed(const Error& error);
    void tellWaiting(const std::string& why);
    Status open();
    Status proceed(Progress& progress);
    Status commitNext();
    Status handle(const InputGate::Event& event);
    Status prepare(Epoch epoch, EpochKind kind, TaskReport::Kind report);
    TaskContext m_context;
    SinkSetup m_setup;
    InputGate m_gate;
    OrderBox m_orders;
    std::unique_ptr<Sink> m_sink;
    std::deque<TaskOrder> m_commits;            // decided, not yet published
    std::optional<InputGate::Event> m_pending;  // taken, and not yet dealt with
    std::string m_told;                         // what the sink waits for, as the job knows it
    std::uint64_t m_epoch;
    bool m_isOpen = false, m_unflushed = false;
    bool m_lastPrepared = false;  // only its commit is waited for
    bool m_isPublished = false;
};

}  // namespace engine
