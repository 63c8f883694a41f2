#include "ui/tray.h"

#include "ui/icons.h"
#include "ui/plain_text.h"
#include "ui/theme.h"

#include <QApplication>
#include <QEvent>
#include <QMenu>
#include <QPainter>
#include <QSystemTrayIcon>
#include <QWidget>

namespace ui {

namespace {

// The program's sign with a mark in its corner.
QIcon markedIcon(const QIcon& icon, bool isTrouble)
{
    QPixmap pixmap = icon.pixmap(64, 64);
    QPainter painter(&pixmap);
    painter.drawPixmap(32, 32,
                       iconPixmap(isTrouble ? QStringLiteral("error") : QStringLiteral("stop"), 32,
                                  theme().color(isTrouble ? Tone::Error : Tone::Ok), 1));
    return pixmap;
}

}  // namespace

Tray::Tray(QWidget& window) : QObject(&window), m_window(window), m_menu(new QMenu(&window))
{
    m_menu->addAction(tr("Show Streamwright"), this, &Tray::giveBack);
    m_menu->addAction(tr("Quit…"), this, [this] {
        giveBack();
        m_window.close();
    });
}

// Who has come to the window need not be called any more.
bool Tray::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::WindowActivate && m_icon && m_window.isVisible()) {
        m_icon->hide();
        m_called = {};
    }
    return false;
}

bool Tray::isThere() { return QSystemTrayIcon::isSystemTrayAvailable(); }

void Tray::makeIcon()
{
    if (m_icon) return;
    m_icon = new QSystemTrayIcon(m_window.windowIcon(), this);
    m_icon->setContextMenu(m_menu);
    // Queued, since showing the window takes the icon away, which is still busy with its click. A click with
    // the right button is for the menu alone.
    connect(
        m_icon, &QSystemTrayIcon::activated, this,
        [this](QSystemTrayIcon::ActivationReason reason) {
            if (reason != QSystemTrayIcon::Context) answerCall();
        },
        Qt::QueuedConnection);
    connect(m_icon, &QSystemTrayIcon::messageClicked, this, &Tray::answerCall, Qt::QueuedConnection);
    m_window.installEventFilter(this);
}

void Tray::call(const QString& text, bool isTrouble, std::function<void()> then)
{
    m_called = std::move(then);
    m_toolTip = tr("Streamwright: %1").arg(text);
    makeIcon();
    m_icon->setToolTip(plainLine(m_toolTip));
    m_icon->setIcon(markedIcon(m_window.windowIcon(), isTrouble));
    m_icon->show();
    m_icon->showMessage(tr("Streamwright"), text,
                        isTrouble ? QSystemTrayIcon::Critical : QSystemTrayIcon::Warning);
}

void Tray::answerCall()
{
    const auto then = std::exchange(m_called, {});
    giveBack();
    if (then) then();
}

void Tray::takeOver()
{
    if (!isThere()) return m_window.showMinimized();
    makeIcon();
    m_icon->setIcon(m_window.windowIcon());
    m_toolTip = tr("Streamwright: jobs are running");
    m_icon->setToolTip(m_toolTip);
    m_icon->show();
    m_window.hide();
}

void Tray::tell(const QString& text, bool isTrouble, int running)
{
    m_toolTip = tr("Streamwright: %1 Still running: %2.").arg(text).arg(running);
    if (!m_icon) return QApplication::alert(&m_window);
    m_called = {};
    m_icon->setToolTip(plainLine(m_toolTip));
    m_icon->setIcon(markedIcon(m_window.windowIcon(), isTrouble));
    m_icon->showMessage(tr("Streamwright"), text,
                        isTrouble ? QSystemTrayIcon::Critical : QSystemTrayIcon::Information);
}

void Tray::giveBack()
{
    if (m_icon) m_icon->hide();
    m_called = {};
    if (m_window.isMinimized())
        m_window.showNormal();
    else
        m_window.show();
    m_window.raise();
    m_window.activateWindow();
}

}  // namespace ui
