// labels: asan
#include "data/calendar.h"
#include "data/time_text.h"
#include "test_main.h"

#include <limits>
#include <random>

namespace tst_time_text {

using namespace engine;

class TestTimeText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void iso8601_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("timeUs");
        QTest::addRow("Z") << QByteArray("2024-05-15T12:34:56.789Z") << qint64{1715776496789000};
        QTest::addRow("offset") << QByteArray("2024-05-15T14:34:56.789+02:00") << qint64{1715776496789000};
        QTest::addRow("short offset") << QByteArray("2024-05-15T07:04:56-0530") << qint64{1715776496000000};
        QTest::addRow("hours") << QByteArray("2024-05-15T14:34+02") << qint64{1715776440000000};
        QTest::addRow("space") << QByteArray("2024-05-15 12:34:56.789") << qint64{1715776496789000};
        QTest::addRow("micros") << QByteArray("1970-01-01T00:00:00.000001Z") << qint64{1};
        QTest::addRow("nanos") << QByteArray("1970-01-01T00:00:00.000001999Z") << qint64{1};
        QTest::addRow("before 1970") << QByteArray("1969-12-31T23:59:59.999Z") << qint64{-1000};
        QTest::addRow("leap day") << QByteArray("2000-02-29T00:00:00Z") << qint64{951782400000000};
    }

    void iso8601()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, timeUs);
        const auto read = parseIso8601(text.toStdString());
        QVERIFY(read);
        QCOMPARE(static_cast<qint64>(*read), timeUs);
    }

    void notIso8601()
    {
        for (const char* text : {"", "2024", "2024-05-15", "2024-05-15T12:34:56", "2024-13-01T00:00:00Z",
                                 "2023-02-29T00:00:00Z", "2024-05-15T24:00:00Z", "2024-05-15T12:60:00Z",
                                 "2024-05-15T12:00:00.Z", "2024-05-15T12:00:00Zx", "2024-05-15T12:00:00+2",
                                 "2024-05-15T12:00:00+02:", "2024-5-15T12:00:00Z", "x"})
            QVERIFY2(!parseIso8601(text), text);
        QVERIFY(parseSqlTime("2024-05-15"));
        QVERIFY(parseSqlTime("2024-05-15T12:34:56"));
    }

    void writtenTimesAreReadBack()
    {
        std::mt19937_64 random(1);
        for (int round = 0; round < 2'000; ++round) {
            const auto timeUs =
                static_cast<std::int64_t>(random() % 250'000'000'000'000'000ULL) / 1000 * 1000 -
                60'000'000'000'000'000;
            std::string text;
            appendIso8601Millis(text, timeUs);
            QCOMPARE(parseIso8601(text), std::optional<std::int64_t>(timeUs));
            const CalendarTime parts = calendarOf(timeUs);
            QCOMPARE(daysFromCivil(parts.year, parts.month, parts.day), parts.days);
        }
        for (const std::int64_t edge :
             {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
            std::string text;
            appendIso8601Millis(text, edge);
            QVERIFY(text.size() > 20);
            QVERIFY(!addUnits(edge, edge < 0 ? -1 : 1, TimeUnit::Month));
            QVERIFY(floorToUnit(edge, TimeUnit::Year).has_value() == (edge > 0));
        }
    }

    void patterns()
    {
        const auto pattern = TimePattern::compile("dd.MM.yyyy 'at' h:mm a");
        QVERIFY(pattern);
        std::string text;
        pattern->append(text, 1715776440000000);
        QCOMPARE(text, std::string("15.05.2024 at 12:34 PM"));
        QCOMPARE(pattern->parse(text), std::optional<std::int64_t>(1715776440000000));
        QVERIFY(!pattern->parse(text + " "));
        QVERIFY(!pattern->parse("15.05.2024 at 13:34 PM"));
        const auto zoned = TimePattern::compile("yyyy-MM-dd'T'HH:mm:ss.SSSX");
        QCOMPARE(zoned->parse("2024-05-15T14:34:56.789+02:00"),
                 std::optional<std::int64_t>(1715776496789000));
        const auto names = TimePattern::compile("EEE, d MMM yyyy");
        QCOMPARE(names->parse("Wed, 15 may 2024"), std::optional<std::int64_t>(1715731200000000));
        QVERIFY(!TimePattern::compile("'open"));
        QVERIFY(!TimePattern::compile("yyyy-QQ"));
    }
};

STREAMWRIGHT_TEST(TestTimeText)

}  // namespace tst_time_text
#include "tst_time_text.moc"
