#include "fake_transport.h"
#include "ui/palette/palette_model.h"
#include "ui/palette/palette_panel.h"
#include "ui/panels/lines_model.h"
#include "ui/panels/rows_table.h"
#include "ui/properties/formula_edit.h"
#include "ui/properties/sample_model.h"
#include "test_main.h"

#include <QAbstractItemModelTester>
#include <QCompleter>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSortFilterProxyModel>

namespace tst_ui_models {

using namespace engine;
using namespace ui;

class UiModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void palette();
    void paletteFilter();
    void samples();
    void completions();
    void rows();
    void pointsStandBelowEachOther();
    void rowsAreBounded();
    void columnsAreAsWideAsTheirContent();
    void problems();
    void log();

private:
    static TapRows makeRows(int first, int count);
};

TapRows UiModels::makeRows(int first, int count)
{
    BatchBuilder builder(fake::FakeTransport::sensorSchema());
    for (int i = first; i < first + count; ++i) {
        builder.column(0).addText("s-" + std::to_string(i));
        builder.column(1).addNumber(i + 0.5);
        builder.column(2).addNull();
        builder.column(3).addInteger(i * 1000);
        builder.endRow(i * 1000);
    }
    TapRows rows;
    rows.schema = fake::FakeTransport::sensorSchema();
    rows.batches.push_back(builder.finish());
    return rows;
}

void UiModels::palette()
{
    const auto catalog = fake::catalog();
    PaletteModel model(catalog);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("Sources"));
    QCOMPARE(model.index(3, 0).data().toString(), QStringLiteral("Sinks"));
    const QModelIndex filter = model.index(0, 0, model.index(1, 0));
    QCOMPARE(filter.data().toString(), QStringLiteral("Filter"));
    QCOMPARE(model.component(filter)->id, std::string("filter"));
    QVERIFY(!model.component(model.index(0, 0)));
}

void UiModels::paletteFilter()
{
    const auto catalog = fake::catalog();
    PalettePanel panel(catalog);
    auto* filter = panel.findChild<QSortFilterProxyModel*>();
    QVERIFY(filter);
    QAbstractItemModelTester tester(filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
    for (const char* typed : {"f", "fi", "filt", "nothing of that name", "w", ""}) {
        panel.input().setText(QLatin1String(typed));
        int shown = 0;
        for (int row = 0; row < filter->rowCount(); ++row) shown += filter->rowCount(filter->index(row, 0));
        QCOMPARE(shown == 0, QLatin1String(typed) == QLatin1String("nothing of that name"));
    }
}

void UiModels::samples()
{
    SampleModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const TapRows rows = makeRows(0, 30);
    const std::vector<PortRows> ports{{{NodeId{"hot"}, "out"}, rows.schema, rows.batches}};
    model.setRows(ports, nullptr, {});
    QCOMPARE(model.rowCount(), static_cast<int>(SampleModel::kRows));
    QCOMPARE(model.columnCount(), 4);
    QStringList marks(30);
    marks[1] = QStringLiteral("✓");
    model.setRows(ports, nullptr, marks);
    QCOMPARE(model.columnCount(), 5);
    QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("✓"));
    const Schema known(std::vector<Field>{{"sensor_id", DataType::String}}, true);
    model.setRows(ports, &known, {});
    QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("temperature"));
    model.setRows({}, nullptr, {});
    QCOMPARE(model.rowCount() + model.columnCount(), 0);
}

void UiModels::completions()
{
    FormulaEdit edit(nullptr);
    auto* source = edit.completer().model();
    QAbstractItemModelTester tester(source, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QAbstractItemModelTester shown(edit.completer().completionModel(),
                                   QAbstractItemModelTester::FailureReportingMode::Fatal);
    edit.setNames(fake::FakeTransport::sensorSchema(), {});
    edit.completer().setCompletionPrefix(QStringLiteral("hum"));
    QCOMPARE(edit.completer().completionCount(), 1);
    QCOMPARE(edit.completer().currentCompletion(), QStringLiteral("humidity"));
    edit.completer().setCompletionPrefix(QStringLiteral("zzz"));
    QCOMPARE(edit.completer().completionCount(), 0);
    edit.setNames(nullptr, {});
    edit.completer().setCompletionPrefix(QStringLiteral("rou"));
    QVERIFY(edit.completer().completionCount() > 0);
}

void UiModels::rows()
{
    RowsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setSchema(fake::FakeTransport::sensorSchema());
    QCOMPARE(model.columnCount(), 4);
    model.append(makeRows(0, 3));
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("s-2"));
    QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("2.5"));
    QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("NULL"));
    QCOMPARE(model.index(0, 3).data().toString(), QStringLiteral("00:00:00.002"));
    QVERIFY(model.index(0, 1).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
    model.append(makeRows(3, 1));
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("s-3"));
    QCOMPARE(model.index(3, 0).data().toString(), QStringLiteral("s-0"));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void UiModels::pointsStandBelowEachOther()
{
    RowsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    TapRows rows;
    rows.schema = std::make_shared<Schema>(std::vector<Field>{{"value", DataType::Float64}}, true);
    const auto append = [&](double value) {
        BatchBuilder builder(rows.schema);
        builder.column(0).addNumber(value);
        builder.endRow(0);
        rows.batches = {builder.finish()};
        model.append(rows);
    };
    append(3);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("3"));
    append(2.25);
    append(1.5);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("1.50"));
    QCOMPARE(model.index(2, 0).data().toString(), QStringLiteral("3.00"));
}

void UiModels::columnsAreAsWideAsTheirContent()
{
    // Text gives way, the widest first; what must not be cut can be scrolled to.
    const std::vector<ColumnWish> wishes{{280, 96}, {120, 96}, {100, 100}};
    QCOMPARE(fittedWidths(wishes, 600), (std::vector<int>{280, 120, 100}));
    QCOMPARE(fittedWidths(wishes, 400), (std::vector<int>{180, 120, 100}));
    QCOMPARE(fittedWidths(wishes, 300), (std::vector<int>{100, 100, 100}));
    QCOMPARE(fittedWidths(wishes, 290), (std::vector<int>{280, 120, 100}));
    RowsModel model;
    RowsTable table(model);
    table.resize(640, 300);
    table.show();
    model.append(makeRows(0, 3));
    table.fitColumns();
    const auto used = [&] { return table.horizontalHeader()->length(); };
    QVERIFY(table.columnWidth(0) < 110 && table.columnWidth(2) < 110);
    // A fraction has room for its digits before they have come.
    QVERIFY(table.columnWidth(1) >= table.fontMetrics().horizontalAdvance(QStringLiteral("-1234.567")) + 8);
    const int all = used();
    QVERIFY(all <= table.viewport()->width() && !table.horizontalScrollBar()->isVisible());
    // Narrower than its columns it is scrolled, and nothing of them is cut.
    table.resize(240, 300);
    QTRY_VERIFY(table.horizontalScrollBar()->maximum() > 0);
    QTRY_VERIFY(table.horizontalScrollBar()->isVisible());
    QCOMPARE(used() - table.viewport()->width(), table.horizontalScrollBar()->maximum());
    // What the user has set stays.
    table.setColumnWidth(1, 200);
    table.resize(641, 300);
    QCOMPARE(table.columnWidth(1), 200);
}

void UiModels::rowsAreBounded()
{
    RowsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.append(makeRows(0, 150));
    model.append(makeRows(150, 1000));
    QCOMPARE(model.rowCount(), RowsModel::kRows);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("s-1149"));
    QCOMPARE(resets.count(), 1);
}

void UiModels::problems()
{
    ProblemsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const std::vector<Diagnostic> some{
        {Diagnostic::Problem, NodeId{"hot"}, "condition", "", "There is no column.", {}}};
    const QStringList places{QStringLiteral("Hot · Keep rows where")};
    model.setProblems(some, places);
    model.setProblems(some, places);
    QCOMPARE(resets.count(), 1);
    QCOMPARE(model.index(0).data(ProblemsModel::PlaceRole).toString(), places[0]);
}

void UiModels::log()
{
    LogModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    for (int i = 0; i < LogModel::kLines + 10; ++i) model.append({{}, 1, {}, std::to_string(i)});
    QVERIFY(model.rowCount() <= LogModel::kLines);
    QCOMPARE(model.index(model.rowCount() - 1).data().toString(), QString::number(LogModel::kLines + 9));
}

STREAMWRIGHT_WINDOW_TEST(UiModels)

}  // namespace tst_ui_models
#include "tst_ui_models.moc"
