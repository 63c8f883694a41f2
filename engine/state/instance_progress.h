#pragma once

#include "base/time.h"
#include "state/state_store.h"

namespace engine {

// How far one instance of an operator has come. Saved once for each key group, so that every instance finds
// it after rescaling, and takes the furthest that it is told. Belongs to its instance's task.
class InstanceProgress final : public StateTable {
public:
    explicit InstanceProgress(std::string name);
    void keepGroups(int instance, int instances);
    std::int64_t watermarkUs = kNoWatermark;  // what is due at or before it has been given
    std::int64_t arrivals = 0;                // rows numbered so far

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
