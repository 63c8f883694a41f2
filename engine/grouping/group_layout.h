#pragma once

#include "data/schema.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// What is kept for an aggregate. Written in saved state as a number: never renumbered.
enum class AggregateKind : std::uint8_t {
    Count = 1,
    CountDistinct,
    SumInteger,
    SumNumber,
    AverageInteger,
    AverageNumber,
    MinInteger,
    MinNumber,
    MinText,
    MaxInteger,
    MaxNumber,
    MaxText,
    FirstWord,
    FirstText,
    LastWord,
    LastText,
    Moments,
    PairMoments,
    Percentile,
    DistinctSketch,
    TopValues,
    Histogram,
    ArgMin,
    ArgMax,
    CollectList,
    CollectSet,
    PercentileExactness  // whether the percentile before it is exact; keeps nothing of its own
};

// How moments are read out.
enum class Spread : std::uint8_t { StddevSample, StddevPopulation, VarianceSample, VariancePopulation };
enum class PairMeasure : std::uint8_t {
    CovarianceSample,
    CovariancePopulation,
    Correlation,
    Slope,
    Intercept
};

// One aggregate: what it keeps and where its cell lies in a group's row.
struct Aggregate {
    std::string name{};
    AggregateKind kind = AggregateKind::Count;
    Spread spread = Spread::StddevSample;
    PairMeasure pair = PairMeasure::CovarianceSample;
    DataType argumentType = DataType::Int64;
    DataType secondType = DataType::Int64;  // of the second argument, where it takes one
    DataType resultType = DataType::Int64;
    std::size_t offset = 0;    // of its cell in the row
    std::uint64_t bit = 0;     // in GroupRow::seen
    std::size_t distinct = 0;  // of CountDistinct: which set
    double fraction = 0.5;     // of Percentile: 0 to 1
    double width = 0;          // of Histogram
    std::int64_t limit = 0;    // of TopValues, CollectList, CollectSet: values at most
    std::string meaning{};     // what it is worked out of: argument and filter
    bool sameState(const Aggregate& other) const
    {
        return name == other.name && kind == other.kind && argumentType == other.argumentType &&
            meaning == other.meaning;
    }
};

// The head of a group's row; the cells of the aggregates follow. A text key lies in the table's arena.
struct GroupRow {
    static constexpr std::uint32_t kNullLength = 0xffffffff;
    std::uint64_t hash;    // of the key, in memory only
    std::uint64_t word;    // the integer, or the address of the text
    std::uint32_t length;  // of the text; 8 for an integer; kNullLength for NULL
    std::uint32_t unused;
    std::uint64_t seen;  // a bit for each aggregate that has met a value
    std::string_view text() const { return {reinterpret_cast<const char*>(word), length}; }
};

// How keys are kept: one text or one integer as it is, anything else as the bytes of key_codec.h.
enum class KeyForm : std::uint8_t { Nothing, Integer, Text, Encoded };

inline constexpr std::size_t kAggregatesMax = 64;  // bits of GroupRow::seen

// The fixed part of a node that groups rows: keys and aggregates. Made in bind, immutable, shared by all
// instances and their state.
struct GroupLayout {
    bool byArrival = false;  // what first and last go by
    std::vector<Field> keys{};
    KeyForm keyForm = KeyForm::Nothing;
    std::vector<Aggregate> aggregates{};
    std::size_t ownBytes = 0;  // of a row, right behind its head: what the node keeps there itself
    std::size_t rowBytes = 0;
    std::size_t distincts = 0;

    void place();  // gives the aggregates their places in the row, and the keys their form
    bool sameState(const GroupLayout& other) const;
    bool dependsOnArrival() const;  // some first or last goes by arrival
};
using GroupLayoutPtr = std::shared_ptr<const GroupLayout>;

}  // namespace engine
