#pragma once

#include "runtime/channel.h"

#include <span>
#include <vector>

namespace engine {

// Rows of a batch to the instances that keep their key groups: instance g % n has group g. Rows of one key
// keep their order.
void spreadByKey(const RecordBatch& batch, std::span<const std::size_t> keyColumns,
                 std::span<Channel* const> channels);

}  // namespace engine
