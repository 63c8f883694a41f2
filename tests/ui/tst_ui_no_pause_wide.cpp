#include "no_pause_fixture.h"
#include "test_main.h"
#include "ui/properties/inspector_panel.h"
#include "ui/properties/node_editor.h"
#include "ui/properties/records_field.h"

#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>

namespace tst_ui_no_pause_wide {

using namespace engine;
using namespace ui;
using namespace no_pause;

// What is done to nodes with very many columns and aggregates.
class UiNoPauseWide : public NoPauseFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { beginAll(); }
    void init() { begin(); }
    void cleanup() { end(); }
    void nodes_data();
    void nodes();
    void rowsAreMadeWhereTheyAreSeen();
    void theTabKeyReachesEachRow();

private:
    PipelineSpec wide(int columns);
    RecordsField& columnsField();
};

// A file of so many columns, a filter, and a window with an aggregate of each.
PipelineSpec UiNoPauseWide::wide(int columns)
{
    QByteArray lines[3];
    Json declared = Json::array(), aggregates = Json::array();
    for (int i = 0; i < columns; ++i) {
        const std::string name = "column_" + std::to_string(i);
        const char comma = i + 1 < columns ? ',' : '\n';
        lines[0] += QByteArray::fromStdString(name) + comma;
        for (int line : {1, 2}) lines[line] += QByteArray::number(i * line) + comma;
        declared.push_back({{"name", name}, {"type", "int64"}});
        aggregates.push_back({{"function", "max"}, {"argument", name}, {"name", "most_" + name}});
    }
    const QString path = m_folder.filePath(QStringLiteral("wide_%1.csv").arg(columns));
    WindowFixture::write(path, lines[0] + lines[1] + lines[2]);
    PipelineSpec spec;
    spec.id = "5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d99";
    spec.name = "Wide";
    spec.nodes.push_back(
        fake::makeNode("source", "file_source", "Source",
                       {{"path", path.toStdString()}, {"format", "csv"}, {"columns", declared}}));
    spec.nodes.push_back(fake::makeNode("filter", "filter", "Filter", {{"condition", "column_1 > 0"}}));
    spec.nodes.push_back(fake::makeNode(
        "window", "window", "Window",
        {{"kind", "tumbling"}, {"size", "1s"}, {"keys", {"column_0"}}, {"aggregates", aggregates}}));
    spec.nodes.push_back(fake::makeNode("sink", "discard_sink", "Sink"));
    spec.edges = {fake::link("source", "filter"), fake::link("filter", "window"),
                  fake::link("window", "sink")};
    return spec;
}

RecordsField& UiNoPauseWide::columnsField()
{
    return static_cast<RecordsField&>(
        m_window->design().inspector().editor()->form().row("columns")->editor());
}

void UiNoPauseWide::nodes_data()
{
    QTest::addColumn<int>("columns");
    QTest::newRow("233") << 233;
    QTest::newRow("500") << 500;
}

void UiNoPauseWide::nodes()
{
    QFETCH(int, columns);
    open(wide(columns));
    m_window->view().fit();
    const auto none = [&] { key(Qt::Key_Escape); };
    step("select the source", none, [&] { click("source"); });
    step("select the filter", none, [&] { click("filter"); });
    step("select the window", none, [&] { click("window"); });
    step("select an edge", none, [&] {
        click("source");
        key(Qt::Key_E);
    });
    const auto source = [&] {
        if (m_session->current()->document->spec().nodes.size() < 4) undo();
        m_window->view().setFocus();
        click("source");
    };
    step("delete", source, [&] { key(Qt::Key_Delete); });
    step(
        "undo",
        [&] {
            source();
            key(Qt::Key_Delete);
        },
        [&] { undo(); });
    QCOMPARE(m_session->current()->document->spec().nodes.size(), 4u);
    source();
    auto* area = m_window->design().inspector().findChild<QScrollArea*>();
    step(
        "to the end of the form", [&] { area->verticalScrollBar()->setValue(0); },
        [&] { area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum()); });
}

void UiNoPauseWide::rowsAreMadeWhereTheyAreSeen()
{
    open(wide(500));
    m_window->view().fit();
    click("source");
    RecordsField& list = columnsField();
    settle();
    QCOMPARE(list.count(), 500);
    QVERIFY2(list.madeCount() < 100, qPrintable(QString::number(list.madeCount())));
    QScrollBar& bar = *m_window->design().inspector().findChild<QScrollArea*>()->verticalScrollBar();
    const auto gapInSight = [&] {
        const QRect seen = list.visibleRegion().boundingRect();
        for (int y = seen.top() + 40; y < std::min(seen.bottom(), list.adder().y() - 40); y += 20)
            if (!list.childAt(8, y) && !list.childAt(8, y + 8)) return true;
        return false;
    };
    const int top = bar.value(), step = 300;
    for (int value = top; value < bar.maximum(); value += step) {
        bar.setValue(value);
        QTRY_VERIFY(!gapInSight());
    }
    QVERIFY2(list.madeCount() < 200, qPrintable(QString::number(list.madeCount())));
    QTRY_VERIFY(list.adder().visibleRegion().boundingRect().isValid() || bar.value() < bar.maximum());
    // One that is taken out by undo and one whose form is open, far from where the list began.
    RecordRow& row = list.row(300);
    row.setOpen(true);
    QCOMPARE(row.form()->row("name")->editor().findChild<QLineEdit*>()->text(), QStringLiteral("column_300"));
    row.removeWanted();
    QCOMPARE(list.count(), 499);
    QCOMPARE(m_session->current()->document->spec().find(NodeId{"source"})->params->at("columns").size(),
             499u);
    undo();
    QCOMPARE(list.count(), 500);
    list.row(300).setOpen(true);
    QCOMPARE(list.row(300).form()->row("name")->editor().findChild<QLineEdit*>()->text(),
             QStringLiteral("column_300"));
}

void UiNoPauseWide::theTabKeyReachesEachRow()
{
    open(wide(233));
    m_window->view().fit();
    click("source");
    RecordsField& list = columnsField();
    const auto at = [&] {
        for (int i = 0; i < list.count(); ++i)
            if (list.isAncestorOf(QApplication::focusWidget()) &&
                QApplication::focusWidget()->accessibleName().contains(
                    QStringLiteral(" %1: column_%2 ").arg(i + 1).arg(i)))
                return i;
        return -1;
    };
    list.row(0).setFocus();
    QCOMPARE(at(), 0);
    std::vector<int> met{0};
    // Faster than anything is painted.
    for (int i = 0; i < 2000 && QApplication::focusWidget() != &list.adder(); ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        if (const int now = at(); now >= 0) met.push_back(now);
    }
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(&list.adder()));
    QCOMPARE(met.size(), 233u);
    for (int i = 0; i < 233; ++i) QCOMPARE(met[static_cast<std::size_t>(i)], i);
    for (int i = 0; i < 2000 && at() != 0; ++i)
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Backtab, Qt::ShiftModifier);
    QCOMPARE(at(), 0);
}

STREAMWRIGHT_TEST_RUN((runTest<UiNoPauseWide, MeasuringApplication>))

}  // namespace tst_ui_no_pause_wide
#include "tst_ui_no_pause_wide.moc"
