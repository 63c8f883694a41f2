#include "runtime/lane_task.h"

namespace engine {

namespace {

constexpr std::uint64_t kShowEvery =
    16;  // one chunk in so many is decoded in full while somebody looks at the source's port

constexpr std::size_t kResultOwnBytes = 256;  // of a result, beside its batches

struct NoTimers final : Timers {
    void wakeAt(Timestamp) override { CHECK(false && "stateless operators have no timers"); }
};

// For each row the greatest event time of the chunk's rows before it.
RecordBatch withGreatestBefore(const RecordBatch& batch, std::int64_t& greatest)
{
    const auto times = batch.eventTimes();
    auto values = Buffer::make(times.size() * sizeof(std::int64_t));
    values->setSize(times.size() * sizeof(std::int64_t));
    auto* before = values->as<std::int64_t>();
    std::int64_t running = greatest;
    for (std::size_t i = 0; i < times.size(); ++i) {
        before[i] = running;
        running = std::max(running, times[i]);
    }
    greatest = running;
    return batch.withWatermarks({}, Column(DataType::Int64, times.size(), std::move(values)));
}

}  // namespace

struct ChunkWorker::Collector final : Output {
    Collector(ChunkResult& result, std::size_t stage, NodeMetrics& nodeMetrics, const ChunkWorker& of)
        : into(result),
          index(static_cast<std::uint32_t>(stage)),
          metrics(nodeMetrics),
          chunk(of.m_decoded),
          records(of.m_records.get()),
          skippedLines(of.m_hasLines ? std::optional(of.m_last.skippedLines) : std::nullopt)
    {
    }
    void push(RecordBatch batch, int) override
    {
        if (batch.rows() == 0) return;
        metrics.rowsOut.add(static_cast<std::int64_t>(batch.rows()));
        metrics.bytesOut.add(static_cast<std::int64_t>(batch.bytes()));
        if (tap && tap->isOpen()) tap->offer(batch);
        made->push_back(std::move(batch));
    }
    void reject(const RecordBatch& batch, std::uint32_t row, std::string_view reason,
                std::string_view column) override
    {
        const std::uint64_t line = chunk.lineOf(batch.hidden().firstRow + row);
        into.rejects.push_back({index,
                                {skippedLines.value_or(0) + line, std::string(reason), std::string(column),
                                 rowAsText(batch, row), records ? records->place(line) : std::string()},
                                skippedLines.has_value()});
    }
    void late(const RecordBatch&, std::uint32_t, std::int64_t, std::int64_t) override
    {
        CHECK(false && "a lane judges no lateness");
    }
    ChunkResult& into;
    const std::uint32_t index;
    NodeMetrics& metrics;
    const DecodedChunk& chunk;
    const ChunkRecords* const records;
    const std::optional<std::uint64_t> skippedLines;  // nothing: its rows lie on no lines
    std::deque<RecordBatch>* made = nullptr;
    TapPoint* tap = nullptr;
};

ChunkWorker::ChunkWorker(LaneSetup setup, Env& env, bool counts)
    : m_setup(std::move(setup)),
      m_env(env),
      m_counts(counts),
      m_timers(std::make_unique<NoTimers>())
{
    if (m_setup.decoder) m_decoder = m_setup.decoder();
    if (m_setup.fullDecoder && counts) m_fullDecoder = m_setup.fullDecoder();
    if (!counts) {
        const auto spare = [this] { return m_spare.emplace_back(std::make_unique<NodeMetrics>()).get(); };
        m_setup.sourceMetrics = spare();
        for (LaneStage& stage : m_setup.stages) stage.metrics = spare();
        m_setup.partial = {};
    }
}

ChunkWorker::~ChunkWorker() = default;

void ChunkWorker::addContext(NodeMetrics& metrics)
{
    m_states.push_back(std::make_unique<StateStore>());
    m_contexts.push_back(
        std::make_unique<OperatorContext>(OperatorContext{*m_states.back(), metrics, m_env, *m_timers}));
}

Status ChunkWorker::openStage(std::size_t index)
{
    auto status = m_operators[index]->open(*m_contexts[index]);
    if (!status) m_failedNode = m_setup.stages[index].node;
    return status;
}

Status ChunkWorker::open()
{
    for (std::size_t i = 0; i < m_setup.stages.size(); ++i) {
        m_operators.push_back(m_setup.stages[i].make());
        addContext(*m_setup.stages[i].metrics);
        TRY(openStage(i));
    }
    if (m_setup.partial) {
        m_partial = m_setup.partial();
        addContext(*m_setup.partialMetrics);
        m_failedNode = m_setup.partialNode;
        TRY(m_partial->open(*m_contexts.back()));
    }
    return ok();
}

void ChunkWorker::apply(const PlanDelta& delta)
{
    for (std::size_t i = 0; i < m_setup.stages.size(); ++i) {
        const auto found = delta.nodes.find(m_setup.stages[i].node);
        if (found == delta.nodes.end()) continue;
        m_setup.stages[i].make = found->second.make;
        m_operators[i] = found->second.make();
        CHECK(openStage(i));
    }
    const auto found = delta.nodes.find(m_setup.partialNode);
    if (m_partial && found != delta.nodes.end() && found->second.partial) {
        m_partial = found->second.partial();
        CHECK(m_partial->open(*m_contexts.back()));
    }
}

void ChunkWorker::showAll(const SourceChunk& chunk)
{
    if (!m_setup.sourceTap || !m_setup.sourceTap->isOpen() || !m_fullDecoder || m_chunks % kShowEvery) return;
    DecodedChunk all;
    m_fullDecoder->decode(std::get<RawChunk>(chunk.content), all);
    for (const RecordBatch& batch : all.batches) m_setup.sourceTap->offer(batch);
}

Status ChunkWorker::decode(const SourceChunk& chunk, ChunkResult& into)
{
    std::deque<RecordBatch>& batches = m_waiting.front();
    std::uint64_t rows = 0;
    if (const auto* made = std::get_if<RecordBatch>(&chunk.content)) {
        batches.push_back(*made);
        m_last.records = rows = made->rows();
        if (m_counts && m_setup.sourceTap && m_setup.sourceTap->isOpen()) m_setup.sourceTap->offer(*made);
    } else {
        m_decoded = {};
        m_decoder->decode(std::get<RawChunk>(chunk.content), m_decoded);
        m_last.records = m_decoded.records;
        m_last.lines = m_decoded.lines;
        for (RecordReject& reject : m_decoded.rejects) {
            reject.line += chunk.skippedLines;
            into.rejects.push_back({0, std::move(reject), true});
        }
        for (RecordBatch& batch : m_decoded.batches) {
            rows += batch.rows();
            if (m_counts && !m_fullDecoder && m_setup.sourceTap && m_setup.sourceTap->isOpen())
                m_setup.sourceTap->offer(batch);
            batches.push_back(std::move(batch));
        }
        if (m_counts) showAll(chunk);
    }
    const auto* raw = std::get_if<RawChunk>(&chunk.content);
    m_hasLines = raw && !raw->records;
    m_records = raw ? raw->records : nullptr;
    m_setup.sourceMetrics->rowsOut.add(static_cast<std::int64_t>(rows));
    m_setup.sourceMetrics->rowsIn.add(static_cast<std::int64_t>(m_last.records));
    for (const RecordBatch& batch : batches)
        m_setup.sourceMetrics->bytesOut.add(static_cast<std::int64_t>(batch.bytes()));
    if (m_setup.hasEventTime)
        for (RecordBatch& batch : batches) batch = withGreatestBefore(batch, m_last.greatestUs);
    return ok();
}

// One call of the operator: a batch that it gives in pieces stays the first that waits.
Status ChunkWorker::runStage(std::size_t index, ChunkResult& into)
{
    LaneStage& stage = m_setup.stages[index];
    Collector out(into, index + 1, *stage.metrics, *this);
    out.made = &m_waiting[index + 1];
    if (m_counts) out.tap = stage.tap;
    const auto began = m_env.clock.monotonic();
    const RecordBatch& batch = m_waiting[index].front();
    const auto flow = m_operators[index]->process(0, batch, out);
    stage.metrics->busyUs.add((m_env.clock.monotonic() - began).count());
    if (!flow) {
        m_failedNode = stage.node;
        return flow.error();
    }
    if (*flow == Flow::More) return ok();
    stage.metrics->rowsIn.add(static_cast<std::int64_t>(batch.rows()));
    stage.metrics->bytesIn.add(static_cast<std::int64_t>(batch.bytes()));
    m_waiting[index].pop_front();
    return ok();
}

Status ChunkWorker::addUp(ChunkResult& into)
{
    Collector out(into, m_setup.stages.size() + 1, *m_setup.partialMetrics, *this);
    const auto began = m_env.clock.monotonic();
    const RecordBatch batch = std::move(m_waiting.back().front());
    m_waiting.back().pop_front();
    m_setup.partialMetrics->rowsIn.add(static_cast<std::int64_t>(batch.rows()));
    m_setup.partialMetrics->bytesIn.add(static_cast<std::int64_t>(batch.bytes()));
    if (auto status = m_partial->process(batch, out); !status) {
        m_failedNode = m_setup.partialNode;
        return status;
    }
    m_setup.partialMetrics->busyUs.add((m_env.clock.monotonic() - began).count());
    return ok();
}

std::deque<RecordBatch>* ChunkWorker::deepest()
{
    for (auto waiting = m_waiting.rbegin(); waiting != m_waiting.rend(); ++waiting)
        if (!waiting->empty()) return &*waiting;
    return nullptr;
}

Status ChunkWorker::work(const SourceChunk& chunk, ChunkResult& into)
{
    ++m_chunks;
    m_last = {};
    m_last.ticket = chunk.ticket;
    m_last.split = chunk.split;
    m_last.skippedLines = chunk.skippedLines;
    m_waiting.resize(m_setup.stages.size() + 1);
    into.countsLinesAnew = chunk.countsLinesAnew;
    for (const RecordReject& reject : chunk.rejects) into.rejects.push_back({0, reject, true});
    const auto began = m_env.clock.monotonic();
    TRY(decode(chunk, into));
    m_setup.sourceMetrics->busyUs.add((m_env.clock.monotonic() - began).count());
    return goOn(into);
}

Status ChunkWorker::goOn(ChunkResult& into)
{
    into.ticket = m_last.ticket;
    into.split = m_last.split;
    while (std::deque<RecordBatch>* waiting = deepest()) {
        const auto index = static_cast<std::size_t>(waiting - m_waiting.data());
        if (index < m_setup.stages.size()) {
            TRY(runStage(index, into));
            continue;
        }
        if (m_partial) {
            TRY(addUp(into));
            continue;
        }
        RecordBatch& batch = waiting->front();
        const std::size_t bytes = batch.memoryBytes();
        if (!into.batches.empty() && into.bytes + bytes > limits::kResultBytes) {
            into.isLast = false;
            if (m_setup.hasEventTime) into.greatestUs = greatestBefore(batch);
            return ok();
        }
        into.bytes += bytes;
        into.batches.push_back(std::move(batch));
        waiting->pop_front();
    }
    into.records = m_last.records;
    into.lines = m_last.lines;
    into.skippedLines = m_last.skippedLines;
    into.greatestUs = m_last.greatestUs;
    m_records.reset();
    if (!m_partial) return ok();
    const auto began = m_env.clock.monotonic();
    into.partial = m_partial->finish();
    m_setup.partialMetrics->busyUs.add((m_env.clock.monotonic() - began).count());
    into.bytes += into.partial ? into.partial->bytes() : 0;
    return ok();
}

void ChunkWorker::passBarrier(Epoch epoch)
{
    m_setup.sourceMetrics->passBarrier(epoch);
    for (LaneStage& stage : m_setup.stages) stage.metrics->passBarrier(epoch);
    if (m_setup.partialMetrics) m_setup.partialMetrics->passBarrier(epoch);
}

LaneTask::LaneTask(TaskContext context, LaneSetup setup, Channel& input, Channel& output)
    : Task(context.id),
      m_context(context),
      m_worker(setup, context.env, true),
      m_keepsRaw(static_cast<bool>(setup.partial)),
      m_input(input),
      m_output(output),
      m_blocked(context.env.clock, context.metrics)
{
}

Progress LaneTask::failed(const Error& error, const std::string& node)
{
    tellJob(m_context, TaskReport::Failed, error, node);
    return fail(error);
}

Status LaneTask::handle(Element& element)
{
    if (auto* chunk = std::get_if<SourceChunk>(&element)) {
        ChunkResult result;
        result.bytes = kResultOwnBytes;
        TRY(m_worker.work(*chunk, result));
        m_hasMore = !result.isLast;
        if (m_keepsRaw) {
            result.bytes += chunk->bytes;
            result.raw = std::make_shared<const SourceChunk>(std::move(*chunk));
        }
        m_chunks.add(1);
        m_output.push(std::move(result));
        return ok();
    }
    if (const auto* barrier = std::get_if<Barrier>(&element)) {
        m_worker.passBarrier(barrier->epoch);
        if (barrier->delta) m_worker.apply(*barrier->delta);
        m_finished = barrier->kind == EpochKind::Stop;
    }
    if (std::holds_alternative<EndOfStream>(element)) m_finished = true;
    m_output.push(std::move(element));
    return ok();
}

Progress LaneTask::goOn()
{
    const BusyTimer busy(m_context.env.clock, m_context.metrics);
    ChunkResult part;
    part.bytes = kResultOwnBytes;
    if (auto status = m_worker.goOn(part); !status) return failed(status.error(), m_worker.failedNode());
    m_hasMore = !part.isLast;
    m_output.push(std::move(part));
    return Progress::Again;
}

Progress LaneTask::step()
{
    if (!m_output.hasRoom()) {
        m_blocked.blocked();
        return Progress::Waiting;
    }
    m_blocked.unblocked();
    if (!m_opened) {
        m_opened = true;
        if (auto status = m_worker.open(); !status) return failed(status.error(), m_worker.failedNode());
    }
    if (m_hasMore) return goOn();
    Element* front = m_input.front();
    if (!front) return Progress::Waiting;
    const BusyTimer busy(m_context.env.clock, m_context.metrics);
    Element element = std::move(*front);
    m_input.pop();
    if (auto status = handle(element); !status) return failed(status.error(), m_worker.failedNode());
    return m_finished ? Progress::Finished : Progress::Again;
}

}  // namespace engine
