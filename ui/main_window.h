#pragma once

#include "ui/alerts/alert_herald.h"
#include "ui/commands/command_registry.h"
#include "ui/documents/documents.h"
#include "ui/jobs/job_book.h"
#include "ui/pages/design_page.h"
#include "ui/panels/status_strip.h"
#include "ui/panels/top_bar.h"
#include "ui/session.h"

#include <QMainWindow>

#include <functional>
#include <memory>
#include <vector>

class QSettings;
class QButtonGroup;
class QStackedWidget;

namespace ui {

class AlertsPage;
class ClosingFlow;
class CommandPalette;
class DiskFlow;
class ExamplePlace;
class GalleryPage;
class JobsPage;
class NoticeBar;
class Overlay;
class RailButton;
class RunFlow;
class Tray;

// Puts the pages together and gives them commands. Owned by runWindow, GUI thread; what is done to documents
// and jobs is done by others.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    enum Page { Home, Design, Jobs, Alerts };
    explicit MainWindow(Session& session, const Storage& storage = {}, QWidget* parent = nullptr);
    ~MainWindow() override;
    void restore();  // what the last window left: its size, drafts, jobs
    void open();     // asks for a file
    void openFile(const QString& path, Documents::Then then = {});
    void selectNode(const engine::NodeId& node) { m_design->selectNode(node); }
    void showPage(Page page);
    Page page() const;

    GraphScene& scene() { return m_design->scene(); }
    GraphView& view() { return m_design->view(); }
    DockPanel& dock() { return m_design->dock(); }
    StatusStrip& status() { return *m_status; }
    DesignPage& design() { return *m_design; }
    GalleryPage& gallery() { return *m_gallery; }
    JobsPage& jobs() { return *m_jobs; }
    AlertsPage& alerts() { return *m_alerts; }
    AlertBook& alertBook() { return m_alertBook; }
    AlertHerald& herald() { return m_herald; }
    RailButton& railButton(Page page) const;
    CommandRegistry& commands() { return m_commands; }
    CommandPalette& commandPalette() { return *m_commandPalette; }
    Documents& documents() { return m_documents; }
    NoticeBar& notices() { return *m_notices; }
    Overlay& overlay() { return *m_overlay; }
    TopBar& topBar() { return *m_top; }
    Tray& tray() { return *m_tray; }
    // What is being typed anywhere becomes part of the document, as far as it can be read; `then` comes as
    // soon as nothing of `about` is left to be read.
    void finishTyping(OpenDocument* about, std::function<void()> then);
    void finishTyping()
    {
        finishTyping(m_session.current(), [] {});
    }
    bool isTyping() const;

Q_SIGNALS:
    void closed();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeRail();
    void makeBody();
    void connectPages();
    void connectDocuments();
    void connectAlerts();
    void makeAlertCommands();
    void showAlertCounts();
    void tellAlert(const QString& sentence, bool isGrave, const AlertKey& key);
    void showAlert(const AlertKey& key);
    void jumpToAlert(const AlertKey& key);
    void jumpTo(OpenDocument& document, const engine::AlertEpisode& alert);
    void makeFileCommands();
    void makeRunCommands();
    void makeOrderCommands();
    void makeViewCommands();
    void makeLookCommands();
    void makeWayCommands();
    void makeHelpCommands();
    void adoptCommands();
    void connectTyping();
    std::vector<QObject*> typingSenders();
    void connectRuns();
    void focusPage();
    struct Region {
        QWidget* widget = nullptr;
        std::function<void()> focus{};
    };
    std::vector<Region> regions();
    void stepRegion(int by);
    std::shared_ptr<ExamplePlace> examplePlace();
    void showDock(DockPanel::Tab tab);  // also where it was hidden
    void showProblems(OpenDocument* document);
    // A job, and the document that it runs where that is open; neither when there is nothing to run.
    struct RunTarget {
        OpenDocument* document = nullptr;
        std::optional<engine::JobId> job{};
        engine::JobState state = engine::JobState::Starting;
        bool isActive = false;
    };
    RunTarget runTarget() const;
    void act(engine::JobAction action);
    void runAgain();
    void followJob(engine::JobId job, engine::JobState state);
    void listRecent();
    void save(bool asCopy);
    void askSavePath(OpenDocument* document, Documents::Then then);
    void openInEditor();
    void runExample(const struct Example& example);
    void showCommands();
    void showKeys();
    void offerLeftovers();
    void restoreShade(const QSettings& settings);
    void setShade(Shade shade);
    void followDesktop();
    void setAnimated(bool isAnimated);
    void fitToScreen();
    void changeDocument();
    void nameWindow();
    void refresh();

    Session& m_session;
    Documents m_documents;
    JobBook m_book;
    AlertBook m_alertBook;
    AlertHerald m_herald;
    CommandRegistry m_commands;
    DesignPage* m_design;
    GalleryPage* m_gallery;
    JobsPage* m_jobs;
    AlertsPage* m_alerts;
    TopBar* m_top = nullptr;
    StatusStrip* m_status;
    NoticeBar* m_notices;
    QStackedWidget* m_pages;
    QButtonGroup* m_rail = nullptr;
    Overlay* m_overlay = nullptr;
    CommandPalette* m_commandPalette = nullptr;
    ClosingFlow* m_closing = nullptr;
    DiskFlow* m_disk = nullptr;
    RunFlow* m_runs = nullptr;
    Tray* m_tray = nullptr;
    QTimer m_refresh;
    QStringList m_recentListed;
    std::shared_ptr<ExamplePlace> m_examples;
    QString m_alertNotice;  // that stands above the page
    bool m_mayClose = false;
};

}  // namespace ui
