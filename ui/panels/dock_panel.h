#pragma once

#include "ui/charts/chart_panel.h"
#include "ui/panels/lines_model.h"
#include "ui/panels/rows_model.h"

#include <QWidget>

class QButtonGroup;
class QLabel;
class QListView;
class QSplitter;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace ui {

class ColumnFit;
class ElidedLabel;
class EmptyHint;
class FiguresLabel;

// Below the canvas: the chart of the document's view, the last rows of the chosen port, problems and log.
// Owned by the main window, GUI thread. Holds the tap of the rows: it is open only while they
// are seen.
class DockPanel : public QWidget {
    Q_OBJECT
public:
    enum Tab { Chart, ChartAndRows, Rows, Problems, Log };
    explicit DockPanel(Session& session, QWidget* parent = nullptr);

    void showPort(std::optional<engine::EdgeSpec> edge);  // none: the port of the chart
    void showTab(Tab tab);
    Tab tab() const;
    QByteArray arrangement() const;  // the sizes of its parts
    void setArrangement(const QByteArray& bytes);
    void focusTab();  // what the shown tab is about, when there is anything in it
    void log(const engine::LogLine& line);
    void refresh();  // figures and problems, some times a second
    ChartPanel& chartPanel() { return *m_chart; }
    ChartWidget& chart() { return m_chart->chart(); }
    const ChartFeed& feed() const { return m_chart->feed(); }
    RowsModel& rows() { return m_rows; }
    ProblemsModel& problems() { return m_problems; }
    LogModel& logLines() { return m_log; }
    QString title() const;

Q_SIGNALS:
    void jumpWanted(const engine::NodeId& node);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeHeader();
    void fitHeader();
    void makeBody();
    void changeDocument();
    void watch();
    QString titleOf(const engine::NodeId& node) const;
    void updateTitle();
    void takeRows(const engine::TapRows& rows);
    void flushRows();
    void forgetRows();
    void fitColumns();
    int columnWidth(int column) const;
    std::optional<engine::PortRef> rowsPort() const;

    Session& m_session;
    RowsModel m_rows;
    ProblemsModel m_problems;
    LogModel m_log;
    TapReader m_rowsTap;
    std::optional<engine::EdgeSpec> m_edge;
    std::optional<engine::JobId> m_job;
    std::optional<engine::PortRef> m_rowsOf;  // what m_rows holds
    engine::TapRows m_pending;
    QTimer m_rowsTimer;
    std::int64_t m_skipped = 0;
    int m_fittedColumns = -1;
    bool m_hasRowsFitted = false;

    ChartPanel* m_chart = nullptr;
    QTableView* m_table = nullptr;
    ColumnFit* m_columnFit = nullptr;
    QLabel* m_tableEmpty = nullptr;
    EmptyHint* m_noRows = nullptr;
    QStackedWidget* m_tableStack = nullptr;
    QSplitter* m_dataSplit = nullptr;
    QStackedWidget* m_stack = nullptr;
    QListView* m_problemsList = nullptr;
    QListView* m_logList = nullptr;
    QWidget* m_header = nullptr;
    ElidedLabel* m_title = nullptr;
    FiguresLabel* m_detail = nullptr;
    QButtonGroup* m_tabs = nullptr;
};

}  // namespace ui
