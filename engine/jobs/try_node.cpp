#include "jobs/sample_rows.h"
#include "runtime/task_waker.h"
#include "state/state_store.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kTrialRejects = 20;
constexpr std::chrono::seconds kAnswerWithin{15};  // of what an operator asks outside

// Stands still but where a node waits.
class TrialClock final : public Clock {
public:
    explicit TrialClock(Timestamp now) : m_now(now) { }
    Timestamp now() const override { return m_now; }
    MonotonicTime monotonic() const override { return MonotonicTime(m_now.time_since_epoch()); }
    void goTo(Timestamp time) { m_now = std::max(m_now, time); }

private:
    Timestamp m_now;
};

// One instance of the node with everything it may ask for. Used on one thread, for one trial.
class Trial final : public Output, public Timers {
public:
    Trial(const NodeSpec& node, const Binding& binding, Env& env, std::size_t rowsMax,
          const std::string& baseDirectory)
        : m_node(node),
          m_rowsMax(rowsMax),
          m_clock(env.clock.now()),
          m_env{m_clock, env.files, env.seed, env.secrets},
          m_context{m_state, m_metrics, m_env, *this, 0, 1, {}, nullptr, baseDirectory, m_waker},
          m_operator(std::get<Factory<Operator>>(binding.make)())
    {
        for (const PortBinding& port : binding.outputs)
            m_reply.outputs.push_back({{node.id, port.name}, port.schema, {}});
    }

    PreviewReply run(std::span<const PortRows> inputs)
    {
        keep(m_operator->open(m_context));
        for (std::size_t port = 0; port < inputs.size(); ++port)
            for (const RecordBatch& batch : inputs[port].batches) {
                // Of the rows' own watermarks nothing is known here that holds; without one no row is late.
                const RecordBatch plain = batch.withWatermarks({});
                untilDone([&] { return m_operator->process(static_cast<int>(port), plain, *this); });
            }
        untilDone([&] { return m_operator->advance(kEndOfTime, *this); });
        untilDone([&] { return m_operator->finish(*this); });
        return std::move(m_reply);
    }

private:
    void push(RecordBatch batch, int port) override
    {
        PortRows& rows = m_reply.outputs[static_cast<std::size_t>(port)];
        const std::size_t before = rowCount(rows);
        if (batch.rows() == 0 || before >= m_rowsMax) return;
        rows.batches.push_back(batch.slice(0, std::min(batch.rows(), m_rowsMax - before)).compact());
    }
    void reject(const RecordBatch&, std::uint32_t, std::string_view reason, std::string_view column) override
    {
        ++m_reply.rowsRejected;
        if (m_reply.rejected.size() < kTrialRejects)
            m_reply.rejected.push_back(
                {m_node.id, std::string(reason), std::string(column), {}, {}, m_clock.now()});
    }
    void late(const RecordBatch&, std::uint32_t, std::int64_t, std::int64_t) override { }
    void wakeAt(Timestamp time) override { m_wakeAt = std::min(m_wakeAt.value_or(time), time); }

    void keep(const Status& status)
    {
        if (!status && m_reply.problem.empty()) m_reply.problem = status.error().message;
    }
    template <class Call>
    void untilDone(Call call)
    {
        Result<Flow> flow = Flow::More;
        while (m_reply.problem.empty() && flow && *flow == Flow::More) {
            while (m_reply.problem.empty() && !m_operator->wantsInput() && waitForIt()) {
                flow = Flow::More;
                while (flow && *flow == Flow::More) flow = m_operator->tick(m_clock.now(), *this);
                if (!flow) keep(flow.error());
            }
            flow = call();
        }
        if (!flow) keep(flow.error());
    }

    // False: nothing is to be waited for.
    bool waitForIt()
    {
        constexpr long kOurs = 2;  // holders of the waker besides the operator
        if (m_waker.use_count() > kOurs) {
            if (m_waker->waitFor(kAnswerWithin)) return true;
            keep(Error{ErrorCode::Unavailable, "What is asked outside does not answer.", {}});
            return false;
        }
        if (!m_wakeAt) return false;
        m_clock.goTo(*m_wakeAt);
        m_wakeAt.reset();
        return true;
    }

    const NodeSpec& m_node;
    const std::size_t m_rowsMax;
    TrialClock m_clock;
    Env m_env;
    StateStore m_state;
    NodeMetrics m_metrics;
    std::shared_ptr<WaitingWaker> m_waker = std::make_shared<WaitingWaker>();
    OperatorContext m_context;
    std::unique_ptr<Operator> m_operator;
    std::optional<Timestamp> m_wakeAt;
    PreviewReply m_reply;
};

}  // namespace

PreviewReply tryNode(const NodeSpec& node, const Binding& binding, std::span<const PortRows> inputs, Env& env,
                     std::size_t rowsMax, const std::string& baseDirectory)
{
    if (!std::holds_alternative<Factory<Operator>>(binding.make)) return {};
    return Trial(node, binding, env, rowsMax, baseDirectory).run(inputs);
}

}  // namespace engine
