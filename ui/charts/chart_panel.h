#pragma once

#include "ui/charts/chart_feed.h"
#include "ui/charts/chart_widget.h"
#include "ui/session.h"
#include "ui/tap_reader.h"
#include "ui/work_budget.h"

#include <QAction>
#include <QWidget>

class QMenu;

namespace ui {

class ThresholdForm;

// The chart of the current document: one of its views, or a guess while it has none, which becomes a view
// with the first edit. Every change is an undoable edit of `views`. Owned by the DockPanel, GUI thread. Holds
// the chart's tap, open only while it is seen.
class ChartPanel : public QWidget {
    Q_OBJECT
public:
    explicit ChartPanel(Session& session, QWidget* parent = nullptr);
    ChartWidget& chart() { return *m_chart; }
    const ChartFeed& feed() const { return m_feed; }
    const QList<QAction*>& actions() const { return m_actions; }
    const std::optional<ChartView>& view() const { return m_view; }
    ThresholdForm& form() { return *m_form; }

    void changeDocument();                              // to another one
    void chooseView();                                  // what is shown follows the document
    void setPort(std::optional<engine::PortRef> port);  // what could be drawn instead
    void watch(bool isSeen);
    void fillMenu(QMenu& menu);

Q_SIGNALS:
    void viewChanged();

private:
    void makeActions();
    void add(const char* name, const QString& text, const QString& tip, std::function<void()> run);
    void addColumnMenus(QMenu& menu);
    void addViewMenu(QMenu& menu);
    void openMenu(const QPoint& at);
    void openForm(bool isNew);
    void removeThreshold();
    void moveThreshold(std::size_t place, double value, bool isByKey);
    void drawPort();
    void setLines(const QString& text, const std::function<void(ChartView&)>& change);
    // One undo step on the view that is shown; a guess becomes part of the document first.
    void edit(const QString& text, const std::function<void(DocumentState&, std::size_t)>& change,
              int mergeKey = -1);
    void showThresholds();
    void takeRows(const engine::TapRows& rows);
    void updateTexts();
    PipelineDocument* document() const;
    engine::SchemaPtr schema() const;

    Session& m_session;
    ChartFeed m_feed;
    WorkBudget m_budget;  // rows
    TapReader m_tap;
    ChartWidget* m_chart;
    ThresholdForm* m_form;
    QList<QAction*> m_actions;
    std::optional<ChartView> m_view;
    std::optional<std::size_t> m_place;  // of the view in the document; none: it is a guess
    std::optional<engine::PortRef> m_port;
    std::optional<engine::JobId> m_job;
    std::vector<ThresholdLine> m_shown;
};

}  // namespace ui
