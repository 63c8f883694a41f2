#include "data/expression_node.h"

#include <cmath>
#include <limits>

namespace engine {

namespace {

constexpr const char* kOverflow = "integer overflow";
constexpr const char* kDivisionByZero = "division by zero";

// out[row] = f(a, b) in loops that a compiler can vectorise when the rows are dense.
template <class T, class F>
void binaryLoop(const Rows& rows, T* out, const Vector& left, const Vector& right, F f)
{
    const T* a = left.column.valuesBuffer()->as<T>();
    const T* b = right.column.valuesBuffer()->as<T>();
    if (left.constant && right.constant) {
        const T value = f(*a, *b);
        rows.forEach([&](std::uint32_t row) { out[row] = value; });
    } else if (right.constant) {
        rows.forEach([out, a, y = *b, &f](std::uint32_t row) { out[row] = f(a[row], y); });
    } else if (left.constant) {
        rows.forEach([out, b, x = *a, &f](std::uint32_t row) { out[row] = f(x, b[row]); });
    } else {
        rows.forEach([out, a, b, &f](std::uint32_t row) { out[row] = f(a[row], b[row]); });
    }
}

// NULL where either side is.
void mergeValidity(const Rows& rows, VectorWriter& out, const Vector& left, const Vector& right)
{
    for (const Vector* side : {&left, &right}) {
        const std::uint8_t* from = side->column.validity();
        if (!from) continue;
        std::uint8_t* valid = out.validity();
        if (side->constant) {
            if (*from == 0) rows.forEach([&](std::uint32_t row) { valid[row] = 0; });
        } else {
            rows.forEach([valid, from](std::uint32_t row) {
                valid[row] = static_cast<std::uint8_t>(valid[row] & from[row]);
            });
        }
    }
}

bool overflows(Arithmetic operation, std::int64_t a, std::int64_t b, std::int64_t& out)
{
    switch (operation) {
    case Arithmetic::Add: return __builtin_add_overflow(a, b, &out);
    case Arithmetic::Subtract: return __builtin_sub_overflow(a, b, &out);
    case Arithmetic::Multiply: return __builtin_mul_overflow(a, b, &out);
    case Arithmetic::Divide:
    case Arithmetic::Remainder: break;
    }
    if (a == std::numeric_limits<std::int64_t>::min() && b == -1) {
        out = operation == Arithmetic::Remainder ? 0 : a;
        return operation == Arithmetic::Divide;
    }
    out = operation == Arithmetic::Divide ? a / b : a % b;
    return false;
}

class ArithmeticNode final : public Expression::Node {
public:
    ArithmeticNode(Arithmetic operation, DataType type, NodePtr left, NodePtr right)
        : Node(type),
          m_operation(operation)
    {
        const Scalar* divisor = right->literal();
        const bool safeDivisor = divisor && divisor->type == DataType::Int64 && !divisor->isNull() &&
            std::get<std::int64_t>(divisor->value) != 0 && std::get<std::int64_t>(divisor->value) != -1;
        adopt({std::move(left), std::move(right)});
        const bool divides = operation == Arithmetic::Divide || operation == Arithmetic::Remainder;
        m_canFault = m_canFault || (type != DataType::Float64 && !(divides && safeDivisor));
    }

    Vector evaluate(Frame& frame, const Rows& rows) const override
    {
        const Vector left = children()[0]->evaluate(frame, rows);
        const Vector right = children()[1]->evaluate(frame, rows);
        VectorWriter out(frame, type(), rows.physical);
        mergeValidity(rows, out, left, right);
        if (type() == DataType::Float64)
            numbers(rows, out, left, right);
        else if (m_operation == Arithmetic::Divide || m_operation == Arithmetic::Remainder)
            divide(rows, out, left, right);
        else
            integers(rows, out, left, right);
        return out.finish();
    }

private:
    void numbers(const Rows& rows, VectorWriter& out, const Vector& left, const Vector& right) const
    {
        double* target = out.slots<double>();
        switch (m_operation) {
        case Arithmetic::Add:
            binaryLoop(rows, target, left, right, [](double a, double b) { return a + b; });
            break;
        case Arithmetic::Subtract:
            binaryLoop(rows, target, left, right, [](double a, double b) { return a - b; });
            break;
        case Arithmetic::Multiply:
            binaryLoop(rows, target, left, right, [](double a, double b) { return a * b; });
            break;
        case Arithmetic::Divide:
            binaryLoop(rows, target, left, right, [](double a, double b) { return a / b; });
            break;
        case Arithmetic::Remainder:
            binaryLoop(rows, target, left, right, [](double a, double b) { return std::fmod(a, b); });
            break;
        }
    }

    void integers(const Rows& rows, VectorWriter& out, const Vector& left, const Vector& right) const
    {
        std::int64_t* target = out.slots<std::int64_t>();
        bool bad = false;
        std::int64_t result = 0;
        if (m_operation == Arithmetic::Add)
            binaryLoop(rows, target, left, right, [&bad](std::int64_t a, std::int64_t b) {
                const auto sum =
                    static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
                bad |= ((a ^ sum) & (b ^ sum)) < 0;
                return sum;
            });
        else if (m_operation == Arithmetic::Subtract)
            binaryLoop(rows, target, left, right, [&bad](std::int64_t a, std::int64_t b) {
                const auto rest =
                    static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
                bad |= ((a ^ b) & (a ^ rest)) < 0;
                return rest;
            });
        else
            binaryLoop(rows, target, left, right, [&bad, &result](std::int64_t a, std::int64_t b) {
                bad |= __builtin_mul_overflow(a, b, &result);
                return result;
            });
        if (!bad) return;
        // Which rows it was is asked only now; NULL slots hold anything and do not count.
        rows.forEach([&](std::uint32_t row) {
            if (!left.isNull(row) && !right.isNull(row) &&
                overflows(m_operation, left.integer(row), right.integer(row), result))
                out.fault(row, kOverflow);
        });
    }

    void divide(const Rows& rows, VectorWriter& out, const Vector& left, const Vector& right) const
    {
        rows.forEach([&](std::uint32_t row) {
            std::int64_t result = 0;
            if (left.isNull(row) || right.isNull(row)) return;
            if (right.integer(row) == 0)
                out.fault(row, kDivisionByZero);
            else if (overflows(m_operation, left.integer(row), right.integer(row), result))
                out.fault(row, kOverflow);
            out.setInteger(row, result);
        });
    }

    Arithmetic m_operation;
};

}  // namespace

NodePtr arithmeticNode(Arithmetic operation, NodePtr left, NodePtr right)
{
    const DataType type =
        left->type() == DataType::Time || right->type() == DataType::Time ? DataType::Time : left->type();
    return folded(std::make_shared<ArithmeticNode>(operation, type, std::move(left), std::move(right)));
}

}  // namespace engine
