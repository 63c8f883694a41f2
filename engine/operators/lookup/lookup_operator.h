#pragma once

#include "data/batch_builder.h"
#include "operators/lookup/csv_table.h"
#include "operators/lookup/lookup_answers.h"
#include "operators/lookup/lookup_pool.h"
#include "operators/lookup/lookup_spec.h"
#include "state/held_rows.h"

#include <deque>
#include <optional>

namespace engine {

// Adds the columns of a table to each row, in the order of the rows. A CSV answers at once; for the others
// rows wait in state until threads of a pool have their answer, so a checkpoint has them, and after a restart
// they are asked for again. The only instance of its node, on its task's thread; never waits.
class LookupOperator final : public Operator {
public:
    explicit LookupOperator(LookupSpecPtr spec);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;
    Result<Flow> tick(Timestamp now, Output& out) override;
    Result<Flow> finish(Output& out) override;
    bool wantsInput() const override;

private:
    std::int64_t nowUs() const { return m_context->env.clock.now().time_since_epoch().count(); }
    Status openPool();
    bool keyOf(const RecordBatch& batch, std::uint32_t row);
    void askFor(const RecordBatch& batch, std::size_t first);
    void askForRestored();
    void takeAnswers();
    std::size_t readyRows() const;
    Result<Flow> release(Output& out);
    Status give(Output& out);
    Status giveRow(std::uint32_t row, Output& out);
    void addMatch(std::uint32_t row, std::string_view values);
    void flush(Output& out);
    void arm();

    LookupSpecPtr m_spec;
    OperatorContext* m_context = nullptr;
    HeldRows* m_held = nullptr;
    LookupAnswers* m_answers = nullptr;
    std::unique_ptr<CsvLoader> m_csv;
    std::shared_ptr<const CsvTable> m_table;
    std::unique_ptr<LookupPool> m_pool;
    std::deque<LookupQuestionPtr>
        m_waiting;  // one for each held row; null: a NULL key, which nothing matches
    std::deque<LookupQuestionPtr> m_unasked;  // the queue of the pool was full
    std::vector<LookupPool::Answered> m_answered;
    std::string m_key;
    bool m_isTaken = false;  // the batch of this process(), which is called again
    bool m_isEnding = false;
    std::int64_t m_passedUs = kNoWatermark;

    // The rows that are given on just now: from m_next of m_giving on, of its matches from m_match on.
    RecordBatch m_giving{};
    std::size_t m_next = 0, m_match = 0;
    std::vector<std::uint32_t> m_rows;  // of m_giving, one for each row of the output
    std::vector<ColumnBuilder> m_values;
};

}  // namespace engine
