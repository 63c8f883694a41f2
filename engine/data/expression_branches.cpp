#include "data/expression_node.h"

#include <algorithm>

namespace engine {

namespace {

// A list of rows out of the context's spare buffers.
struct RowList {
    std::shared_ptr<Buffer> keep{};
    std::uint32_t* rows = nullptr;
    std::size_t count = 0;

    RowList(Frame& frame, std::size_t capacity) { rows = spareRows(frame, capacity, keep).data(); }
    Rows view(std::size_t physical) const { return {rows, count, physical}; }
};

// AND, OR of two or more. A further operand is looked at only in rows that are not decided yet, when it may
// fault.
class LogicNode final : public Expression::Node {
public:
    LogicNode(bool isAnd, std::vector<NodePtr> operands) : Node(DataType::Bool), m_isAnd(isAnd)
    {
        adopt(std::move(operands));
        for (std::size_t i = 1; i < children().size(); ++i)
            m_laterCanFault = m_laterCanFault || children()[i]->canFault();
    }

    Vector evaluate(Frame& frame, const Rows& rows) const override
    {
        VectorWriter out(frame, DataType::Bool, rows.physical);
        std::uint8_t* flags = out.slots<std::uint8_t>();
        std::uint8_t* valid = out.validity();
        rows.forEach([&](std::uint32_t row) { flags[row] = m_isAnd; });
        RowList open(frame, rows.count);
        const std::uint8_t decided = !m_isAnd;
        for (std::size_t i = 0; i < children().size(); ++i) {
            Rows asked = rows;
            if (i > 0 && children()[i]->canFault()) {
                open.count = 0;
                rows.forEach([&](std::uint32_t row) {
                    open.rows[open.count] = row;
                    open.count += static_cast<std::size_t>((valid[row] == 0) | (flags[row] != decided));
                });
                asked = open.view(rows.physical);
            }
            const Vector in = children()[i]->evaluate(frame, asked);
            asked.forEach([&](std::uint32_t row) {
                if (valid[row] && flags[row] == decided) return;
                if (in.isNull(row)) {
                    valid[row] = 0;
                } else if (in.flag(row) == static_cast<bool>(decided)) {
                    valid[row] = 1;
                    flags[row] = decided;
                }
            });
        }
        return out.finish();
    }

    std::size_t select(Frame& frame, const Rows& rows, std::uint32_t* out) const override
    {
        if (!m_isAnd || m_laterCanFault) return Node::select(frame, rows, out);
        std::size_t count = children()[0]->select(frame, rows, out);
        for (std::size_t i = 1; i < children().size() && count > 0; ++i)
            count = children()[i]->select(frame, Rows{out, count, rows.physical}, out);
        return count;
    }

private:
    bool m_isAnd;
    bool m_laterCanFault = false;
};

void takeAway(RowList& from, const RowList& taken)
{
    std::size_t kept = 0, next = 0;
    for (std::size_t i = 0; i < from.count; ++i) {
        if (next < taken.count && taken.rows[next] == from.rows[i])
            ++next;
        else
            from.rows[kept++] = from.rows[i];
    }
    from.count = kept;
}

// Condition, value, condition, value, ..., otherwise: each evaluated only in the rows that come to it.
class CaseNode final : public Expression::Node {
public:
    CaseNode(DataType type, std::vector<NodePtr> parts) : Node(type) { adopt(std::move(parts)); }

    Vector evaluate(Frame& frame, const Rows& rows) const override
    {
        VectorWriter out(frame, type(), rows.physical);
        RowList open(frame, rows.count), taken(frame, rows.count);
        rows.forEach([&](std::uint32_t row) { open.rows[open.count++] = row; });
        for (std::size_t i = 0; i + 1 < children().size() && open.count > 0; i += 2) {
            taken.count = children()[i]->select(frame, open.view(rows.physical), taken.rows);
            if (taken.count == 0) continue;
            const Rows here = taken.view(rows.physical);
            scatter(out, children()[i + 1]->evaluate(frame, here), here);
            takeAway(open, taken);
        }
        const Rows rest = open.view(rows.physical);
        if (open.count > 0) scatter(out, children().back()->evaluate(frame, rest), rest);
        return out.finish();
    }
};

class CoalesceNode final : public Expression::Node {
public:
    CoalesceNode(DataType type, std::vector<NodePtr> parts) : Node(type) { adopt(std::move(parts)); }

    Vector evaluate(Frame& frame, const Rows& rows) const override
    {
        Vector first = children()[0]->evaluate(frame, rows);
        // A constant is told by its node: whoever asked takes this one for a column.
        if (!first.mayHaveNulls() && !first.constant) return first;
        VectorWriter out(frame, type(), rows.physical);
        RowList open(frame, rows.count), found(frame, rows.count);
        rows.forEach([&](std::uint32_t row) { open.rows[open.count++] = row; });
        for (std::size_t i = 0; i < children().size() && open.count > 0; ++i) {
            const Vector in =
                i == 0 ? std::move(first) : children()[i]->evaluate(frame, open.view(rows.physical));
            found.count = 0;
            std::size_t kept = 0;
            for (std::size_t at = 0; at < open.count; ++at) {
                const std::uint32_t row = open.rows[at];
                if (in.isNull(row))
                    open.rows[kept++] = row;
                else
                    found.rows[found.count++] = row;
            }
            open.count = kept;
            scatter(out, in, found.view(rows.physical));
        }
        for (std::size_t i = 0; i < open.count; ++i) out.setNull(open.rows[i]);
        return out.finish();
    }
};

}  // namespace

void scatter(VectorWriter& out, const Vector& in, const Rows& rows)
{
    const std::uint32_t* first = rows.index;
    if (rows.count == 0) return;
    if (in.constant && in.type() == DataType::String && !in.isNull(0)) {
        // One copy of the text serves all rows.
        const std::uint32_t one = first ? *first : 0;
        out.setText(one, in.text(0));
        const TextRef ref = out.slots<TextRef>()[one];
        if (in.text(0).size() == ref.length)
            rows.forEach([&](std::uint32_t row) { out.slots<TextRef>()[row] = ref; });
        return;
    }
    rows.forEach([&](std::uint32_t row) {
        if (in.isNull(row)) {
            out.setNull(row);
            return;
        }
        switch (in.type()) {
        case DataType::Bool: out.setFlag(row, in.flag(row)); break;
        case DataType::Float64: out.setNumber(row, in.number(row)); break;
        case DataType::String: out.setText(row, in.text(row)); break;
        default: out.setInteger(row, in.integer(row)); break;
        }
    });
}

NodePtr logicNode(bool isAnd, std::vector<NodePtr> children)
{
    return folded(std::make_shared<LogicNode>(isAnd, std::move(children)));
}

NodePtr caseNode(DataType type, std::vector<NodePtr> children)
{
    return folded(std::make_shared<CaseNode>(type, std::move(children)));
}

NodePtr coalesceNode(DataType type, std::vector<NodePtr> children)
{
    return folded(std::make_shared<CoalesceNode>(type, std::move(children)));
}

}  // namespace engine
