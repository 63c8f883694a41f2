#pragma once

#include "grouping/group_table.h"
#include "operators/window/slice_rows.h"
#include "operators/window/window_layout.h"

namespace engine {

// What a chunk comes to: a table for each slice it touched. Made by a lane, taken apart by the merge.
class WindowPartial final : public Partial {
public:
    struct Slice {
        std::int64_t start = 0;
        std::int64_t greatestBeforeLast =
            kNoWatermark;  // event time of the chunk's rows before the slice's last row
        std::unique_ptr<GroupTable> table{};
    };
    std::size_t bytes() const override;
    std::vector<Slice> slices{};
    std::int64_t rows = 0;  // of all batches: arrivals are numbered by them
};

// The lane's phase of a window: adds up one chunk, slice by slice, late or not. One for each lane, its task's
// thread.
class WindowPartialOperator final : public PartialOperator {
public:
    WindowPartialOperator(WindowLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas);
    Status open(OperatorContext& context) override;
    Status process(const RecordBatch& batch, Output& out) override;
    std::unique_ptr<Partial> finish() override;

private:
    void add(const GroupedInput& rows);
    WindowPartial::Slice& sliceOf(const SliceRows::Entry& entry);
    WindowLayoutPtr m_layout;
    GroupInput m_input;
    SliceRows m_sliceRows;
    Env* m_env = nullptr;
    std::unique_ptr<WindowPartial> m_partial = std::make_unique<WindowPartial>();
    std::unordered_map<std::int64_t, std::size_t> m_bySlice;  // of m_partial->slices
};

}  // namespace engine
