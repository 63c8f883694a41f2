#pragma once

#include "data/expression.h"

#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace engine {

// The physical rows to work on: all of `physical`, or the `count` that `index` lists, ascending.
struct Rows {
    const std::uint32_t* index = nullptr;
    std::size_t count = 0;
    std::size_t physical = 0;

    template <class F>
    void forEach(F&& f) const
    {
        if (index) {
            for (std::size_t i = 0; i < count; ++i) f(index[i]);
        } else {
            for (std::uint32_t row = 0, n = static_cast<std::uint32_t>(count); row < n; ++row) f(row);
        }
    }
};

// What a node gives for some rows: a column with a slot for each physical row, or one slot that holds for
// all.
struct Vector {
    Column column{};
    bool constant = false;

    DataType type() const { return column.type(); }
    std::size_t at(std::size_t row) const { return constant ? 0 : row; }
    bool mayHaveNulls() const { return column.mayHaveNulls(); }
    bool isNull(std::size_t row) const { return column.isNull(at(row)); }
    bool flag(std::size_t row) const { return column.flags()[at(row)] != 0; }
    std::int64_t integer(std::size_t row) const { return column.integers()[at(row)]; }
    double number(std::size_t row) const { return column.numbers()[at(row)]; }
    std::string_view text(std::size_t row) const { return column.text(at(row)); }
    bool isTrue(std::size_t row) const { return !isNull(row) && flag(row); }
    bool isFalse(std::size_t row) const { return !isNull(row) && !flag(row); }
};

// One evaluation of one formula over one batch.
struct Frame {
    const RecordBatch* batch = nullptr;  // none while constants are folded
    EvalContext& context;

    // `value`: the text that is to blame.
    void fault(std::uint32_t row, const char* reason, std::optional<std::string_view> value = {});
};

// Writes the result of a node. Slots of rows that are not written stay undefined; text slots are empty then.
class VectorWriter {
public:
    VectorWriter(Frame& frame, DataType type, std::size_t physicalRows);
    Frame& frame() { return m_frame; }
    template <class T>
    T* slots()
    {
        return m_values->as<T>();
    }
    std::uint8_t* validity();  // made on demand, all valid
    void setNull(std::uint32_t row) { validity()[row] = 0; }
    void setFlag(std::uint32_t row, bool value) { slots<std::uint8_t>()[row] = value; }
    void setInteger(std::uint32_t row, std::int64_t value) { slots<std::int64_t>()[row] = value; }
    void setNumber(std::uint32_t row, double value) { slots<double>()[row] = value; }
    void fault(std::uint32_t row, const char* reason, std::optional<std::string_view> value = {})
    {
        m_frame.fault(row, reason, value);
        setNull(row);
    }
    void setText(std::uint32_t row, std::string_view value);   // copies
    void shareText(const Column& column);                      // before setShared
    void setShared(std::uint32_t row, std::string_view part);  // points into the shared text
    char* reserveText(std::uint32_t row, std::size_t bytes);   // or null and a fault; then commitText
    void commitText(std::uint32_t row, std::size_t bytes);
    Vector finish();

private:
    Frame& m_frame;
    DataType m_type;
    std::size_t m_rows;
    std::shared_ptr<Buffer> m_values, m_validity, m_text;
    BufferPtr m_shared;
};

// A checked part of a formula. Immutable after binding, shared by all threads; what it works with lies in the
// Frame.
struct Expression::Node {
    explicit Node(DataType type) : m_type(type) { }
    virtual ~Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    DataType type() const { return m_type; }
    const std::vector<std::shared_ptr<const Node>>& children() const { return m_children; }
    bool canFault() const { return m_canFault; }
    virtual Vector evaluate(Frame& frame, const Rows& rows) const = 0;
    // Writes the rows that are true into `out`, which has room for all of `rows` and may be their own list;
    // gives how many.
    virtual std::size_t select(Frame& frame, const Rows& rows, std::uint32_t* out) const;
    virtual std::optional<std::size_t> columnIndex() const { return std::nullopt; }
    virtual const Scalar* literal() const { return nullptr; }
    virtual bool isUntypedNull() const { return false; }
    virtual bool isFoldable() const { return true; }

protected:
    void adopt(std::vector<std::shared_ptr<const Node>> children)
    {
        m_children = std::move(children);
        for (const auto& child : m_children) m_canFault = m_canFault || child->canFault();
    }
    DataType m_type;
    bool m_canFault = false;
    std::vector<std::shared_ptr<const Node>> m_children;
};

using NodePtr = std::shared_ptr<const Expression::Node>;

// What a function's kernel works on. It writes every row of `rows` to `out`, once.
struct Call {
    Frame& frame;
    const Rows& rows;
    std::span<const Vector> args;
    VectorWriter& out;
    const void* state;  // what was prepared when the formula was compiled, or null

    const Vector& operator[](std::size_t index) const { return args[index]; }
    // What it gives is of no use any more; for kernels whose work on one row may be long.
    bool isInVain() const { return frame.context.texts.isExceeded; }
    // Calls f(row) where no argument is NULL; elsewhere the result is NULL.
    template <class F>
    void eachValid(F&& f) const
    {
        bool nulls = false;
        for (const Vector& arg : args) nulls = nulls || arg.mayHaveNulls();
        if (!nulls) {
            rows.forEach(f);
            return;
        }
        rows.forEach([&](std::uint32_t row) {
            for (const Vector& arg : args) {
                if (!arg.isNull(row)) continue;
                out.setNull(row);
                return;
            }
            f(row);
        });
    }
};
using Kernel = void (*)(Call&);

struct KernelTraits {
    bool canFault = false;
    bool foldable = true;
    std::shared_ptr<const void> state{};
};

NodePtr columnNode(std::size_t index, DataType type);
NodePtr literalNode(Scalar value);
NodePtr untypedNullNode();
NodePtr callNode(DataType type, Kernel kernel, std::vector<NodePtr> children, KernelTraits traits = {});
enum class Arithmetic { Add, Subtract, Multiply, Divide, Remainder };
NodePtr arithmeticNode(Arithmetic operation, NodePtr left,
                       NodePtr right);  // both Int64, both Float64; Time with Int64
enum class Comparison { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };
NodePtr comparisonNode(Comparison comparison, NodePtr left, NodePtr right);  // of one type
NodePtr logicNode(bool isAnd, std::vector<NodePtr> children);
NodePtr inNode(NodePtr operand, std::vector<Scalar> values, bool hasNull);
NodePtr caseNode(DataType type, std::vector<NodePtr> children);  // condition, value, ..., otherwise
NodePtr coalesceNode(DataType type, std::vector<NodePtr> children);
NodePtr processingTimeNode(bool inSeconds);

// The node itself, or a literal when all it needs is known already and it has a value.
NodePtr folded(NodePtr node);
NodePtr toNumber(NodePtr node);  // Int64 to Float64; others as they are

// Writes the rows where the flags are true into `out`, as Node::select does.
std::size_t selectTrue(const Vector& flags, const Rows& rows, std::uint32_t* out);
void scatter(VectorWriter& out, const Vector& in, const Rows& rows);  // puts the values of some rows into it
Vector vectorOf(const Scalar& value);  // constant
Scalar scalarAt(const Vector& vector, std::size_t row);
std::span<std::uint32_t> spareRows(Frame& frame, std::size_t count, std::shared_ptr<Buffer>& keep);

}  // namespace engine
