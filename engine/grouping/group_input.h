#pragma once

#include "component/operator.h"
#include "data/expression.h"
#include "grouping/group_layout.h"

#include <optional>
#include <vector>

namespace engine {

// The formulas of one aggregate, compiled over the input.
struct AggregateFormulas {
    std::optional<Expression> argument{};  // none: COUNT(*)
    std::optional<Expression> second{};
    std::optional<Expression> filter{};
};

// How rows of the input become keys and arguments. Made in bind, immutable, shared by lanes and merge.
struct GroupFormulas {
    std::vector<std::size_t> keyColumns{};
    std::vector<AggregateFormulas> aggregates{};
};

// A batch made ready for tables of groups: its rows without those that were rejected, a key for each, a
// column for each argument.
struct GroupedInput {
    RecordBatch batch{};
    std::size_t taken = 0;              // of the batch's rows
    std::vector<std::uint32_t> rows{};  // physical
    std::vector<GroupRow> keys{};       // one for each of `rows`; texts point into the batch or `encodedKeys`
    struct Argument {
        Column values{}, second{};
        bool hasFilter = false;
        std::vector<std::uint8_t> passes{};  // by physical row, when it has a filter
    };
    std::vector<Argument> arguments{};
    const std::int64_t* order = nullptr;   // by physical row: what first and last go by
    std::vector<std::int64_t> arrivals{};  // set for the rows of the batch, whatever pieces it came in
    std::string encodedKeys{};
};

// Evaluates the formulas of a node that groups, one batch at a time. One for each lane and each instance;
// never shared.
class GroupInput {
public:
    GroupInput(GroupLayoutPtr layout, std::shared_ptr<const GroupFormulas> formulas)
        : m_layout(std::move(layout)),
          m_formulas(std::move(formulas))
    {
    }
    // Rejects rows whose formulas have no value, or whose time no window can hold. Takes the rows of the
    // batch from `first` on, as many as the texts of the formulas allow. The answer is good until the next
    // call. `firstArrival`: the number of the batch's first row.
    const GroupedInput& prepare(const RecordBatch& batch, std::size_t first, Env& env,
                                std::int64_t firstArrival, Output& out);

private:
    struct Fault {
        std::uint32_t physicalRow = 0;
        std::string reason{};
        std::string column{};  // of the aggregate
    };
    void look(const RecordBatch& batch);
    bool evaluate(const RecordBatch& batch);  // false: the texts came to too much for so many rows
    Column valuesOf(const Expression& formula, const RecordBatch& batch, std::size_t index);
    void noteFaults(std::size_t aggregate);
    void dropRejected(const RecordBatch& batch, Output& out);
    void makeKeys(const RecordBatch& batch);
    void encodeKeys(const RecordBatch& batch);
    void dropNullKeys(const RecordBatch& batch);

    GroupLayoutPtr m_layout;
    std::shared_ptr<const GroupFormulas> m_formulas;
    EvalContext m_context;
    PieceSize m_size;
    GroupedInput m_rows;
    std::vector<Fault> m_faults;
    std::vector<std::uint32_t> m_passing;
    std::vector<std::size_t> m_keyEnds;
};

}  // namespace engine
