#pragma once

#include "operators/window/due_queue.h"
#include "operators/window/group_lists.h"
#include "state/state_store.h"

#include <unordered_map>

namespace engine {

// What a session keeps in its group's row.
struct SessionRow : GroupLink {
    std::int64_t startUs, lastUs;  // event times of its first and last row
    std::int64_t queuedUs;         // under which it waits in the queue
};
// And besides, where results have versions.
struct SessionVersion {
    std::int64_t version;
    std::int64_t givenUs;  // the start under which its last result stands; kNoWatermark: there is none
    std::int64_t earlyUs;  // when its next early result is due, if anything has changed
};

// The live sessions of one instance, each a group. Belongs to the instance's task; outlives the operator.
class SessionState final : public StateTable {
public:
    static constexpr std::uint32_t kNone = GroupLists::kNone;
    static std::size_t ownBytes(const WindowLayout& layout);
    static constexpr const char* kName = "sessions";
    explicit SessionState(WindowLayoutPtr layout);
    Status adopt(WindowLayoutPtr layout);  // as a WindowState does

    const GroupLists& lists() const { return m_lists; }
    GroupTable& groups() { return m_lists.groups(); }
    const SessionRow& session(std::uint32_t row) const { return m_lists.own<SessionRow>(row); }
    SessionRow& writable(std::uint32_t row) { return m_lists.writable<SessionRow>(row); }
    SessionVersion& version(std::uint32_t row) { return m_lists.writable<Versioned>(row).version; }

    std::uint32_t open(const GroupRow& key, std::int64_t startUs, std::int64_t lastUs);
    void close(std::uint32_t row);
    void join(std::uint32_t from, std::uint32_t into);  // sessions of one key

    std::int64_t endOf(std::uint32_t row) const { return session(row).lastUs + m_layout->gapUs; }
    // When the session must be looked at next: for a result, or because it is over.
    std::int64_t dueOf(std::uint32_t row) const;
    void queue(std::uint32_t row);  // for the time it is due
    std::int64_t nextDueUs() const { return m_queue.nextUs(); }
    // The next session that is due at a watermark, taken out of the queue; kNone when there is none.
    std::uint32_t takeDue(std::int64_t watermarkUs);
    // The starts under which results stand that the next one takes back, as JSON; empty: none. From then on
    // the result stands under its own start.
    std::string takeReplaced(std::uint32_t row);

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_lists.size(); }
    std::size_t bytes() const override;
    std::size_t heldBytes() const override { return m_lists.heldBytes(); }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override
    {
        return restoreAll(saved, {&row, 1});
    }
    Status restoreAll(const TableSchema& saved, std::span<const StateRow> rows) override;
    void expect(std::size_t rows) override { m_lists.expect(rows); }

private:
    using Starts = std::unordered_map<std::uint32_t, std::vector<std::int64_t>>;
    struct Versioned : SessionRow {
        SessionVersion version;
    };
    void addGiven(std::uint32_t row, std::int64_t startUs);
    bool readOwn(std::string_view own, std::uint32_t row);

    WindowLayoutPtr m_layout;
    TableSchema m_schema;
    GroupLists m_lists;
    DueQueue m_queue;
    Starts m_given;  // further starts under which results of a session stand, for the few that have them
};

}  // namespace engine
