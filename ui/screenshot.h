#pragma once

#include "ui/main_window.h"

#include <QString>
#include <QTimer>

namespace ui {

// Takes one picture of the window as soon as it shows a running pipeline: telemetry and chart points have
// come, and `afterMs` have gone by since. Owned by runWindow, GUI thread.
class Screenshot : public QObject {
    Q_OBJECT
public:
    Screenshot(Session& session, MainWindow& window, QString file, int afterMs, QString select);
    void setPage(MainWindow::Page page) { m_page = page; }
    void takeSoon();  // without waiting for a job

Q_SIGNALS:
    void taken(bool isSaved);

private:
    void check();
    void take();

    Session& m_session;
    MainWindow& m_window;
    QString m_file, m_select;
    int m_afterMs, m_telemetry = 0;
    bool m_isDue = false;
    std::optional<MainWindow::Page> m_page;
    QTimer m_limit;
};

}  // namespace ui
