#pragma once

#include "base/time.h"
#include "state/state_store.h"

#include <algorithm>

namespace engine {

// The watermark by which an instance has judged its rows so far, saved with its tables: after a restart the
// inputs come back one by one, and what has been given once must not be given again. Belongs to its
// instance's task.
class OperatorTime final : public StateTable {
public:
    OperatorTime();
    void keepGroups(int instance, int instances);
    std::int64_t us() const { return m_us; }
    void reach(std::int64_t watermarkUs) { m_us = std::max(m_us, watermarkUs); }

    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return 0; }
    std::size_t bytes() const override { return 0; }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema&, const StateRow& row) override;

private:
    TableSchema m_schema;
    std::int64_t m_us = kNoWatermark;
    int m_instance = 0, m_instances = 1;
};

}  // namespace engine
