#include "operators/over/over_spans.h"

#include <cstring>
#include <limits>

namespace engine {

std::size_t OverSpans::keyScratchBytes() const
{
    return sizeof(Cursor) + m_layout->slides * sizeof(Slide) + rowScratchBytes();
}

std::size_t OverSpans::rowScratchBytes() const { return hasStack() ? m_layout->stack->rowBytes : 0; }

void OverSpans::note(std::uint32_t row, const GroupedInput& input, std::size_t index)
{
    if (!hasStack()) return;
    char* group = m_rows->rowScratch(row);
    const std::uint32_t physical = input.rows[index];
    for (std::size_t i = 0; i < m_layout->parts.size(); ++i) {
        const OverPart& part = m_layout->parts[i];
        if (part.method != OverMethod::Stack) continue;
        const GroupedInput::Argument& argument = input.arguments[i];
        if (argument.hasFilter && !argument.passes[physical]) continue;
        if (argument.values.isNull(physical)) continue;
        accumulate(m_layout->stack->aggregates[part.index], argument.values, {}, input.order,
                   {&physical, &group, 1}, {m_noTexts, m_noDeadText});
    }
}

Column OverSpans::argumentOf(std::optional<std::size_t> column, const std::vector<std::uint32_t>& rows) const
{
    if (!column) return {};
    ColumnBuilder values(m_layout->kept->field(*column).type, rows.size());
    for (const std::uint32_t row : rows) m_rows->form().putColumn(m_rows->values(row), *column, values);
    return values.finish();
}

void OverSpans::restore(std::uint32_t key, std::int64_t givenUs)
{
    m_span.clear();
    std::vector<std::int64_t> times;
    std::memset(m_rows->keyScratch(key), 0, keyScratchBytes());
    for (std::uint32_t row = m_rows->firstRow(key); row != KeyedRows::kNone; row = m_rows->row(row).next) {
        std::memset(m_rows->rowScratch(row), 0, rowScratchBytes());
        m_span.push_back(row);
        times.push_back(m_rows->row(row).timeUs);
    }
    for (const OverPart& part : m_layout->parts) {
        if (part.method != OverMethod::Stack) continue;
        const Column values = argumentOf(part.column, m_span);
        for (std::uint32_t index = 0; index < m_span.size(); ++index) {
            if (values.isNull(index)) continue;
            char* group = m_rows->rowScratch(m_span[index]);
            accumulate(m_layout->stack->aggregates[part.index], values, {}, times.data(), {&index, &group, 1},
                       {m_noTexts, m_noDeadText});
        }
    }
    for (const std::uint32_t row : m_span)
        if (m_rows->row(row).timeUs <= givenUs) takeIn(key, row);
}

void OverSpans::join(const char* later, char* earlier)
{
    for (const Aggregate& aggregate : m_layout->stack->aggregates)
        mergeCells(aggregate, &later, &earlier, 1, 0, {m_noTexts, m_noDeadText});
}

void OverSpans::takeIn(std::uint32_t key, std::uint32_t row)
{
    slide(key, row, false);
    if (hasStack()) join(m_rows->rowScratch(row), back(key));
    cursor(key).last = row;
}

void OverSpans::slide(std::uint32_t key, std::uint32_t row, bool isLeaving)
{
    if (m_layout->slides == 0) return;
    Slide* const all = slides(key);
    const char* values = m_rows->values(row);
    for (std::size_t i = 0; i < m_layout->parts.size(); ++i) {
        const OverPart& part = m_layout->parts[i];
        if (part.method != OverMethod::Slide) continue;
        if (part.column && m_rows->form().isNull(values, *part.column)) continue;
        Slide& of = all[part.index];
        of.count += isLeaving ? -1 : 1;
        if (m_layout->input->aggregates[i].kind == AggregateKind::Count) continue;
        const auto value = static_cast<std::int64_t>(m_rows->form().word(values, *part.column));
        if (!isLeaving) {
            of.sum.add(value);
        } else if (value != std::numeric_limits<std::int64_t>::min()) {
            of.sum.add(-value);
        } else {
            of.sum.add(std::numeric_limits<std::int64_t>::max());
            of.sum.add(std::int64_t{1});
        }
    }
}

// Each row of the span gets what it and those behind it come to.
void OverSpans::flip(std::uint32_t key)
{
    Cursor& of = cursor(key);
    std::uint32_t later = of.last;
    while (later != m_rows->firstRow(key)) {
        const std::uint32_t earlier = m_rows->row(later).previous;
        join(m_rows->rowScratch(later), m_rows->rowScratch(earlier));
        later = earlier;
    }
    of.frontEnd = of.last;
    std::memset(back(key), 0, rowScratchBytes());
}

void OverSpans::dropBefore(std::uint32_t key, std::int64_t timeUs)
{
    Cursor& of = cursor(key);
    while (of.last != KeyedRows::kNone) {
        const std::uint32_t first = m_rows->firstRow(key);
        if (m_rows->row(first).timeUs >= timeUs) return;
        slide(key, first, true);
        if (of.frontEnd == KeyedRows::kNone && hasStack()) flip(key);
        if (first == of.frontEnd) of.frontEnd = KeyedRows::kNone;
        if (first == of.last) of.last = KeyedRows::kNone;
        m_rows->eraseRow(first);
    }
}

void OverSpans::moveTo(std::uint32_t key, std::int64_t timeUs, std::vector<std::uint32_t>& rows)
{
    dropBefore(key, timeUs - m_layout->precedingUs);
    const std::uint32_t last = cursor(key).last;
    std::uint32_t row = last == KeyedRows::kNone ? m_rows->firstRow(key) : m_rows->row(last).next;
    for (; row != KeyedRows::kNone && m_rows->row(row).timeUs == timeUs; row = m_rows->row(row).next) {
        takeIn(key, row);
        rows.push_back(row);
    }
    if (hasStack()) workOutStack(key);
    if (!m_layout->anew->aggregates.empty()) workOutAnew(key);
}

void OverSpans::workOutStack(std::uint32_t key)
{
    m_result.resize(m_layout->stack->rowBytes / sizeof(std::uint64_t));
    char* result = reinterpret_cast<char*>(m_result.data());
    if (cursor(key).frontEnd == KeyedRows::kNone) {
        std::memcpy(result, back(key), m_layout->stack->rowBytes);
        return;
    }
    std::memcpy(result, m_rows->rowScratch(m_rows->firstRow(key)), m_layout->stack->rowBytes);
    join(back(key), result);
}

void OverSpans::workOutAnew(std::uint32_t key)
{
    GroupedInput input;
    m_span.clear();
    std::vector<std::int64_t> times;
    std::uint32_t row = m_rows->firstRow(key);
    for (const std::uint32_t last = cursor(key).last;; row = m_rows->row(row).next) {
        input.rows.push_back(static_cast<std::uint32_t>(m_span.size()));
        m_span.push_back(row);
        times.push_back(m_rows->row(row).timeUs);
        if (row == last) break;
    }
    input.keys.resize(m_span.size(), GroupRow{0, 0, 0, 0, 0});
    input.order = times.data();
    for (const OverPart& part : m_layout->parts)
        if (part.method == OverMethod::Anew)
            input.arguments.push_back(
                {argumentOf(part.column, m_span), argumentOf(part.second, m_span), false, {}});
    m_anew.emplace(m_layout->anew, 1);
    m_anew->add(input, input.rows);
}

bool OverSpans::putSlide(const Aggregate& aggregate, const Slide& slide, ColumnBuilder& into) const
{
    if (aggregate.kind == AggregateKind::Count) {
        into.addInteger(slide.count);
        return true;
    }
    const bool fits = aggregate.kind != AggregateKind::SumInteger || slide.sum.fits();
    if (slide.count == 0 || !fits)
        into.addNull();
    else if (aggregate.kind == AggregateKind::SumInteger)
        into.addInteger(static_cast<std::int64_t>(slide.sum.low));
    else if (aggregate.resultType == DataType::Int64)
        into.addInteger(slide.sum.dividedBy(slide.count));
    else
        into.addNumber(slide.sum.toNumber() / static_cast<double>(slide.count));
    return fits;
}

bool OverSpans::put(std::uint32_t key, BatchBuilder& into, std::string& names)
{
    bool fitAll = true;
    for (std::size_t i = 0; i < m_layout->parts.size(); ++i) {
        const OverPart& part = m_layout->parts[i];
        const Aggregate& aggregate = m_layout->input->aggregates[i];
        ColumnBuilder& column = into.column(m_layout->inputColumns + i);
        bool fits = true;
        switch (part.method) {
        case OverMethod::Slide: fits = putSlide(aggregate, slides(key)[part.index], column); break;
        case OverMethod::Stack:
            fits = finishCell(m_layout->stack->aggregates[part.index],
                              reinterpret_cast<const char*>(m_result.data()), column);
            break;
        case OverMethod::Anew:
            fits = finishCell(m_layout->anew->aggregates[part.index], m_anew->row(0), column);
            break;
        }
        if (!fits) names += (names.empty() ? "" : ", ") + aggregate.name;
        fitAll = fitAll && fits;
    }
    return fitAll;
}

void OverSpans::clear(std::uint32_t key)
{
    while (m_rows->firstRow(key) != KeyedRows::kNone) m_rows->eraseRow(m_rows->firstRow(key));
    std::memset(m_rows->keyScratch(key), 0, keyScratchBytes());
}

}  // namespace engine
