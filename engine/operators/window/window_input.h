#pragma once

#include "component/operator.h"
#include "data/expression.h"
#include "operators/window/window_layout.h"

#include <optional>
#include <vector>

namespace engine {

// Keys as the tables look them up; also made when saved state is read.
GroupRow textGroupKey(std::string_view text);
GroupRow integerGroupKey(std::uint64_t word);
GroupRow nullGroupKey();

// The formulas of one aggregate, compiled over the input.
struct AggregateFormulas {
    std::optional<Expression> argument{};  // none: COUNT(*)
    std::optional<Expression> filter{};
};

// How rows of the input become keys and arguments. Made in bind, immutable, shared by lanes and merge.
struct WindowFormulas {
    std::vector<std::size_t> keyColumns{};
    std::vector<AggregateFormulas> aggregates{};
};

// A batch made ready for the tables: its rows without those that were rejected, a key for each, a column for
// each argument.
struct WindowRows {
    RecordBatch batch{};
    std::size_t taken = 0;              // of the batch's rows
    std::vector<std::uint32_t> rows{};  // physical
    std::vector<GroupRow> keys{};       // one for each of `rows`; texts point into the batch or `encodedKeys`
    struct Argument {
        Column values{};
        bool hasFilter = false;
        std::vector<std::uint8_t> passes{};  // by physical row, when it has a filter
    };
    std::vector<Argument> arguments{};
    const std::int64_t* order = nullptr;   // by physical row: what first and last go by
    std::vector<std::int64_t> arrivals{};  // set for the rows of the batch, whatever pieces it came in
    std::string encodedKeys{};
};

// Evaluates the formulas of a window over one batch at a time. One for each lane and each instance; never
// shared.
class WindowInput {
public:
    WindowInput(WindowLayoutPtr layout, std::shared_ptr<const WindowFormulas> formulas)
        : m_layout(std::move(layout)),
          m_formulas(std::move(formulas))
    {
    }
    // Rejects rows whose formulas have no value, or whose time no window can hold. Takes the rows of the
    // batch from `first` on, as many as the texts of the formulas allow. The answer is good until the next
    // call. `firstArrival`: the number of the batch's first row.
    const WindowRows& prepare(const RecordBatch& batch, std::size_t first, Env& env,
                              std::int64_t firstArrival, Output& out);

private:
    struct Fault {
        std::uint32_t physicalRow = 0;
        std::string reason{};
        std::string column{};  // of the aggregate
    };
    void look(const RecordBatch& batch);
    bool evaluate(const RecordBatch& batch);  // false: the texts came to too much for so many rows
    void evaluateArgument(const RecordBatch& batch, std::size_t index);
    void noteFaults(std::size_t aggregate);
    void dropRejected(const RecordBatch& batch, Output& out);
    void makeKeys(const RecordBatch& batch);
    void encodeKeys(const RecordBatch& batch);
    void dropNullKeys(const RecordBatch& batch);

    WindowLayoutPtr m_layout;
    std::shared_ptr<const WindowFormulas> m_formulas;
    EvalContext m_context;
    PieceSize m_size;
    WindowRows m_rows;
    std::vector<Fault> m_faults;
    std::vector<std::uint32_t> m_passing;
    std::vector<std::size_t> m_keyEnds;
};

}  // namespace engine
