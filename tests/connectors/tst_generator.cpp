// labels: asan
#include "base/env.h"
#include "connectors/generator/row_maker.h"
#include "test_main.h"

namespace tst_generator {

using namespace engine;

namespace {

std::string rowText(const RecordBatch& batch, std::size_t row)
{
    std::string text;
    for (std::size_t i = 0; i < batch.columns(); ++i) {
        const Column& column = batch.column(i);
        if (column.isNull(row))
            text += "NULL";
        else if (column.type() == DataType::String)
            text += column.text(row);
        else if (column.type() == DataType::Float64)
            text += std::to_string(column.numbers()[row]);
        else
            text += std::to_string(column.integers()[row]);
        text += '|';
    }
    return text + std::to_string(batch.eventTimes()[row]);
}

std::vector<std::string> rows(const GeneratorOptions& options, std::uint64_t first, std::size_t count,
                              std::size_t batchRows)
{
    auto maker = makeRowMaker(options);
    BatchBuilder builder(presetSchema(options.preset));
    std::vector<std::string> out;
    for (std::uint64_t at = first; at < first + count;) {
        const auto next = static_cast<std::size_t>(std::min<std::uint64_t>(batchRows, first + count - at));
        maker->fill(at, next, nullptr, builder);
        const RecordBatch batch = builder.finish();
        CHECK(batch.rows() == next);
        for (std::size_t row = 0; row < next; ++row) out.push_back(rowText(batch, row));
        at += next;
    }
    return out;
}

}  // namespace

class TestGenerator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameRowsWhateverTheBatches_data();
    void sameRowsWhateverTheBatches();
    void seedsDiffer();
    void disorderIsBounded();
    void skewFavoursTheFirstKeys();
    void swingingSensorsLieApartAndMove();
    void withoutASwingRowsAreAsEver();
};

void TestGenerator::sameRowsWhateverTheBatches_data()
{
    QTest::addColumn<QString>("preset");
    QTest::addColumn<double>("swing");
    for (const char* preset : {"sensors", "logs", "orders", "nexmark"})
        QTest::newRow(preset) << QString(preset) << 0.0;
    QTest::newRow("swinging sensors") << QStringLiteral("sensors") << 12.5;
}

void TestGenerator::sameRowsWhateverTheBatches()
{
    QFETCH(QString, preset);
    QFETCH(double, swing);
    GeneratorOptions options;
    options.preset = preset.toStdString();
    options.skew = 1.1;
    options.swing = swing;
    options.disorderUs = 500'000;
    const auto whole = rows(options, 0, 3000, 2048);
    QCOMPARE(rows(options, 0, 3000, 1), whole);
    QCOMPARE(rows(options, 0, 3000, 37), whole);
    const auto resumed = rows(options, 1234, 3000 - 1234, 100);
    QCOMPARE(resumed, std::vector<std::string>(whole.begin() + 1234, whole.end()));
}

void TestGenerator::seedsDiffer()
{
    GeneratorOptions one, two;
    two.seed = 2;
    QVERIFY(rows(one, 0, 10, 10) != rows(two, 0, 10, 10));
}

void TestGenerator::disorderIsBounded()
{
    GeneratorOptions options;
    options.startUs = 1'700'000'000'000'000;
    options.disorderUs = 500'000;
    auto maker = makeRowMaker(options);
    BatchBuilder builder(presetSchema("sensors"));
    maker->fill(0, 2000, nullptr, builder);
    const RecordBatch batch = builder.finish();
    std::int64_t most = 0;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        const std::int64_t back =
            options.startUs + static_cast<std::int64_t>(row) * options.stepUs - batch.eventTimes()[row];
        QVERIFY(back >= 0 && back <= options.disorderUs + 999);
        QCOMPARE(batch.eventTimes()[row] % 1000, 0);
        most = std::max(most, back);
    }
    QVERIFY(most > 400'000);
}

void TestGenerator::skewFavoursTheFirstKeys()
{
    const KeyChooser even(1000, 0), skewed(1000, 1.1);
    int firstEven = 0, firstSkewed = 0;
    Random random(1);
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t bits = random.next();
        firstEven += even.choose(bits) == 0;
        firstSkewed += skewed.choose(bits) == 0;
        QVERIFY(skewed.choose(bits) < 1000);
    }
    QVERIFY(firstEven < 60);
    QVERIFY(firstSkewed > 3000 && firstSkewed < 4600);  // 1 / sum of i^-1.1 is about 0.18
}

// The averages of the sensors over ten seconds lie well apart, and further on elsewhere; no reading leaves
// the swing and its few degrees of noise.
void TestGenerator::swingingSensorsLieApartAndMove()
{
    GeneratorOptions options;
    options.keys = 4;
    options.swing = 20;
    const auto averagesFrom = [&options](std::uint64_t first) {
        constexpr std::size_t kRows = 2000;
        auto maker = makeRowMaker(options);
        BatchBuilder builder(presetSchema("sensors"));
        maker->fill(first, kRows, nullptr, builder);
        const RecordBatch batch = builder.finish();
        std::map<std::string, std::pair<double, int>> sums;
        for (std::size_t row = 0; row < kRows; ++row) {
            const double value = batch.column(1).numbers()[row];
            CHECK(value > 51 - 20 - 6 && value < 51 + 20 + 6);
            auto& [sum, count] = sums[std::string(batch.column(0).text(row))];
            sum += value;
            ++count;
        }
        std::vector<double> averages;
        for (const auto& [key, sum] : sums) averages.push_back(sum.first / sum.second);
        return averages;
    };
    const std::vector<double> before = averagesFrom(0), after = averagesFrom(8000);
    QCOMPARE(before.size(), std::size_t{4});
    std::vector<double> sorted = before;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 1; i < sorted.size(); ++i)
        QVERIFY2(sorted[i] - sorted[i - 1] > 1, qPrintable(QString::number(sorted[i])));
    double moved = 0;
    for (std::size_t i = 0; i < before.size(); ++i) moved = std::max(moved, std::abs(after[i] - before[i]));
    QVERIFY2(moved > 3, qPrintable(QString::number(moved)));
}

// What was made before there was a swing stays as it was, to the last digit.
void TestGenerator::withoutASwingRowsAreAsEver()
{
    GeneratorOptions options;
    options.keys = 8;
    const std::vector<std::string> wanted{"s-000002|62.690000|65.050000|0|0",
                                          "s-000000|45.810000|50.780000|1000|1000"};
    QCOMPARE(rows(options, 0, 2, 2), wanted);
}

STREAMWRIGHT_TEST(TestGenerator)

}  // namespace tst_generator
#include "tst_generator.moc"
