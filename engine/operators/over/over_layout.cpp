#include "operators/over/over_layout.h"

namespace engine {
namespace {

OverMethod methodOf(AggregateKind kind)
{
    switch (kind) {
    case AggregateKind::Count:
    case AggregateKind::SumInteger:
    case AggregateKind::AverageInteger: return OverMethod::Slide;
    case AggregateKind::SumNumber:
    case AggregateKind::AverageNumber:
    case AggregateKind::MinInteger:
    case AggregateKind::MinNumber:
    case AggregateKind::MaxInteger:
    case AggregateKind::MaxNumber:
    case AggregateKind::FirstWord:
    case AggregateKind::LastWord:
    case AggregateKind::Moments: return OverMethod::Stack;
    default: return OverMethod::Anew;
    }
}

}  // namespace

void placeParts(OverLayout& layout, const Schema& input)
{
    GroupLayout stack, anew;
    std::vector<Field> kept = input.fields();
    const auto& aggregates = layout.input->aggregates;
    for (std::size_t index = 0; index < aggregates.size(); ++index) {
        const Aggregate& aggregate = aggregates[index];
        const AggregateFormulas& formulas = layout.formulas->aggregates[index];
        OverPart part{methodOf(aggregate.kind), layout.slides, {}, {}};
        if (part.method == OverMethod::Slide) ++layout.slides;
        GroupLayout& of = part.method == OverMethod::Stack ? stack : anew;
        if (part.method != OverMethod::Slide) {
            part.index = of.aggregates.size();
            of.aggregates.push_back(aggregate);
        }
        const bool isPlain = !formulas.filter && (!formulas.argument || formulas.argument->plainColumn());
        if (!isPlain) {
            part.column = kept.size();
            kept.push_back({aggregate.meaning, formulas.argument ? aggregate.argumentType : DataType::Bool});
            layout.further.push_back({index, false});
        } else if (formulas.argument) {
            part.column = *formulas.argument->plainColumn();
        }
        if (formulas.second && !formulas.second->plainColumn()) {
            part.second = kept.size();
            kept.push_back({"second of " + aggregate.meaning, aggregate.secondType});
            layout.further.push_back({index, true});
        } else if (formulas.second) {
            part.second = formulas.second->plainColumn();
        }
        layout.parts.push_back(part);
    }
    stack.place();
    anew.place();
    layout.stack = std::make_shared<const GroupLayout>(std::move(stack));
    layout.anew = std::make_shared<const GroupLayout>(std::move(anew));
    layout.inputColumns = input.size();
    layout.kept = std::make_shared<const Schema>(std::move(kept), true);
}

}  // namespace engine
