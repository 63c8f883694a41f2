#pragma once

#include <QObject>

#include <functional>

class QMenu;
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
    // Something that somebody should look at; `then` when it is clicked, with the window shown. Only where
    // there is a tray.
    void call(const QString& text, bool isTrouble, std::function<void()> then);
    // A job ended while the window is not seen.
    void tell(const QString& text, bool isTrouble, int running);
    QString toolTip() const { return m_toolTip; }
    void answerCall();  // as a click on its icon or message
    QMenu& menu() { return *m_menu; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeIcon();
    void giveBack();
    QWidget& m_window;
    QMenu* m_menu;
    QSystemTrayIcon* m_icon = nullptr;
    QString m_toolTip;
    std::function<void()> m_called;  // what the message that is shown leads to
};

}  // namespace ui
