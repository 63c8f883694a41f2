#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

namespace ui {

// Writes the whole file or none of it: under a temporary name, synced, renamed. Any thread.
engine::Status writeWhole(const QString& path, const QByteArray& bytes);

}  // namespace ui
