#include "runtime/source_task.h"

#include "runtime/fields.h"

namespace engine {

namespace {
constexpr Duration kReadFor = std::chrono::milliseconds(10);  // so long an order may have to wait
constexpr int kChunksAtATime = 4;
constexpr Duration kBeatEvery = std::chrono::milliseconds(200);
constexpr Duration kCountEvery = std::chrono::milliseconds(300);
constexpr Duration kLookEvery = std::chrono::seconds(1);
constexpr Duration kTellEndWithin = std::chrono::seconds(2);

// Whether it would give what there is: that nothing comes of it then means that there is nothing.
bool isAsked(const SplitState& split)
{
    return split.kind == SplitState::Active || split.kind == SplitState::AtKnownEnd;
}
}  // namespace

struct SourceTask::Split {
    SplitId id{};
    std::unique_ptr<ChunkAssembler> assembler{};
    std::int64_t quietUs = 0;  // asked and gave nothing
    bool gave = false, idle = false, ended = false;
    bool waits = false;  // for slower splits of its group
};

std::string encodeSplits(const std::vector<SplitState>& splits)
{
    std::vector<std::vector<std::string>> records;
    for (const SplitState& split : splits)
        records.push_back({std::to_string(split.split.value), split.name, split.position,
                           std::to_string(static_cast<int>(split.kind))});
    return encodeFields(records);
}

std::vector<SplitState> decodeSplits(std::string_view text)
{
    std::vector<SplitState> splits;
    for (const auto& record : decodeFields(text)) {
        if (record.size() < 4) continue;
        SplitState split;
        split.split.value = static_cast<std::uint32_t>(std::strtoul(record[0].c_str(), nullptr, 10));
        split.name = record[1];
        split.position = record[2];
        split.kind = static_cast<SplitState::Kind>(std::strtol(record[3].c_str(), nullptr, 10));
        splits.push_back(std::move(split));
    }
    return splits;
}

SourceTask::SourceTask(TaskContext context, SourceSetup setup, std::vector<Channel*> lanes)
    : Task(context.id),
      m_context(context),
      m_setup(std::move(setup)),
      m_lanes(std::move(lanes)),
      m_blocked(context.env.clock, context.metrics)
{
}

SourceTask::~SourceTask() = default;

Progress SourceTask::failed(const Error& error)
{
    tellJob(m_context, TaskReport::Failed, error, m_setup.node);
    return fail(error);
}

void SourceTask::tellWaiting(const std::string& why)
{
    if (why == m_told) return;
    m_told = why;
    tellJob(m_context, TaskReport::Waits, {ErrorCode::Busy, why, {}}, m_setup.node);
}

Status SourceTask::open()
{
    if (!m_source) m_source = m_setup.make();
    SourceContext context{m_context.env,      m_setup.baseDirectory,
                          m_setup.chunkBytes, m_setup.pipeline,
                          m_setup.feed,       m_setup.alignment.driftUs > 0 && !m_setup.alignment.isWhole};
    const std::vector<SplitState> from = decodeSplits(m_setup.resumeFrom);
    TRY(m_source->open(context, from));
    m_opened = true;
    m_setup.metrics->stateBytes.set(static_cast<std::int64_t>(m_source->bytes()));
    addNewSplits();
    if (!m_setup.storesStart) return ok();
    TaskReport report;
    report.kind = TaskReport::Opened;
    report.task = id();
    m_context.reports.put(std::move(report));
    return ok();
}

template <class Mark>
void SourceTask::mark(Mark made)
{
    made.ticket = m_ticket++;
    for (Channel* lane : m_lanes) lane->push(made);
}

void SourceTask::addNewSplits()
{
    const auto states = m_source->splits();
    for (std::size_t i = m_splits.size(); i < states.size(); ++i) {
        auto split = std::make_unique<Split>();
        split->id = states[i].split;
        m_splits.push_back(std::move(split));
        SplitMark added;
        added.kind = SplitMark::Added;
        added.split = static_cast<std::uint32_t>(i);
        added.name = states[i].name;
        mark(std::move(added));
    }
}

void SourceTask::emit(std::uint32_t split, SourceChunk chunk)
{
    chunk.ticket = m_ticket++;
    chunk.split = split;
    if (auto* raw = std::get_if<RawChunk>(&chunk.content)) {
        raw->ticket = chunk.ticket;
        raw->split = m_splits[split]->id;
    }
    m_setup.metrics->bytesIn.add(static_cast<std::int64_t>(chunk.bytes));
    m_splits[split]->gave = true;
    m_splits[split]->idle = false;
    m_lanes[chunk.ticket % m_lanes.size()]->pushQuietly(std::move(chunk));
    if (++m_chunksUntold >= kChunksAtATime) tellLanes();
}

// Lanes are woken for some chunks at a time: a lane that ends its chunk before the next is read would sleep
// and be woken for each.
void SourceTask::tellLanes()
{
    if (std::exchange(m_chunksUntold, 0) == 0) return;
    for (Channel* lane : m_lanes) lane->wakeConsumer();
}

ByteInput& SourceTask::bytes(SplitId id)
{
    std::uint32_t index = 0;
    while (index < m_splits.size() && m_splits[index]->id != id) ++index;
    if (index == m_splits.size()) addNewSplits();
    CHECK(index < m_splits.size());
    auto& assembler = m_splits[index]->assembler;
    if (!assembler)
        assembler = std::make_unique<ChunkAssembler>(
            m_setup.framer(), m_setup.chunkBytes, m_setup.maxRecordBytes,
            [this, index](SourceChunk chunk) { emit(index, std::move(chunk)); });
    return *assembler;
}

std::uint32_t SourceTask::indexOf(SplitId id) const
{
    std::uint32_t index = 0;
    while (index < m_splits.size() && m_splits[index]->id != id) ++index;
    CHECK(index < m_splits.size());
    return index;
}

void SourceTask::rows(SplitId id, RecordBatch batch)
{
    SourceChunk chunk;
    chunk.bytes = batch.memoryBytes();
    chunk.content = std::move(batch);
    emit(indexOf(id), std::move(chunk));
}

void SourceTask::records(SplitId id, RawChunk raw, std::vector<RecordReject> rejects)
{
    SourceChunk chunk;
    chunk.bytes = raw.bytes->size();
    chunk.content = std::move(raw);
    chunk.rejects = std::move(rejects);
    emit(indexOf(id), std::move(chunk));
}

void SourceTask::takeCounters()
{
    auto counters = m_source->counters();
    const std::lock_guard lock(m_countersMutex);
    m_counters.swap(counters);
}

std::map<std::string, std::int64_t> SourceTask::counters() const
{
    const std::lock_guard lock(m_countersMutex);
    return m_counters;
}

bool SourceTask::hasRoom() const
{
    const Alignment& alignment = m_setup.alignment;
    const bool mustWait = alignment.group && alignment.isWhole && alignment.driftUs > 0 &&
        alignment.group->isAhead(alignment.member, 0, alignment.driftUs);
    return !mustWait && mayRead();
}

// Whether nothing can be read until slower sources have come on; splits that must wait alone are told so.
bool SourceTask::isHeldBack()
{
    const Alignment& alignment = m_setup.alignment;
    if (!alignment.group || alignment.driftUs == 0) return false;
    if (alignment.isWhole) return alignment.group->isAhead(alignment.member, 0, alignment.driftUs);
    bool someWait = false, someDoNot = false;
    for (std::uint32_t i = 0; i < m_splits.size(); ++i) {
        Split& split = *m_splits[i];
        const bool waits = !split.ended && alignment.group->isAhead(alignment.member, i, alignment.driftUs);
        if (waits != split.waits) m_source->pause(split.id, waits);
        split.waits = waits;
        someWait = someWait || waits;
        someDoNot = someDoNot || (!waits && !split.ended);
    }
    return someWait && !someDoNot;
}

bool SourceTask::mayRead() const
{
    if (m_setup.restraint && m_setup.restraint->isOn()) return false;
    for (Channel* lane : m_lanes)
        if (!lane->hasRoom()) return false;
    return true;
}

void SourceTask::report(TaskReport::Kind kind, Epoch epoch)
{
    TaskReport report;
    report.kind = kind;
    report.task = id();
    report.epoch = epoch;
    TaskSnapshot::Part part;
    part.node = m_setup.node;
    part.progress = encodeSplits(m_source->splits());
    report.snapshot.parts.push_back(std::move(part));
    m_context.reports.put(std::move(report));
}

bool SourceTask::obey(const TaskOrder& order)
{
    switch (order.kind) {
    case TaskOrder::Pause: m_paused = true; break;
    case TaskOrder::Resume: m_paused = false; break;
    case TaskOrder::Drain: m_draining = true; break;
    case TaskOrder::Commit: m_source->committed(order.epoch); break;
    case TaskOrder::Begin:
        m_source->noted(order.epoch);
        if (order.epochKind == EpochKind::Stop) endReading();
        m_setup.metrics->passBarrier(order.epoch);
        report(TaskReport::Saved, order.epoch);
        mark(Barrier{0, order.epoch, order.epochKind, order.delta});
        return order.epochKind == EpochKind::Stop;
    }
    return false;
}

void SourceTask::watchIdle(const std::vector<SplitState>& states, std::int64_t askedUs)
{
    for (std::uint32_t i = 0; i < m_splits.size(); ++i) {
        Split& split = *m_splits[i];
        if (states[i].kind == SplitState::Ended && !split.ended) {
            split.ended = true;
            SplitMark ended;
            ended.kind = SplitMark::Ended;
            ended.split = i;
            mark(std::move(ended));
        }
        const bool counts = !split.waits && isAsked(states[i]);
        split.quietUs = split.gave ? 0 : split.quietUs + (counts ? askedUs : 0);
        split.gave = false;
        if (m_setup.idleTimeoutUs > 0 && !split.idle && !split.ended &&
            split.quietUs >= m_setup.idleTimeoutUs) {
            split.idle = true;
            SplitMark idle;
            idle.split = i;
            mark(std::move(idle));
        }
    }
    beat(states, askedUs);
}

// Counts like the idle clock: time in which the source was not asked, or a split not reached, does not pass.
void SourceTask::beat(const std::vector<SplitState>& states, std::int64_t askedUs)
{
    bool allIdle = !m_splits.empty(), allAsked = true;
    for (std::size_t i = 0; i < m_splits.size(); ++i) {
        if (m_splits[i]->ended) continue;
        allIdle = allIdle && m_splits[i]->idle;
        allAsked = allAsked && isAsked(states[i]);
    }
    m_allIdleUs = allIdle ? m_allIdleUs + (allAsked ? askedUs : 0) : 0;
    if (!m_setup.heartbeat || m_allIdleUs < kBeatEvery.count()) return;
    SplitMark beat;
    beat.kind = SplitMark::Heartbeat;
    beat.passedUs = std::exchange(m_allIdleUs, 0);
    mark(std::move(beat));
}

Status SourceTask::readOnce(ReadState& state)
{
    const auto began = m_context.env.clock.monotonic();
    const auto usedBefore = m_context.env.clock.threadTime();
    auto read = m_source->read(*this, began + kReadFor);
    tellLanes();
    if (!read && read.error().code != ErrorCode::Busy) return read.error();
    tellWaiting(read ? std::string() : read.error().message);
    state = read ? *read : ReadState::Idle;
    // What is complete goes on at once: chunks close by size, by age, or because there is no more.
    for (auto& split : m_splits)
        if (split->assembler) split->assembler->flush();
    tellLanes();
    addNewSplits();
    const auto askedUs = (m_context.env.clock.monotonic() - began).count();
    // A source may wait inside read(), for its pace or for input.
    const auto usedUs = (m_context.env.clock.threadTime() - usedBefore).count();
    m_setup.metrics->busyUs.add(usedUs);
    m_context.metrics.busyUs.add(usedUs);
    watchIdle(m_source->splits(), askedUs);
    if (began - m_countedAt >= kCountEvery) {
        m_countedAt = began;
        takeCounters();
    }
    return ok();
}

// Before the report: whoever has that must know whether to wait for the task.
void SourceTask::endReading()
{
    if (m_opened && m_source->tellsEnd()) m_tellsEnd.store(true, std::memory_order_release);
}

Progress SourceTask::waitToTellEnd()
{
    if (!tellsEnd()) return Progress::Finished;
    for (const TaskOrder& order : m_orders.takeAll()) {
        if (order.kind != TaskOrder::Commit || order.epochKind == EpochKind::Ordinary) continue;
        m_source->tellEnd(m_context.env.clock.monotonic() + kTellEndWithin);
        TaskReport done;
        done.kind = TaskReport::Published;
        done.task = id();
        done.epoch = order.epoch;
        m_context.reports.put(std::move(done));
        return Progress::Finished;
    }
    return Progress::Waiting;
}

// What there is to read may grow meanwhile, and that is when its figures are looked at.
Progress SourceTask::waitToRead()
{
    if (!m_looksOutside) return Progress::Waiting;
    const Clock& clock = m_context.env.clock;
    if (clock.monotonic() - m_countedAt >= kLookEvery) {
        m_countedAt = clock.monotonic();
        m_looksOutside = m_source->lookOutside();
        takeCounters();
    }
    const std::int64_t againUs = (clock.now() + kLookEvery).time_since_epoch().count();
    m_context.metrics.nextWakeUs.store(m_looksOutside ? againUs : kEndOfTime, std::memory_order_relaxed);
    return Progress::Waiting;
}

Progress SourceTask::step()
{
    if (tellsEnd()) return waitToTellEnd();
    if (!m_opened) {
        const auto status = open();
        if (!status && status.error().code != ErrorCode::Busy) return failed(status.error());
        tellWaiting(status ? std::string() : status.error().message);
    }
    for (const TaskOrder& order : m_orders.takeAll())
        if (obey(order)) return waitToTellEnd();
    if (!m_opened && !m_draining) return Progress::Again;
    ReadState state = ReadState::More;
    if (m_draining) {
        state = ReadState::End;
    } else {
        if (m_paused) return waitToRead();
        if (isHeldBack() || !mayRead()) {
            m_blocked.blocked();
            return waitToRead();
        }
        m_blocked.unblocked();
        m_context.metrics.nextWakeUs.store(kEndOfTime, std::memory_order_relaxed);
        if (auto status = readOnce(state); !status) return failed(status.error());
    }
    if (state != ReadState::End) return Progress::Again;
    takeCounters();
    mark(EndOfStream{});
    endReading();
    report(TaskReport::Ended, {});
    return waitToTellEnd();
}

}  // namespace engine
