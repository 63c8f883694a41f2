#include "runtime/merge_task.h"

#include "base/faults.h"
#include "runtime/fields.h"

namespace engine {

namespace {

// The watermark before each row of a batch that has been through a lane.
Column watermarksBefore(const RecordBatch& batch, const ChunkWatermark& watermark)
{
    const auto greatest = batch.hidden().watermarkBefore.integers();
    auto values = Buffer::make(greatest.size() * sizeof(std::int64_t));
    values->setSize(greatest.size() * sizeof(std::int64_t));
    auto* before = values->as<std::int64_t>();
    const bool byChunk = faultIsOn(faults::kLateByChunk);
    for (std::size_t i = 0; i < greatest.size(); ++i)
        before[i] = watermark.at(byChunk ? kNoWatermark : greatest[i]);
    return {DataType::Int64, greatest.size(), std::move(values)};
}

}  // namespace

MergeTask::MergeTask(TaskContext context, MergeSetup setup, std::vector<Channel*> lanes,
                     std::vector<StageSetup> stages)
    : Task(context.id),
      m_context(context),
      m_setup(std::move(setup)),
      m_lanes(std::move(lanes)),
      m_chain(std::move(stages), context.env),
      m_blocked(context.env.clock, context.metrics)
{
    restoreSplits(m_setup.resumeFrom);
}

Progress MergeTask::failed(const Error& error, const std::string& node)
{
    tellJob(m_context, TaskReport::Failed, error, node);
    return fail(error);
}

// Not whether they are idle: what came to them until the next run is not known.
std::string MergeTask::saveSplits() const
{
    std::vector<std::vector<std::string>> records;
    for (const auto* splits : {&m_splits, &m_restored})
        for (const Split& split : *splits)
            records.push_back({split.name, std::to_string(split.watermarkUs), std::to_string(split.lines)});
    records.push_back({"", std::to_string(m_told), "0"});
    return encodeFields(records);
}

void MergeTask::restoreSplits(const std::string& saved)
{
    for (const auto& record : decodeFields(saved)) {
        if (record.size() < 3) continue;
        Split split;
        split.name = record[0];
        split.watermarkUs = std::strtoll(record[1].c_str(), nullptr, 10);
        split.lines = std::strtoull(record[2].c_str(), nullptr, 10);
        if (split.name.empty())
            m_told = split.watermarkUs;
        else
            m_restored.push_back(std::move(split));
    }
}

void MergeTask::report(TaskReport::Kind kind, Epoch epoch)
{
    TaskReport report;
    report.kind = kind;
    report.task = id();
    report.epoch = epoch;
    report.snapshot.parts = m_chain.freeze();
    TaskSnapshot::Part own;
    own.node = m_setup.lane.sourceNode + "#merge";
    own.progress = saveSplits();
    report.snapshot.parts.push_back(std::move(own));
    m_context.reports.put(std::move(report));
}

std::int64_t MergeTask::leastOf(const Split* except) const
{
    std::int64_t least = kEndOfTime;
    for (const Split& split : m_splits)
        if (&split != except && !split.idle && !split.ended) least = std::min(least, split.watermarkUs);
    return least;
}

void MergeTask::tellProgress(std::uint32_t index)
{
    const std::lock_guard lock(m_progressMutex);
    for (std::size_t i = m_progress.size(); i < m_splits.size(); ++i) m_progress.emplace_back(m_splits[i]);
    SplitProgress& told = m_progress[index];
    const Split& split = m_splits[index];
    told.watermarkUs = split.watermarkUs;
    told.idle = split.idle;
    told.ended = split.ended;
}

void MergeTask::tellAligned(std::uint32_t index)
{
    const Alignment& alignment = m_setup.alignment;
    if (!alignment.group) return;
    if (alignment.isWhole) {
        const std::int64_t least = leastOf(nullptr);
        alignment.group->tell(alignment.member, 0, least, least != kEndOfTime);
    } else {
        const Split& split = m_splits[index];
        alignment.group->tell(alignment.member, index, split.watermarkUs, !split.idle && !split.ended);
    }
}

std::vector<MergeTask::SplitProgress> MergeTask::progress() const
{
    const std::lock_guard lock(m_progressMutex);
    return m_progress;
}

std::string MergeTask::heldBackBy() const
{
    const std::lock_guard lock(m_progressMutex);
    if (m_progress.size() < 2) return {};
    const SplitProgress* holder = nullptr;
    for (const SplitProgress& split : m_progress)
        if (!split.idle && !split.ended && (!holder || split.watermarkUs < holder->watermarkUs))
            holder = &split;
    return holder ? holder->name : std::string();
}

void MergeTask::advanceTo(std::int64_t watermarkUs)
{
    if (watermarkUs <= m_told) return;
    m_told = watermarkUs;
    m_setup.lane.sourceMetrics->watermarkUs.set(watermarkUs);
    for (LaneStage& stage : m_setup.lane.stages) stage.metrics->watermarkUs.set(watermarkUs);
    if (m_setup.hasPartial) {
        m_chain.feedWatermark(0, watermarkUs);
    } else {
        for (const auto& inner : m_setup.out.inner) m_chain.feedWatermark(inner.stage, watermarkUs);
        deliverMark(m_setup.out, WatermarkMark{watermarkUs});
    }
    for (PortTargets& targets : m_setup.rejected) deliverMark(targets, WatermarkMark{watermarkUs});
}

NodeMetrics& MergeTask::metricsOf(std::size_t node)
{
    const LaneSetup& lane = m_setup.lane;
    if (node == 0) return *lane.sourceMetrics;
    return node <= lane.stages.size() ? *lane.stages[node - 1].metrics : *lane.partialMetrics;
}

// Counted here, where they are kept: a lane may be far ahead when the job fails.
void MergeTask::reject(ChunkResult& result, Split& split)
{
    if (result.countsLinesAnew) split.lines = 0;
    for (ChunkResult::Reject& bad : result.rejects) {
        RejectedRecord record{
            std::move(bad.row.reason), m_setup.nodes[bad.stage],
            std::move(bad.row.column), split.name,
            std::move(bad.row.raw),    m_context.env.clock.now().time_since_epoch().count()};
        if (!bad.row.place.empty())
            record.coordinates += bad.row.place;
        else if (bad.hasLine)
            record.coordinates += ":" + std::to_string(split.lines + bad.row.line + 1);
        metricsOf(bad.stage).rowsRejected.add(1);
        m_setup.rejectLogs[bad.stage]->add(record, m_passed);
        const bool isOfStage = m_setup.hasPartial && bad.stage + 1 == m_setup.nodes.size();
        if (!(isOfStage ? m_chain.takesRejected(0) : isTaken(m_setup.rejected[bad.stage]))) continue;
        const RecordBatch batch = rejectedBatch({record}).withWatermarks({m_told, m_told});
        if (isOfStage)
            m_chain.passRejected(0, batch);
        else
            deliver(m_setup.rejected[bad.stage], batch);
    }
    split.lines += result.skippedLines + result.lines;
}

Status MergeTask::mergePartial(ChunkResult& result, const ChunkWatermark& watermark)
{
    auto& merge = static_cast<MergeOperator&>(m_chain.op(0));
    int failedSlices = 0;
    auto some = merge.merge(*result.partial, watermark, m_chain.output(0), failedSlices);
    if (!some) return some.error();
    m_chain.countState(0);
    m_counts.mergedPartials.add(1);
    if (!*some) return ok();
    m_counts.redecodedSlices.add(failedSlices);
    m_counts.redecodedChunks.add(1);
    if (!m_again) {
        m_again = std::make_unique<ChunkWorker>(m_setup.lane, m_context.env, false);
        TRY(m_again->open());
    }
    OutputWithoutRejects out(m_chain.output(0));
    ChunkResult again;
    TRY(m_again->work(*result.raw, again));
    for (;;) {
        for (const RecordBatch& batch : again.batches)
            TRY(merge.mergeRows(batch.withWatermarks({}, watermarksBefore(batch, watermark)), out));
        if (again.isLast) return ok();
        again = {};
        TRY(m_again->goOn(again));
    }
}

void MergeTask::passBatches(ChunkResult& result, const Split& split, const ChunkWatermark& watermark,
                            std::int64_t after)
{
    for (std::size_t i = 0; i < result.batches.size(); ++i) {
        RecordBatch& batch = result.batches[i];
        if (m_setup.lane.hasEventTime) {
            const auto firstOf = [&](const RecordBatch& of) { return watermark.at(greatestBefore(of)); };
            const Watermarks marks{firstOf(batch),
                                   i + 1 < result.batches.size() ? firstOf(result.batches[i + 1]) : after};
            std::int64_t earliest = kEndOfTime;
            const auto times = batch.eventTimes();
            forEachRow(batch, [&](std::uint32_t row) { earliest = std::min(earliest, times[row]); });
            // Only where a row of the batch could be late somewhere, or begin where a session has just ended.
            Column before;
            if (m_setup.marksEveryRow || earliest <= marks.after + kMillisecondUs)
                before = watermarksBefore(batch, watermark);
            batch = batch.withWatermarks(marks, std::move(before));
        }
        batch = batch.ofSplit(split.shared);
        if (m_setup.out.rows) m_setup.out.rows->add(static_cast<std::int64_t>(batch.rows()));
        for (const auto& inner : m_setup.out.inner) m_chain.feed(inner.stage, inner.port, batch);
        for (OutEdge& edge : m_setup.out.edges) {
            PortTargets one;
            one.edges.push_back(edge);
            deliver(one, batch.isDense() ? batch : batch.compact());
        }
    }
}

Status MergeTask::handleChunk(ChunkResult& result)
{
    Split& split = m_splits[result.split];
    split.idle = false;
    if (m_idle) {
        m_idle = false;
        m_chain.sendIdle(false);
        deliverMark(m_setup.out, IdleMark{false});
    }
    reject(result, split);
    if (!m_chunk) m_chunk = {m_told, leastOf(&split), split.watermarkUs, m_setup.delayUs};
    const ChunkWatermark watermark = *m_chunk;
    const std::int64_t after = m_setup.lane.hasEventTime ? watermark.at(result.greatestUs) : m_told;
    if (result.partial) {
        if (auto status = mergePartial(result, watermark); !status) return status;
    } else {
        passBatches(result, split, watermark, after);
    }
    if (!result.isLast) return ok();
    m_chunk.reset();
    if (result.greatestUs != kNoWatermark)
        split.watermarkUs = std::max(split.watermarkUs, result.greatestUs - m_setup.delayUs);
    advanceTo(after);
    tellProgress(result.split);
    tellAligned(result.split);
    return ok();
}

void MergeTask::handleSplit(const SplitMark& mark)
{
    if (mark.kind == SplitMark::Added) {
        Split split;
        split.name = mark.name;
        for (std::size_t i = 0; i < m_restored.size(); ++i)
            if (m_restored[i].name == mark.name) {
                split = m_restored[i];
                m_restored.erase(m_restored.begin() + static_cast<std::ptrdiff_t>(i));
                break;
            }
        split.shared = std::make_shared<const std::string>(split.name);
        m_splits.push_back(std::move(split));
        tellProgress(static_cast<std::uint32_t>(m_splits.size() - 1));
        tellAligned(static_cast<std::uint32_t>(m_splits.size() - 1));
        return;
    }
    Split& split = m_splits[mark.split];
    if (mark.kind == SplitMark::Idle) split.idle = true;
    if (mark.kind == SplitMark::Ended) split.ended = true;
    const bool allIdle =
        std::all_of(m_splits.begin(), m_splits.end(), [](const Split& s) { return s.idle || s.ended; });
    const bool someIdle =
        std::any_of(m_splits.begin(), m_splits.end(), [](const Split& s) { return s.idle && !s.ended; });
    const std::int64_t least = leastOf(nullptr);
    if (least != kEndOfTime) advanceTo(least);
    if (allIdle && mark.kind == SplitMark::Heartbeat && m_told != kNoWatermark)
        advanceTo(m_told + mark.passedUs);
    if (allIdle && someIdle && !m_idle) {
        m_idle = true;
        m_chain.sendIdle(true);
        deliverMark(m_setup.out, IdleMark{true});
    }
    tellProgress(mark.split);
    tellAligned(mark.split);
}

bool MergeTask::handleMark(const Element& mark)
{
    if (const auto* split = std::get_if<SplitMark>(&mark)) handleSplit(*split);
    if (const auto* barrier = std::get_if<Barrier>(&mark)) {
        m_passed = barrier->epoch;
        for (std::size_t i = 0; i < m_setup.nodes.size(); ++i) metricsOf(i).passBarrier(barrier->epoch);
        m_chain.passBarrier(*barrier);
        deliverMark(m_setup.out, *barrier);
        for (PortTargets& targets : m_setup.rejected) deliverMark(targets, *barrier);
        report(TaskReport::Saved, barrier->epoch);
        if (barrier->delta) {
            CHECK(m_chain.apply(*barrier->delta));
            m_again.reset();
            for (LaneStage& stage : m_setup.lane.stages)
                if (const auto found = barrier->delta->nodes.find(stage.node);
                    found != barrier->delta->nodes.end())
                    stage.make = found->second.make;
        }
        return barrier->kind == EpochKind::Stop;
    }
    if (std::holds_alternative<EndOfStream>(mark)) {
        advanceTo(kEndOfTime);
        if (m_setup.alignment.group) m_setup.alignment.group->leave(m_setup.alignment.member);
        if (m_chain.size() > 0) m_chain.feedFinish(0);
        m_ending = true;
    }
    return false;
}

Progress MergeTask::step()
{
    bool room = m_chain.hasRoom();
    const auto look = [&](const PortTargets& targets) {
        for (const OutEdge& edge : targets.edges)
            for (Channel* channel : edge.channels) room = room && channel->hasRoom();
    };
    look(m_setup.out);
    for (const PortTargets& targets : m_setup.rejected) look(targets);
    if (!room || m_context.mustWait(m_passed)) {
        m_blocked.blocked();
        return Progress::Waiting;
    }
    m_chain.waited(m_blocked.lasting(), m_context.metrics);
    m_blocked.unblocked();
    const BusyTimer busy(m_context.env.clock, m_context.metrics);
    return stepInside();
}

Progress MergeTask::stepInside()
{
    if (m_chain.isBusy()) {
        if (auto status = m_chain.runOne(); !status) return failed(status.error(), m_chain.failedNode());
        m_chain.giving().tell(m_context.metrics);
        return Progress::Again;
    }
    if (m_ending && m_chain.isEmpty()) {
        m_chain.sendEnd();
        deliverMark(m_setup.out, EndOfStream{});
        for (PortTargets& targets : m_setup.rejected) deliverMark(targets, EndOfStream{});
        report(TaskReport::Ended, {});
        return Progress::Finished;
    }
    if (m_chain.isDue()) {
        if (auto status = m_chain.tick(); !status) return failed(status.error(), m_chain.failedNode());
    }
    m_context.metrics.nextWakeUs.store(m_chain.nextWakeUs(), std::memory_order_relaxed);
    if (m_chain.isBusy()) return Progress::Again;
    if (m_ending || !m_chain.wantsInput()) return Progress::Waiting;

    Channel& lane = *m_lanes[m_next % m_lanes.size()];
    Element* front = lane.front();
    if (!front) return Progress::Waiting;
    if (auto* result = std::get_if<ChunkResult>(front)) {
        CHECK(result->ticket == m_next);
        ChunkResult taken = std::move(*result);
        lane.pop();
        if (taken.isLast) ++m_next;
        if (auto status = handleChunk(taken); !status) {
            const std::string node = m_chain.size() ? m_setup.nodes.back() : m_setup.lane.sourceNode;
            return failed(status.error(), node);
        }
        return Progress::Again;
    }
    // A mark has come when it has come through every lane.
    for (Channel* other : m_lanes)
        if (!other->front()) return Progress::Waiting;
    const Element mark = std::move(*front);
    for (Channel* each : m_lanes) each->pop();
    ++m_next;
    return handleMark(mark) ? Progress::Finished : Progress::Again;
}

}  // namespace engine
