// labels: asan
// The values that are kept for the pictures of alerts, and the number that a condition compares with.
#ifndef Q_MOC_RUN
#include "operators/alert_rule/alert_readings.h"
#include "operators/alert_rule/alert_threshold.h"
#endif

#include "test_main.h"

namespace tst_alert_readings {

using namespace engine;

class AlertReadingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsValuesOfSoManyLabelSets();
    void findsTheThreshold_data();
    void findsTheThreshold();
};

void AlertReadingsTest::keepsValuesOfSoManyLabelSets()
{
    AlertReadings readings(0);
    for (std::size_t i = 0; i < AlertReadings::kLabelSets; ++i)
        QVERIFY(readings.add("k" + std::to_string(i), 0, 1, i % 2 == 0));
    QVERIFY(!readings.add("calm", 0, 1, true));
    // What is not normal comes before what is.
    for (std::size_t i = 0; i < AlertReadings::kLabelSets / 2; ++i)
        QVERIFY(readings.add("hot" + std::to_string(i), 0, 1, false));
    QVERIFY(!readings.add("hotter", 0, 1, false));
    QCOMPARE(readings.all().size(), AlertReadings::kLabelSets);
    for (int i = 0; i < 1000; ++i) readings.add("k1", i * 50'000, i, false);
    QCOMPARE(readings.find("k1")->values.size(), AlertReadings::kValues);
    QCOMPARE(readings.find("k1")->values.back().value, 998.0);
}

void AlertReadingsTest::findsTheThreshold_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("threshold");
    QTest::newRow("right") << "t > 80"
                           << "80";
    QTest::newRow("left") << "80.5 <= t"
                          << "80.5";
    QTest::newRow("reckoned") << "t < -(2 + 3) * 4 / 8"
                              << "-2.5";
    QTest::newRow("of several") << "m <> 'x' AND (t >= 7 OR t < 2)"
                                << "7";
    QTest::newRow("by nothing") << "t > 1 / 0"
                                << "";
    QTest::newRow("of columns") << "t > u"
                                << "";
    QTest::newRow("no comparison") << "t IS NULL"
                                   << "";
    QTest::newRow("by case") << "t > CASE m WHEN 'x' THEN 1 ELSE 2 END"
                             << "";
    QTest::newRow("a mistake") << "t >"
                               << "";
}

void AlertReadingsTest::findsTheThreshold()
{
    QFETCH(QString, condition);
    QFETCH(QString, threshold);
    const auto found = thresholdOf(condition.toStdString(), {});
    QCOMPARE(found ? QString::number(*found) : QString(), threshold);
}

STREAMWRIGHT_TEST(AlertReadingsTest)

}  // namespace tst_alert_readings
#include "tst_alert_readings.moc"
