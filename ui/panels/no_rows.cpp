#include "ui/panels/no_rows.h"

#include "ui/graph_change.h"

#include <QCoreApplication>

namespace ui {

QString noRowsText(const OpenDocument* open, const std::optional<engine::PortRef>& port, bool hasPassed)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ui::DockPanel", text); };
    const bool isRunning = open && open->isActive();
    if (isRunning && port && !isInRun(*open, port->node))
        return tr("What these rows come from is not in this run. Stop and run again (Ctrl+F5) to see them.");
    if (isRunning && open->hasTelemetry && open->state() == engine::JobState::Paused)
        return tr("Paused: no row comes by before the run goes on (F5).");
    if (isRunning)
        return hasPassed ? tr("Waiting for the next rows. Those that came by before are not kept.")
                         : tr("No row has come by here yet.");
    if (open && open->failure && !open->hasTelemetry)
        return tr("The run was not started. Problems (Ctrl+2) says why.");
    if (open && open->hasTelemetry)
        return tr(
            "The run is over. Rows are shown as they come by and not kept: run again (F5) to see them.");
    if (open && open->document->spec().nodes.empty()) return tr("No rows yet: add a source first.");
    return tr("Press Run (F5), then click an edge: its last rows are shown here.");
}

}  // namespace ui
