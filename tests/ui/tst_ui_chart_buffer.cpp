#include "base/env.h"
#include "fake_transport.h"
#include "ui/charts/chart_feed.h"
#include "ui/work_budget.h"
#include "test_main.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace tst_ui_chart_buffer {

using namespace engine;
using namespace ui;

namespace {

// By definition, without blocks.
Span spanOf(const std::vector<std::pair<std::int64_t, double>>& points, std::int64_t from, std::int64_t to)
{
    Span span;
    for (const auto& [time, value] : points) {
        if (time < from || time >= to) continue;
        if (!span.any) span = {value, value, value, value, true, 0, 0};
        span.low = std::min(span.low, value);
        span.high = std::max(span.high, value);
        span.last = value;
        span.sum += value;
        ++span.count;
    }
    return span;
}

// Sums may differ in their last digits by the order in which they are made.
bool isSame(const Span& one, const Span& other)
{
    const auto rest = [](const Span& span) {
        return std::tuple(span.any, span.low, span.high, span.first, span.last, span.count);
    };
    return rest(one) == rest(other) && std::abs(one.sum - other.sum) < 1e-9;
}

}  // namespace

class UiChartBuffer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void spansAreExact_data();
    void spansAreExact();
    void latePointsAreSortedIn();
    void notFiniteIsLeftOut();
    void guessesAView();
    void growsToItsCapacity();
    void sortsRowsIntoLines();
    void linesStandByName();
    void numbersMakeRoomForTexts();
    void silenceBreaksTheLine();
    void leavesOutWholeBatches();
    void budgetFollowsTheWork();
};

void UiChartBuffer::spansAreExact_data()
{
    QTest::addColumn<int>("points");
    QTest::addColumn<int>("late");  // of a hundred
    QTest::newRow("few") << 10 << 0;
    QTest::newRow("full") << 256 << 0;
    QTest::newRow("wrapped") << 1000 << 0;
    QTest::newRow("wrapped, disordered") << 1000 << 20;
    QTest::newRow("long") << 100'000 << 5;
}

void UiChartBuffer::spansAreExact()
{
    QFETCH(int, points);
    QFETCH(int, late);
    ChartBuffer buffer(256);
    std::vector<std::pair<std::int64_t, double>> all;
    Random random(7);
    for (int i = 0; i < points; ++i) {
        std::int64_t time = i * 10;
        if (static_cast<int>(random.below(100)) < late)
            time = std::max<std::int64_t>(time - static_cast<std::int64_t>(random.below(150)), 0);
        const double value = random.uniform();
        buffer.append(time, value);
        const auto at = std::upper_bound(all.begin(), all.end(), time,
                                         [](std::int64_t t, const auto& p) { return t < p.first; });
        if (all.size() < 256 || at != all.begin()) all.insert(at, {time, value});
        if (all.size() > 256) all.erase(all.begin());
    }
    QCOMPARE(buffer.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        QCOMPARE(buffer.timeAt(i), all[i].first);
        QCOMPARE(buffer.valueAt(i), all[i].second);
    }
    const std::int64_t from = all.front().first + 55, to = all.back().first;
    for (const std::size_t pixels : {std::size_t{1}, std::size_t{3}, std::size_t{100}}) {
        std::vector<Span> spans(pixels);
        buffer.spans(from, to, spans);
        const double step = static_cast<double>(to - from) / static_cast<double>(pixels);
        std::int64_t begin = from;
        for (std::size_t i = 0; i < pixels; ++i) {
            const std::int64_t end = from + static_cast<std::int64_t>(step * static_cast<double>(i + 1));
            QVERIFY2(isSame(spans[i], spanOf(all, begin, end)),
                     qPrintable(QStringLiteral("pixel %1 of %2").arg(i).arg(pixels)));
            begin = end;
        }
    }
}

void UiChartBuffer::latePointsAreSortedIn()
{
    ChartBuffer buffer(64);
    for (const int time : {5, 1, 3, 4, 2}) buffer.append(time, time * 10.0);
    for (std::size_t i = 0; i < 5; ++i) QCOMPARE(buffer.valueAt(i), static_cast<double>(i + 1) * 10);
    QCOMPARE(buffer.firstAtOrAfter(3), std::size_t{2});
    QCOMPARE(buffer.firstAtOrAfter(6), std::size_t{5});
}

void UiChartBuffer::notFiniteIsLeftOut()
{
    ChartBuffer buffer(64);
    buffer.append(1, std::numeric_limits<double>::quiet_NaN());
    buffer.append(2, std::numeric_limits<double>::infinity());
    QCOMPARE(buffer.size(), std::size_t{0});
}

void UiChartBuffer::guessesAView()
{
    const PipelineSpec spec = fake::hotMachines();
    const std::map<PortRef, SchemaPtr> schemas{
        {{NodeId{"hot"}, "out"}, fake::FakeTransport::sensorSchema()},
        {{NodeId{"per_second"}, "out"}, fake::FakeTransport::windowSchema()},
        {{NodeId{"per_second"}, "late"}, fake::FakeTransport::windowSchema()}};
    const auto view = guessView(spec, schemas);
    QVERIFY(view.has_value());
    QCOMPARE(view->port, (PortRef{NodeId{"per_second"}, "out"}));
    QCOMPARE(view->x, std::string("window_end"));
    QCOMPARE(view->y, (std::vector<std::string>{"avg_temperature", "max_temperature"}));
    QCOMPARE(view->series, std::string("line"));
    QVERIFY(!guessView(spec, {}).has_value());
}

void UiChartBuffer::sortsRowsIntoLines()
{
    BatchBuilder builder(fake::FakeTransport::windowSchema());
    for (int i = 0; i < 6; ++i) {
        builder.column(0).addText(i % 2 ? "b" : "a");
        builder.column(1).addInteger(0);
        builder.column(2).addInteger(i * 1000);
        builder.column(3).addInteger(i);
        if (i == 5)
            builder.column(4).addNull();
        else
            builder.column(4).addNumber(i);
        builder.column(5).addNumber(i);
        builder.endRow(i * 1000);
    }
    ChartFeed feed;
    feed.begin({{NodeId{"w"}, "out"}, "window_end", {"avg_temperature"}, "line", {}});
    TapRows rows;
    rows.schema = fake::FakeTransport::windowSchema();
    rows.batches.push_back(builder.finish());
    feed.append(rows);
    QCOMPARE(feed.series().size(), std::size_t{2});
    QCOMPARE(feed.series()[0]->name, QStringLiteral("a"));
    QCOMPARE(feed.series()[0]->points.size(), std::size_t{3});
    QCOMPARE(feed.series()[1]->points.size(), std::size_t{2});
    QCOMPARE(feed.points(), std::size_t{5});
}

void UiChartBuffer::growsToItsCapacity()
{
    ChartBuffer buffer(4096);
    for (int i = 0; i < 5000; ++i) buffer.append(i, i);
    QCOMPARE(buffer.size(), std::size_t{4096});
    for (int i = 0; i < 4096; ++i) QCOMPARE(buffer.valueAt(static_cast<std::size_t>(i)), 904.0 + i);
    QCOMPARE(buffer.range(0, 4096).low, 904.0);
    QCOMPARE(buffer.range(0, 2000).high, 2903.0);
}

namespace {

TapRows oneRowEach(std::initializer_list<const char*> names, std::int64_t timeUs)
{
    TapRows rows;
    rows.schema = fake::FakeTransport::windowSchema();
    BatchBuilder builder(rows.schema);
    for (const char* name : names) {
        builder.column(0).addText(name);
        builder.column(1).addInteger(0);
        builder.column(2).addInteger(timeUs);
        builder.column(3).addInteger(1);
        builder.column(4).addNumber(1);
        builder.column(5).addNumber(1);
        builder.endRow(timeUs);
    }
    rows.batches.push_back(builder.finish());
    return rows;
}

}  // namespace

// A chart that nobody has asked for draws all numbers while they are few lines, then the first for each text.
void UiChartBuffer::numbersMakeRoomForTexts()
{
    const std::vector<std::string> both{"avg_temperature", "max_temperature"};
    for (const bool mayNarrow : {true, false}) {
        ChartFeed feed;
        feed.begin({{NodeId{"w"}, "out"}, "window_end", both, "line", {}}, mayNarrow);
        feed.append(oneRowEach({"1", "2", "3", "4", "5", "6"}, 1000));
        QCOMPARE(feed.series().size(), std::size_t{12});
        QCOMPARE(feed.series()[1]->name, QStringLiteral("1 max_temperature"));
        feed.append(oneRowEach({"7", "1"}, 2000));
        QCOMPARE(feed.hasUnshownLines(), !mayNarrow);
        QCOMPARE(feed.view().y, mayNarrow ? std::vector<std::string>{both[0]} : both);
        QCOMPARE(feed.series().size(), std::size_t{mayNarrow ? 7u : 12u});
        const QString first = mayNarrow ? QStringLiteral("1") : QStringLiteral("1 avg_temperature");
        QCOMPARE(feed.series()[0]->name, first);
        QCOMPARE(feed.series()[0]->points.size(), std::size_t{2});
    }
}

void UiChartBuffer::linesStandByName()
{
    ChartFeed feed;
    feed.begin({{NodeId{"w"}, "out"}, "window_end", {"avg_temperature", "max_temperature"}, "line", {}});
    feed.append(oneRowEach({"cpu 10", "cpu 2"}, 1000));
    feed.append(oneRowEach({"cpu 1", "all", "cpu 10"}, 2000));
    QStringList names;
    for (const auto& line : feed.series()) names += line->name;
    QCOMPARE(names,
             (QStringList{"all avg_temperature", "all max_temperature", "cpu 1 avg_temperature",
                          "cpu 1 max_temperature", "cpu 2 avg_temperature", "cpu 2 max_temperature",
                          "cpu 10 avg_temperature", "cpu 10 max_temperature"}));
    QCOMPARE(feed.series()[6]->points.size(), std::size_t{2});
    QCOMPARE(feed.series()[4]->points.size(), std::size_t{1});
}

void UiChartBuffer::silenceBreaksTheLine()
{
    constexpr std::int64_t kSecondUs = 1'000'000;
    ChartFeed feed;
    feed.begin({{NodeId{"w"}, "out"}, "window_end", {"avg_temperature"}, "line", {}});
    for (int second = 0; second < 20; ++second) feed.append(oneRowEach({"a"}, second * kSecondUs));
    feed.append(oneRowEach({"a"}, 22 * kSecondUs));  // a little late
    QVERIFY(feed.series()[0]->points.breaks().empty());
    feed.append(oneRowEach({"a"}, 34 * kSecondUs));
    QCOMPARE(feed.series()[0]->points.breaks(), std::vector<std::int64_t>{34 * kSecondUs});
    for (int second = 35; second < 60; ++second) feed.append(oneRowEach({"a"}, second * kSecondUs));
    QCOMPARE(feed.series()[0]->points.breaks().size(), std::size_t{1});
}

void UiChartBuffer::leavesOutWholeBatches()
{
    TapRows rows;
    rows.schema = fake::FakeTransport::windowSchema();
    rows.skipped = 100;
    for (int batch = 0; batch < 3; ++batch) {
        BatchBuilder builder(rows.schema);
        for (int i = 0; i < 40; ++i) {
            // More names than lines.
            builder.column(0).addText("line " + std::to_string(i));
            builder.column(1).addInteger(0);
            builder.column(2).addInteger(batch * 1000);
            builder.column(3).addInteger(i);
            builder.column(4).addNumber(batch);
            builder.column(5).addNumber(i);
            builder.endRow(batch * 1000);
        }
        rows.batches.push_back(builder.finish());
    }
    ChartFeed feed;
    feed.begin({{NodeId{"w"}, "out"}, "window_end", {"avg_temperature"}, "line", {}});
    feed.append(rows, 90);
    QCOMPARE(feed.rowsTaken(), std::size_t{80});
    QCOMPARE(feed.skipped(), std::int64_t{140});
    QCOMPARE(feed.series().size(), std::size_t{12});
    QVERIFY(feed.hasUnshownLines());
    QCOMPARE(feed.series()[0]->points.size(), std::size_t{2});
    QCOMPARE(feed.series()[0]->points.valueAt(0), 1.0);  // the oldest batch was left out
    feed.append(rows, 1);                                // the newest is always taken
    QCOMPARE(feed.rowsTaken(), std::size_t{40});
}

void UiChartBuffer::budgetFollowsTheWork()
{
    WorkBudget budget(3);
    for (int i = 0; i < 100; ++i) budget.took(1000, 1);
    QVERIFY(budget.pieces() > 2900 && budget.pieces() < 3100);
    for (int i = 0; i < 100; ++i) budget.took(10, 10);
    QVERIFY(budget.pieces() < 10);
    for (int i = 0; i < 100; ++i) budget.took(1000, 0);
    QVERIFY(budget.pieces() > 1'000'000);
}

STREAMWRIGHT_TEST(UiChartBuffer)

}  // namespace tst_ui_chart_buffer
#include "tst_ui_chart_buffer.moc"
