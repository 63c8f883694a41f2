#include "ui/properties/constants.h"

#include "spec/resolve.h"

namespace ui {

engine::Constants constantsOf(const engine::PipelineSpec& spec)
{
    engine::PipelineSpec head;  // the nodes, which may be MiB, say nothing of it
    head.parameters = spec.parameters;
    return engine::toConstants(engine::resolve(head).parameters);
}

}  // namespace ui
