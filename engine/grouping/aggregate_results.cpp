#include "grouping/aggregate_cells.h"
#include "grouping/aggregates.h"
#include "state/bytes.h"

#include <algorithm>

namespace engine {

__extension__ typedef __int128 Wide;

static Wide wideOf(const WideSum& sum)
{
    return static_cast<Wide>(sum.high) * (static_cast<Wide>(1) << 64) + sum.low;
}

std::int64_t WideSum::dividedBy(std::int64_t count) const
{
    return static_cast<std::int64_t>(wideOf(*this) / count);
}

double WideSum::toNumber() const { return static_cast<double>(wideOf(*this)); }

double MomentsCell::result(Spread spread) const
{
    const bool isSample = spread == Spread::StddevSample || spread == Spread::VarianceSample;
    const double variance = squares / static_cast<double>(isSample ? count - 1 : count);
    const bool isRoot = spread == Spread::StddevSample || spread == Spread::StddevPopulation;
    return isRoot ? std::sqrt(variance) : variance;
}

std::optional<double> PairMomentsCell::result(PairMeasure measure) const
{
    const double number = static_cast<double>(count);
    switch (measure) {
    case PairMeasure::CovariancePopulation:
        return count < 1 ? std::nullopt : std::optional(products / number);
    case PairMeasure::CovarianceSample:
        return count < 2 ? std::nullopt : std::optional(products / (number - 1));
    case PairMeasure::Correlation:
        if (count < 1 || squaresX == 0 || squaresY == 0) return {};
        return products / std::sqrt(squaresX) / std::sqrt(squaresY);
    case PairMeasure::Slope:
    case PairMeasure::Intercept:
        if (count < 1 || squaresY == 0) return {};
        return measure == PairMeasure::Slope ? products / squaresY : meanX - products / squaresY * meanY;
    }
    return {};
}

namespace {

void putWord(const Aggregate& aggregate, std::uint64_t word, ColumnBuilder& into)
{
    if (aggregate.resultType == DataType::Bool) return into.addBool(word != 0);
    if (aggregate.resultType == DataType::Float64) return into.addNumber(std::bit_cast<double>(word));
    into.addInteger(static_cast<std::int64_t>(word));
}

void putAverage(const Aggregate& aggregate, const char* row, ColumnBuilder& into)
{
    if (aggregate.kind == AggregateKind::AverageNumber) {
        const auto& average = cellOf<CompensatedAverage>(row, aggregate);
        return average.count == 0 ? into.addNull()
                                  : into.addNumber(average.sum.result() / static_cast<double>(average.count));
    }
    const auto& average = cellOf<WideAverage>(row, aggregate);
    if (average.count == 0) return into.addNull();
    if (aggregate.resultType == DataType::Int64) return into.addInteger(average.sum.dividedBy(average.count));
    into.addNumber(average.sum.toNumber() / static_cast<double>(average.count));
}

void putMoments(const Aggregate& aggregate, const MomentsCell& moments, ColumnBuilder& into)
{
    const bool isSample =
        aggregate.spread == Spread::StddevSample || aggregate.spread == Spread::VarianceSample;
    if (moments.count < (isSample ? 2 : 1)) return into.addNull();
    into.addNumber(moments.result(aggregate.spread));
}

void putPair(const Aggregate& aggregate, const PairMomentsCell& moments, ColumnBuilder& into)
{
    const std::optional<double> result = moments.result(aggregate.pair);
    result ? into.addNumber(*result) : into.addNull();
}

// None: the group has met no value.
void putObject(const Aggregate& aggregate, const AggregateObject* object, ColumnBuilder& into)
{
    if (object) return object->put(aggregate, into);
    if (aggregate.kind == AggregateKind::DistinctSketch) return into.addInteger(0);
    into.addNull();
}

bool putSeen(const Aggregate& aggregate, const char* row, ColumnBuilder& into)
{
    switch (aggregate.kind) {
    case AggregateKind::SumInteger: {
        const auto& sum = cellOf<WideSum>(row, aggregate);
        if (!sum.fits()) {
            into.addNull();
            return false;
        }
        into.addInteger(static_cast<std::int64_t>(sum.low));
        return true;
    }
    case AggregateKind::SumNumber:
        into.addNumber(cellOf<CompensatedSum>(row, aggregate).result());
        return true;
    case AggregateKind::FirstWord:
    case AggregateKind::LastWord:
        putWord(aggregate, cellOf<OrderedWord>(row, aggregate).word, into);
        return true;
    default:
        if (keepsText(aggregate.kind))
            into.addText(textCellOf(row, aggregate).text());
        else
            putWord(aggregate, cellOf<std::uint64_t>(row, aggregate), into);
        return true;
    }
}

// Bytes of the cell that are saved as they are.
std::size_t plainBytes(AggregateKind kind)
{
    switch (kind) {
    case AggregateKind::SumInteger:
    case AggregateKind::SumNumber:
    case AggregateKind::FirstWord:
    case AggregateKind::LastWord: return 16;
    case AggregateKind::AverageInteger:
    case AggregateKind::AverageNumber:
    case AggregateKind::Moments: return 24;
    case AggregateKind::PairMoments: return sizeof(PairMomentsCell);
    case AggregateKind::MinText:
    case AggregateKind::MaxText:
    case AggregateKind::PercentileExactness: return 0;
    default: return 8;
    }
}

}  // namespace

bool finishCell(const Aggregate& aggregate, const char* row, ColumnBuilder& into)
{
    switch (aggregate.kind) {
    case AggregateKind::Count:
    case AggregateKind::CountDistinct: into.addInteger(cellOf<std::int64_t>(row, aggregate)); return true;
    case AggregateKind::AverageInteger:
    case AggregateKind::AverageNumber: putAverage(aggregate, row, into); return true;
    case AggregateKind::Moments:
        putMoments(aggregate, cellOf<MomentsCell>(row, aggregate), into);
        return true;
    case AggregateKind::PairMoments:
        putPair(aggregate, cellOf<PairMomentsCell>(row, aggregate), into);
        return true;
    default: break;
    }
    if (keepsObject(aggregate.kind) || aggregate.kind == AggregateKind::PercentileExactness) {
        putObject(aggregate, cellOf<AggregateObject*>(row, aggregate), into);
        return true;
    }
    if (hasSeen(row, aggregate)) return putSeen(aggregate, row, into);
    into.addNull();
    return true;
}

namespace {

template <class Cell, class Result, class Read>
void putAll(const Aggregate& aggregate, const char* const* rows, std::size_t size, ColumnBuilder& into,
            Read&& read)
{
    Result* results = into.addMany<Result>(size);
    for (std::size_t i = 0; i < size; ++i) results[i] = read(cellOf<Cell>(rows[i], aggregate));
}

}  // namespace

bool finishCells(const Aggregate& aggregate, const char* const* rows, std::size_t size, ColumnBuilder& into)
{
    const auto all = [&](auto&& isSo) {
        return std::all_of(rows, rows + size, [&](const char* row) { return isSo(row); });
    };
    const auto haveAllSeen = [&] { return all([&](const char* row) { return hasSeen(row, aggregate); }); };
    switch (aggregate.kind) {
    case AggregateKind::Count:
    case AggregateKind::CountDistinct:
        putAll<std::int64_t, std::int64_t>(aggregate, rows, size, into, [](std::int64_t n) { return n; });
        return true;
    case AggregateKind::AverageNumber:
        if (!all([&](const char* row) { return cellOf<CompensatedAverage>(row, aggregate).count != 0; }))
            break;
        putAll<CompensatedAverage, double>(
            aggregate, rows, size, into, [](const CompensatedAverage& average) {
                return average.sum.result() / static_cast<double>(average.count);
            });
        return true;
    case AggregateKind::SumNumber:
        if (!haveAllSeen()) break;
        putAll<CompensatedSum, double>(aggregate, rows, size, into,
                                       [](const CompensatedSum& sum) { return sum.result(); });
        return true;
    case AggregateKind::MinInteger:
    case AggregateKind::MaxInteger:
    case AggregateKind::MinNumber:
    case AggregateKind::MaxNumber:
        if (!haveAllSeen()) break;
        putAll<std::uint64_t, std::uint64_t>(aggregate, rows, size, into, [](std::uint64_t w) { return w; });
        return true;
    default: break;
    }
    bool allFit = true;
    for (std::size_t i = 0; i < size; ++i) allFit &= finishCell(aggregate, rows[i], into);
    return allFit;
}

void saveCell(const Aggregate& aggregate, const char* row, std::string& out)
{
    if (keepsObject(aggregate.kind)) {
        const AggregateObject* object = cellOf<AggregateObject*>(row, aggregate);
        out.push_back(object ? '\1' : '\0');
        if (object) object->save(out);
        return;
    }
    out.push_back(hasSeen(row, aggregate) ? '\1' : '\0');
    out.append(row + aggregate.offset, plainBytes(aggregate.kind));
    if (keepsText(aggregate.kind) && hasSeen(row, aggregate))
        appendText(out, textCellOf(row, aggregate).text());
}

bool loadCell(const Aggregate& aggregate, std::string_view saved, char* row, TextKeeper texts)
{
    const std::size_t plain = plainBytes(aggregate.kind);
    if (saved.size() < 1 + plain) return false;
    const bool wasSeen = saved[0] != 0;
    std::memcpy(row + aggregate.offset, saved.data() + 1, plain);
    saved.remove_prefix(1 + plain);
    if (wasSeen) headOf(row).seen |= aggregate.bit;
    if (!keepsText(aggregate.kind) || !wasSeen) return true;
    std::string_view text;
    if (!takeText(saved, text)) return false;
    TextCell cell{};
    cell.set(texts.arena.add(text));
    std::memcpy(row + aggregate.offset + plain, &cell, sizeof cell);
    return true;
}

}  // namespace engine
