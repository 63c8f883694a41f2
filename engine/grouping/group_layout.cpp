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
    case AggregateKind::MaxNumber: return 8;
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
        return aggregate.kind >= AggregateKind::FirstWord && aggregate.kind <= AggregateKind::LastText;
    });
}

}  // namespace engine
