#pragma once

#include "ui/charts/chart_feed.h"
#include "ui/session.h"
#include "ui/tap_reader.h"
#include "ui/work_budget.h"

namespace ui {

// The lines of one chart of one document, taken as long as its job runs, whether they are seen or not: what
// passes while nobody looks is there afterwards. Owned by ChartSources, GUI thread.
class ChartSource : public QObject {
    Q_OBJECT
public:
    ChartSource(Session& session, OpenDocument& open, const ChartView& view, bool mayNarrow,
                QObject* parent = nullptr);
    const ChartFeed& feed() const { return m_feed; }
    bool draws(const ChartView& view) const;
    void keepTo(const ChartView& view, bool mayNarrow);  // one that it draws
    void setSeen(bool isSeen) { m_isSeen = isSeen; }

Q_SIGNALS:
    void began();  // all lines are new
    void taken();

private:
    void follow();
    void takeRows(const engine::TapRows& rows);

    OpenDocument& m_open;
    ChartView m_view;  // as it was asked for; the feed's may have fewer numbers
    bool m_mayNarrow;
    ChartFeed m_feed;
    WorkBudget m_budget;  // rows
    TapReader m_tap;
    std::optional<engine::JobId> m_job;
    bool m_isSeen = false;
};

// The charts of all open documents, some for each of them: the one not shown for longest makes room. Owned by
// the ChartPanel, GUI thread.
class ChartSources : public QObject {
public:
    explicit ChartSources(Session& session, QObject* parent = nullptr);
    // Seen from now on, and no other. `mayNarrow`: nobody has asked for these numbers.
    ChartSource& of(OpenDocument& open, const ChartView& view, bool mayNarrow);

private:
    Session& m_session;
    std::map<const OpenDocument*, std::vector<std::unique_ptr<ChartSource>>> m_sources;
};

}  // namespace ui
