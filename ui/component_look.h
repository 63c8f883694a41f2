#pragma once

#include "spec/component_info.h"
#include "ui/theme.h"

#include <QString>

namespace ui {

// How a component is shown: the colour of its kind and its icon. Pure; knows kinds and categories, never
// single components.
struct ComponentLook {
    Tone tone = Tone::Rows;
    QString icon = QStringLiteral("rows");
};
ComponentLook lookOf(const engine::ComponentInfo* info);

}  // namespace ui
