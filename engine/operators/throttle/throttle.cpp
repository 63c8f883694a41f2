#include "catalog/component.h"
#include "state/held_rows.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace engine {
namespace {

struct ThrottleParams {
    double rate = 1000;
};

constexpr double kBurstSeconds = 0.1;  // so long a rest may be made up for at once

// Lets through so many rows a second by the engine's clock. What is too early stays in state, and until it
// has gone the operator wants no input, so what comes before it waits. Before a barrier it takes that too,
// rows and watermarks in order. One instance alone; wakes itself by timer, never blocks.
class ThrottleOperator final : public Operator {
public:
    ThrottleOperator(SchemaPtr schema, double rate)
        : m_schema(std::move(schema)),
          m_rate(rate),
          m_capacity(std::max(1.0, rate * kBurstSeconds)),
          m_tokens(m_capacity)
    {
    }

    Status open(OperatorContext& context) override
    {
        m_context = &context;
        m_lastUs = nowUs();
        m_held = &context.state.table<HeldRows>(HeldRows::kName, m_schema);
        return ok();
    }

    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        if (batch.rows() > 0) m_held->add(batch);
        if (!m_isWaiting) release(out);
        return Flow::Done;
    }

    // Held rows must not be passed by the time or by the end.
    Result<Flow> advance(std::int64_t watermarkUs, Output&) override
    {
        if (m_held->rows() == 0) return Flow::Done;
        m_held->follow(watermarkUs);
        return Flow::Held;
    }
    Result<Flow> finish(Output& out) override
    {
        while (m_held->rows() > 0) out.push(m_held->take(m_held->rows()));
        return Flow::Done;
    }

    Result<Flow> tick(Timestamp, Output& out) override
    {
        m_isWaiting = false;
        release(out);
        return Flow::Done;
    }

    // Rows are held only until a tick: that which was asked for, or after a restore the one that was saved.
    bool wantsInput() const override { return m_held->rows() == 0; }

private:
    std::int64_t nowUs() const { return m_context->env.clock.now().time_since_epoch().count(); }

    void release(Output& out)
    {
        const std::int64_t now = nowUs();
        m_tokens = std::min(
            m_capacity,
            m_tokens + static_cast<double>(std::max<std::int64_t>(0, now - m_lastUs)) * m_rate / 1e6);
        m_lastUs = now;
        while (m_held->rows() > 0 && m_tokens >= 1) {
            RecordBatch batch = m_held->take(static_cast<std::size_t>(std::min(m_tokens, 1e9)));
            m_tokens -= static_cast<double>(batch.rows());
            out.push(std::move(batch));
        }
        if (m_held->rows() == 0) return;
        const double needed = std::min(static_cast<double>(m_held->rows()), m_capacity) - m_tokens;
        const double waitUs = std::clamp(std::ceil(needed / m_rate * 1e6), 1.0, 1e15);
        m_isWaiting = true;
        m_context->timers.wakeAt(Timestamp(Duration(now + static_cast<std::int64_t>(waitUs))));
    }

    SchemaPtr m_schema;
    double m_rate, m_capacity, m_tokens;
    std::int64_t m_lastUs = 0;
    bool m_isWaiting = false;
    OperatorContext* m_context = nullptr;
    HeldRows* m_held = nullptr;
};

std::optional<Binding> bindThrottle(const ThrottleParams& params, const BindContext& context)
{
    context.summary([&] { return numberText(params.rate) + " rows/s"; });
    const SchemaPtr& input = context.inputs[0];
    context.output("out", input);
    ColumnUse use;
    for (std::size_t i = 0; i < input->size(); ++i) use.passes.emplace_back(i);
    Binding binding;
    binding.outputs = {{"out", input}};
    binding.needs.kind = Distribution::Single;
    binding.passesRows = true;
    binding.make = Factory<Operator>(
        [input, rate = params.rate] { return std::make_unique<ThrottleOperator>(input, rate); });
    binding.columns = std::move(use);
    return binding;
}

}  // namespace

void addThrottle(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "throttle";
    info.title = "Throttle";
    info.category = "Rows";
    info.help = "Lets through at most so many rows a second and makes what comes before it wait. No row is "
                "dropped.";
    info.inputs = {{"in", "The rows to slow down."}};
    info.outputs = {{"out", "The same rows, later."}};
    Params<ThrottleParams> params;
    params.field("rate", &ThrottleParams::rate,
                 {.title = "Rate",
                  .help = "The most rows that pass in a second.",
                  .unit = "rows/s",
                  .min = 0.001,
                  .max = 1e9});
    catalog.add(component(std::move(info), params, bindThrottle));
}

}  // namespace engine
