#include "desktop_window.h"

#include "commands/command.h"
#include "ui/pictures.h"
#include "ui/screenshot.h"

#include <QApplication>
#include <QDir>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace {

// Pictures look alike wherever they are made, so they know nothing of earlier windows.
ui::Storage storageFor(const WindowOptions& options, const std::optional<QTemporaryDir>& folder)
{
    if (folder) return {folder->path(), folder->filePath(QStringLiteral("window.ini"))};
    if (!options.screenshot.empty()) return {};
    return {QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation),
            QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) +
                QStringLiteral("/window.ini")};
}

std::optional<ui::MainWindow::Page> pageNamed(const std::string& name)
{
    if (name == "home") return ui::MainWindow::Home;
    if (name == "design") return ui::MainWindow::Design;
    if (name == "jobs") return ui::MainWindow::Jobs;
    if (name == "alerts") return ui::MainWindow::Alerts;
    return {};
}

// Shows the state, or takes the pictures, that were asked for.
void beginPictures(ui::Pictures& pictures, const WindowOptions& options)
{
    const QString file = QString::fromStdString(options.screenshot);
    const QString folder = QString::fromStdString(options.screenshots);
    if (!folder.isEmpty()) QDir().mkpath(folder);
    if (!folder.isEmpty())
        pictures.takeAll(folder);
    else if (!file.isEmpty())
        pictures.take(QString::fromStdString(options.show), file);
    else
        return pictures.show(QString::fromStdString(options.show));
    QObject::connect(
        &pictures, &ui::Pictures::finished, qApp, [](bool isDone) { QCoreApplication::exit(isDone ? 0 : 1); },
        Qt::QueuedConnection);
}

QtMessageHandler handlerBefore = nullptr;

// While Qt looks for a display: where it finds none it would explain itself at length and abort.
void handleMessage(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    const bool isChosen = qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
    if (type == QtFatalMsg) {
        std::fprintf(stderr, "%s\n",
                     isChosen ? qPrintable(message)
                              : "There is no display to open a window on; \"streamwright run FILE\" runs a "
                                "document without one.");
        std::_Exit(engine::kOutsideFailed);
    }
    if (isChosen || !QByteArray(context.category).startsWith("qt.qpa")) handlerBefore(type, context, message);
}

}  // namespace

std::string stateNames() { return ui::Pictures::states().join(QStringLiteral(", ")).toStdString(); }

bool isState(const std::string& name)
{
    return ui::Pictures::states().contains(QString::fromStdString(name));
}

int runWindow(int argc, char** argv, const std::vector<std::string>& files, const MakeClient& makeClient,
              const WindowOptions& options)
{
    handlerBefore = qInstallMessageHandler(handleMessage);
    QApplication application(argc, argv);
    qInstallMessageHandler(handlerBefore);
    QApplication::setApplicationName(QStringLiteral("streamwright"));
    QApplication::setApplicationDisplayName(QStringLiteral("Streamwright"));
    QApplication::setApplicationVersion(QStringLiteral(STREAMWRIGHT_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("streamwright"));
    QApplication::setQuitOnLastWindowClosed(false);  // it may live on in the tray
    std::optional<ui::Shade> shade;
    if (options.theme == "dark") shade = ui::Shade::Dark;
    if (options.theme == "light") shade = ui::Shade::Light;
    ui::theme().install(application, shade);

    ui::Session session(makeClient());
    const bool isPosed = !options.show.empty() || !options.screenshots.empty();
    std::optional<QTemporaryDir> folder;
    if (isPosed) folder.emplace();
    ui::MainWindow window(session, storageFor(options, folder));
    QObject::connect(&window, &ui::MainWindow::closed, &application, &QCoreApplication::quit);
    if (options.screenshot.empty() && !isPosed) window.restore();
    if (options.width > 0) window.resize(options.width, options.height);
    if (shade) ui::theme().setShade(*shade);
    window.show();

    std::unique_ptr<ui::Pictures> pictures;
    if (isPosed) {
        window.activateWindow();
        pictures = std::make_unique<ui::Pictures>(session, window);
        beginPictures(*pictures, options);
    }
    std::unique_ptr<ui::Screenshot> screenshot;
    if (!options.screenshot.empty() && !isPosed) {
        screenshot =
            std::make_unique<ui::Screenshot>(session, window, QString::fromStdString(options.screenshot),
                                             options.afterMs, QString::fromStdString(options.select));
        if (const auto page = pageNamed(options.page)) screenshot->setPage(*page);
        QObject::connect(
            screenshot.get(), &ui::Screenshot::taken, &application,
            [](bool isSaved) { QCoreApplication::exit(isSaved ? 0 : 1); }, Qt::QueuedConnection);
        if (files.empty()) screenshot->takeSoon();
    }
    const bool isRunning = options.run || screenshot;
    for (std::size_t i = 0; i < files.size(); ++i)
        window.openFile(QString::fromStdString(files[i]),
                        [&session, isFirst = i == 0, isRunning,
                         isPicture = screenshot != nullptr](ui::OpenDocument* document) {
                            if (isFirst && !document && isPicture) {
                                std::fputs("A picture needs a document that can be opened.\n", stderr);
                                QCoreApplication::exit(2);
                            }
                            if (document) session.show(session.documents().front().get());
                            if (isFirst && document && isRunning) session.run();
                        });
    return QApplication::exec();
}
