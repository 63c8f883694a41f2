#pragma once

#include "ui/graph/edge_item.h"
#include "ui/graph/node_item.h"

#include <map>

namespace ui {

// Puts the label of each edge where it lies on no node and on no other label, as near to the middle of its
// wire as there is room; in the middle where there is none.
void placeLabels(const std::map<engine::NodeId, NodeItem*>& nodes,
                 const std::map<engine::EdgeSpec, EdgeItem*>& edges);

}  // namespace ui
