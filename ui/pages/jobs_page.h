#pragma once

#include "ui/jobs/job_view.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;

namespace ui {

// All jobs as a table and the chosen one below it. Owned by the main window, GUI thread; figures move only
// while it is seen.
class JobsPage : public QWidget {
    Q_OBJECT
public:
    JobsPage(Session& session, const JobBook& book, QWidget* parent = nullptr);
    void choose(engine::JobId job);
    JobsModel& model() { return m_model; }
    JobView& view() { return *m_view; }
    QTableView& table() { return *m_table; }

Q_SIGNALS:
    void documentWanted(ui::OpenDocument* document);
    void fileWanted(const QString& path);
    void examplesWanted();
    void chosenChanged();

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeEmptyPage();
    void makeTable();
    void fitColumns();
    void refresh();
    void showNow();
    void chooseRunAgain();
    void openCurrent();

    Session& m_session;
    const JobBook& m_book;
    JobsModel m_model;
    QTableView* m_table;
    JobView* m_view;
    QLabel* m_count;
    QStackedWidget* m_stack;
    QPointer<PipelineDocument> m_runAgain;  // until the job that runs it now is listed
};

}  // namespace ui
