#pragma once

#include "operators/top_n/top_rows.h"
#include "state/frozen_slices.h"
#include "state/state_store.h"

#include <map>

namespace engine {

// The open slices of one instance of a top_n node. Belongs to the instance's task.
class TopState final : public StateTable {
public:
    using Slices = std::map<std::int64_t, TopRows>;  // by start, µs; of given windows by end

    explicit TopState(TopLayoutPtr layout);
    Slices& slices() { return m_slices; }
    TopRows& slice(std::int64_t start);  // made when it is not there

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override;
    std::size_t bytes() const override;
    std::size_t heldBytes() const override;
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override;

private:
    TopLayoutPtr m_layout;
    TableSchema m_schema;
    Slices m_slices;
    FrozenSliceSizes m_frozen;
};

}  // namespace engine
