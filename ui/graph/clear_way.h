#pragma once

#include "ui/graph/graph_scene.h"

#include <QRectF>

#include <vector>

namespace ui {

// How far down cards have to go, as one piece and on the grid, so that none lies on a node of the scene that
// is not among `own`. Pure.
double wayClear(const GraphScene& scene, const std::vector<QRectF>& cards,
                const std::set<engine::NodeId>& own);

}  // namespace ui
