#include "ui/component_look.h"

#include "ui/icons.h"

namespace ui {

ComponentLook lookOf(const engine::ComponentInfo* info)
{
    if (!info) return {Tone::Idle, QStringLiteral("rows")};
    const QString own = QString::fromStdString(info->id);
    const QString category = QString::fromStdString(info->category).toLower();
    ComponentLook look;
    if (info->kind == engine::ComponentKind::Source)
        look = {Tone::Source, QStringLiteral("source")};
    else if (info->kind == engine::ComponentKind::Sink)
        look = {Tone::Sink, QStringLiteral("sink")};
    else if (category.startsWith(QLatin1String("window")))
        look = {Tone::Window, QStringLiteral("window")};
    else if (category.startsWith(QLatin1String("join")))
        look = {Tone::Join, QStringLiteral("join")};
    if (look.icon == QLatin1String("rows") && hasIcon(own)) look.icon = own;
    return look;
}

}  // namespace ui
