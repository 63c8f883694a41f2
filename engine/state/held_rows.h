#pragma once

#include "data/record_batch.h"
#include "state/state_store.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace engine {

// Batches in the order in which they came. One thread adds and takes away; others read what was there when
// they pinned it. What was taken away stays until they let go and something is added or taken again.
class HeldBatches {
public:
    struct Node {
        RecordBatch batch{};
        std::uint64_t number = 0;
        Node* next = nullptr;
    };
    HeldBatches() = default;
    ~HeldBatches();
    HeldBatches(const HeldBatches&) = delete;
    HeldBatches& operator=(const HeldBatches&) = delete;

    Node* front() const { return m_front; }  // null: none is held
    Node* back() const { return m_front ? m_newest : nullptr; }
    void push(RecordBatch batch);
    void pop();
    // Of those that were taken away and stay for who has pinned them.
    std::size_t pinnedBytes() const { return m_pinnedBytes; }
    void pin(std::uint64_t number);    // this batch and all behind it
    void unpin(std::uint64_t number);  // any thread

private:
    void freeUnpinned();
    Node *m_oldest = nullptr, *m_newest = nullptr;  // of those that are not freed
    Node* m_front = nullptr;
    std::uint64_t m_pushed = 0;
    std::size_t m_pinnedBytes = 0;
    std::mutex m_mutex;
    std::multiset<std::uint64_t> m_pinned;  // guarded by m_mutex
};

// The rows that an operator holds back, in order: batches as they came, the first one from some row on.
// Saved a row at a time, each with its event time and the watermarks around it; freezing copies none of
// them. Belongs to the instance's task.
class HeldRows final : public StateTable {
public:
    static constexpr const char* kName = "held";
    explicit HeldRows(SchemaPtr schema);

    void add(const RecordBatch& batch);     // at least one row
    void follow(std::int64_t watermarkUs);  // it comes behind the last of the rows; there is one
    RecordBatch take(std::size_t rowsMax);  // the next rows, of one batch; there is one and rowsMax > 0

    // The batches in order, each with the first of its selected rows that is still held.
    void forEachBatch(const std::function<void(const RecordBatch&, std::size_t first)>& f);

    const TableSchema& schema() const override { return *m_tableSchema; }
    std::size_t rows() const override { return m_rows; }
    std::size_t bytes() const override { return m_bytes; }
    std::size_t heldBytes() const override { return m_held->pinnedBytes(); }
    std::shared_ptr<const FrozenTable> freeze() override;
    Status restore(const TableSchema& saved, const StateRow& row) override;

private:
    void buildRestored();
    SchemaPtr m_schema;
    std::shared_ptr<const TableSchema> m_tableSchema;
    std::shared_ptr<HeldBatches> m_held;
    std::size_t m_next = 0;                          // of the first batch's selected rows, that is still held
    std::map<std::int64_t, std::string> m_restored;  // by place; made batches when first needed
    std::size_t m_rows = 0, m_bytes = 0;
};

}  // namespace engine
