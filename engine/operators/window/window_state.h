#pragma once

#include "grouping/group_table.h"
#include "grouping/slice_grid.h"
#include "operators/window/window_layout.h"
#include "state/frozen_slices.h"
#include "state/state_store.h"

#include <map>
#include <memory>

namespace engine {

// The open slices of one instance of a window, each a table of groups. Belongs to the instance's task;
// outlives the operator.
class WindowState final : public StateTable {
public:
    explicit WindowState(WindowLayoutPtr layout);
    // For a new operator: keeps what is there when window and keys are the same; aggregates are matched by
    // name, a new one starts empty. An error when size, slide, offset or keys differ.
    Status adopt(WindowLayoutPtr layout);

    using Slices = std::map<std::int64_t, std::unique_ptr<GroupTable>>;  // by start, µs
    Slices& slices() { return m_slices; }
    GroupTable& slice(std::int64_t start);  // made when it is not there
    bool tryPlace(std::int64_t start,
                  std::unique_ptr<GroupTable>& table);  // takes the table when there is no such slice

    // Of what the operator keeps that it can make of the slices again.
    void setBytesBeside(std::size_t bytes) { m_bytesBeside = bytes; }

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
    Slices m_slices;
    FrozenSliceSizes m_frozen;
    std::size_t m_bytesBeside = 0;
};

// How far one instance of a window has come: which windows have fired, and how many rows have arrived. Saved
// once for each key group of the instance, so that every instance finds it after rescaling, and takes the
// furthest it is told.
class WindowProgress final : public StateTable {
public:
    WindowProgress();
    void keepGroups(int instance, int instances);
    std::int64_t firedUntilUs = kNoWatermark;  // windows due at or before this watermark have fired
    std::int64_t arrivals = 0;

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return 0; }  // no rows of the user's
    std::size_t bytes() const override { return sizeof *this; }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override;

private:
    TableSchema m_schema;
    int m_instance = 0, m_instances = 1;
};

}  // namespace engine
