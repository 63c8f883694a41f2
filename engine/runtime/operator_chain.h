#pragma once

#include "component/alerts.h"
#include "component/operator.h"
#include "runtime/channel.h"
#include "runtime/mailbox.h"
#include "runtime/rejects.h"
#include "runtime/tap.h"
#include "runtime/task.h"
#include "runtime/task_common.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace engine {

// An edge that leaves a task: one channel for each instance of the node it leads to. With several, rows go by
// key group.
struct OutEdge {
    std::vector<Channel*> channels{};
    std::vector<std::size_t> keyColumns{};
};

// Where what leaves a port goes: stages of the same task, edges to others, and whoever has a tap on it.
struct PortTargets {
    struct Inner {
        int stage = 0, port = 0;
    };
    std::vector<Inner> inner{};
    std::vector<OutEdge> edges{};
    TapPoint* tap = nullptr;
    Counter* rows = nullptr;  // that went this way
};

// One operator instance of a chain as the plan describes it.
struct StageSetup {
    std::string node{};
    int instance = 0, instances = 1;
    bool passesRows = false;  // what it gives are rows that it was given: they keep their watermarks
    std::function<std::unique_ptr<Operator>()> make{};
    std::vector<PortTargets> outputs{};  // by port
    PortTargets rejected{}, late{};
    NodeMetrics* metrics = nullptr;
    RejectLog* rejects = nullptr;
    AlertOutput* alerts = nullptr;
    SchemaPtr inputSchema{};
    std::string baseDirectory{};
};

// Whether anybody gets what leaves a port.
bool isTaken(const PortTargets& targets);
// Sends a batch along every edge and to the taps of a port.
void deliver(PortTargets& targets, const RecordBatch& batch);
// Watermark, idle, barrier, end: a copy for each channel.
void deliverMark(PortTargets& targets, const Element& mark);

// Operators fused into one task, in topological order. Keeps a small queue before each and always serves the
// deepest, so nothing recurses and nothing piles up. Owned by a task and called on its thread alone.
class OperatorChain {
public:
    OperatorChain(std::vector<StageSetup> stages, Env& env);
    ~OperatorChain();
    // Whom the operators' own threads wake; none before.
    void connect(Executor* executor, TaskId task);
    Status open();
    // Where rows of a saved table go, before the first row of the stream; null when the stage has no such
    // table.
    StateTable* table(int stage, const std::string& name);

    void feed(int stage, int port, RecordBatch batch);  // then its `after` as a watermark
    void feedWatermark(int stage, std::int64_t watermarkUs);
    void feedFinish(int stage);
    // For a checkpoint: whether operators that want no input are given all but the end all the same.
    void setTakesAll(bool takesAll) { m_takesAll = takesAll; }
    bool isBusy() const;   // an operator has something to do
    bool isEmpty() const;  // nothing waits inside
    bool wantsInput() const;
    bool hasRoom() const;             // every edge that leaves
    Status runOne();                  // one call of the deepest operator that has something to do
    bool isDue() const;               // an operator's time has come, or it was woken
    Status tick();                    // those operators
    std::int64_t nextWakeUs() const;  // kEndOfTime: none
    // The operator that has been giving out for longest, in steps, what one batch or watermark leads to.
    struct Giving {
        std::int64_t sinceUs = kEndOfTime;  // monotonic; kEndOfTime: none does
        std::size_t stage = 0;
        void tell(TaskMetrics& to) const
        {
            to.givingStage.store(stage, std::memory_order_relaxed);
            to.givesSinceUs.store(sinceUs, std::memory_order_release);
        }
    };
    Giving giving() const;
    // That is no time of giving out. To be called before the task is told to be blocked no more.
    void waited(Duration forRoom, TaskMetrics& to);

    std::vector<TaskSnapshot::Part> freeze();
    Status apply(const PlanDelta& delta);      // at a barrier, between two rows
    void passBarrier(const Barrier& barrier);  // along every edge that leaves
    void sendEnd();
    void sendIdle(bool idle);

    Operator& op(int stage);
    Output& output(int stage);
    void countState(int stage);  // what an operator keeps after it was given rows past the queue
    // Rows for a stage's `rejected` port that are found elsewhere, and whether anybody gets them.
    bool takesRejected(int stage) const;
    void passRejected(int stage, const RecordBatch& rejected);
    std::size_t size() const;
    const std::string& failedNode() const { return m_failedNode; }

private:
    struct Item;
    struct Stage;
    Status run(Stage& stage);
    void follow(Stage& stage, const Item& done, bool isHeld);
    std::vector<std::unique_ptr<Stage>> m_stages;
    Env& m_env;
    std::string m_failedNode;
    Epoch m_passed{};  // the newest barrier
    bool m_takesAll = false;
};

}  // namespace engine
