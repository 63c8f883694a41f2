#include "catalog/component.h"

namespace engine {
namespace {

struct DiscardParams { };

// Takes rows and keeps nothing of them; the engine's metrics count them. Belongs to its sink task.
class DiscardSink final : public Sink {
public:
    Status open(SinkContext&, const std::string&) override { return ok(); }
    Status write(const RecordBatch&) override { return ok(); }
    Status flush() override { return ok(); }
};

std::optional<Binding> bindDiscard(const DiscardParams&, const BindContext& context)
{
    context.summary([] { return "rows end here"; });
    Binding binding;
    binding.make = Factory<Sink>([] { return std::make_unique<DiscardSink>(); });
    binding.keepsNothing = true;
    binding.takes = ChangeMode::Upsert;
    return binding;
}

}  // namespace

void addDiscardSink(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "discard_sink";
    info.kind = ComponentKind::Sink;
    info.title = "Discard";
    info.category = "Sinks";
    info.help = "Counts rows and drops them. Good for measuring, and as an end while a pipeline grows.";
    info.inputs = {{"in", "The rows to drop."}};
    info.outputs = {};
    catalog.add(component(std::move(info), Params<DiscardParams>(), bindDiscard));
}

}  // namespace engine
