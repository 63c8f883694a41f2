#include "grouping/group_input.h"

#include "base/faults.h"
#include "grouping/group_key.h"
#include "state/key_codec.h"

#include <algorithm>

namespace engine {
namespace {

// Beyond this a window's end might not fit into 64 bits; it is more than 100,000 years from 1970.
constexpr std::int64_t kTimeMaxUs = std::int64_t{1} << 62;
constexpr const char* kTimeReason =
    "The event time is too far from 1970 for a window; check the unit of the time column.";

}  // namespace

const GroupedInput& GroupInput::prepare(const RecordBatch& whole, std::size_t first, Env& env,
                                        std::int64_t firstArrival, Output& out)
{
    if (first == 0) m_context.processingTimeUs = env.clock.now().time_since_epoch().count();
    std::size_t count = m_size.of(whole.rows() - first);
    look(whole.piece(first, count));
    while (!evaluate(m_rows.batch)) {
        m_size.wasTooMuch(count);
        count = m_size.of(count);
        look(whole.piece(first, count));
    }
    m_size.fitted(count);
    m_rows.taken = count;
    const RecordBatch& batch = m_rows.batch;
    if (!m_faults.empty()) dropRejected(batch, out);
    if (faultIsOn(faults::kNullKeysDropped)) dropNullKeys(batch);
    makeKeys(batch);
    m_rows.order = batch.eventTimes().data();
    if (m_layout->byArrival) {
        m_rows.arrivals.resize(batch.physicalRows());
        std::int64_t arrival = firstArrival + static_cast<std::int64_t>(first);
        forEachRow(batch, [&](std::uint32_t row) { m_rows.arrivals[row] = arrival++; });
        m_rows.order = m_rows.arrivals.data();
    }
    return m_rows;
}

void GroupInput::look(const RecordBatch& batch)
{
    m_rows.batch = batch;
    m_rows.rows.clear();
    m_faults.clear();
    const std::int64_t* times = batch.eventTimes().data();
    bool isFar = false;
    forEachRow(batch, [&](std::uint32_t row) {
        m_rows.rows.push_back(row);
        isFar |= times[row] > kTimeMaxUs || times[row] < -kTimeMaxUs;
    });
    if (!isFar) return;
    for (const std::uint32_t row : m_rows.rows)
        if (times[row] > kTimeMaxUs || times[row] < -kTimeMaxUs) m_faults.push_back({row, kTimeReason, {}});
}

bool GroupInput::evaluate(const RecordBatch& batch)
{
    m_context.texts = {0, batch.rows() > 1};
    m_rows.arguments.resize(m_formulas->aggregates.size());
    for (std::size_t index = 0; index < m_formulas->aggregates.size(); ++index) {
        auto& argument = m_rows.arguments[index];
        const auto& filter = m_formulas->aggregates[index].filter;
        argument.hasFilter = filter.has_value();
        if (filter) {
            filter->select(batch, m_context, m_passing);
            noteFaults(index);
            argument.passes.assign(batch.physicalRows(), 0);
            for (const std::uint32_t row : m_passing) argument.passes[row] = 1;
        }
        const AggregateFormulas& formulas = m_formulas->aggregates[index];
        if (formulas.argument) argument.values = valuesOf(*formulas.argument, batch, index);
        if (formulas.second) argument.second = valuesOf(*formulas.second, batch, index);
        if (m_context.texts.isExceeded) return false;
    }
    return true;
}

// A row that the filter keeps out is not evaluated, so it cannot be rejected for what its argument would come
// to.
Column GroupInput::valuesOf(const Expression& formula, const RecordBatch& batch, std::size_t index)
{
    if (const auto plain = formula.plainColumn()) return batch.column(*plain);
    Column values = m_rows.arguments[index].hasFilter ? formula.evaluate(batch.select(m_passing), m_context)
                                                      : formula.evaluate(batch, m_context);
    noteFaults(index);
    return values;
}

void GroupInput::noteFaults(std::size_t aggregate)
{
    const std::string& name = m_layout->aggregates[aggregate].name;
    for (const RowFault& fault : m_context.faults)
        m_faults.push_back({fault.physicalRow, name + ": " + fault.text(), name});
    m_context.faults.clear();
}

void GroupInput::dropRejected(const RecordBatch& batch, Output& out)
{
    const auto byRow = [](const Fault& a, const Fault& b) { return a.physicalRow < b.physicalRow; };
    std::stable_sort(m_faults.begin(), m_faults.end(), byRow);
    const auto sameRow = [](const Fault& a, const Fault& b) { return a.physicalRow == b.physicalRow; };
    m_faults.erase(std::unique(m_faults.begin(), m_faults.end(), sameRow), m_faults.end());
    for (const Fault& fault : m_faults) out.reject(batch, fault.physicalRow, fault.reason, fault.column);
    std::erase_if(m_rows.rows, [&](std::uint32_t row) {
        return std::binary_search(m_faults.begin(), m_faults.end(), Fault{row, {}, {}}, byRow);
    });
}

void GroupInput::dropNullKeys(const RecordBatch& batch)
{
    std::erase_if(m_rows.rows, [&](std::uint32_t row) {
        return std::any_of(m_formulas->keyColumns.begin(), m_formulas->keyColumns.end(),
                           [&](std::size_t column) { return batch.column(column).isNull(row); });
    });
}

void GroupInput::makeKeys(const RecordBatch& batch)
{
    m_rows.keys.resize(m_rows.rows.size());
    if (m_layout->keyForm == KeyForm::Nothing) {
        std::fill(m_rows.keys.begin(), m_rows.keys.end(), GroupRow{0, 0, 0, 0, 0});
        return;
    }
    if (m_layout->keyForm == KeyForm::Encoded) return encodeKeys(batch);
    const Column& column = batch.column(m_formulas->keyColumns[0]);
    const std::uint8_t* valid = column.validity();
    const auto fill = [&](auto&& keyOf) {
        for (std::size_t i = 0; i < m_rows.rows.size(); ++i) {
            const std::uint32_t row = m_rows.rows[i];
            m_rows.keys[i] = valid && !valid[row] ? nullGroupKey() : keyOf(row);
        }
    };
    if (m_layout->keyForm == KeyForm::Text) {
        const TextRef* texts = column.texts().data();
        const char* base = column.textBase();
        fill([=](std::uint32_t row) { return textGroupKey({base + texts[row].offset, texts[row].length}); });
    } else {
        const std::int64_t* values = column.integers().data();
        fill([=](std::uint32_t row) { return integerGroupKey(static_cast<std::uint64_t>(values[row])); });
    }
}

void GroupInput::encodeKeys(const RecordBatch& batch)
{
    m_rows.encodedKeys.clear();
    m_keyEnds.clear();
    for (const std::uint32_t row : m_rows.rows) {
        for (const std::size_t column : m_formulas->keyColumns)
            appendKey(m_rows.encodedKeys, batch.column(column), row);
        m_keyEnds.push_back(m_rows.encodedKeys.size());
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < m_keyEnds.size(); ++i) {
        m_rows.keys[i] = textGroupKey({m_rows.encodedKeys.data() + begin, m_keyEnds[i] - begin});
        begin = m_keyEnds[i];
    }
}

}  // namespace engine
