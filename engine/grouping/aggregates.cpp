#include "grouping/aggregates.h"

#include "base/faults.h"
#include "grouping/aggregate_cells.h"

namespace engine {
namespace {

template <class F>
void forEach(GroupedRows rows, F&& f)
{
    for (std::size_t i = 0; i < rows.size; ++i) f(rows.groups[i], rows.rows[i]);
}

// True the first time it is asked for a group.
bool meetsFirst(char* row, CellPlace place)
{
    GroupRow& head = headOf(row);
    const bool isFirst = (head.seen & place.bit) == 0;
    head.seen |= place.bit;
    return isFirst;
}

void replaceText(TextCell& cell, std::string_view text, bool isFirst, TextKeeper texts)
{
    if (!isFirst) texts.dead += cell.length;
    cell.set(texts.arena.add(text));
}

// Calls f(group, number) with BIGINT or DOUBLE values as doubles.
template <class F>
void forEachNumber(const GroupedRows& rows, const Column& values, F&& f)
{
    if (values.type() == DataType::Float64) {
        const double* numbers = values.numbers().data();
        forEach(rows, [&](char* group, std::uint32_t row) { f(group, numbers[row]); });
    } else {
        const std::int64_t* integers = values.integers().data();
        forEach(rows, [&](char* group, std::uint32_t row) { f(group, static_cast<double>(integers[row])); });
    }
}

double numberAt(const Column& values, std::uint32_t row)
{
    return values.type() == DataType::Float64 ? values.numbers()[row]
                                              : static_cast<double>(values.integers()[row]);
}

// Without a branch, as isBelow().
template <bool kMin, class T>
void keepExtreme(T& kept, T value, bool isFirst)
{
    const bool replaces = isFirst | (kMin ? isBelow(value, kept) : isBelow(kept, value));
    kept = replaces ? value : kept;
}

template <bool kMin, class T>
void addExtreme(CellPlace place, const T* values, const GroupedRows& rows)
{
    forEach(rows, [=](char* group, std::uint32_t row) {
        keepExtreme<kMin>(cellOf<T>(group, place), values[row], meetsFirst(group, place));
    });
}

template <bool kMin>
void addExtremeText(const Aggregate& aggregate, const Column& values, const GroupedRows& rows,
                    TextKeeper texts)
{
    forEach(rows, [&](char* group, std::uint32_t row) {
        auto& kept = cellOf<TextCell>(group, aggregate);
        const std::string_view value = values.text(row);
        const bool isFirst = meetsFirst(group, aggregate);
        if (isFirst || (kMin ? value < kept.text() : kept.text() < value))
            replaceText(kept, value, isFirst, texts);
    });
}

std::uint64_t wordOf(const Column& values, std::uint32_t row)
{
    if (values.type() == DataType::Bool) return values.flags()[row];
    if (values.type() == DataType::Float64) return std::bit_cast<std::uint64_t>(values.numbers()[row]);
    return static_cast<std::uint64_t>(values.integers()[row]);
}

// Of equal order the earlier arrival is first and the later one last; rows come here in order of arrival.
template <bool kFirst>
bool comesIn(std::int64_t order, std::int64_t kept)
{
    return kFirst ? order < kept : order >= kept;
}

template <bool kFirst>
void addOrderedWord(const Aggregate& aggregate, const Column& values, const std::int64_t* order,
                    const GroupedRows& rows)
{
    forEach(rows, [&](char* group, std::uint32_t row) {
        auto& kept = cellOf<OrderedWord>(group, aggregate);
        if (meetsFirst(group, aggregate) || comesIn<kFirst>(order[row], kept.order))
            kept = {order[row], wordOf(values, row)};
    });
}

template <bool kFirst>
void addOrderedText(const Aggregate& aggregate, const Column& values, const std::int64_t* order,
                    const GroupedRows& rows, TextKeeper texts)
{
    forEach(rows, [&](char* group, std::uint32_t row) {
        auto& kept = cellOf<OrderedText>(group, aggregate);
        const bool isFirst = meetsFirst(group, aggregate);
        if (!isFirst && !comesIn<kFirst>(order[row], kept.order)) return;
        kept.order = order[row];
        replaceText(kept.text, values.text(row), isFirst, texts);
    });
}

void addSums(const Aggregate& aggregate, const Column& values, const GroupedRows& rows)
{
    const CellPlace place(aggregate);
    const bool isInteger = values.type() == DataType::Int64;
    const std::int64_t* integers = isInteger ? values.integers().data() : nullptr;
    if (aggregate.kind == AggregateKind::SumInteger)
        forEach(rows, [=](char* group, std::uint32_t row) {
            meetsFirst(group, place);
            cellOf<WideSum>(group, place).add(integers[row]);
        });
    else if (aggregate.kind == AggregateKind::SumNumber)
        forEachNumber(rows, values, [=](char* group, double value) {
            meetsFirst(group, place);
            cellOf<CompensatedSum>(group, place).add(value);
        });
    else if (aggregate.kind == AggregateKind::AverageInteger)
        forEach(rows, [=](char* group, std::uint32_t row) {
            auto& average = cellOf<WideAverage>(group, place);
            average.sum.add(integers[row]);
            ++average.count;
        });
    else
        forEachNumber(rows, values, [=](char* group, double value) {
            auto& average = cellOf<CompensatedAverage>(group, place);
            average.sum.add(value);
            ++average.count;
        });
}

// Calls f(from, to) for each pair in which `from` has met a value, and says in `isFirst` whether `to` has
// not.
template <class Cell, class F>
void mergeSeen(CellPlace place, const char* const* from, char* const* to, std::size_t size, F&& f)
{
    for (std::size_t i = 0; i < size; ++i)
        if (hasSeen(from[i], place)) {
            const bool isFirst = meetsFirst(to[i], place);
            f(cellOf<Cell>(from[i], place), cellOf<Cell>(to[i], place), isFirst);
        }
}

template <class Cell, class F>
void mergeAlways(CellPlace place, const char* const* from, char* const* to, std::size_t size, F&& f)
{
    for (std::size_t i = 0; i < size; ++i) f(cellOf<Cell>(from[i], place), cellOf<Cell>(to[i], place));
}

struct Pairs {
    const char* const* from;
    char* const* to;
    std::size_t size;
};

template <bool kMin, class T>
void mergeExtreme(const Aggregate& aggregate, const Pairs& pairs)
{
    mergeSeen<T>(aggregate, pairs.from, pairs.to, pairs.size, [](const T& other, T& kept, bool isFirst) {
        if (kMin && faultIsOn(faults::kMinOneSided) && !isFirst) return;
        keepExtreme<kMin>(kept, other, isFirst);
    });
}

template <bool kMin>
void mergeExtremeText(const Aggregate& aggregate, const Pairs& pairs, TextKeeper texts)
{
    mergeSeen<TextCell>(aggregate, pairs.from, pairs.to, pairs.size,
                        [&](const TextCell& other, TextCell& kept, bool isFirst) {
                            if (kMin && faultIsOn(faults::kMinOneSided) && !isFirst) return;
                            if (isFirst || (kMin ? other.text() < kept.text() : kept.text() < other.text()))
                                replaceText(kept, other.text(), isFirst, texts);
                        });
}

template <bool kFirst>
void mergeOrderedWord(const Aggregate& aggregate, const Pairs& pairs, std::int64_t shift)
{
    mergeSeen<OrderedWord>(aggregate, pairs.from, pairs.to, pairs.size,
                           [shift](const OrderedWord& other, OrderedWord& kept, bool isFirst) {
                               if (isFirst || comesIn<kFirst>(other.order + shift, kept.order))
                                   kept = {other.order + shift, other.word};
                           });
}

template <bool kFirst>
void mergeOrderedText(const Aggregate& aggregate, const Pairs& pairs, std::int64_t shift, TextKeeper texts)
{
    mergeSeen<OrderedText>(aggregate, pairs.from, pairs.to, pairs.size,
                           [&](const OrderedText& other, OrderedText& kept, bool isFirst) {
                               if (!isFirst && !comesIn<kFirst>(other.order + shift, kept.order)) return;
                               kept.order = other.order + shift;
                               replaceText(kept.text, other.text.text(), isFirst, texts);
                           });
}

}  // namespace

void accumulate(const Aggregate& aggregate, const Column& values, const Column& second,
                const std::int64_t* order, const GroupedRows& rows, TextKeeper texts)
{
    switch (aggregate.kind) {
    case AggregateKind::Count:
        return forEach(rows, [place = CellPlace(aggregate)](char* group, std::uint32_t) {
            ++cellOf<std::int64_t>(group, place);
        });
    case AggregateKind::SumInteger:
    case AggregateKind::SumNumber:
    case AggregateKind::AverageInteger:
    case AggregateKind::AverageNumber: return addSums(aggregate, values, rows);
    case AggregateKind::MinInteger: return addExtreme<true>(aggregate, values.integers().data(), rows);
    case AggregateKind::MinNumber: return addExtreme<true>(aggregate, values.numbers().data(), rows);
    case AggregateKind::MinText: return addExtremeText<true>(aggregate, values, rows, texts);
    case AggregateKind::MaxInteger: return addExtreme<false>(aggregate, values.integers().data(), rows);
    case AggregateKind::MaxNumber: return addExtreme<false>(aggregate, values.numbers().data(), rows);
    case AggregateKind::MaxText: return addExtremeText<false>(aggregate, values, rows, texts);
    case AggregateKind::FirstWord: return addOrderedWord<true>(aggregate, values, order, rows);
    case AggregateKind::FirstText: return addOrderedText<true>(aggregate, values, order, rows, texts);
    case AggregateKind::LastWord: return addOrderedWord<false>(aggregate, values, order, rows);
    case AggregateKind::LastText: return addOrderedText<false>(aggregate, values, order, rows, texts);
    case AggregateKind::Moments:
        return forEachNumber(rows, values, [&](char* group, double value) {
            cellOf<MomentsCell>(group, aggregate).add(value);
        });
    case AggregateKind::PairMoments:
        return forEach(rows, [&](char* group, std::uint32_t row) {
            cellOf<PairMomentsCell>(group, aggregate).add(numberAt(values, row), numberAt(second, row));
        });
    default: return;
    }
}

void mergeCells(const Aggregate& aggregate, const char* const* from, char* const* to, std::size_t size,
                std::int64_t orderShift, TextKeeper texts)
{
    const Pairs pairs{from, to, size};
    const auto addCell = [](const auto& other, auto& kept) { kept.add(other); };
    const auto addAverage = [](const auto& other, auto& kept) {
        kept.sum.add(other.sum);
        kept.count += other.count;
    };
    const auto addSeen = [](const auto& other, auto& kept, bool) { kept.add(other); };
    switch (aggregate.kind) {
    case AggregateKind::Count:
        return mergeAlways<std::int64_t>(aggregate, from, to, size,
                                         [](std::int64_t other, std::int64_t& kept) { kept += other; });
    case AggregateKind::SumInteger: return mergeSeen<WideSum>(aggregate, from, to, size, addSeen);
    case AggregateKind::SumNumber: return mergeSeen<CompensatedSum>(aggregate, from, to, size, addSeen);
    case AggregateKind::AverageInteger:
        return mergeAlways<WideAverage>(aggregate, from, to, size, addAverage);
    case AggregateKind::AverageNumber:
        return mergeAlways<CompensatedAverage>(aggregate, from, to, size, addAverage);
    case AggregateKind::MinInteger: return mergeExtreme<true, std::int64_t>(aggregate, pairs);
    case AggregateKind::MinNumber: return mergeExtreme<true, double>(aggregate, pairs);
    case AggregateKind::MinText: return mergeExtremeText<true>(aggregate, pairs, texts);
    case AggregateKind::MaxInteger: return mergeExtreme<false, std::int64_t>(aggregate, pairs);
    case AggregateKind::MaxNumber: return mergeExtreme<false, double>(aggregate, pairs);
    case AggregateKind::MaxText: return mergeExtremeText<false>(aggregate, pairs, texts);
    case AggregateKind::FirstWord: return mergeOrderedWord<true>(aggregate, pairs, orderShift);
    case AggregateKind::FirstText: return mergeOrderedText<true>(aggregate, pairs, orderShift, texts);
    case AggregateKind::LastWord: return mergeOrderedWord<false>(aggregate, pairs, orderShift);
    case AggregateKind::LastText: return mergeOrderedText<false>(aggregate, pairs, orderShift, texts);
    case AggregateKind::Moments: return mergeAlways<MomentsCell>(aggregate, from, to, size, addCell);
    case AggregateKind::PairMoments: return mergeAlways<PairMomentsCell>(aggregate, from, to, size, addCell);
    default: return;
    }
}

}  // namespace engine
