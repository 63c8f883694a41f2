// labels: asan
// Hopping windows whose groups are carried from one window to the next: what they give is what adding up the
// slices of each anew gives, and the same to the last bit wherever they are made anew.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "operators/window_binding.h"
#include "support/node_harness.h"
#endif

#include "test_main.h"

#include <algorithm>
#include <limits>

namespace tst_running_window {

using namespace engine;
using namespace window_binding;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

// Keys come and go; some rows are late for some windows or all, some sums do not fit, some windows are empty.
TestRows someRows(std::int64_t& afterUs)
{
    Random random(11);
    TestRows rows;
    std::int64_t at = -20 * kSecond;
    for (std::uint64_t i = 0; i < 4'000; ++i) {
        at += static_cast<std::int64_t>(random.below(20)) * 1000;
        if (random.below(700) == 0) at += 13 * kSecond;
        const std::uint64_t number = i / 8 + random.below(60);
        Scalar key{DataType::String, "a sensor with a long name, " + std::to_string(number)};
        if (random.below(50) == 0) key = {DataType::String, {}};
        const bool isGreat = random.below(400) == 0;
        const std::int64_t great = std::numeric_limits<std::int64_t>::max();
        Scalar value{DataType::Int64, isGreat ? great : static_cast<std::int64_t>(random.below(5))};
        if (random.below(40) == 0) value = {DataType::Int64, {}};
        const double size = random.below(3) == 0 ? 1e9 : 1e-6;
        TestRow row{
            {key, value, {DataType::Float64, size * static_cast<double>(random.below(1'000'003))}, key}};
        row.at = at - static_cast<std::int64_t>(random.below(random.below(20) == 0 ? 9'000 : 900)) * 1000;
        rows.push_back(std::move(row));
    }
    afterUs = deriveWatermarks(rows, kSecond);
    return rows;
}

struct Given {
    TestRows rows{};
    std::vector<std::string> aside{};  // rejected groups and late rows
};

Given run(const std::string& params, std::size_t batchRows, bool restores)
{
    std::int64_t afterUs = 0;
    const TestRows rows = someRows(afterUs);
    const Binding binding = bindWindow(params);
    TestWorld world;
    NodeOutput output;
    NodeHarness harness(binding, world, output);
    for (const RecordBatch& batch : batchesOf(inputSchema(), rows, batchRows, afterUs)) {
        harness.give(0, batch);
        if (restores) harness.saveAndRestore(1);
    }
    harness.advance(kEndOfTime);
    CHECK(harness.error().empty());
    Given given{std::move(output.ports[0]), {}};
    for (const RejectedTestRow& one : output.rejected) given.aside.push_back(rowText(one.row));
    for (const LateRow& one : output.late) given.aside.push_back("late " + rowText(one.row));
    std::sort(given.aside.begin(), given.aside.end());
    return given;
}

std::string paramsOf(const char* keys, const char* size, const char* further)
{
    return std::string(R"({"kind": "hopping", "slide": "1s", "order": "arrival", "size": ")") + size +
        R"(", "keys": [)" + keys + R"(], "aggregates": [{"function": "count", "name": "n"},
            {"function": "sum", "argument": "v", "name": "total"},
            {"function": "avg", "argument": "d", "name": "mean"},
            {"function": "min", "argument": "v", "name": "least"},
            {"function": "max", "argument": "d", "name": "most"},
            {"function": "stddev_samp", "argument": "d", "name": "spread"},
            {"function": "last", "argument": "d", "name": "final"})" +
        further + "]}";
}

std::vector<std::string> exactly(const TestRows& rows)
{
    std::vector<std::string> texts;
    for (const TestRow& row : rows) texts.push_back(rowText(row) + " at " + std::to_string(*row.at));
    std::sort(texts.begin(), texts.end());
    return texts;
}

}  // namespace

class RunningWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesWhatItsSlicesComeTo_data() { addKeys(); }
    // A count of different values is worked out of the slices of each window.
    void givesWhatItsSlicesComeTo()
    {
        QFETCH(QString, keys);
        QFETCH(QString, size);
        const auto params = [&](const char* further) {
            return paramsOf(keys.toUtf8().constData(), size.toUtf8().constData(), further);
        };
        const Given running = run(params(""), 2048, false);
        Given slices =
            run(params(R"(, {"function": "count", "argument": "s", "distinct": true, "name": "d"})"), 2048,
                false);
        for (TestRow& row : slices.rows) row.values.pop_back();
        const std::string found = differenceOf(slices.rows, running.rows);
        QVERIFY2(found.empty(), found.c_str());
        QCOMPARE(running.aside.size(), slices.aside.size());
        QVERIFY(!running.rows.empty() && !running.aside.empty());
    }

    void isTheSameMadeAnew_data() { addKeys(); }
    void isTheSameMadeAnew()
    {
        QFETCH(QString, keys);
        QFETCH(QString, size);
        const std::string params = paramsOf(keys.toUtf8().constData(), size.toUtf8().constData(), "");
        const Given once = run(params, 2048, false);
        for (const auto& [batchRows, restores] :
             {std::pair{std::size_t{2048}, true}, {std::size_t{61}, false}, {std::size_t{61}, true}}) {
            const Given again = run(params, batchRows, restores);
            QVERIFY(exactly(again.rows) == exactly(once.rows));
            QCOMPARE(again.aside, once.aside);
        }
    }

private:
    static void addKeys()
    {
        QTest::addColumn<QString>("keys");
        QTest::addColumn<QString>("size");
        QTest::newRow("text") << R"("k")"
                              << "10s";
        QTest::newRow("text, two slices") << R"("k")"
                                          << "2s";
        QTest::newRow("number") << R"("v")"
                                << "5s";
        QTest::newRow("two") << R"("v", "k")"
                             << "7s";
        QTest::newRow("none") << ""
                              << "60s";
    }
};

STREAMWRIGHT_TEST(RunningWindowTest)

}  // namespace tst_running_window
#include "tst_running_window.moc"
