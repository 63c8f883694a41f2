#pragma once

#include "operators/window/group_lists.h"
#include "state/state_store.h"

namespace engine {

// What an open count window keeps in its group's row.
struct CountRow : GroupLink {
    std::int64_t rows;                  // that it has got
    std::int64_t earliestUs, latestUs;  // event times of them
};

// The open count windows of one instance, each a group: of a key the youngest first. Belongs to the
// instance's task; outlives the operator.
class CountState final : public StateTable {
public:
    static constexpr const char* kName = "counted";
    explicit CountState(WindowLayoutPtr layout);
    Status adopt(WindowLayoutPtr layout);  // as a WindowState does

    GroupLists& lists() { return m_lists; }
    const CountRow& window(std::uint32_t row) const { return m_lists.own<CountRow>(row); }

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_lists.size(); }
    std::size_t bytes() const override { return m_lists.bytes(); }
    std::size_t heldBytes() const override { return m_lists.heldBytes(); }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override
    {
        return restoreAll(saved, {&row, 1});
    }
    Status restoreAll(const TableSchema& saved, std::span<const StateRow> rows) override;
    void expect(std::size_t rows) override { m_lists.expect(rows); }

private:
    WindowLayoutPtr m_layout;
    TableSchema m_schema;
    GroupLists m_lists;
};

}  // namespace engine
