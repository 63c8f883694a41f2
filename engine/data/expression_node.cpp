#include "data/expression_node.h"

#include "base/limits.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kBatchTextBytes = std::size_t{1} << 30;  // texts of one result: offsets have 32 bits

class ColumnNode final : public Expression::Node {
public:
    ColumnNode(std::size_t index, DataType type) : Node(type), m_index(index) { }
    Vector evaluate(Frame& frame, const Rows&) const override
    {
        return {frame.batch->column(m_index), false};
    }
    std::optional<std::size_t> columnIndex() const override { return m_index; }
    bool isFoldable() const override { return false; }

private:
    std::size_t m_index;
};

class LiteralNode final : public Expression::Node {
public:
    LiteralNode(Scalar value, bool untyped)
        : Node(value.type),
          m_value(std::move(value)),
          m_untyped(untyped),
          m_vector(vectorOf(m_value))
    {
    }
    Vector evaluate(Frame&, const Rows&) const override { return m_vector; }
    const Scalar* literal() const override { return &m_value; }
    bool isUntypedNull() const override { return m_untyped; }

private:
    Scalar m_value;
    bool m_untyped;
    Vector m_vector;
};

class CallNode final : public Expression::Node {
public:
    CallNode(DataType type, Kernel kernel, std::vector<NodePtr> children, KernelTraits traits)
        : Node(type),
          m_kernel(kernel),
          m_foldable(traits.foldable),
          m_state(std::move(traits.state))
    {
        adopt(std::move(children));
        m_canFault = m_canFault || traits.canFault;
    }
    Vector evaluate(Frame& frame, const Rows& rows) const override
    {
        std::vector<Vector> args;
        args.reserve(children().size());
        for (const NodePtr& child : children()) args.push_back(child->evaluate(frame, rows));
        VectorWriter out(frame, type(), rows.physical);
        Call call{frame, rows, args, out, m_state.get()};
        m_kernel(call);
        return out.finish();
    }
    bool isFoldable() const override { return m_foldable; }

private:
    Kernel m_kernel;
    bool m_foldable;
    std::shared_ptr<const void> m_state;
};

class ProcessingTimeNode final : public Expression::Node {
public:
    explicit ProcessingTimeNode(bool inSeconds)
        : Node(inSeconds ? DataType::Int64 : DataType::Time),
          m_inSeconds(inSeconds)
    {
    }
    Vector evaluate(Frame& frame, const Rows&) const override
    {
        const std::int64_t now = frame.context.processingTimeUs;
        return vectorOf(Scalar{
            type(), m_inSeconds ? (now - (now % 1'000'000 + 1'000'000) % 1'000'000) / 1'000'000 : now});
    }
    bool isFoldable() const override { return false; }

private:
    bool m_inSeconds;
};

void numberFromInteger(Call& call)
{
    const Vector& in = call[0];
    call.eachValid([&](std::uint32_t row) { call.out.setNumber(row, static_cast<double>(in.integer(row))); });
}

}  // namespace

VectorWriter::VectorWriter(Frame& frame, DataType type, std::size_t physicalRows)
    : m_frame(frame),
      m_type(type),
      m_rows(physicalRows),
      m_values(frame.context.spareBuffer(physicalRows * slotBytes(type)))
{
    m_values->setSize(physicalRows * slotBytes(type));
    // Rows without a text must not point anywhere.
    if (type == DataType::String) std::memset(m_values->data(), 0, m_values->size());
}

std::uint8_t* VectorWriter::validity()
{
    if (!m_validity) {
        m_validity = m_frame.context.spareBuffer(m_rows);
        m_validity->setSize(m_rows);
        std::memset(m_validity->data(), 1, m_rows);
    }
    return m_validity->as<std::uint8_t>();
}

char* VectorWriter::reserveText(std::uint32_t row, std::size_t bytes)
{
    const std::size_t used = m_text ? m_text->size() : 0;
    if (bytes > limits::kStringResultBytes || used + bytes > kBatchTextBytes) {
        fault(row,
              bytes > limits::kStringResultBytes ? "text longer than 16 MiB"
                                                 : "texts of one batch above 1 GiB");
        return nullptr;
    }
    TextBudget& texts = m_frame.context.texts;
    texts.isExceeded |= texts.isBounded && texts.madeBytes + bytes > limits::kFormulaTextBytes;
    if (texts.isExceeded) return nullptr;
    texts.madeBytes += bytes;
    if (!m_text || used + bytes > m_text->capacity()) {
        const std::size_t wanted = used ? (used + bytes) * 2 : bytes;
        auto larger = m_frame.context.spareBuffer(std::max<std::size_t>(wanted, m_rows * 16));
        if (used) std::memcpy(larger->data(), m_text->data(), used);
        larger->setSize(used);
        m_text = std::move(larger);
    }
    return m_text->data() + used;
}

void VectorWriter::commitText(std::uint32_t row, std::size_t bytes)
{
    const std::size_t used = m_text->size();
    slots<TextRef>()[row] = {static_cast<std::uint32_t>(used), static_cast<std::uint32_t>(bytes)};
    m_text->setSize(used + bytes);
}

void VectorWriter::setText(std::uint32_t row, std::string_view value)
{
    if (value.empty()) return;
    char* const target = reserveText(row, value.size());
    if (!target) return;
    std::memcpy(target, value.data(), value.size());
    commitText(row, value.size());
}

void VectorWriter::shareText(const Column& column) { m_shared = column.textBuffer(); }

void VectorWriter::setShared(std::uint32_t row, std::string_view part)
{
    if (part.empty()) return;
    slots<TextRef>()[row] = {static_cast<std::uint32_t>(part.data() - m_shared->data()),
                             static_cast<std::uint32_t>(part.size())};
}

Vector VectorWriter::finish()
{
    BufferPtr text = m_shared ? m_shared : BufferPtr(std::move(m_text));
    return {Column{m_type, m_rows, std::move(m_values), std::move(m_validity), std::move(text)}, false};
}

std::size_t Expression::Node::select(Frame& frame, const Rows& rows, std::uint32_t* out) const
{
    return selectTrue(evaluate(frame, rows), rows, out);
}

std::size_t selectTrue(const Vector& vector, const Rows& rows, std::uint32_t* out)
{
    std::size_t count = 0;
    if (vector.constant) {
        if (vector.isTrue(0)) rows.forEach([&](std::uint32_t row) { out[count++] = row; });
        return count;
    }
    const std::uint8_t* flags = vector.column.flags().data();
    if (const std::uint8_t* valid = vector.column.validity()) {
        rows.forEach([&](std::uint32_t row) {
            out[count] = row;
            count += static_cast<std::size_t>((flags[row] != 0) & (valid[row] != 0));
        });
    } else {
        rows.forEach([&](std::uint32_t row) {
            out[count] = row;
            count += static_cast<std::size_t>(flags[row] != 0);
        });
    }
    return count;
}

NodePtr columnNode(std::size_t index, DataType type) { return std::make_shared<ColumnNode>(index, type); }
NodePtr literalNode(Scalar value) { return std::make_shared<LiteralNode>(std::move(value), false); }
NodePtr untypedNullNode() { return std::make_shared<LiteralNode>(Scalar{}, true); }
NodePtr processingTimeNode(bool inSeconds) { return std::make_shared<ProcessingTimeNode>(inSeconds); }

NodePtr callNode(DataType type, Kernel kernel, std::vector<NodePtr> children, KernelTraits traits)
{
    return folded(std::make_shared<CallNode>(type, kernel, std::move(children), std::move(traits)));
}

NodePtr folded(NodePtr node)
{
    if (node->children().empty() || !node->isFoldable()) return node;
    for (const NodePtr& child : node->children())
        if (!child->literal()) return node;
    EvalContext context;
    Frame frame{nullptr, context};
    const Vector value = node->evaluate(frame, Rows{nullptr, 1, 1});
    if (!context.faults.empty()) return node;  // a row may never ask for it
    return literalNode(scalarAt(value, 0));
}

NodePtr toNumber(NodePtr node)
{
    if (node->type() != DataType::Int64) return node;
    return callNode(DataType::Float64, numberFromInteger, {std::move(node)});
}

Vector vectorOf(const Scalar& value)
{
    if (value.isNull()) return {Column::allNull(value.type, 1), true};
    auto slot = Buffer::make(8);
    slot->setSize(slotBytes(value.type));
    BufferPtr text;
    switch (value.type) {
    case DataType::Bool: slot->as<std::uint8_t>()[0] = std::get<bool>(value.value); break;
    case DataType::Int64:
    case DataType::Time: slot->as<std::int64_t>()[0] = std::get<std::int64_t>(value.value); break;
    case DataType::Float64: slot->as<double>()[0] = std::get<double>(value.value); break;
    case DataType::String: {
        const std::string& content = std::get<std::string>(value.value);
        text = Buffer::copyOf(content);
        slot->as<TextRef>()[0] = {0, static_cast<std::uint32_t>(content.size())};
        break;
    }
    }
    return {Column{value.type, 1, std::move(slot), {}, std::move(text)}, true};
}

Scalar scalarAt(const Vector& vector, std::size_t row)
{
    if (vector.isNull(row)) return {vector.type(), {}};
    switch (vector.type()) {
    case DataType::Bool: return {DataType::Bool, vector.flag(row)};
    case DataType::Float64: return {DataType::Float64, vector.number(row)};
    case DataType::String: return {DataType::String, std::string(vector.text(row))};
    default: return {vector.type(), vector.integer(row)};
    }
}

std::span<std::uint32_t> spareRows(Frame& frame, std::size_t count, std::shared_ptr<Buffer>& keep)
{
    keep = frame.context.spareBuffer(count * sizeof(std::uint32_t));
    return {keep->as<std::uint32_t>(), count};
}

}  // namespace engine
