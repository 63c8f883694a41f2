#pragma once

#include "ui/charts/chart_source.h"
#include "ui/charts/chart_widget.h"

#include <QAction>
#include <QPointer>
#include <QWidget>

class QMenu;

namespace ui {

class ThresholdForm;

// The chart of the current document: the view of the selected port, the first one while nothing is selected,
// or an automatic one where the document has none, which becomes a view with the first edit. Every change is
// an undoable edit of `views`. Owned by the DockPanel, GUI thread.
class ChartPanel : public QWidget {
    Q_OBJECT
public:
    explicit ChartPanel(Session& session, QWidget* parent = nullptr);
    ChartWidget& chart() { return *m_chart; }
    const ChartFeed& feed() const { return m_source ? m_source->feed() : m_nothing; }
    const QList<QAction*>& actions() const { return m_actions; }
    const std::optional<ChartView>& view() const { return m_view; }
    ThresholdForm& form() { return *m_form; }

    void changeDocument();                              // to another one
    void chooseView();                                  // what is shown follows the document
    void setPort(std::optional<engine::PortRef> port);  // that is selected
    void updateTexts();
    void fillMenu(QMenu& menu);
    static bool needsSight(const QAction& action);  // moves or removes what is shown

Q_SIGNALS:
    void viewChanged();
    void sightWanted();  // one of its actions is about to do something, and it is not seen
    void sightChanged();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

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
    void showSource();
    void showRows();
    QString titleText() const;
    std::optional<ChartView> chosenView();
    PipelineDocument* document() const;
    engine::SchemaPtr schema() const;

    Session& m_session;
    ChartSources m_sources;
    QPointer<ChartSource> m_source;  // none: there is no view
    ChartFeed m_nothing;
    ChartWidget* m_chart;
    ThresholdForm* m_form;
    QList<QAction*> m_actions;
    std::optional<ChartView> m_view;
    std::optional<std::size_t> m_place;   // of the view in the document; none: it is automatic
    std::optional<std::size_t> m_wanted;  // the place that was chosen, until another port is
    std::optional<engine::PortRef> m_port;
    bool m_lacksColumns = false;  // as the texts say it
    std::vector<ThresholdLine> m_shown;
};

}  // namespace ui
