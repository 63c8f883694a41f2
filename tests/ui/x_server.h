#pragma once

#include <QByteArray>
#include <QProcess>

// An X server of the test's own, without a screen, and the window system that the next application will use.
class XServer {
public:
    explicit XServer(const QString& screen = QStringLiteral("1280x800x24"))
    {
        m_server.setProgram(QStringLiteral("Xvfb"));
        // It ends with the last of its clients, also where that is killed.
        m_server.setArguments({"-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp", "-terminate"});
        m_server.start();
        while (!m_server.canReadLine() && m_server.waitForReadyRead(30'000)) continue;
        m_display = m_server.readLine().trimmed();
        qputenv("DISPLAY", ":" + m_display);
        qputenv("QT_QPA_PLATFORM", "xcb");
        qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");  // a desktop's tray would be asked first
    }
    ~XServer()
    {
        m_server.terminate();
        m_server.waitForFinished();
    }
    bool isUp() const { return !m_display.isEmpty(); }

private:
    QProcess m_server;
    QByteArray m_display;
};
