#pragma once

#include <QObject>

class QSystemTrayIcon;
class QWidget;

namespace ui {

// Stands for the window in the system's tray while that is hidden and jobs run on; where there is no tray the
// window is made small instead. Owned by the main window, GUI thread.
class Tray : public QObject {
    Q_OBJECT
public:
    explicit Tray(QWidget& window);
    static bool isThere();
    void takeOver();

private:
    void giveBack();
    QWidget& m_window;
    QSystemTrayIcon* m_icon = nullptr;
};

}  // namespace ui
