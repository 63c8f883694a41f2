#pragma once

#include "catalog/component.h"
#include "spec/pipeline_spec.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

// The kind of rows that an input has and the node cannot take, as a sentence; else empty.
std::string changesNotTaken(const std::optional<Binding>& binding, const std::vector<SchemaPtr>& inputs);

// Whether the document promises more than this component keeps, with what would mend it.
void checkGuarantee(const ComponentInfo& info, const PipelineSettings& settings,
                    std::vector<Diagnostic>& found);

// Sinks that would each need a transaction of its own, where the document promises exactly once: an epoch is
// decided by one.
void checkTransactions(const PipelineSpec& spec,
                       const std::map<NodeId, std::shared_ptr<const Binding>>& bindings,
                       std::vector<Diagnostic>& found);

// Two sinks that write the same thing, and a source that reads what a sink writes.
void checkOutsides(const PipelineSpec& spec, const std::map<NodeId, std::shared_ptr<const Binding>>& bindings,
                   std::vector<Diagnostic>& found);

}  // namespace engine
