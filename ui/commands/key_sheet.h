#pragma once

#include <QFrame>

namespace ui {

class CommandRegistry;

// All keys at a glance, by category; made anew each time it is shown. Shown on an Overlay, GUI thread.
class KeySheet : public QFrame {
    Q_OBJECT
public:
    explicit KeySheet(const CommandRegistry& registry, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {1200, 900}; }
};

}  // namespace ui
