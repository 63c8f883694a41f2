#pragma once

#include <QString>

namespace ui {

// Where the window keeps what is its own. Empty: nothing is kept, as in tests and for pictures.
struct Storage {
    QString folder{};        // drafts, and what examples write
    QString settingsFile{};  // recent files, theme, size of the window
};

}  // namespace ui
