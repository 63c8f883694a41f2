#pragma once

#include "data/record_batch.h"
#include "state/state_store.h"

#include <deque>
#include <map>
#include <string>

namespace engine {

// The rows that a throttle holds back, in order: batches as they came, the first one from some row on. Saved
// a row at a time, each with its event time and the watermarks around it. Belongs to the instance's task.
class HeldRows final : public StateTable {
public:
    static constexpr const char* kName = "held";
    explicit HeldRows(SchemaPtr schema);

    void add(const RecordBatch& batch);     // at least one row
    RecordBatch take(std::size_t rowsMax);  // the next rows, of one batch; there is one and rowsMax > 0

    const TableSchema& schema() const override { return *m_tableSchema; }
    std::size_t rows() const override { return m_rows; }
    std::size_t bytes() const override
    {
        std::size_t total = 0;
        for (const Held& held : m_held) total += held.batch.memoryBytes();
        return total;
    }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override;

    struct Held {
        RecordBatch batch{};
        std::size_t next = 0;  // the first of its selected rows that is still held
    };

private:
    void buildRestored();
    SchemaPtr m_schema;
    std::shared_ptr<const TableSchema> m_tableSchema;
    std::deque<Held> m_held;
    std::map<std::int64_t, std::string> m_restored;  // by place; made batches when first needed
    std::size_t m_rows = 0;
};

}  // namespace engine
