#include "ui/tray.h"

#include <QMenu>
#include <QSystemTrayIcon>
#include <QWidget>

namespace ui {

Tray::Tray(QWidget& window) : QObject(&window), m_window(window) { }

bool Tray::isThere() { return QSystemTrayIcon::isSystemTrayAvailable(); }

void Tray::takeOver()
{
    if (!isThere()) return m_window.showMinimized();
    if (!m_icon) {
        m_icon = new QSystemTrayIcon(m_window.windowIcon(), this);
        auto* menu = new QMenu(&m_window);
        menu->addAction(tr("Show Streamwright"), this, &Tray::giveBack);
        menu->addAction(tr("Quit…"), this, [this] {
            giveBack();
            m_window.close();
        });
        m_icon->setContextMenu(menu);
        m_icon->setToolTip(tr("Streamwright: jobs are running"));
        connect(m_icon, &QSystemTrayIcon::activated, this, &Tray::giveBack);
    }
    m_icon->show();
    m_window.hide();
}

void Tray::giveBack()
{
    m_icon->hide();
    m_window.show();
    m_window.raise();
    m_window.activateWindow();
}

}  // namespace ui
