#pragma once

#include <QHash>
#include <QString>

namespace ui {

// Other words by which a command is looked for, by its id: what it is called elsewhere, or what it is good
// for. Each word stands on its own; the command's own name has none of them.
const QHash<QString, QString>& commandWords();

}  // namespace ui
