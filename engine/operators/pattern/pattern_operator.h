#pragma once

#include "component/operator.h"
#include "data/batch_builder.h"
#include "operators/pattern/pattern_matcher.h"

#include <map>
#include <string>
#include <vector>

namespace engine {

// Puts the rows of each key in the order of their times as the watermark passes them, and gives one row for
// each match. One for each instance, on its task's thread.
class PatternOperator final : public Operator {
public:
    explicit PatternOperator(PatternSpecPtr spec);
    Status open(OperatorContext& context) override;
    Result<Flow> process(int port, const RecordBatch& batch, Output& out) override;
    Result<Flow> advance(std::int64_t watermarkUs, Output& out) override;

private:
    struct Fault {
        RowFault fault{};
        std::string column{};
    };
    bool evaluate(const RecordBatch& batch);
    void keepFaults(const std::string& column);
    void takeRows(const RecordBatch& batch, Output& out);
    void takeRow(const RecordBatch& batch, std::uint32_t row);
    void appendOrder(const RecordBatch& batch, std::uint32_t row);
    void list(const std::string& name, PatternKey& key);
    void listRestored();
    bool work(const std::string& name, PatternKey& key, std::int64_t watermarkUs, Output& out);
    void takeNext(PatternKey& key);
    void addMatch(const PatternKey& key, const PatternRun& match);
    void awaitAbsence(PatternKey& key, const PatternRun& match);
    void giveAbsent(PatternKey& key, std::int64_t watermarkUs);
    void putKey();
    void endMatch(std::int64_t timeUs);
    void rejectRow(const PatternRow& row, const RowFault& fault);
    void giveMatches(Output& out);
    bool giveSome(const RecordBatch& matches, Output& out);

    PatternSpecPtr m_spec;
    PatternMatcher m_matcher;
    BatchBuilder m_matches;  // of spec.matchSchema
    OperatorContext* m_context = nullptr;
    PatternTable* m_table = nullptr;
    std::map<std::int64_t, std::vector<std::string>> m_due;  // keys by the time at which they have work
    bool m_isListed = false;
    std::int64_t m_reachedUs = kNoWatermark;
    std::size_t m_next = 0;  // of the rows of the batch that is given
    PieceSize m_size, m_matchSize;
    EvalContext m_eval;
    std::vector<Column> m_values;
    std::vector<std::uint64_t> m_isOf;
    std::vector<Fault> m_faults;
    std::vector<std::uint32_t> m_rows;
    std::string m_key, m_order;
    const std::string* m_working = nullptr;  // the key whose rows are matched
    PatternKey* m_workingKey = nullptr;
    Output* m_out = nullptr;  // during a call
    SchemaPtr m_faultSchema{};
};

}  // namespace engine
