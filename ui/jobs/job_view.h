#pragma once

#include "ui/jobs/jobs_model.h"
#include "ui/session.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QListView;
class QTableView;

namespace ui {

class FiguresLabel;
class RateChart;
class StatePill;

// One job: its state and figures, rates, checkpoints, restarts with their reasons, and what can be done with
// it. Owned by the jobs page, GUI thread.
class JobView : public QWidget {
    Q_OBJECT
public:
    JobView(Session& session, const JobBook& book, QWidget* parent = nullptr);
    void show(std::optional<engine::JobId> job);
    std::optional<engine::JobId> job() const { return m_job; }
    OpenDocument* document() const;  // that the job runs; null: it is not open
    void act(engine::JobAction action);
    void refresh();

Q_SIGNALS:
    void documentWanted(ui::OpenDocument* document);
    void fileWanted(const QString& path);  // of a document that is not open any more
    void runWanted(ui::OpenDocument* document);

private:
    QWidget* makeHead();
    QWidget* makeFigures();
    QWidget* makeReason();
    QWidget* makeLists();
    QPushButton* makeButton(const QString& text, const QString& tip, engine::JobAction action);
    void showEvents();

    Session& m_session;
    const JobBook& m_book;
    std::optional<engine::JobId> m_job;
    JobEventsModel m_events;
    CheckpointsModel m_checkpoints;
    QLabel *m_name = nullptr, *m_said = nullptr, *m_reason = nullptr;
    QWidget* m_reasonBox = nullptr;
    StatePill* m_pill = nullptr;
    QPushButton *m_open = nullptr, *m_again = nullptr, *m_pause = nullptr, *m_resume = nullptr,
                *m_checkpoint = nullptr, *m_drain = nullptr, *m_stop = nullptr;
    std::vector<std::pair<FiguresLabel*, std::function<QString(const JobRecord&)>>> m_figures;
    RateChart* m_chart = nullptr;
};

}  // namespace ui
