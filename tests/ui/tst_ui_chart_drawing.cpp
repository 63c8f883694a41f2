#include "ui/charts/chart_widget.h"
#include "ui/theme.h"
#include "test_main.h"

#include <QApplication>
#include <QImage>

#include <cstdlib>
#include <ctime>

namespace tst_ui_chart_drawing {

using namespace ui;

namespace {

// That have about this colour: the edge of a smooth stroke is a blend of it.
int pixelsOf(const QImage& image, const QRect& where, const QColor& color)
{
    const auto isNear = [](int first, int second) { return std::abs(first - second) <= 48; };
    const QRect seen = where.intersected(image.rect());
    int count = 0;
    for (int y = seen.top(); y <= seen.bottom(); ++y)
        for (int x = seen.left(); x <= seen.right(); ++x) {
            const QColor at = image.pixelColor(x, y);
            if (isNear(at.red(), color.red()) && isNear(at.green(), color.green()) &&
                isNear(at.blue(), color.blue()))
                ++count;
        }
    return count;
}

using Series = std::vector<std::unique_ptr<ChartSeries>>;

Series waves(int lines, int points)
{
    Series series;
    for (int line = 0; line < lines; ++line) {
        series.push_back(std::make_unique<ChartSeries>(
            ChartSeries{QStringLiteral("line %1").arg(line), ChartBuffer(1 << 16)}));
        for (int i = 0; i < points; ++i)
            series.back()->points.append(std::int64_t{i} * 1000, i % 2 ? line : 100 - line);
    }
    return series;
}

}  // namespace

// What a chart paints, looked at pixel by pixel, and how long it takes.
class UiChartDrawing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void markedWhileCrossed();
    void gapsAreLeftEmpty_data();
    void gapsAreLeftEmpty();
    void noiseIsAveraged();
    void isNeverMostlyEmpty();
    void bandsHaveTheGravest();
    void manyPointsPaintFast_data();
    void manyPointsPaintFast();
};

void UiChartDrawing::markedWhileCrossed()
{
    ChartWidget chart;
    chart.resize(600, 240);
    Series series;
    for (int line = 0; line < 2; ++line) {
        series.push_back(std::make_unique<ChartSeries>(
            ChartSeries{QStringLiteral("cpu %1").arg(line), ChartBuffer(1024)}));
        for (int i = 0; i <= 60; ++i)
            series.back()->points.append(i * 1'000'000, (i < 30 ? 20 : 90) + 4 * line);
    }
    chart.show(&series);
    chart.setThresholds(
        {{0, 80, Threshold::Above, Threshold::Critical, QStringLiteral("Busy"), false, false}});
    const QColor color = theme().color(Tone::Error);
    QImage image = chart.grab().toImage();
    QVERIFY(chart.thresholds().lines()[0].isCrossed);
    QCOMPARE(chart.severityOf(0), std::optional(Threshold::Critical));
    const QRect plot = chart.frame().plot.toRect();
    const int line = static_cast<int>(std::round(chart.frame().yOf(80)));
    // The threshold is solid and two pixels wide.
    const QRect leftHalf(plot.left() + 8, line - 1, plot.width() / 2 - 40, 2);
    QVERIFY(pixelsOf(image, leftHalf, color) >= 2 * leftHalf.width() - 4);
    // Past it each line keeps its own colour, on a tinted band; below it nothing is tinted.
    for (int i = 0; i < 2; ++i) {
        const int y = static_cast<int>(chart.frame().yOf(90 + 4 * i));
        QVERIFY(pixelsOf(image, {plot.left(), y - 3, plot.width(), 6}, theme().series(i)) > 100);
        QVERIFY(pixelsOf(image, {plot.left(), 27, plot.width(), 20}, theme().series(i)) >= 24);  // swatch
    }
    const QPoint past(plot.left() + 20, static_cast<int>(chart.frame().yOf(86)));
    const QPoint before(plot.left() + 20, static_cast<int>(chart.frame().yOf(60)));
    QVERIFY(image.pixelColor(past).red() > image.pixelColor(before).red() + 24);
    QCOMPARE(pixelsOf(image, {plot.left(), line + 4, plot.width(), plot.bottom() - line - 4}, color), 0);
    // The sign in the legend.
    QVERIFY(pixelsOf(image, {plot.left(), 27, plot.width(), 20}, color) > 30);
    // Back below it: the line is as before, the band is faint.
    for (const auto& each : series) each->points.append(61 * 1'000'000, 20);
    image = chart.grab().toImage();
    QVERIFY(!chart.thresholds().lines()[0].isCrossed);
    QVERIFY(!chart.severityOf(0));
    QCOMPARE(pixelsOf(image, {plot.left() + 8, line - 1, plot.width() / 2 - 40, 2}, color), 0);
    QVERIFY(image.pixelColor(past).red() < image.pixelColor(before).red() + 24);
    QVERIFY(image.pixelColor(past) != image.pixelColor(before));
}

void UiChartDrawing::gapsAreLeftEmpty_data()
{
    QTest::addColumn<int>("perSecond");
    QTest::newRow("point by point") << 4;
    QTest::newRow("column by column") << 40;
    QTest::newRow("averages") << 200;
}

void UiChartDrawing::gapsAreLeftEmpty()
{
    QFETCH(int, perSecond);
    ChartWidget chart;
    chart.resize(600, 240);
    Series series;
    series.push_back(std::make_unique<ChartSeries>(ChartSeries{QStringLiteral("cpu"), ChartBuffer(1 << 14)}));
    const auto fill = [&](int from, int to) {
        for (int i = from * perSecond; i < to * perSecond; ++i)
            series[0]->points.append(std::int64_t{i} * 1'000'000 / perSecond, 50);
    };
    fill(0, 20);
    series[0]->points.breakAt(40'000'000);
    fill(40, 60);
    chart.show(&series);
    const QImage image = chart.grab().toImage();
    const ChartFrame& frame = chart.frame();
    const auto drawn = [&](double fromSeconds, double toSeconds) {
        const auto x = [&](double seconds) { return frame.xOf(static_cast<std::int64_t>(seconds * 1e6)); };
        const double left = std::max(x(fromSeconds), frame.plot.left()), right = x(toSeconds);
        const QRectF rect(left, frame.yOf(50) - 3, right - left, 6);
        return pixelsOf(image, rect.toRect(), theme().series(0));
    };
    const double newest = static_cast<double>(frame.toUs) / 1e6;
    QVERIFY(drawn(newest - 3, newest) > 10);
    QCOMPARE(drawn(21, 39), 0);
}

// Thousands of points a second that swing from 20 to 80 are a line at 50 with a shade behind it.
void UiChartDrawing::noiseIsAveraged()
{
    ChartWidget chart;
    chart.resize(600, 240);
    Series series;
    series.push_back(std::make_unique<ChartSeries>(ChartSeries{QStringLiteral("cpu"), ChartBuffer(1 << 16)}));
    for (int i = 0; i < 40'000; ++i)
        series[0]->points.append(std::int64_t{i} * 250, i % 2 ? 20 : 80);
    chart.show(&series);
    const QImage image = chart.grab().toImage();
    const ChartFrame& frame = chart.frame();
    QCOMPARE(frame.toUs - frame.fromUs, std::int64_t{10'000'000});
    const auto at = [&](double value) {
        return QRectF(frame.plot.left() + 8, frame.yOf(value) - 3, frame.plot.width() - 16, 6).toRect();
    };
    QVERIFY(pixelsOf(image, at(50), theme().series(0)) >= at(50).width());
    QCOMPARE(pixelsOf(image, at(70), theme().series(0)), 0);
    QVERIFY2(std::abs(chart.newestOf(0) - 50) < 1, qPrintable(QString::number(chart.newestOf(0))));
    const QColor shade = image.pixelColor(at(70).center());
    QVERIFY(shade.blue() > theme().color(Tone::Panel).blue() + 16);
}

void UiChartDrawing::isNeverMostlyEmpty()
{
    ChartWidget chart;
    chart.resize(600, 240);
    Series series;
    series.push_back(std::make_unique<ChartSeries>(ChartSeries{QStringLiteral("cpu"), ChartBuffer(1 << 12)}));
    chart.show(&series);
    for (int i = 0; i < 200; ++i) {
        series[0]->points.append(std::int64_t{i} * 1'000'000, 50 + i % 3);
        if (i < 8) continue;
        chart.grab();
        const double filled = chart.frame().plot.right() - chart.frame().xOf(series[0]->points.timeAt(0));
        QVERIFY2(filled > chart.frame().plot.width() * 0.6, qPrintable(QString::number(i)));
    }
}

void UiChartDrawing::bandsHaveTheGravest()
{
    ThresholdLayer layer;
    layer.set({{0, 80, Threshold::Above, Threshold::Warning, {}, false, false},
               {1, 95, Threshold::Above, Threshold::Critical, {}, false, false},
               {2, 10, Threshold::Below, Threshold::Warning, {}, false, false}});
    ChartFrame frame{0, 100, 0, 100, QRectF(0, 0, 100, 100)};
    const auto& bands = layer.bands(frame);
    const std::vector<ThresholdBand> wanted{{QRectF(0, 0, 100, 5), Threshold::Critical},
                                            {QRectF(0, 5, 100, 15), Threshold::Warning},
                                            {QRectF(0, 20, 100, 70), std::nullopt},
                                            {QRectF(0, 90, 100, 10), Threshold::Warning}};
    QCOMPARE(bands, wanted);
    QVERIFY(!layer.severityOf(80));  // on the line is not past it
    QCOMPARE(layer.severityOf(96), std::optional(Threshold::Critical));
}

void UiChartDrawing::manyPointsPaintFast_data()
{
    QTest::addColumn<int>("points");
    QTest::newRow("as many as half the columns") << 350;
    QTest::newRow("more than columns") << 60'000;
}

// The processor's time, and the least of some paints, so that other programs do not count.
void UiChartDrawing::manyPointsPaintFast()
{
    QFETCH(int, points);
    ChartWidget chart;
    chart.resize(800, 240);
    const Series series = waves(12, points);
    chart.show(&series);
    chart.setThresholds({{0, 70, Threshold::Above, Threshold::Warning, {}, false, false},
                         {1, 90, Threshold::Above, Threshold::Critical, {}, false, false}});
    QImage image(chart.size(), QImage::Format_ARGB32_Premultiplied);
    chart.render(&image);
    constexpr int kPaints = 10;
    double paintMs = 1e9;
    for (int i = 0; i < kPaints; ++i) {
        const std::clock_t begin = std::clock();
        chart.render(&image);
        paintMs = std::min(paintMs, 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    qInfo("%.1f ms a paint", paintMs);
    QVERIFY2(paintMs < 60, qPrintable(QStringLiteral("%1 ms a paint").arg(paintMs)));
}

STREAMWRIGHT_WINDOW_TEST(UiChartDrawing)

}  // namespace tst_ui_chart_drawing
#include "tst_ui_chart_drawing.moc"
