#include "grouping/group_layout.h"

#include <algorithm>

namespace engine {
namespace {

std::size_t cellBytes(AggregateKind kind)
{
    switch (kind) {
    case AggregateKind::Count:
    case AggregateKind::CountDistinct:
    case AggregateKind::MinInteger:
    case AggregateKind::MinNumber:
    case AggregateKind::MaxInteger:
    case AggregateKind::MaxNumber:
    case AggregateKind::Percentile:
    case AggregateKind::DistinctSketch:
    case AggregateKind::TopValues:
    case AggregateKind::Histogram:
    case AggregateKind::ArgMin:
    case AggregateKind::ArgMax:
    case AggregateKind::CollectList:
    case AggregateKind::CollectSet: return 8;
    case AggregateKind::PercentileExactness: return 0;
    case AggregateKind::PairMoments: return 48;
    case AggregateKind::SumInteger:
    case AggregateKind::SumNumber:
    case AggregateKind::MinText:
    case AggregateKind::MaxText:
    case AggregateKind::FirstWord:
    case AggregateKind::LastWord: return 16;
    case AggregateKind::AverageInteger:
    case AggregateKind::AverageNumber:
    case AggregateKind::FirstText:
    case AggregateKind::LastText:
    case AggregateKind::Moments: return 24;
    }
    return 0;
}

}  // namespace

void GroupLayout::place()
{
    rowBytes = sizeof(GroupRow) + ownBytes;
    distincts = 0;
    std::uint64_t bit = 1;
    for (Aggregate& aggregate : aggregates) {
        aggregate.offset = rowBytes;
        if (aggregate.kind == AggregateKind::PercentileExactness) aggregate.offset = (&aggregate - 1)->offset;
        aggregate.bit = bit;
        bit <<= 1;
        rowBytes += cellBytes(aggregate.kind);
        if (aggregate.kind == AggregateKind::CountDistinct) aggregate.distinct = distincts++;
    }
    if (keys.empty())
        keyForm = KeyForm::Nothing;
    else if (keys.size() == 1 && keys[0].type == DataType::String)
        keyForm = KeyForm::Text;
    else if (keys.size() == 1 && (keys[0].type == DataType::Int64 || keys[0].type == DataType::Time))
        keyForm = KeyForm::Integer;
    else
        keyForm = KeyForm::Encoded;
}

bool GroupLayout::sameState(const GroupLayout& other) const
{
    return keys == other.keys &&
        std::equal(aggregates.begin(), aggregates.end(), other.aggregates.begin(), other.aggregates.end(),
                   [](const Aggregate& a, const Aggregate& b) { return a.sameState(b); });
}

bool GroupLayout::dependsOnArrival() const
{
    if (!byArrival) return false;
    return std::any_of(aggregates.begin(), aggregates.end(), [](const Aggregate& aggregate) {
        return (aggregate.kind >= AggregateKind::FirstWord && aggregate.kind <= AggregateKind::LastText) ||
            (aggregate.kind >= AggregateKind::ArgMin && aggregate.kind <= AggregateKind::CollectList);
    });
}

}  // namespace engine
