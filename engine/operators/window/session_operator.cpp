#include "operators/window/session_operator.h"

namespace engine {

Result<Flow> SessionOperator::process(int, const RecordBatch& batch, Output& out)
{
    do {
        begin(batch, out);
        while (m_rows.next < m_rows.size()) {
            const std::int64_t watermark = watermarkBefore(batch);
            if (watermark >= m_state->nextDueUs()) {
                addRows();
                if (fire(watermark, out) == Flow::More) return Flow::More;
            }
            m_progress->firedUntilUs = std::max(m_progress->firedUntilUs, watermark);
            m_output.before().meet(watermark);
            prefetch(m_rows.next);
            place(m_rows.next++, watermark, out);
            if (!m_output.isFull()) continue;
            m_output.push(out);
            return Flow::More;
        }
        addRows();
    } while (!m_rows.end(batch));
    return endBatch(batch, out);
}

void SessionOperator::prefetch(std::uint32_t index) const
{
    constexpr std::uint32_t kAhead = 12;
    if (!m_state->lists().wantsPrefetch()) return;
    const auto& keys = m_rows.piece().keys;
    if (index + kAhead < keys.size()) m_state->lists().prefetch(keys[index + kAhead]);
    if (index + kAhead / 2 < keys.size()) m_state->lists().prefetchRow(keys[index + kAhead / 2]);
}

// Puts the row to its session, or out as late. What is due at the watermark must have been given.
void SessionOperator::place(std::uint32_t index, std::int64_t watermarkUs, Output& out)
{
    const std::int64_t time = m_rows.timeOf(index);
    const GroupRow& key = m_rows.piece().keys[index];
    const std::int64_t reached = std::max(watermarkUs, m_progress->firedUntilUs);
    std::uint32_t session = sessionFor(key, time);
    if (session == SessionState::kNone) {
        const std::int64_t end = time + m_layout->gapUs;
        if (SliceGrid::dueOf(end) + m_layout->latenessUs <= reached)
            return out.late(m_rows.piece().batch, m_rows.row(index), end, watermarkUs);
        session = m_state->open(key, time, time);
        m_state->queue(session);
    }
    m_chosen.push_back(index);
    m_groups.push_back(session);
    if (m_layout->hasVersions()) change(session, reached, out);
}

// The session that a row of this time makes of the live ones it touches; kNone when it touches none.
std::uint32_t SessionOperator::sessionFor(const GroupRow& key, std::int64_t timeUs)
{
    std::uint32_t touched = SessionState::kNone;
    for (std::uint32_t each = m_state->lists().first(key); each != SessionState::kNone;) {
        const SessionRow& one = m_state->session(each);
        const std::uint32_t next = one.next;
        if (one.startUs <= timeUs + m_layout->gapUs && timeUs <= one.lastUs + m_layout->gapUs) {
            if (touched != SessionState::kNone) {
                addRows();
                m_state->join(each, touched);
            } else {
                touched = each;
            }
        }
        each = next;
    }
    if (touched == SessionState::kNone) return touched;
    SessionRow& grown = m_state->writable(touched);
    grown.startUs = std::min(grown.startUs, timeUs);
    grown.lastUs = std::max(grown.lastUs, timeUs);
    return touched;
}

// A row has come to a session whose results have versions.
void SessionOperator::change(std::uint32_t session, std::int64_t watermarkUs, Output& out)
{
    SessionRow& one = m_state->writable(session);
    one.isFired = SliceGrid::dueOf(m_state->endOf(session)) <= watermarkUs;
    one.isChanged = !one.isFired;
    if (one.isFired) {
        addRows();
        give(session, out);
    } else {
        m_state->version(session).earlyUs = m_layout->nextEarly(one.startUs, watermarkUs);
    }
    if (m_state->dueOf(session) < one.queuedUs || one.isFired) m_state->queue(session);
}

void SessionOperator::addRows()
{
    m_state->groups().add(m_rows.piece(), m_chosen, m_groups);
    m_chosen.clear();
    m_groups.clear();
}

void SessionOperator::give(std::uint32_t session, Output& out)
{
    WindowResult result{m_state->session(session).startUs, m_state->endOf(session)};
    std::string replaces;
    if (m_layout->hasVersions()) {
        replaces = m_state->takeReplaced(session);
        result.version = ++m_state->version(session).version;
        result.replaces = replaces;
    }
    m_output.add(m_state->groups().row(session), result, out);
}

Flow SessionOperator::fire(std::int64_t watermarkUs, Output& out)
{
    for (;;) {
        const std::uint32_t session = m_state->takeDue(watermarkUs);
        if (session == SessionState::kNone) break;
        const bool isEnd = SliceGrid::dueOf(m_state->endOf(session)) <= watermarkUs;
        const bool isEarly = m_layout->earlyUs > 0 && m_state->session(session).isChanged &&
            m_state->version(session).earlyUs < m_state->endOf(session);
        if (!m_state->session(session).isFired) give(session, out);
        SessionRow& one = m_state->writable(session);
        if (isEarly || (isEnd && m_layout->latenessUs > 0 && !one.isFired)) {
            one.isFired = !isEarly;
            one.isChanged = false;
            m_state->queue(session);
        } else {
            m_state->close(session);
        }
        if (!m_output.isFull()) continue;
        m_output.push(out);
        return Flow::More;
    }
    m_progress->firedUntilUs = std::max(m_progress->firedUntilUs, watermarkUs);
    return Flow::Done;
}

Result<Flow> SessionOperator::advance(std::int64_t watermarkUs, Output& out)
{
    if (fire(watermarkUs, out) == Flow::More) return Flow::More;
    return endAdvance(watermarkUs, out);
}

}  // namespace engine
