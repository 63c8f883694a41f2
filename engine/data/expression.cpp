#include "data/expression.h"

#include "data/expression_binder.h"
#include "data/expression_node.h"
#include "data/utf8.h"

#include <algorithm>
#include <utility>

namespace engine {

namespace {

constexpr std::size_t kSpareBytes = 1 << 20;  // larger buffers are not kept for the next batch
constexpr std::size_t kSpareCount = 256;
constexpr std::size_t kSpareBytesAll = 8 << 20;

bool holds(const BufferPtr& buffer, const std::shared_ptr<Buffer>& spare)
{
    return buffer.get() == spare.get();
}

constexpr std::size_t kValueBytes = 60;  // of a value shown in a reason

void tidyFaults(std::vector<RowFault>& faults)
{
    if (faults.empty()) return;
    const auto before = [](const RowFault& a, const RowFault& b) { return a.physicalRow < b.physicalRow; };
    const auto same = [](const RowFault& a, const RowFault& b) { return a.physicalRow == b.physicalRow; };
    std::stable_sort(faults.begin(), faults.end(), before);
    faults.erase(std::unique(faults.begin(), faults.end(), same), faults.end());
}

Rows rowsOf(const RecordBatch& batch)
{
    if (batch.isDense()) return {nullptr, batch.physicalRows(), batch.physicalRows()};
    return {batch.selection().data(), batch.selection().size(), batch.physicalRows()};
}

// Calls work(piece) for all of `rows`, as many at a time as it answers true for: it answers false where the
// texts came to too much. One row is always taken.
template <class Work>
void inPieces(Frame& frame, const Rows& rows, Work&& work)
{
    EvalContext& context = frame.context;
    const TextBudget outer = std::exchange(context.texts, TextBudget{0, rows.count > 1});
    if (!work(rows)) {
        context.faults.clear();
        std::vector<std::uint32_t> index;
        index.reserve(rows.count);
        rows.forEach([&index](std::uint32_t row) { index.push_back(row); });
        PieceSize size;
        size.wasTooMuch(rows.count);
        for (std::size_t first = 0; first < index.size();) {
            const std::size_t count = size.of(index.size() - first);
            const auto faults = static_cast<std::ptrdiff_t>(context.faults.size());
            context.texts = {0, count > 1};
            if (work(Rows{index.data() + first, count, rows.physical})) {
                size.fitted(count);
                first += count;
            } else {
                size.wasTooMuch(count);
                context.faults.erase(context.faults.begin() + faults, context.faults.end());
            }
        }
    }
    context.texts = outer;
}

// A column of one slot becomes a column of `rows` slots.
Column spread(const Vector& vector, std::size_t rows)
{
    if (vector.isNull(0)) return Column::allNull(vector.type(), rows);
    const std::size_t width = slotBytes(vector.type());
    auto values = Buffer::make(rows * width);
    for (std::size_t row = 0; row < rows; ++row)
        std::memcpy(values->data() + row * width, vector.column.valuesBuffer()->data(), width);
    values->setSize(rows * width);
    return {vector.type(), rows, std::move(values), {}, vector.column.textBuffer()};
}

// The slot of a NULL holds 0, as a Column promises; kernels leave anything there.
Column cleaned(const Column& column, const Rows& rows)
{
    const std::uint8_t* valid = column.validity();
    if (!valid || column.type() == DataType::String) return column;
    const std::size_t width = slotBytes(column.type());
    auto values = Buffer::copyOf({column.valuesBuffer()->data(), column.size() * width});
    if (width == 1)
        rows.forEach([&](std::uint32_t row) {
            if (!valid[row]) values->as<std::uint8_t>()[row] = 0;
        });
    else
        rows.forEach([&](std::uint32_t row) {
            if (!valid[row]) values->as<std::int64_t>()[row] = 0;
        });
    return {column.type(), column.size(), std::move(values), column.validityBuffer(), {}};
}

void collectColumns(const Expression::Node& node, std::vector<std::size_t>& out)
{
    if (const auto index = node.columnIndex()) out.push_back(*index);
    for (const auto& child : node.children()) collectColumns(*child, out);
}

}  // namespace

std::string RowFault::text() const
{
    return value.empty() ? std::string(reason) : std::string(reason) + ": " + value;
}

void Frame::fault(std::uint32_t row, const char* reason, std::optional<std::string_view> value)
{
    std::string shown;
    if (value) {
        shown = '"' + utf8Preview(*value, kValueBytes);
        shown += value->size() > kValueBytes ? "...\"" : "\"";
    }
    context.faults.push_back({row, reason, std::move(shown)});
}

std::shared_ptr<Buffer> EvalContext::spareBuffer(std::size_t bytes)
{
    for (const auto& buffer : m_spare)
        if (buffer.use_count() == 1 && buffer->capacity() >= bytes) {
            buffer->setSize(0);
            return buffer;
        }
    auto buffer = Buffer::make(bytes);
    if (bytes > kSpareBytes) return buffer;
    if (m_spare.size() >= kSpareCount || m_spareBytes + bytes > kSpareBytesAll)
        std::erase_if(m_spare, [this](const std::shared_ptr<Buffer>& spare) {
            if (spare.use_count() > 1) return false;
            m_spareBytes -= spare->capacity();
            return true;
        });
    if (m_spare.size() >= kSpareCount || m_spareBytes + bytes > kSpareBytesAll) return buffer;
    m_spare.push_back(buffer);
    m_spareBytes += bytes;
    return buffer;
}

void EvalContext::giveAway(const Column& column)
{
    std::erase_if(m_spare, [&](const std::shared_ptr<Buffer>& spare) {
        if (!holds(column.valuesBuffer(), spare) && !holds(column.validityBuffer(), spare) &&
            !holds(column.textBuffer(), spare))
            return false;
        m_spareBytes -= spare->capacity();
        return true;
    });
}

TextSpan charactersOf(std::string_view source, const ExpressionError& error)
{
    const std::size_t begin = std::min(error.offset, source.size());
    return {codePointCount(source.substr(0, begin)),
            std::max<std::size_t>(1, codePointCount(source.substr(begin, error.length)))};
}

std::variant<Expression, ExpressionError> Expression::check(std::string_view source, const Schema& schema,
                                                            const Constants& constants)
{
    auto tree = parseExpression(source, constants);
    if (auto* wrong = std::get_if<ExpressionError>(&tree)) return std::move(*wrong);
    return ofTree(std::get<ExpressionTree>(tree), schema);
}

std::variant<Expression, ExpressionError> Expression::ofTree(const ExpressionTree& tree, const Schema& schema)
{
    auto bound = bindExpression(tree, schema);
    if (auto* wrong = std::get_if<ExpressionError>(&bound)) return std::move(*wrong);
    Expression out;
    out.m_root = std::get<NodePtr>(std::move(bound));
    out.m_type = out.m_root->type();
    return out;
}

Result<Expression> Expression::compile(std::string_view source, const Schema& schema,
                                       const Constants& constants)
{
    auto checked = check(source, schema, constants);
    if (const auto* wrong = std::get_if<ExpressionError>(&checked))
        return Error{ErrorCode::BadData,
                     wrong->message + " (at character " + std::to_string(wrong->offset + 1) + ")"};
    return std::get<Expression>(std::move(checked));
}

Column Expression::evaluate(const RecordBatch& batch, EvalContext& context) const
{
    context.faults.clear();
    if (const auto index = m_root->columnIndex()) return batch.column(*index);
    if (m_type != DataType::String) return evaluateInPieces(batch, context);
    Frame frame{&batch, context};
    const Rows rows = rowsOf(batch);
    const Vector vector = m_root->evaluate(frame, rows);
    tidyFaults(context.faults);
    if (vector.constant) return spread(vector, rows.physical);
    Column out = cleaned(vector.column, rows);
    context.giveAway(out);
    return out;
}

// No texts are in what it gives, so nobody but the pieces need know how many rows are worked on at a time.
Column Expression::evaluateInPieces(const RecordBatch& batch, EvalContext& context) const
{
    Frame frame{&batch, context};
    const Rows rows = rowsOf(batch);
    Vector vector;
    std::optional<VectorWriter> all;
    inPieces(frame, rows, [&](const Rows& piece) {
        Vector some = m_root->evaluate(frame, piece);
        if (context.texts.isExceeded) return false;
        if (piece.count == rows.count) {
            vector = std::move(some);
            return true;
        }
        if (!all) all.emplace(frame, m_type, rows.physical);
        scatter(*all, some, piece);
        return true;
    });
    if (all) vector = all->finish();
    tidyFaults(context.faults);
    if (vector.constant) return spread(vector, rows.physical);
    Column out = cleaned(vector.column, rows);
    context.giveAway(out);
    return out;
}

void Expression::select(const RecordBatch& batch, EvalContext& context, std::vector<std::uint32_t>& out) const
{
    CHECK(m_type == DataType::Bool);
    context.faults.clear();
    Frame frame{&batch, context};
    const Rows rows = rowsOf(batch);
    out.resize(rows.count);
    std::size_t count = 0;
    inPieces(frame, rows, [&](const Rows& piece) {
        const std::size_t found = m_root->select(frame, piece, out.data() + count);
        if (context.texts.isExceeded) return false;
        count += found;
        return true;
    });
    out.resize(count);
    if (context.faults.empty()) return;
    tidyFaults(context.faults);
    auto fault = context.faults.begin();
    std::erase_if(out, [&](std::uint32_t row) {
        while (fault != context.faults.end() && fault->physicalRow < row) ++fault;
        return fault != context.faults.end() && fault->physicalRow == row;
    });
}

std::optional<std::size_t> Expression::plainColumn() const { return m_root->columnIndex(); }

std::optional<Scalar> Expression::constantValue() const
{
    const Scalar* literal = m_root->literal();
    return literal ? std::optional<Scalar>(*literal) : std::nullopt;
}

std::vector<std::size_t> Expression::columnsUsed() const
{
    std::vector<std::size_t> out;
    collectColumns(*m_root, out);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace engine
