#pragma once

#include "grouping/group_table.h"
#include "operators/window/window_layout.h"
#include "state/frozen_slices.h"
#include "state/state_store.h"

#include <map>
#include <memory>

namespace engine {

// What a window that gives several results keeps in each group's row.
struct UpdatedRow {
    std::int64_t version;  // of its last result; 0: none yet
    bool isChanged;        // since then
};

// A window on the grid with a table of its own, whatever windows it overlaps.
struct UpdatedWindow {
    std::unique_ptr<GroupTable> table{};
    bool isFired = false;
    bool isChanged = false;                         // some row of it is
    std::int64_t earlyUs = kEndOfTime;              // when they are given, if the window does not end before
    std::vector<std::uint32_t> chosen{}, groups{};  // rows of the piece in hand that are not added yet
};

// The windows of one instance that give several results, by end. Belongs to the instance's task; outlives the
// operator.
class UpdatedState final : public StateTable {
public:
    static constexpr const char* kName = "updated_windows";
    explicit UpdatedState(WindowLayoutPtr layout);
    Status adopt(WindowLayoutPtr layout);  // as a WindowState does
    using Windows = std::map<std::int64_t, UpdatedWindow>;
    Windows& windows() { return m_windows; }
    UpdatedWindow& window(std::int64_t endUs);  // made when it is not there
    static UpdatedRow& own(GroupTable& table, std::uint32_t row)
    {
        return *reinterpret_cast<UpdatedRow*>(table.writable(row) + sizeof(GroupRow));
    }

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override;
    std::size_t bytes() const override;
    std::size_t heldBytes() const override;
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override
    {
        return restoreAll(saved, {&row, 1});
    }
    Status restoreAll(const TableSchema& saved, std::span<const StateRow> rows) override;

private:
    WindowLayoutPtr m_layout;
    TableSchema m_schema;
    Windows m_windows;
    FrozenSliceSizes m_frozen;
};

}  // namespace engine
