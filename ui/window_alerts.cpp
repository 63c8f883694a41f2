#include "ui/graph/node_item.h"
#include "ui/main_window.h"
#include "ui/overlay/notice_bar.h"
#include "ui/pages/alerts_page.h"
#include "ui/panels/rail_button.h"
#include "ui/plain_text.h"
#include "ui/tray.h"

#include <QApplication>
#include <QButtonGroup>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

// What the main window does with alerts: counts them, tells of them, leads to their nodes.

namespace ui {

namespace {

constexpr qint64 kDocumentBytesMax = 4 << 20;  // of a file that is looked into for its id

// The first of the files that holds the pipeline; empty: none does.
QString fileOfPipeline(const QStringList& paths, const std::string& pipeline)
{
    for (const QString& path : paths) {
        QFile file(path);
        if (file.size() > kDocumentBytesMax || !file.open(QIODevice::ReadOnly)) continue;
        const QJsonObject document = QJsonDocument::fromJson(file.readAll()).object();
        if (document[QStringLiteral("id")].toString() == QString::fromStdString(pipeline)) return path;
    }
    return {};
}

}  // namespace

RailButton& MainWindow::railButton(Page page) const
{
    return *static_cast<RailButton*>(m_rail->button(page));
}

void MainWindow::makeAlertCommands() { m_commands.adopt(tr("Alerts"), m_alerts->actions()); }

void MainWindow::connectAlerts()
{
    connect(&m_alertBook, &AlertBook::countsChanged, this, &MainWindow::showAlertCounts);
    connect(&m_herald, &AlertHerald::told, this, &MainWindow::tellAlert);
    connect(m_alerts, &AlertsPage::nodeWanted, this, &MainWindow::jumpToAlert);
    connect(m_alerts, &AlertsPage::examplesWanted, this, [this] { showPage(Home); });
    connect(m_status, &StatusStrip::alertsWanted, this, [this] { showPage(Alerts); });
    showAlertCounts();
}

void MainWindow::showAlertCounts()
{
    railButton(Alerts).setCount(m_alertBook.unacknowledged(), m_alertBook.isGrave());
    m_status->setAlerts(m_alertBook.firing(), m_alertBook.isGrave());
    if (m_alertBook.unacknowledged() == 0 && !m_alertNotice.isEmpty()) m_notices->withdraw(m_alertNotice);
}

// Who has the window before him sees the rail; who has not is called.
void MainWindow::tellAlert(const QString& sentence, bool isGrave, const AlertKey& key)
{
    if (isActiveWindow() && isVisible() && !isMinimized()) return;
    if (Tray::isThere()) return m_tray->call(sentence, isGrave, [this, key] { showAlert(key); });
    // One line is enough, however long nobody comes.
    if (!m_alertNotice.isEmpty()) m_notices->withdraw(m_alertNotice);
    m_alertNotice = sentence;
    m_notices->say(isGrave ? NoticeBar::Trouble : NoticeBar::Told, sentence,
                   {{tr("Show"), [this, key] { showAlert(key); }}, {tr("Dismiss"), {}}});
    QApplication::alert(this);
}

void MainWindow::showAlert(const AlertKey& key)
{
    showPage(Alerts);
    m_alerts->choose(key);
}

void MainWindow::jumpTo(OpenDocument& document, const engine::AlertEpisode& alert)
{
    m_session.show(&document);
    showPage(Design);
    if (document.document->spec().find(alert.last.rule)) {
        selectNode(alert.last.rule);
        if (const NodeItem* item = scene().node(alert.last.rule))
            view().lookAt(item->sceneBoundingRect().center());
        return;
    }
    m_notices->say(NoticeBar::Told,
                   tr("The rule “%1” is no longer in this pipeline; it may have been renamed or deleted.")
                       .arg(plainLine(QString::fromStdString(alert.last.rule.value), 60)));
}

void MainWindow::jumpToAlert(const AlertKey& key)
{
    const engine::AlertEpisode* alert = m_alertBook.find(key);
    if (!alert) return;
    OpenDocument* found = nullptr;
    for (const auto& open : m_session.documents())
        if (open->document->spec().id == key.first && (!found || open->isActive())) found = open.get();
    if (found) return jumpTo(*found, *alert);
    const QStringList paths = m_documents.recent().paths();
    m_documents.worker().ask(
        this, [paths, pipeline = key.first] { return fileOfPipeline(paths, pipeline); },
        [this, alert = *alert](const QString& path) {
            if (!path.isEmpty())
                return openFile(path, [this, alert](OpenDocument* document) {
                    if (document) jumpTo(*document, alert);
                });
            m_notices->say(
                NoticeBar::Told,
                tr("“%1” is neither open nor among the recent files. Open its file, then jump again.")
                    .arg(plainLine(QString::fromStdString(alert.last.pipelineName).simplified(), 60)));
        });
}

}  // namespace ui
