#include "operators/window/session_state.h"

#include "data/time_text.h"
#include "grouping/aggregate_cells.h"
#include "grouping/group_key.h"
#include "operators/window/saved_groups.h"
#include "state/bytes.h"

namespace engine {
namespace {

constexpr std::size_t kRowsExpected = 256;  // no more: a table that is found by its owner grows in any case
constexpr std::int64_t kPages = 64;         // of the queue for one gap
constexpr const char* kTable = "sessions";
constexpr const char* kTime = "session of ";

const SessionRow& sessionIn(const char* row)
{
    return *reinterpret_cast<const SessionRow*>(row + sizeof(GroupRow));
}
const SessionVersion& versionIn(const char* row)
{
    return *reinterpret_cast<const SessionVersion*>(row + sizeof(GroupRow) + sizeof(SessionRow));
}

}  // namespace

std::size_t SessionState::ownBytes(const WindowLayout& layout)
{
    return sizeof(SessionRow) + (layout.hasVersions() ? sizeof(SessionVersion) : 0);
}

SessionState::SessionState(WindowLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_schema(savedSchema(kTable, kTime, *m_layout)),
      m_groups(m_layout, kRowsExpected, GroupsFoundBy::Owner),
      m_queue(m_layout->gapUs / kPages)
{
}

Status SessionState::adopt(WindowLayoutPtr layout)
{
    const WindowLayoutPtr before = m_layout;
    const TableSchema schema = savedSchema(kTable, kTime, *layout);
    return adoptLayout(*this, *before, *layout, schema, [&](bool rowsStay) {
        m_layout = layout;
        m_schema = schema;
        if (rowsStay && before->earlyUs == layout->earlyUs && before->latenessUs == layout->latenessUs)
            return;
        if (!rowsStay) return clear();
        // They are due at other times now.
        m_queue.clear();
        for (std::uint32_t row = 0; row < m_groups.size(); ++row)
            if (session(row).isLive) queue(row);
    });
}

void SessionState::clear()
{
    m_groups = GroupTable(m_layout, kRowsExpected, GroupsFoundBy::Owner);
    m_index = SlotIndex();
    m_queue = DueQueue(m_layout->gapUs / kPages);
    m_given.clear();
    m_live = m_keys = 0;
}

const SessionRow& SessionState::session(std::uint32_t row) const { return sessionIn(m_groups.row(row)); }
SessionRow& SessionState::writable(std::uint32_t row)
{
    return *reinterpret_cast<SessionRow*>(m_groups.writable(row) + sizeof(GroupRow));
}
SessionVersion& SessionState::version(std::uint32_t row)
{
    return *reinterpret_cast<SessionVersion*>(m_groups.writable(row) + sizeof(GroupRow) + sizeof(SessionRow));
}

void SessionState::prefetchRow(const GroupRow& key) const
{
    const std::uint32_t guess = m_index.firstGuess(key.hash);
    if (guess == kNone) return;
    const char* row = m_groups.row(guess);
    __builtin_prefetch(row);
    __builtin_prefetch(row + 64);
}

template <bool kText>
std::uint32_t SessionState::find(const GroupRow& key) const
{
    return m_index.find(key.hash, [&](std::uint32_t row) {
        return sameGroupKey<kText>(headOf(m_groups.row(row)), key);
    });
}

std::uint32_t SessionState::first(const GroupRow& key) const
{
    return isTextKey(m_layout->keyForm) ? find<true>(key) : find<false>(key);
}

std::uint32_t SessionState::open(const GroupRow& key, std::int64_t startUs, std::int64_t lastUs)
{
    const std::uint32_t before = first(key);
    const std::uint32_t row = m_groups.make(key);
    SessionRow& made = writable(row);
    made = {startUs, lastUs, kNoWatermark, before, true, false, false};
    if (m_layout->hasVersions()) version(row) = {0, kNoWatermark, kEndOfTime};
    ++m_live;
    if (before == kNone)
        enter(row);
    else
        m_index.renumber(key.hash, before, row);
    return row;
}

// The first session of a key.
void SessionState::enter(std::uint32_t row)
{
    m_index.insertAmong(headOf(m_groups.row(row)).hash, row, ++m_keys, [this, row](auto&& put) {
        std::vector<bool> isFollower(m_groups.size());
        for (std::uint32_t other = 0; other < m_groups.size(); ++other)
            if (session(other).isLive && session(other).next != kNone) isFollower[session(other).next] = true;
        for (std::uint32_t other = 0; other < m_groups.size(); ++other)
            if (other != row && session(other).isLive && !isFollower[other])
                put(headOf(m_groups.row(other)).hash, other);
    });
}

void SessionState::unlink(std::uint32_t row)
{
    const GroupRow& key = headOf(m_groups.row(row));
    const std::uint32_t next = session(row).next;
    std::uint32_t other = first(key);
    if (other == row) {
        if (next != kNone) return m_index.renumber(key.hash, row, next);
        m_index.erase(key.hash, row, [this](std::uint32_t at) { return headOf(m_groups.row(at)).hash; });
        --m_keys;
        return;
    }
    while (session(other).next != row) other = session(other).next;
    writable(other).next = next;
}

void SessionState::close(std::uint32_t row)
{
    unlink(row);
    m_given.erase(row);
    m_groups.free(row);
    --m_live;
}

void SessionState::join(std::uint32_t from, std::uint32_t into)
{
    unlink(from);
    const SessionRow joined = session(from);
    SessionRow& kept = writable(into);
    kept.startUs = std::min(kept.startUs, joined.startUs);
    kept.lastUs = std::max(kept.lastUs, joined.lastUs);
    if (m_layout->hasVersions()) {
        const SessionVersion other = version(from);
        version(into).version = std::max(version(into).version, other.version);
        addGiven(into, other.givenUs);
        if (const auto more = m_given.find(from); more != m_given.end()) {
            for (const std::int64_t start : more->second) addGiven(into, start);
            m_given.erase(from);
        }
    }
    m_groups.join(from, into);
    --m_live;
}

void SessionState::addGiven(std::uint32_t row, std::int64_t startUs)
{
    if (startUs == kNoWatermark) return;
    if (version(row).givenUs == kNoWatermark)
        version(row).givenUs = startUs;
    else
        m_given[row].push_back(startUs);
}

std::string SessionState::takeReplaced(std::uint32_t row)
{
    SessionVersion& own = version(row);
    const std::int64_t start = session(row).startUs;
    std::vector<std::int64_t> starts;
    if (const auto more = m_given.find(row); more != m_given.end()) {
        starts = std::move(more->second);
        m_given.erase(more);
    }
    if (own.givenUs != kNoWatermark) starts.push_back(own.givenUs);
    own.givenUs = start;
    std::erase(starts, start);
    std::sort(starts.begin(), starts.end());
    std::string text;
    for (const std::int64_t each : starts) {
        text += text.empty() ? "[\"" : ",\"";
        appendIso8601Millis(text, each);
        text += '"';
    }
    return text.empty() ? text : text + ']';
}

std::int64_t SessionState::dueOf(std::uint32_t row) const
{
    const SessionRow& one = session(row);
    const std::int64_t end = one.lastUs + m_layout->gapUs;
    if (one.isFired) return SliceGrid::dueOf(end) + m_layout->latenessUs;
    if (!one.isChanged) return SliceGrid::dueOf(end);
    return SliceGrid::dueOf(std::min(end, versionIn(m_groups.row(row)).earlyUs));
}

void SessionState::queue(std::uint32_t row)
{
    const std::int64_t due = dueOf(row);
    writable(row).queuedUs = due;
    m_queue.push(due, row);
}

std::uint32_t SessionState::takeDue(std::int64_t watermarkUs)
{
    while (m_queue.nextUs() <= watermarkUs && m_queue.nextUs() != kEndOfTime) {
        const DueQueue::Entry entry = m_queue.pop();
        const SessionRow& one = session(entry.row);
        if (!one.isLive || one.queuedUs != entry.dueUs) continue;  // joined to another, or queued anew
        if (dueOf(entry.row) <= watermarkUs) return entry.row;
        queue(entry.row);
    }
    return kNone;
}

std::size_t SessionState::bytes() const
{
    return m_groups.bytes() + m_index.slots() * 4 + m_queue.bytes() + m_given.size() * 64;
}

std::shared_ptr<const FrozenTable> SessionState::freeze()
{
    auto frozen = std::make_shared<SavedGroups>(m_layout, m_schema);
    const bool hasVersions = m_layout->hasVersions();
    frozen->add(m_groups.freeze(), m_live, [hasVersions, given = m_given](std::uint32_t index, const char* row) {
        const SessionRow& one = sessionIn(row);
        if (!one.isLive) return std::optional<SavedHead>();
        SavedHead head{one.startUs, {}};
        std::string own;
        appendWord(own, static_cast<std::uint64_t>(one.lastUs));
        if (hasVersions) {
            appendWord(own, (one.isFired ? 1u : 0u) | (one.isChanged ? 2u : 0u));
            const SessionVersion& of = versionIn(row);
            for (const std::int64_t word : {of.version, of.earlyUs, of.givenUs})
                appendWord(own, static_cast<std::uint64_t>(word));
            if (const auto more = given.find(index); more != given.end())
                for (const std::int64_t start : more->second)
                    appendWord(own, static_cast<std::uint64_t>(start));
        }
        appendText(head.own, own);
        return std::optional(std::move(head));
    });
    return frozen;
}

// Results without versions may be gone on with as the first ones, and versions may be left behind.
bool SessionState::readOwn(std::string_view own, std::uint32_t row)
{
    std::uint64_t word = 0, version = 0, early = 0, start = 0;
    if (!m_layout->hasVersions() || own.empty()) return true;
    if (!takeWord(own, word) || !takeWord(own, version) || !takeWord(own, early)) return false;
    writable(row).isFired = (word & 1) != 0;
    writable(row).isChanged = (word & 2) != 0;
    this->version(row) = {static_cast<std::int64_t>(version), kNoWatermark, static_cast<std::int64_t>(early)};
    while (takeWord(own, start)) addGiven(row, static_cast<std::int64_t>(start));
    return own.empty();
}

Status SessionState::restore(const TableSchema& saved, const StateRow& row)
{
    TRY(checkSavedKeys(saved, m_schema, *m_layout));
    std::int64_t start = 0;
    GroupRow key{};
    TRY(readSavedKey(row, *m_layout, start, key));
    std::string_view value = row.value, own;
    std::uint64_t last = 0;
    if (!takeText(value, own) || !takeWord(own, last)) return damagedWindow();
    const std::uint32_t made = open(key, start, static_cast<std::int64_t>(last));
    if (!readOwn(own, made)) return damagedWindow();
    queue(made);
    return readSavedCells(saved, value, *m_layout, m_groups, made);
}

}  // namespace engine
