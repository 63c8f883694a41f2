#include "desktop_window.h"

#include "ui/screenshot.h"

#include <QApplication>

#include <cstdio>

int runWindow(int argc, char** argv, const std::vector<std::string>& files, const MakeClient& makeClient,
              const WindowOptions& options)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Streamwright"));
    QApplication::setApplicationVersion(QStringLiteral(STREAMWRIGHT_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("streamwright"));
    std::optional<ui::Shade> shade;
    if (options.theme == "dark") shade = ui::Shade::Dark;
    if (options.theme == "light") shade = ui::Shade::Light;
    ui::theme().install(application, shade);

    ui::Session session(makeClient());
    ui::MainWindow window(session);
    window.resize(options.width, options.height);
    for (const std::string& file : files) window.openFile(QString::fromStdString(file));
    if (!session.documents().empty()) session.show(session.documents().front().get());
    window.show();

    std::unique_ptr<ui::Screenshot> screenshot;
    if (!options.screenshot.empty()) {
        if (!session.current()) {
            std::fputs("A picture needs a document that can be opened.\n", stderr);
            return 2;
        }
        screenshot =
            std::make_unique<ui::Screenshot>(session, window, QString::fromStdString(options.screenshot),
                                             options.afterMs, QString::fromStdString(options.select));
        QObject::connect(
            screenshot.get(), &ui::Screenshot::taken, &application,
            [](bool isSaved) { QCoreApplication::exit(isSaved ? 0 : 1); }, Qt::QueuedConnection);
    }
    if ((options.run || screenshot) && session.current()) session.run();
    return QApplication::exec();
}
