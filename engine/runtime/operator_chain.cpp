#include "runtime/operator_chain.h"

#include "component/late_rows.h"
#include "runtime/exchange.h"
#include "runtime/task_waker.h"
#include "runtime/wake_up.h"

namespace engine {

struct OperatorChain::Item {
    enum Kind { Batch, Advance, Tick, Finish } kind = Batch;
    RecordBatch batch{};
    int port = 0;
    std::int64_t watermarkUs = kNoWatermark;
};

struct OperatorChain::Stage final : Output, Timers {
    Stage(StageSetup given, OperatorChain& of, Env& theEnv)
        : setup(std::move(given)),
          chain(of),
          env(theEnv),
          waker(std::make_shared<TaskWaker>()),
          context{state,        *setup.metrics,      env,  *this, setup.instance, setup.instances, setup.node,
                  setup.alerts, setup.baseDirectory, waker},
          wakeUp(setup.instance, setup.instances)
    {
    }
    ~Stage() override { waker->disconnect(); }

    void push(RecordBatch batch, int port) override
    {
        if (batch.rows() == 0) return;
        setup.metrics->rowsOut.add(static_cast<std::int64_t>(batch.rows()));
        setup.metrics->bytesOut.add(static_cast<std::int64_t>(batch.bytes()));
        // Rows that an operator makes follow from the watermark that it has told so far, not from that of the
        // rows it read; where some were made between two rows it says itself which came before them.
        if (!setup.passesRows) batch = batch.withWatermarks({toldUs, toldUs}, batch.hidden().watermarkBefore);
        passedUs = std::max(passedUs, batch.watermarks().after);
        forward(setup.outputs[static_cast<std::size_t>(port)], batch);
    }
    void reject(const RecordBatch& batch, std::uint32_t row, std::string_view reason,
                std::string_view column) override
    {
        setup.metrics->rowsRejected.add(1);
        const auto& split = batch.hidden().split;
        const RejectedRecord record{std::string(reason),   setup.node,
                                    std::string(column),   split ? *split : std::string(),
                                    rowAsText(batch, row), env.clock.now().time_since_epoch().count()};
        setup.rejects->add(record, chain.m_passed);
        if (isTaken(setup.rejected))
            forward(setup.rejected, rejectedBatch({record}).withWatermarks({toldUs, toldUs}));
    }
    void late(const RecordBatch& batch, std::uint32_t row, std::int64_t missedEndUs,
              std::int64_t watermarkUs) override;

    void passed(std::int64_t watermarkUs) override { passedUs = std::max(passedUs, watermarkUs); }

    void forward(PortTargets& targets, const RecordBatch& batch)
    {
        for (const auto& inner : targets.inner) chain.feed(inner.stage, inner.port, batch);
        deliver(targets, batch);
    }
    // While the operator wants no input only a tick reaches it, or before a barrier all but the end, which
    // comes again after a restart.
    bool isReady() const
    {
        if (queue.empty()) return false;
        const Item::Kind kind = queue.front().kind;
        return kind == Item::Tick || op->wantsInput() || (chain.m_takesAll && kind != Item::Finish);
    }
    void wakeAt(Timestamp time) override
    {
        wakeUp.atUs = std::min(wakeUp.atUs, time.time_since_epoch().count());
    }
    void countState()
    {
        setup.metrics->stateBytes.set(static_cast<std::int64_t>(state.bytes()));
        setup.metrics->heldBytes.set(static_cast<std::int64_t>(state.heldBytes()));
    }
    template <class F>
    void eachOutput(F&& f)
    {
        for (PortTargets& targets : setup.outputs) f(targets);
        f(setup.rejected);
        f(setup.late);
    }

    StageSetup setup;
    OperatorChain& chain;
    Env& env;
    StateStore state;
    std::shared_ptr<TaskWaker> waker;
    OperatorContext context;  // operators keep a reference to it
    std::unique_ptr<Operator> op;
    std::deque<Item> queue;
    std::int64_t reachedUs = kNoWatermark;  // the greatest watermark that was given to it
    std::int64_t toldUs = kNoWatermark;     // that it has passed on
    std::int64_t passedUs = kNoWatermark;   // that rows have taken with them, or no longer hold
    WakeUp wakeUp;
    std::int64_t givesSinceUs = kEndOfTime;  // of the item that was not done at its first step
};

void OperatorChain::Stage::late(const RecordBatch& batch, std::uint32_t row, std::int64_t missedEndUs,
                                std::int64_t watermarkUs)
{
    setup.metrics->rowsLate.add(1);
    if (!isTaken(setup.late)) return;
    const SchemaPtr schema = lateRowsOf(*batch.schema());
    const std::uint32_t rows[] = {row};
    std::vector<Column> columns;
    for (std::size_t i = 0; i < batch.columns(); ++i) columns.push_back(batch.column(i).take(rows));
    ColumnBuilder lateBy(DataType::Int64, 1), windowEnd(DataType::Time, 1), before(DataType::Int64, 1);
    lateBy.addInteger((watermarkUs - batch.eventTimes()[row]) / kMillisecondUs);
    windowEnd.addInteger(missedEndUs);
    before.addInteger(std::max(toldUs, watermarkUs));
    columns.push_back(lateBy.finish());
    columns.push_back(windowEnd.finish());
    HiddenColumns hidden;
    hidden.eventTime = batch.hidden().eventTime.take(rows);
    hidden.watermarkBefore = before.finish();
    forward(setup.late, RecordBatch(schema, std::move(columns), 1, std::move(hidden), {toldUs, toldUs}));
}

OperatorChain::OperatorChain(std::vector<StageSetup> stages, Env& env) : m_env(env)
{
    for (StageSetup& setup : stages) {
        m_stages.push_back(std::make_unique<Stage>(std::move(setup), *this, env));
        m_stages.back()->op = m_stages.back()->setup.make();
    }
}

OperatorChain::~OperatorChain() = default;

void OperatorChain::connect(Executor* executor, TaskId task)
{
    for (auto& stage : m_stages) stage->waker->connect(executor, task);
}

Status OperatorChain::open()
{
    for (auto& stage : m_stages) {
        if (auto status = stage->op->open(stage->context); !status) {
            m_failedNode = stage->setup.node;
            return status;
        }
    }
    return ok();
}

StateTable* OperatorChain::table(int stage, const std::string& name)
{
    Stage& of = *m_stages[static_cast<std::size_t>(stage)];
    return name == WakeUp::kName ? &of.wakeUp : of.state.find(name);
}

Operator& OperatorChain::op(int stage) { return *m_stages[static_cast<std::size_t>(stage)]->op; }
void OperatorChain::countState(int stage) { m_stages[static_cast<std::size_t>(stage)]->countState(); }
Output& OperatorChain::output(int stage) { return *m_stages[static_cast<std::size_t>(stage)]; }
bool OperatorChain::takesRejected(int stage) const
{
    return isTaken(m_stages[static_cast<std::size_t>(stage)]->setup.rejected);
}
void OperatorChain::passRejected(int stage, const RecordBatch& rejected)
{
    Stage& of = *m_stages[static_cast<std::size_t>(stage)];
    of.forward(of.setup.rejected, rejected);
}

std::size_t OperatorChain::size() const { return m_stages.size(); }

void OperatorChain::feed(int stage, int port, RecordBatch batch)
{
    m_stages[static_cast<std::size_t>(stage)]->queue.push_back({Item::Batch, std::move(batch), port});
}

void OperatorChain::feedWatermark(int stage, std::int64_t watermarkUs)
{
    Stage& to = *m_stages[static_cast<std::size_t>(stage)];
    if (watermarkUs > to.reachedUs) to.queue.push_back({Item::Advance, {}, 0, watermarkUs});
}

void OperatorChain::feedFinish(int stage)
{
    m_stages[static_cast<std::size_t>(stage)]->queue.push_back({Item::Finish});
}

bool OperatorChain::isBusy() const
{
    return std::any_of(m_stages.begin(), m_stages.end(), [](const auto& stage) { return stage->isReady(); });
}

bool OperatorChain::isEmpty() const
{
    return std::all_of(m_stages.begin(), m_stages.end(),
                       [](const auto& stage) { return stage->queue.empty(); });
}

bool OperatorChain::wantsInput() const
{
    return std::all_of(m_stages.begin(), m_stages.end(),
                       [](const auto& stage) { return stage->op->wantsInput(); });
}

bool OperatorChain::hasRoom() const
{
    bool room = true;
    for (const auto& stage : m_stages)
        stage->eachOutput([&](PortTargets& targets) {
            for (const OutEdge& edge : targets.edges)
                for (Channel* channel : edge.channels) room = room && channel->hasRoom();
        });
    return room;
}

Status OperatorChain::runOne()
{
    for (auto it = m_stages.rbegin(); it != m_stages.rend(); ++it)
        if ((*it)->isReady()) return run(**it);
    return ok();
}

Status OperatorChain::run(Stage& stage)
{
    Item& item = stage.queue.front();
    const auto began = m_env.clock.monotonic();
    Result<Flow> flow = Flow::Done;
    if (item.kind == Item::Batch) flow = stage.op->process(item.port, item.batch, stage);
    if (item.kind == Item::Advance) flow = stage.op->advance(item.watermarkUs, stage);
    if (item.kind == Item::Tick) flow = stage.op->tick(m_env.clock.now(), stage);
    if (item.kind == Item::Finish) flow = stage.op->finish(stage);
    stage.setup.metrics->busyUs.add((m_env.clock.monotonic() - began).count());
    if (!flow) {
        m_failedNode = stage.setup.node;
        return flow.error();
    }
    if (*flow == Flow::More) {  // the same item again, when there is room
        stage.givesSinceUs = std::min<std::int64_t>(stage.givesSinceUs, began.time_since_epoch().count());
        return ok();
    }
    stage.givesSinceUs = kEndOfTime;
    const Item done = std::move(stage.queue.front());
    stage.queue.pop_front();
    stage.countState();
    follow(stage, done, *flow == Flow::Held);
    return ok();
}

// What an item that the operator has taken leads to.
void OperatorChain::follow(Stage& stage, const Item& done, bool isHeld)
{
    if (done.kind == Item::Batch) {
        stage.setup.metrics->rowsIn.add(static_cast<std::int64_t>(done.batch.rows()));
        stage.setup.metrics->bytesIn.add(static_cast<std::int64_t>(done.batch.bytes()));
        const std::int64_t after = done.batch.watermarks().after;
        if (after > stage.reachedUs) stage.queue.push_front({Item::Advance, {}, 0, after});
    } else if (done.kind == Item::Tick && stage.op->wantsInput() && stage.passedUs > stage.toldUs) {
        // The rows that were held have taken it along.
        stage.queue.push_front({Item::Advance, {}, 0, stage.passedUs});
    } else if (isHeld) {
        stage.reachedUs = std::max(stage.reachedUs, done.watermarkUs);
    } else if (done.kind == Item::Advance && done.watermarkUs > stage.toldUs) {
        stage.reachedUs = std::max(stage.reachedUs, done.watermarkUs);
        stage.setup.metrics->watermarkUs.set(done.watermarkUs);
        stage.setup.metrics->stateRows.set(static_cast<std::int64_t>(stage.state.rows()));
        const std::int64_t behindUs = stage.op->watermarkBehind(done.watermarkUs);
        if (behindUs <= stage.toldUs) return;
        stage.toldUs = behindUs;
        stage.eachOutput([&](PortTargets& targets) {
            for (const auto& inner : targets.inner) feedWatermark(inner.stage, behindUs);
            deliverMark(targets, WatermarkMark{behindUs});
        });
    } else if (done.kind == Item::Finish) {
        stage.eachOutput([&](PortTargets& targets) {
            for (const auto& inner : targets.inner) feedFinish(inner.stage);
        });
    }
}

bool OperatorChain::isDue() const
{
    return nextWakeUs() <= m_env.clock.now().time_since_epoch().count() ||
        std::any_of(m_stages.begin(), m_stages.end(),
                    [](const auto& stage) { return stage->waker->isWoken(); });
}

Status OperatorChain::tick()
{
    const std::int64_t now = m_env.clock.now().time_since_epoch().count();
    for (auto& stage : m_stages) {
        const bool isTime = stage->wakeUp.atUs <= now;
        if (isTime) stage->wakeUp.atUs = kEndOfTime;
        if (stage->waker->takeWoken() || isTime) stage->queue.push_front({Item::Tick});
    }
    return ok();
}

std::int64_t OperatorChain::nextWakeUs() const
{
    std::int64_t next = kEndOfTime;
    for (const auto& stage : m_stages) next = std::min(next, stage->wakeUp.atUs);
    return next;
}

OperatorChain::Giving OperatorChain::giving() const
{
    Giving longest;
    for (std::size_t i = 0; i < m_stages.size(); ++i)
        if (m_stages[i]->givesSinceUs < longest.sinceUs) longest = {m_stages[i]->givesSinceUs, i};
    return longest;
}

void OperatorChain::waited(Duration forRoom, TaskMetrics& to)
{
    if (forRoom == Duration{}) return;
    for (const auto& stage : m_stages)
        if (stage->givesSinceUs != kEndOfTime) stage->givesSinceUs += forRoom.count();
    giving().tell(to);
}

std::vector<TaskSnapshot::Part> OperatorChain::freeze()
{
    std::vector<TaskSnapshot::Part> parts;
    for (auto& stage : m_stages) {
        TaskSnapshot::Part& part = parts.emplace_back();
        part.node = stage->setup.node;
        part.instance = stage->setup.instance;
        part.tables = stage->state.freeze();
        if (stage->wakeUp.atUs != kEndOfTime) part.tables.push_back(stage->wakeUp.freeze());
    }
    return parts;
}

Status OperatorChain::apply(const PlanDelta& delta)
{
    for (auto& stage : m_stages) {
        const auto found = delta.nodes.find(stage->setup.node);
        if (found == delta.nodes.end()) continue;
        const auto& replacement = found->second;
        stage->op = replacement.merge ? std::unique_ptr<Operator>(replacement.merge()) : replacement.make();
        if (auto status = stage->op->open(stage->context); !status) {
            m_failedNode = stage->setup.node;
            return status;
        }
        stage->wakeUp.atUs = kNoWatermark;  // other parameters may want another time
    }
    return ok();
}

void OperatorChain::passBarrier(const Barrier& barrier)
{
    m_passed = barrier.epoch;
    for (auto& stage : m_stages) {
        stage->setup.metrics->passBarrier(barrier.epoch);
        stage->eachOutput([&](PortTargets& targets) { deliverMark(targets, barrier); });
    }
}

void OperatorChain::sendEnd()
{
    for (auto& stage : m_stages)
        stage->eachOutput([&](PortTargets& targets) { deliverMark(targets, EndOfStream{}); });
}

void OperatorChain::sendIdle(bool idle)
{
    for (auto& stage : m_stages)
        stage->eachOutput([&](PortTargets& targets) { deliverMark(targets, IdleMark{idle}); });
}

bool isTaken(const PortTargets& targets)
{
    return !targets.inner.empty() || !targets.edges.empty() || (targets.tap && targets.tap->isOpen());
}

void deliver(PortTargets& targets, const RecordBatch& batch)
{
    if (targets.rows) targets.rows->add(static_cast<std::int64_t>(batch.rows()));
    if (targets.tap && targets.tap->isOpen()) targets.tap->offer(batch);
    for (OutEdge& edge : targets.edges) {
        if (edge.channels.size() == 1)
            edge.channels[0]->push(batch);
        else
            spreadByKey(batch, edge.keyColumns, edge.channels);
    }
}

void deliverMark(PortTargets& targets, const Element& mark)
{
    if (const auto* barrier = std::get_if<Barrier>(&mark); barrier && targets.rows)
        targets.rows->passBarrier(barrier->epoch);
    for (OutEdge& edge : targets.edges)
        for (Channel* channel : edge.channels) {
            if (const auto* watermark = std::get_if<WatermarkMark>(&mark)) channel->push(*watermark);
            if (const auto* barrier = std::get_if<Barrier>(&mark)) channel->push(*barrier);
            if (const auto* idle = std::get_if<IdleMark>(&mark)) channel->push(*idle);
            if (std::holds_alternative<EndOfStream>(mark)) channel->push(EndOfStream{});
        }
}

}  // namespace engine
