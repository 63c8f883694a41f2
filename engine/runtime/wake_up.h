#pragma once

#include "base/time.h"
#include "state/state_store.h"

namespace engine {

// When an operator instance is to be woken next, as it asked by Timers::wakeAt. Saved beside the tables of
// the instance; one that is restored from several takes the earliest. Belongs to the stage of a chain, on
// its task's thread.
class WakeUp final : public StateTable {
public:
    static constexpr const char* kName = "timers";
    WakeUp(int instance, int instances);

    std::int64_t atUs = kEndOfTime;  // wall clock; kEndOfTime: never

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return 0; }  // no rows of the user's
    std::size_t bytes() const override { return sizeof *this; }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override;

private:
    TableSchema m_schema;
    int m_instance, m_instances;
};

}  // namespace engine
