#include "data/expression_node.h"

#include <algorithm>
#include <functional>

namespace engine {

namespace {

Comparison mirrored(Comparison comparison)
{
    switch (comparison) {
    case Comparison::Less: return Comparison::Greater;
    case Comparison::LessEqual: return Comparison::GreaterEqual;
    case Comparison::Greater: return Comparison::Less;
    case Comparison::GreaterEqual: return Comparison::LessEqual;
    default: return comparison;
    }
}

// Calls f with the comparison as a function object.
template <class F>
void withComparison(Comparison comparison, F&& f)
{
    switch (comparison) {
    case Comparison::Equal: f(std::equal_to<>()); break;
    case Comparison::NotEqual: f(std::not_equal_to<>()); break;
    case Comparison::Less: f(std::less<>()); break;
    case Comparison::LessEqual: f(std::less_equal<>()); break;
    case Comparison::Greater: f(std::greater<>()); break;
    case Comparison::GreaterEqual: f(std::greater_equal<>()); break;
    }
}

// Calls f with a function row -> bool, for the type and the shape of the right side. NULL slots hold
// anything.
template <class F>
void withRowTest(Comparison comparison, const Vector& left, const Vector& right, F&& f)
{
    const auto plain = [&](const auto* a, const auto* b) {
        withComparison(comparison, [&](auto compare) {
            if (right.constant)
                f([a, y = *b, compare](std::uint32_t row) { return compare(a[row], y); });
            else
                f([a, b, compare](std::uint32_t row) { return compare(a[row], b[row]); });
        });
    };
    switch (left.type()) {
    case DataType::Float64: plain(left.column.numbers().data(), right.column.numbers().data()); break;
    case DataType::Bool: plain(left.column.flags().data(), right.column.flags().data()); break;
    case DataType::String:
        withComparison(comparison, [&](auto compare) {
            f([&left, &right, compare](std::uint32_t row) {
                return compare(left.text(row), right.text(row));
            });
        });
        break;
    default: plain(left.column.integers().data(), right.column.integers().data()); break;
    }
}

// Column with column or column with constant, both of one type. Doubles compare as IEEE says: NaN equals
// nothing.
class ComparisonNode final : public Expression::Node {
public:
    ComparisonNode(Comparison comparison, NodePtr left, NodePtr right)
        : Node(DataType::Bool),
          m_comparison(comparison)
    {
        adopt({std::move(left), std::move(right)});
    }

    Vector evaluate(Frame& frame, const Rows& rows) const override
    {
        const auto [left, right] = sides(frame, rows);
        return compared(frame, rows, left, right);
    }

    std::size_t select(Frame& frame, const Rows& rows, std::uint32_t* out) const override
    {
        const auto [left, right] = sides(frame, rows);
        if (isNeverTrue(left, right)) return 0;
        if (left.constant || right.mayHaveNulls())
            return selectTrue(compared(frame, rows, left, right), rows, out);
        std::size_t count = 0;
        withRowTest(m_comparison, left, right, [&](auto test) {
            if (const std::uint8_t* valid = left.column.validity()) {
                rows.forEach([&, out](std::uint32_t row) {
                    out[count] = row;
                    count += static_cast<std::size_t>(test(row)) & static_cast<std::size_t>(valid[row] != 0);
                });
            } else {
                std::size_t kept = 0;
                rows.forEach([&kept, &test, out](std::uint32_t row) {
                    out[kept] = row;
                    kept += static_cast<std::size_t>(test(row));
                });
                count = kept;
            }
        });
        return count;
    }

private:
    Vector compared(Frame& frame, const Rows& rows, const Vector& left, const Vector& right) const
    {
        VectorWriter out(frame, DataType::Bool, rows.physical);
        if (isNeverTrue(left, right)) {
            std::uint8_t* valid = out.validity();
            rows.forEach([valid](std::uint32_t row) { valid[row] = 0; });
            return out.finish();
        }
        std::uint8_t* flags = out.slots<std::uint8_t>();
        if (left.mayHaveNulls() || right.mayHaveNulls()) {
            std::uint8_t* valid = out.validity();
            rows.forEach([&](std::uint32_t row) { valid[row] = !left.isNull(row) && !right.isNull(row); });
        }
        if (left.constant) {
            withRowTest(mirrored(m_comparison), right, left, [&](auto test) {
                rows.forEach([flags, &test](std::uint32_t row) { flags[row] = test(row); });
            });
            return out.finish();
        }
        withRowTest(m_comparison, left, right, [&](auto test) {
            rows.forEach([flags, &test](std::uint32_t row) { flags[row] = test(row); });
        });
        return out.finish();
    }

    std::pair<Vector, Vector> sides(Frame& frame, const Rows& rows) const
    {
        return {children()[0]->evaluate(frame, rows), children()[1]->evaluate(frame, rows)};
    }
    static bool isNeverTrue(const Vector& left, const Vector& right)
    {
        return (left.constant && left.isNull(0)) || (right.constant && right.isNull(0));
    }
    Comparison m_comparison;
};

// Whether a value is one of a list of literals, looked up in sorted order.
class InNode final : public Expression::Node {
public:
    InNode(NodePtr operand, const std::vector<Scalar>& values, bool hasNull)
        : Node(DataType::Bool),
          m_hasNull(hasNull)
    {
        for (const Scalar& value : values) {
            if (const auto* text = std::get_if<std::string>(&value.value))
                m_texts.push_back(*text);
            else if (const auto* number = std::get_if<double>(&value.value)) {
                if (*number == *number) m_numbers.push_back(*number);
            } else if (const auto* flag = std::get_if<bool>(&value.value))
                m_integers.push_back(*flag);
            else
                m_integers.push_back(std::get<std::int64_t>(value.value));
        }
        std::sort(m_texts.begin(), m_texts.end());
        std::sort(m_numbers.begin(), m_numbers.end());
        std::sort(m_integers.begin(), m_integers.end());
        adopt({std::move(operand)});
    }

    Vector evaluate(Frame& frame, const Rows& rows) const override
    {
        const Vector in = children()[0]->evaluate(frame, rows);
        VectorWriter out(frame, DataType::Bool, rows.physical);
        rows.forEach([&](std::uint32_t row) {
            const bool found = !in.isNull(row) && contains(in, row);
            out.setFlag(row, found);
            if (in.isNull(row) || (m_hasNull && !found)) out.setNull(row);
        });
        return out.finish();
    }

private:
    bool contains(const Vector& in, std::uint32_t row) const
    {
        switch (in.type()) {
        case DataType::String:
            return std::binary_search(m_texts.begin(), m_texts.end(), in.text(row), std::less<>());
        case DataType::Float64: {
            const double number = in.number(row);
            return number == number && std::binary_search(m_numbers.begin(), m_numbers.end(), number);
        }
        case DataType::Bool:
            return std::binary_search(m_integers.begin(), m_integers.end(), std::int64_t{in.flag(row)});
        default: return std::binary_search(m_integers.begin(), m_integers.end(), in.integer(row));
        }
    }
    bool m_hasNull;
    std::vector<std::string> m_texts;
    std::vector<double> m_numbers;
    std::vector<std::int64_t> m_integers;
};

}  // namespace

NodePtr comparisonNode(Comparison comparison, NodePtr left, NodePtr right)
{
    if (left->literal() && !right->literal()) {
        std::swap(left, right);
        comparison = mirrored(comparison);
    }
    return folded(std::make_shared<ComparisonNode>(comparison, std::move(left), std::move(right)));
}

NodePtr inNode(NodePtr operand, std::vector<Scalar> values, bool hasNull)
{
    return folded(std::make_shared<InNode>(std::move(operand), values, hasNull));
}

}  // namespace engine
