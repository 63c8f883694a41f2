#include "test_main.h"
#include "ui/properties/inspector_panel.h"
#include "ui/properties/partition_table.h"
#include "window_fixture.h"

#include <QTableWidget>

namespace tst_ui_partitions {

using namespace engine;
using namespace ui;

// How far a running source is in each partition of its topics.
class UiPartitions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void eachPartitionHasItsLag();
    void severalTopicsAreNamed();
    void noneWhereNoLagIsCounted();

private:
    static OpenDocument* runs(WindowFixture& fixture)
    {
        fixture.window->resize(1400, 900);
        OpenDocument* open = fixture.add(fake::hotMachines());
        fixture.session->run();
        if (!QTest::qWaitFor([open] { return open->hasTelemetry; }, 30'000)) return nullptr;
        fixture.window->design().inspector().showNode(NodeId{"sensors"});
        return open;
    }
    static PartitionTable* table(WindowFixture& fixture)
    {
        return fixture.window->design().inspector().findChild<PartitionTable*>();
    }
    static QStringList rowsOf(const PartitionTable& partitions)
    {
        const auto* cells = partitions.findChild<QTableWidget*>();
        QStringList rows;
        for (int row = 0; row < cells->rowCount(); ++row) {
            QStringList texts;
            for (int column = 0; column < cells->columnCount(); ++column)
                texts += cells->item(row, column)->text();
            rows += texts.join(QStringLiteral(" | "));
        }
        return rows;
    }
    static void partition(fake::FakeTransport& far, const std::string& name, std::int64_t position,
                          std::int64_t end)
    {
        far.counters["position:" + name] = position;
        far.counters["end_offset:" + name] = end;
        far.counters["lag:" + name] = end - position;
    }
};

void UiPartitions::eachPartitionHasItsLag()
{
    WindowFixture fixture;
    for (const int number : {0, 2, 10})
        partition(*fixture.far, "readings/" + std::to_string(number), 1'000'000 + number, 1'250'000);
    fixture.far->splits = {{"readings/0", 1'775'000'000'000'000, false},
                           {"readings/2", 1'775'000'000'000'000, true},
                           {"readings/10", kNoWatermark, true}};
    OpenDocument* open = runs(fixture);
    QVERIFY(open && table(fixture));
    const PartitionTable& partitions = *table(fixture);
    const QString at = QStringLiteral("23:33:20");
    QTRY_COMPARE(rowsOf(partitions),
                 (QStringList{"0 | 1,000,000 | 1,250,000 | 250,000 | " + at,
                              "2 | 1,000,002 | 1,250,000 | 249,998 | idle",
                              "10 | 1,000,010 | 1,250,000 | 249,990 | idle"}));
    QVERIFY(partitions.isVisibleTo(&fixture.window->design().inspector()));
    partition(*fixture.far, "readings/2", 1'250'000, 1'250'000);
    QTRY_VERIFY(rowsOf(partitions)[1].startsWith(QStringLiteral("2 | 1,250,000 | 1,250,000 | 0 | ")));
    // Nothing is known of the ends any more.
    fixture.key(Qt::Key_F8);
    QTRY_VERIFY(!open->isActive());
    QTRY_COMPARE(rowsOf(partitions)[0], "0 | 1,000,000 | – | – | " + at);
}

void UiPartitions::severalTopicsAreNamed()
{
    WindowFixture fixture;
    partition(*fixture.far, "north/0", 5, 7);
    partition(*fixture.far, "south/0", 1, 1);
    QVERIFY(runs(fixture));
    QTRY_COMPARE(rowsOf(*table(fixture)),
                 (QStringList{"north/0 | 5 | 7 | 2 | –", "south/0 | 1 | 1 | 0 | –"}));
}

void UiPartitions::noneWhereNoLagIsCounted()
{
    WindowFixture fixture;
    fixture.far->splits = {{"a.ndjson", 1'775'000'000'000'000, false}};
    QVERIFY(runs(fixture));
    QVERIFY(!table(fixture)->isVisibleTo(&fixture.window->design().inspector()));
    fixture.window->design().inspector().showNode(NodeId{"hot"});
    QTRY_VERIFY(!table(fixture));
}

STREAMWRIGHT_WINDOW_TEST(UiPartitions)

}  // namespace tst_ui_partitions
#include "tst_ui_partitions.moc"
