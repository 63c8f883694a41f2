#pragma once

#include "ui/session.h"

namespace ui {

// Why no row of a port is to be seen, and what brings some; `hasPassed`: some came by before anybody looked.
QString noRowsText(const OpenDocument* open, const std::optional<engine::PortRef>& port, bool hasPassed);

}  // namespace ui
