#include "operators/window_join/window_join_operator.h"

namespace engine {
namespace {

constexpr std::uint64_t kMatchesNothing = 1;  // the mark of a row with a NULL in its key

}  // namespace

WindowJoinOperator::WindowJoinOperator(WindowJoinLayoutPtr layout) : m_layout(std::move(layout)) { }

Status WindowJoinOperator::open(OperatorContext& context)
{
    m_context = &context;
    for (const std::size_t side : {kLeft, kRight}) {
        const std::string name = side == kLeft ? "left_rows" : "right_rows";
        m_kept[side] = &context.state.table<SlicedRows>(
            name, name, m_layout->keyFields(), m_layout->inputs[side]->fields(), m_layout->windows.sliceUs(),
            m_layout->windows.grid.offsetUs);
    }
    m_time = &context.state.table<OperatorTime>("operator_time");
    m_time->keepGroups(context.instance, context.instances);
    m_joined.emplace(m_layout, m_kept[kLeft]->form(), m_kept[kRight]->form());
    return ok();
}

// By which a row is put to its slice: its own time, or the end of its window.
std::int64_t WindowJoinOperator::timeOf(std::size_t side, const RecordBatch& batch, std::uint32_t row) const
{
    if (m_layout->windows.kind != JoinWindows::Attached) return batch.eventTimes()[row];
    return batch.column(m_layout->endColumns[side]).integers()[row];
}

Result<Flow> WindowJoinOperator::process(int port, const RecordBatch& batch, Output& out)
{
    const auto side = static_cast<std::size_t>(port);
    if (!m_isInHand) {
        if (!m_isReady) refresh();  // not in open(): saved rows are restored after it
        m_keys.read(batch, m_layout->keys[side]);
        m_next = 0;
        m_isInHand = true;
    }
    for (; m_next < m_keys.size(); ++m_next) {
        const std::int64_t watermarkUs = batch.watermarkBefore(m_keys.row(m_next));
        if (watermarkUs >= m_nextDueUs && fire(watermarkUs, out) == Flow::More) return Flow::More;
        m_time->reach(watermarkUs);
        m_joined->before().meet(watermarkUs);
        take(side, batch, m_next, out);
    }
    m_isInHand = false;
    m_context->metrics.stateRows.set(
        static_cast<std::int64_t>(m_kept[kLeft]->rows() + m_kept[kRight]->rows()));
    return Flow::Done;
}

// Keeps a row until its windows close. What is due at the watermark must have fired.
void WindowJoinOperator::take(std::size_t side, const RecordBatch& batch, std::size_t index, Output& out)
{
    const std::uint32_t row = m_keys.row(index);
    const JoinWindows& windows = m_layout->windows;
    if (windows.kind == JoinWindows::Attached && batch.column(m_layout->endColumns[side]).isNull(row))
        return out.reject(batch, row, "The row has no window: window_end is NULL.", "window_end");
    const std::int64_t timeUs = timeOf(side, batch, row);
    if (timeUs <= -kKeptTimeMaxUs || timeUs >= kKeptTimeMaxUs)
        return out.reject(batch, row, "The row's time is more than 100,000 years from 1970.");
    const std::int64_t slice = windows.sliceOf(timeUs);
    if (windows.isOver(slice, m_time->us()))
        return out.late(lateJoinRow(*m_layout, side, batch, row), 0, windows.lastEnd(slice), m_time->us());
    const bool isGivenAlone = m_layout->pads(side) || (m_layout->kind == JoinKind::Anti && side == kLeft);
    if (m_keys.isNull(index) && !isGivenAlone) return;
    const SlicedRows::Place place =
        m_kept[side]->add(m_keys.hash(index), m_keys.key(index), timeUs, batch, row);
    if (m_keys.isNull(index)) place.slice->setMark(place.row, kMatchesNothing);
    m_nextDueUs = std::min(m_nextDueUs, SliceGrid::dueOf(windows.firstEndAfter(slice, m_time->us())));
}

// Forgets the slices whose windows have all fired, but while rows of them are still to be pushed; and finds
// out when the next window is due.
void WindowJoinOperator::refresh()
{
    m_isReady = true;
    m_nextDueUs = kEndOfTime;
    const JoinWindows& windows = m_layout->windows;
    for (SlicedRows* kept : m_kept) {
        auto slice = kept->slices().begin();
        while (slice != kept->slices().end() && windows.isOver(slice->first, m_time->us())) {
            const std::int64_t start = (slice++)->first;
            if (m_joined->isEmpty()) kept->drop(start);
        }
        // Later slices have later ends.
        if (slice != kept->slices().end())
            m_nextDueUs =
                std::min(m_nextDueUs, SliceGrid::dueOf(windows.firstEndAfter(slice->first, m_time->us())));
    }
}

bool WindowJoinOperator::beginWindow(std::int64_t watermarkUs)
{
    if (m_nextDueUs > watermarkUs || m_nextDueUs == kEndOfTime) return false;
    Firing& firing = m_firing.emplace();
    firing.endUs = m_nextDueUs - SliceGrid::dueOf(0);
    firing.fromUs = m_layout->windows.firstSlice(firing.endUs);
    firing.toUs = m_layout->windows.lastTime(firing.endUs);
    beginSide(kLeft);
    return true;
}

// Whether the rows of a side lead to rows of the output.
bool WindowJoinOperator::looksAt(std::size_t side) const { return side == kLeft || m_layout->pads(kRight); }

void WindowJoinOperator::beginSide(std::size_t side)
{
    m_firing->side = side;
    m_firing->slice = m_kept[side]->slices().lower_bound(m_firing->fromUs);
    m_firing->row = 0;
    m_firing->isSearching = m_firing->isDone = false;
}

// Fires all that is due. More: a batch was pushed, and there is more to push.
Flow WindowJoinOperator::fire(std::int64_t watermarkUs, Output& out)
{
    while (m_firing || beginWindow(watermarkUs)) {
        for (;;) {
            if (!giveSide(out)) return Flow::More;
            if (m_firing->side == kRight || !looksAt(kRight)) break;
            beginSide(kRight);
        }
        m_time->reach(SliceGrid::dueOf(m_firing->endUs));
        m_firing.reset();
        refresh();
    }
    if (!m_joined->isEmpty()) {
        out.push(m_joined->finish());
        refresh();
    }
    m_time->reach(watermarkUs);
    return Flow::Done;
}

bool WindowJoinOperator::giveSide(Output& out)
{
    Firing& at = *m_firing;
    const auto end = m_kept[at.side]->slices().end();
    for (; at.slice != end && at.slice->first <= at.toUs; ++at.slice, at.row = 0)
        for (; at.row < at.slice->second.rows(); ++at.row, at.isSearching = at.isDone = false)
            if (!giveRow(out)) return false;
    return true;
}

// What one row of the window leads to. False: a batch was pushed; to be called again for the same row.
bool WindowJoinOperator::giveRow(Output& out)
{
    Firing& at = *m_firing;
    if (at.isDone) return true;
    const RowSlice& slice = at.slice->second;
    const char* values = slice.values(at.row);
    if (!at.isSearching) {
        const bool matchesNothing = slice.row(at.row).mark == kMatchesNothing;
        at.search = m_kept[1 - at.side]->search(slice.hash(at.row), slice.key(at.row), at.fromUs,
                                                matchesNothing ? at.fromUs - 1 : at.toUs);
        at.isSearching = at.isAlone = true;
    }
    const JoinKind kind = m_layout->kind;
    const bool wantsPairs = at.side == kLeft && kind != JoinKind::Semi && kind != JoinKind::Anti;
    while ((wantsPairs || at.isAlone) && at.search.next()) {
        at.isAlone = false;
        if (wantsPairs && !give(values, at.search.slice().values(at.search.row()), out)) return false;
    }
    at.isDone = true;
    const bool isGiven = kind == JoinKind::Semi
        ? !at.isAlone
        : at.isAlone && (m_layout->pads(at.side) || kind == JoinKind::Anti);
    return !isGiven || give(at.side == kLeft ? values : nullptr, at.side == kRight ? values : nullptr, out);
}

std::int64_t WindowJoinOperator::startOf(std::size_t side, const char* values) const
{
    if (m_layout->windows.kind != JoinWindows::Attached) return m_firing->fromUs;
    const RowForm& form = m_kept[side]->form();
    const std::size_t column = m_layout->startColumns[side];
    return form.isNull(values, column) ? m_firing->endUs
                                       : static_cast<std::int64_t>(form.word(values, column));
}

// False: a batch was pushed.
bool WindowJoinOperator::give(const char* left, const char* right, Output& out)
{
    m_joined->addInWindow(left, right, left ? startOf(kLeft, left) : startOf(kRight, right), m_firing->endUs);
    if (!m_joined->isFull()) return true;
    out.push(m_joined->finish());
    return false;
}

Result<Flow> WindowJoinOperator::advance(std::int64_t watermarkUs, Output& out)
{
    if (!m_isReady) refresh();
    if (fire(watermarkUs, out) == Flow::More) return Flow::More;
    m_joined->before().tell(watermarkUs);
    m_context->metrics.stateRows.set(
        static_cast<std::int64_t>(m_kept[kLeft]->rows() + m_kept[kRight]->rows()));
    return Flow::Done;
}

}  // namespace engine
