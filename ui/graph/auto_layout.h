#pragma once

#include "ui/document/pipeline_document.h"

namespace ui {

inline constexpr double kNodeWidth = 200;
inline constexpr double kNodeHeight = 80;
inline constexpr double kColumnGap = 80;
inline constexpr double kRowGap = 48;
inline constexpr double kGridStep = 8;  // places of nodes are multiples of it

QPointF onGrid(const QPointF& at);

// Places every node in columns from sources to sinks, with few crossings; the same document always gets the
// same places. Nodes of a column begin in the order that `before` has them in, from top to bottom. Parts that
// no edge joins are laid out apart and packed in rows to the shape of a view, in the order in which `before`
// has them. Cycles are cut where they close. Pure; any thread.
Layout autoLayout(const engine::PipelineSpec& spec, const Layout& before = {});

// Where each node is shown: at its place in the document, or, for those that have none, in the layout of the
// whole, below the others.
Layout placesOf(const DocumentState& state);

}  // namespace ui
