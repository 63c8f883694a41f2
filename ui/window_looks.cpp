#include "ui/main_window.h"

#include <QAction>
#include <QSettings>

// The part of the MainWindow that deals with whose colours it has and whether it moves.

namespace ui {

namespace {

const QString kShadeKey = QStringLiteral("window/theme");
const QString kAnimatedKey = QStringLiteral("window/animated");

}  // namespace

void MainWindow::makeLookCommands()
{
    const QString show = tr("View");
    m_commands.add(show,
                   {"view.theme", tr("Dark or light"), {Qt::CTRL | Qt::SHIFT | Qt::Key_L}, {}, {}, [this] {
                        setShade(theme().shade() == Shade::Dark ? Shade::Light : Shade::Dark);
                    }});
    m_commands.add(
        show, {"view.desktop", tr("Colours as the desktop"), {}, {}, {}, [this] { followDesktop(); }});
    if (const QString& file = m_documents.storage().settingsFile; !file.isEmpty())
        theme().isAnimated = QSettings(file, QSettings::IniFormat).value(kAnimatedKey, true).toBool();
    QAction* animation = m_commands.add(
        show, {"view.animation", {}, {}, {}, {}, [this] { setAnimated(!theme().isAnimated); }});
    const auto name = [animation] {
        animation->setText(theme().isAnimated ? tr("Turn animation off") : tr("Turn animation on"));
    };
    connect(animation, &QAction::triggered, animation, name);
    name();
}

void MainWindow::restoreShade(const QSettings& settings)
{
    if (const QString shade = settings.value(kShadeKey).toString(); !shade.isEmpty())
        theme().setShade(shade == QLatin1String("dark") ? Shade::Dark : Shade::Light);
}

void MainWindow::setShade(Shade shade)
{
    theme().setShade(shade);
    if (const QString& file = m_documents.storage().settingsFile; !file.isEmpty())
        m_documents.worker().run([file, shade] {
            QSettings(file, QSettings::IniFormat)
                .setValue(kShadeKey, shade == Shade::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
        });
}

void MainWindow::followDesktop()
{
    theme().followDesktop();
    if (const QString& file = m_documents.storage().settingsFile; !file.isEmpty())
        m_documents.worker().run([file] { QSettings(file, QSettings::IniFormat).remove(kShadeKey); });
}

void MainWindow::setAnimated(bool isAnimated)
{
    theme().isAnimated = isAnimated;
    if (const QString& file = m_documents.storage().settingsFile; !file.isEmpty())
        m_documents.worker().run([file, isAnimated] {
            QSettings(file, QSettings::IniFormat).setValue(kAnimatedKey, isAnimated);
        });
}

}  // namespace ui
