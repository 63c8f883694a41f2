#pragma once

#include "ui/properties/sample_model.h"
#include "ui/session.h"
#include "ui/tap_reader.h"

#include <QTimer>
#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QTableView;

namespace ui {

class ColumnFit;

// What the selected node makes of a few rows: those that just went by in a running job, otherwise ones that
// the engine reads for the purpose. Asks anew a moment after each change. Owned by the node's editor, GUI
// thread; never touches the job.
class SampleView : public QWidget {
    Q_OBJECT
public:
    SampleView(Session& session, engine::NodeId node, QWidget* parent);
    void refresh();  // soon: the document or its analysis has changed
    QString heading() const;
    SampleModel& before() { return m_before; }
    SampleModel& after() { return m_after; }

private:
    struct Tapped {
        std::unique_ptr<TapReader> reader{};
        engine::PortRows rows{};
    };
    struct Table {
        QLabel* caption = nullptr;
        QTableView* view = nullptr;
        ColumnFit* fit = nullptr;
    };
    Table makeTable(SampleModel& model, const QString& name);
    void ask();
    void tap();
    void send();
    void take(const engine::PreviewReply& reply);
    void fit(Table& table, const QString& caption);
    std::vector<engine::PortRef> portsBefore() const;  // of a source its own

    Session& m_session;
    engine::NodeId m_node;
    SampleModel m_before, m_after;
    QLabel *m_heading, *m_note;
    Table m_beforeTable, m_afterTable;
    QTimer m_soon, m_again;
    std::vector<Tapped> m_taps;
    std::uint64_t m_asked = 0;
};

}  // namespace ui
