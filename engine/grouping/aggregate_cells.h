#pragma once

#include "grouping/aggregate_object.h"

#include "state/text_arena.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace engine {

// The cells that aggregates keep in a group's row: plain bytes, copied with their block. None knows whether
// it has met a value, which is a bit of GroupRow::seen.

// A sum of BIGINT in 128 bits: whether it fits is asked at the end, so the order of rows does not matter.
struct WideSum {
    std::uint64_t low;
    std::int64_t high;
    void add(std::int64_t value)
    {
        const std::int64_t carry = __builtin_add_overflow(low, static_cast<std::uint64_t>(value), &low);
        high += carry + (value < 0 ? -1 : 0);
    }
    void add(const WideSum& other)
    {
        const std::int64_t carry = __builtin_add_overflow(low, other.low, &low);
        high += carry + other.high;
    }
    bool fits() const { return high == (static_cast<std::int64_t>(low) < 0 ? -1 : 0); }
    std::int64_t dividedBy(std::int64_t count) const;  // toward zero; the average of BIGINTs always fits
    double toNumber() const;
};

// A sum of DOUBLE with Neumaier's compensation: what rounding lost is carried beside it.
struct CompensatedSum {
    double sum, lost;
    void add(double value)
    {
        const double total = sum + value;
        const bool isLarger = std::fabs(sum) >= std::fabs(value);  // no branch: nobody can foresee it
        const double larger = isLarger ? sum : value, smaller = isLarger ? value : sum;
        lost += (larger - total) + smaller;
        sum = total;
    }
    void add(const CompensatedSum& other)
    {
        add(other.sum);
        lost += other.lost;
    }
    double result() const
    {
        return std::isfinite(sum) ? sum + lost : sum;
    }  // of infinities the loss is no number
};

struct WideAverage {
    WideSum sum;
    std::int64_t count;
};

struct CompensatedAverage {
    CompensatedSum sum;
    std::int64_t count;
};

// Count, mean and squared distances from it: Welford's step for a value, Chan's for another group.
struct MomentsCell {
    std::int64_t count;
    double mean, squares;
    void add(double value)
    {
        ++count;
        const double distance = value - mean;
        mean += distance / static_cast<double>(count);
        squares += distance * (value - mean);
    }
    void add(const MomentsCell& other)
    {
        if (other.count == 0) return;
        if (count == 0) {
            *this = other;
            return;
        }
        const double mine = static_cast<double>(count), others = static_cast<double>(other.count);
        const double distance = other.mean - mean;
        squares += other.squares + distance * distance * mine * others / (mine + others);
        mean += distance * others / (mine + others);
        count += other.count;
    }
    double result(Spread spread) const;  // count must be enough for it
};

// Count, means, squared distances and their product of pairs, by the same steps.
struct PairMomentsCell {
    std::int64_t count;
    double meanX, meanY, squaresX, squaresY, products;
    void add(double x, double y)
    {
        ++count;
        const double distanceX = x - meanX, distanceY = y - meanY;
        meanX += distanceX / static_cast<double>(count);
        meanY += distanceY / static_cast<double>(count);
        squaresX += distanceX * (x - meanX);
        squaresY += distanceY * (y - meanY);
        products += distanceX * (y - meanY);
    }
    void add(const PairMomentsCell& other)
    {
        if (other.count == 0) return;
        if (count == 0) {
            *this = other;
            return;
        }
        const double mine = static_cast<double>(count), others = static_cast<double>(other.count);
        const double distanceX = other.meanX - meanX, distanceY = other.meanY - meanY;
        const double weight = mine * others / (mine + others);
        squaresX += other.squaresX + distanceX * distanceX * weight;
        squaresY += other.squaresY + distanceY * distanceY * weight;
        products += other.products + distanceX * distanceY * weight;
        meanX += distanceX * others / (mine + others);
        meanY += distanceY * others / (mine + others);
        count += other.count;
    }
    // x is the argument, y the second one; a line gives the argument from the second, as in SQL's
    // REGR_SLOPE(dependent, independent). Nothing where the pairs are too few, or all lie on one place.
    std::optional<double> result(PairMeasure measure) const;
};

// A text in the table's arena.
struct TextCell {
    std::uint64_t address, length;
    std::string_view text() const { return {reinterpret_cast<const char*>(address), length}; }
    void set(std::string_view text)
    {
        address = reinterpret_cast<std::uint64_t>(text.data());
        length = text.size();
    }
};

// A value and what it is first or last by: event time in µs, or the number of its arrival.
struct OrderedWord {
    std::int64_t order;
    std::uint64_t word;
};

struct OrderedText {
    std::int64_t order;
    TextCell text;
};

// NaN is above every number, so that MIN and MAX do not depend on the order of rows.
// Without branches: which of two values is the lesser nobody can foresee.
inline bool isBelow(double a, double b) { return (a < b) | (std::isnan(b) & !std::isnan(a)); }
inline bool isBelow(std::int64_t a, std::int64_t b) { return a < b; }
inline bool isBelow(std::string_view a, std::string_view b) { return a < b; }

// Where an aggregate's cell is in a row: a copy stays in registers, since no row that is written can hold it.
struct CellPlace {
    std::size_t offset;
    std::uint64_t bit;
    CellPlace(const Aggregate& aggregate) : offset(aggregate.offset), bit(aggregate.bit) { }
};

template <class Cell>
Cell& cellOf(char* row, CellPlace place)
{
    return *reinterpret_cast<Cell*>(row + place.offset);
}

template <class Cell>
const Cell& cellOf(const char* row, CellPlace place)
{
    return *reinterpret_cast<const Cell*>(row + place.offset);
}

inline GroupRow& headOf(char* row) { return *reinterpret_cast<GroupRow*>(row); }
inline const GroupRow& headOf(const char* row) { return *reinterpret_cast<const GroupRow*>(row); }
inline bool hasSeen(const char* row, CellPlace place) { return (headOf(row).seen & place.bit) != 0; }

inline AggregateObject*& objectOf(char* row, const Aggregate& aggregate)
{
    return cellOf<AggregateObject*>(row, aggregate);
}

inline bool keepsText(AggregateKind kind)
{
    return kind == AggregateKind::MinText || kind == AggregateKind::MaxText ||
        kind == AggregateKind::FirstText || kind == AggregateKind::LastText;
}

inline const TextCell& textCellOf(const char* row, const Aggregate& aggregate)
{
    const bool isOrdered =
        aggregate.kind == AggregateKind::FirstText || aggregate.kind == AggregateKind::LastText;
    return isOrdered ? cellOf<OrderedText>(row, aggregate).text : cellOf<TextCell>(row, aggregate);
}

}  // namespace engine
