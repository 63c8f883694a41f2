#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "data/record_batch.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine {

// A single value, for literals, parameters and results of tests. monostate is NULL; a Time is int64 µs with
// type Time.
struct Scalar {
    DataType type = DataType::String;
    std::variant<std::monostate, bool, std::int64_t, double, std::string> value{};
    bool isNull() const { return value.index() == 0; }
    bool operator==(const Scalar&) const = default;
};

// Named constants that a formula may use as ${name}: typed literals, never pasted text.
using Constants = std::map<std::string, Scalar, std::less<>>;

// What is wrong with a formula: a sentence, and the bytes of its text that it is about.
struct ExpressionError {
    std::string message{};
    std::size_t offset = 0;
    std::size_t length = 0;
    // Nothing is wrong as far as can be seen: the formula uses columns of which only the names are known.
    bool isOpen() const { return message.empty(); }
};

// A part of a text, counted in characters (code points) from 0, as people do.
struct TextSpan {
    std::size_t begin = 0, length = 0;
};
TextSpan charactersOf(std::string_view source, const ExpressionError& error);  // at least one

// One row whose formula has no value (a division of integers by zero, say): it is rejected for this reason.
struct RowFault {
    std::uint32_t physicalRow = 0;
    const char* reason = "";
    std::string value{};  // that is to blame, where one is; its beginning
    std::string text() const;
};

// The texts that formulas have made since an operator began to count. Bounded, a formula makes no more than
// limits::kFormulaTextBytes: it gives up, what it gives is of no use, and the operator asks again for fewer
// rows.
struct TextBudget {
    std::size_t madeBytes = 0;
    bool isBounded = false;
    bool isExceeded = false;
};

// How many rows of a batch a node gives its formulas at a time: all, and fewer where the texts came to too
// much. What the formulas give does not depend on it.
class PieceSize {
public:
    std::size_t of(std::size_t rowsLeft) const { return std::min(rowsLeft, m_rowsMost); }
    void wasTooMuch(std::size_t rows)
    {
        m_rowsMost = std::max<std::size_t>(1, rows / 2);
        m_fitted = 0;
    }
    void fitted(std::size_t rows)
    {
        if (rows < m_rowsMost || ++m_fitted < kTriesMoreAfter) return;
        m_rowsMost = rows * 2;
        m_fitted = 0;
    }

private:
    static constexpr int kTriesMoreAfter = 8;  // what is tried in vain is an eighth of the work at most
    std::size_t m_rowsMost = limits::kBatchRows;
    int m_fitted = 0;
};

// What the formulas of one operator instance work with between batches: spare buffers, the clock for
// PROCTIME(), and the faults of the last evaluation. Never shared between tasks.
class EvalContext {
public:
    std::int64_t processingTimeUs = 0;  // set by the operator from Env before a batch
    std::vector<RowFault> faults;  // of selected rows, ascending, one a row; cleared by each evaluate/select
    TextBudget texts;

    // A buffer of at least `bytes` that nobody else holds, used again once all its holders have let go.
    std::shared_ptr<Buffer> spareBuffer(std::size_t bytes);
    void giveAway(const Column& column);  // its buffers leave this task: they are not used again here

private:
    std::vector<std::shared_ptr<Buffer>> m_spare;
    std::size_t m_spareBytes = 0;
};

struct ExpressionTree;

// A parsed, type-checked formula over the columns of one schema. Immutable and shared by all lanes; evaluated
// a batch at a time by vector kernels that touch the selected rows alone (semantics.md section 5).
class Expression {
public:
    struct Node;
    // Errors carry ErrorCode::BadData and the sentence; the overload below gives the position besides.
    static Result<Expression> compile(std::string_view source, const Schema& schema,
                                      const Constants& constants = {});
    static std::variant<Expression, ExpressionError> check(std::string_view source, const Schema& schema,
                                                           const Constants& constants = {});
    static std::variant<Expression, ExpressionError> ofTree(const ExpressionTree& tree, const Schema& schema);
    DataType type() const { return m_type; }
    // A column of batch.physicalRows() slots; slots of rows that are not selected, or that have a fault, are
    // undefined. Texts are counted in context.texts, and the column is of no use when that is exceeded.
    Column evaluate(const RecordBatch& batch, EvalContext& context) const;
    // Appends to `rows` (cleared first) the physical rows that are selected and true; a Bool expression only.
    void select(const RecordBatch& batch, EvalContext& context, std::vector<std::uint32_t>& rows) const;
    std::optional<std::size_t> plainColumn() const;  // the index when the formula is just a column
    std::vector<std::size_t> columnsUsed() const;    // ascending indexes into the schema
    std::optional<Scalar> constantValue() const;     // when it is the same for every row

private:
    Column evaluateInPieces(const RecordBatch& batch, EvalContext& context) const;
    std::shared_ptr<const Node> m_root;
    DataType m_type = DataType::Bool;
};

}  // namespace engine
