#include "operators/temporal_join/temporal_join_operator.h"

#include <algorithm>

namespace engine {
namespace {

// Of left rows and versions: short, for versions of one key are looked through one by one, and not so short
// that it costs much where sources run ahead by a minute.
constexpr std::int64_t kTemporalSliceUs = 250'000;

// The mark of a left row: whether it came late or has a NULL in its key, and the watermark that it met, which
// is far from the limits of 64 bits.
constexpr std::uint64_t kIsLate = 1, kHasNullKey = 2;
constexpr std::int64_t kMarkTimeMaxUs = std::int64_t{1} << 60;

std::int64_t markTime(std::int64_t watermarkUs)
{
    return std::clamp(watermarkUs, -kMarkTimeMaxUs, kMarkTimeMaxUs);
}
std::uint64_t markOf(std::int64_t watermarkUs, std::uint64_t flags)
{
    return static_cast<std::uint64_t>(markTime(watermarkUs)) << 2 | flags;
}
std::int64_t watermarkOf(std::uint64_t mark) { return static_cast<std::int64_t>(mark) >> 2; }

}  // namespace

TemporalJoinOperator::TemporalJoinOperator(JoinLayoutPtr layout) : m_layout(std::move(layout)) { }

Status TemporalJoinOperator::open(OperatorContext& context)
{
    m_context = &context;
    const auto table = [&](const char* name, std::size_t side) {
        return &context.state.table<SlicedRows>(name, name, m_layout->keyFields(),
                                                m_layout->inputs[side]->fields(), kTemporalSliceUs);
    };
    m_left = table("left_rows", kLeft);
    m_versions = table("versions", kRight);
    m_time = &context.state.table<OperatorTime>("operator_time");
    m_time->keepGroups(context.instance, context.instances);
    m_joined.emplace(m_layout, m_left->form(), m_versions->form());
    return ok();
}

// Left rows that were restored, or kept by the operator before this one. Not in open(): they come after it.
// Of those that came late the ones have not been given that came since the watermark has moved.
void TemporalJoinOperator::collectWaiting()
{
    if (std::exchange(m_hasCollected, true)) return;
    for (auto& [start, slice] : m_left->slices())
        for (std::uint32_t row = 0; row < slice.rows(); ++row) {
            const KeptRow& kept = slice.row(row);
            const bool isLate = (kept.mark & kIsLate) != 0;
            if (isLate ? watermarkOf(kept.mark) == markTime(m_time->us()) : kept.timeUs > m_time->us())
                wait({&slice, row});
        }
}

void TemporalJoinOperator::wait(const SlicedRows::Place& place)
{
    const KeptRow& kept = place.slice->row(place.row);
    m_waiting.push_back({kept.timeUs, kept.order, place.slice, place.row});
    std::push_heap(m_waiting.begin(), m_waiting.end());
    m_left->countBeside(m_waiting.capacity() * sizeof(Waiting));
}

Result<Flow> TemporalJoinOperator::process(int port, const RecordBatch& batch, Output& out)
{
    const auto side = static_cast<std::size_t>(port);
    if (!m_isInHand) {
        collectWaiting();
        m_keys.read(batch, m_layout->keys[side]);
        m_next = 0;
        m_isInHand = true;
    }
    const std::int64_t* times = batch.eventTimes().data();
    for (; m_next < m_keys.size(); ++m_next) {
        const std::uint32_t row = m_keys.row(m_next);
        if (times[row] <= -kKeptTimeMaxUs || times[row] >= kKeptTimeMaxUs) {
            out.reject(batch, row, "The row's time is more than 100,000 years from 1970.");
            continue;
        }
        // A row that comes late must not change what was due before it came; others cannot.
        const std::int64_t watermarkUs = batch.watermarkBefore(row);
        if (times[row] <= watermarkUs && !release(watermarkUs, out)) return Flow::More;
        m_steps.note(watermarkUs);
        take(side, batch, m_next);
    }
    m_isInHand = false;
    countRows();
    return Flow::Done;
}

void TemporalJoinOperator::take(std::size_t side, const RecordBatch& batch, std::size_t index)
{
    const bool isNull = m_keys.isNull(index);
    if (isNull && (side == kRight || !m_layout->pads(kLeft))) return;
    const std::uint32_t row = m_keys.row(index);
    const std::int64_t timeUs = batch.eventTimes()[row];
    SlicedRows& kept = side == kLeft ? *m_left : *m_versions;
    const SlicedRows::Place place = kept.add(m_keys.hash(index), m_keys.key(index), timeUs, batch, row);
    if (side == kRight) return;
    const bool isLate = timeUs <= m_time->us();
    if (isLate || isNull)
        place.slice->setMark(place.row,
                             markOf(m_time->us(), (isLate ? kIsLate : 0) | (isNull ? kHasNullKey : 0)));
    wait(place);
}

// Gives the left rows that the watermark has passed. False: a batch was pushed, and there is more.
bool TemporalJoinOperator::release(std::int64_t watermarkUs, Output& out)
{
    if (watermarkUs <= m_time->us()) return true;
    while (!m_waiting.empty() && m_waiting.front().timeUs <= watermarkUs) {
        const Waiting row = m_waiting.front();
        std::pop_heap(m_waiting.begin(), m_waiting.end());
        m_waiting.pop_back();
        m_steps.moveTo(row.timeUs, m_joined->before());
        give(row);
        if (!m_joined->isFull()) continue;
        out.push(m_joined->finish());
        return false;
    }
    if (!m_joined->isEmpty()) out.push(m_joined->finish());
    m_time->reach(watermarkUs);
    m_steps.reach(watermarkUs, m_joined->before());
    const std::int64_t untilUs = watermarkUs == kEndOfTime ? kEndOfTime : watermarkUs + 1;
    m_left->dropBefore(std::max(untilUs, -kKeptTimeMaxUs));
    m_versions->keepLastBefore(std::max(untilUs, -kKeptTimeMaxUs));
    return true;
}

void TemporalJoinOperator::give(const Waiting& row)
{
    const char* version = versionFor(row);
    if (version || m_layout->pads(kLeft)) m_joined->add(row.slice->values(row.row), version, row.timeUs);
}

// The values of the right row that was valid at the left row's time; null: none was.
const char* TemporalJoinOperator::versionFor(const Waiting& row)
{
    const std::uint64_t mark = row.slice->row(row.row).mark;
    if ((mark & kHasNullKey) != 0) return nullptr;
    const std::uint64_t hash = row.slice->hash(row.row);
    const std::string_view key = row.slice->key(row.row);
    const SlicedRows::Place version = m_versions->last(hash, key, row.timeUs);
    if (!version.slice) return nullptr;
    // Of the versions before the watermark that a late row met only the last was to be kept.
    if ((mark & kIsLate) != 0) {
        const SlicedRows::Place kept = m_versions->last(hash, key, watermarkOf(mark));
        if (kept.slice && kept.slice->row(kept.row).timeUs > version.slice->row(version.row).timeUs)
            return nullptr;
    }
    return version.slice->values(version.row);
}

Result<Flow> TemporalJoinOperator::advance(std::int64_t watermarkUs, Output& out)
{
    collectWaiting();
    if (!release(watermarkUs, out)) return Flow::More;
    m_joined->before().tell(watermarkUs);
    countRows();
    return Flow::Done;
}

void TemporalJoinOperator::countRows()
{
    m_context->metrics.stateRows.set(static_cast<std::int64_t>(m_left->rows() + m_versions->rows()));
}

}  // namespace engine
