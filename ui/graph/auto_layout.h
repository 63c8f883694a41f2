#pragma once

#include "ui/document/pipeline_document.h"

namespace ui {

inline constexpr double kNodeWidth = 200;
inline constexpr double kNodeHeight = 80;
inline constexpr double kColumnGap = 80;
inline constexpr double kRowGap = 48;

// Places every node in columns from sources to sinks, with few crossings; the same document always gets the
// same places. Cycles are cut where they close. Pure; any thread.
Layout autoLayout(const engine::PipelineSpec& spec);

}  // namespace ui
