#include "operators/window/session_state.h"

#include "data/time_text.h"
#include "operators/window/saved_groups.h"
#include "state/bytes.h"

namespace engine {
namespace {

constexpr std::int64_t kPages = 64;  // of the queue for one gap

TableSchema sessionSchema(const WindowLayout& layout)
{
    return savedSchema(SessionState::kName, {"session of ", DataType::Time}, layout);
}

}  // namespace

std::size_t SessionState::ownBytes(const WindowLayout& layout)
{
    return layout.hasVersions() ? sizeof(Versioned) : sizeof(SessionRow);
}

SessionState::SessionState(WindowLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_schema(sessionSchema(*m_layout)),
      m_lists(m_layout),
      m_queue(m_layout->gapUs / kPages)
{
}

Status SessionState::adopt(WindowLayoutPtr layout)
{
    const WindowLayoutPtr before = m_layout;
    const TableSchema schema = sessionSchema(*layout);
    return adoptLayout(*this, *before, *layout, schema, [&](bool rowsStay) {
        m_layout = layout;
        m_schema = schema;
        if (rowsStay && before->earlyUs == layout->earlyUs && before->latenessUs == layout->latenessUs)
            return;
        m_queue = DueQueue(m_layout->gapUs / kPages);
        if (rowsStay) return m_lists.forEach([this](std::uint32_t row) { queue(row); });
        m_lists = GroupLists(m_layout);
        m_given.clear();
    });
}

std::uint32_t SessionState::open(const GroupRow& key, std::int64_t startUs, std::int64_t lastUs)
{
    const std::uint32_t row = m_lists.open(key);
    SessionRow& made = writable(row);
    made.startUs = startUs;
    made.lastUs = lastUs;
    made.queuedUs = kNoWatermark;
    if (m_layout->hasVersions()) version(row) = {0, kNoWatermark, kEndOfTime};
    return row;
}

void SessionState::close(std::uint32_t row)
{
    if (!m_given.empty()) m_given.erase(row);
    m_lists.close(row);
}

void SessionState::join(std::uint32_t from, std::uint32_t into)
{
    const SessionRow joined = session(from);
    SessionRow& kept = writable(into);
    kept.startUs = std::min(kept.startUs, joined.startUs);
    kept.lastUs = std::max(kept.lastUs, joined.lastUs);
    if (m_layout->hasVersions()) {
        const SessionVersion other = version(from);
        version(into).version = std::max(version(into).version, other.version);
        addGiven(into, other.givenUs);
        if (const auto more = m_given.find(from); more != m_given.end()) {
            const std::vector<std::int64_t> starts = std::move(more->second);
            m_given.erase(more);
            for (const std::int64_t start : starts) addGiven(into, start);
        }
    }
    m_lists.join(from, into);
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
    return SliceGrid::dueOf(std::min(end, m_lists.own<Versioned>(row).version.earlyUs));
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

std::size_t SessionState::bytes() const { return m_lists.bytes() + m_queue.bytes() + m_given.size() * 64; }

std::shared_ptr<const FrozenTable> SessionState::freeze()
{
    auto frozen = std::make_shared<SavedGroups>(m_layout, m_schema);
    const bool hasVersions = m_layout->hasVersions();
    const auto headOf = [hasVersions, given = m_given](std::uint32_t index, const char* row) {
        const auto& one = GroupLists::ownIn<SessionRow>(row);
        if (!one.isLive) return std::optional<SavedHead>();
        SavedHead head{one.startUs, {}};
        std::string own;
        appendWord(own, static_cast<std::uint64_t>(one.lastUs));
        if (hasVersions) {
            appendWord(own, (one.isFired ? 1u : 0u) | (one.isChanged ? 2u : 0u));
            const SessionVersion& of = GroupLists::ownIn<Versioned>(row).version;
            for (const std::int64_t word : {of.version, of.earlyUs, of.givenUs})
                appendWord(own, static_cast<std::uint64_t>(word));
            if (const auto more = given.find(index); more != given.end())
                for (const std::int64_t start : more->second)
                    appendWord(own, static_cast<std::uint64_t>(start));
        }
        appendText(head.own, own);
        return std::optional(std::move(head));
    };
    frozen->add(groups().freeze(), m_lists.size(), headOf);
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

Status SessionState::restoreAll(const TableSchema& saved, std::span<const StateRow> rows)
{
    const SavedGroupsReader reader(saved, m_schema, *m_layout);
    const auto take = [&](const SavedGroupsReader::Head& head, const StateRow& row) -> Status {
        std::string_view value = row.value, own;
        std::uint64_t last = 0;
        if (!takeText(value, own) || !takeWord(own, last)) return damagedWindow();
        const std::uint32_t made = open(head.key, head.place, static_cast<std::int64_t>(last));
        if (!readOwn(own, made)) return damagedWindow();
        queue(made);
        return reader.cells(value, groups(), made);
    };
    return reader.each(
        rows, [&](const auto&) -> const GroupLists& { return m_lists; }, take);
}

}  // namespace engine
