// labels: asan tsan
#include "operators/window_binding.h"
#include "support/node_harness.h"

#include "test_main.h"

#include <cmath>
#include <map>
#include <set>

namespace tst_window {

using namespace engine;
using namespace window_binding;

namespace {

constexpr std::int64_t kMs = 1000;

const char* const kAllAggregates =
    R"(, "aggregates": [
      {"function": "count", "name": "n"}, {"function": "count", "argument": "v", "name": "nv"},
      {"function": "sum", "argument": "v", "name": "total"},
      {"function": "sum", "argument": "d", "name": "total_d"},
      {"function": "avg", "argument": "v", "name": "mean"},
      {"function": "avg", "argument": "d", "name": "mean_d"},
      {"function": "min", "argument": "v", "name": "low"},
      {"function": "max", "argument": "d", "name": "high"},
      {"function": "min", "argument": "s", "name": "low_s"},
      {"function": "max", "argument": "s", "name": "high_s"},
      {"function": "first", "argument": "v", "name": "head"},
      {"function": "last", "argument": "s", "name": "tail"},
      {"function": "stddev", "argument": "d", "name": "spread"},
      {"function": "count", "argument": "s", "distinct": true, "name": "kinds"},
      {"function": "count", "argument": "v", "distinct": true, "filter": "v > 3", "name": "large_kinds"}]})";

Scalar integer(std::int64_t value) { return {DataType::Int64, value}; }
Scalar timeOf(std::int64_t value) { return {DataType::Time, value}; }
Scalar number(double value) { return {DataType::Float64, value}; }
Scalar text(std::string value) { return {DataType::String, std::move(value)}; }
Scalar null(DataType type) { return {type, {}}; }

TestRows randomRows(std::uint64_t seed, std::size_t count, std::int64_t disorderMs)
{
    Random random(seed);
    TestRows rows;
    std::int64_t now = -700 * kMs;
    for (std::size_t i = 0; i < count; ++i) {
        now += static_cast<std::int64_t>(random.below(random.below(40) == 0 ? 900 : 12)) * kMs;
        const auto back =
            static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(disorderMs) + 1)) * kMs;
        const auto key = random.below(9);
        const auto value = static_cast<std::int64_t>(random.below(7)) - 2;
        const auto word = random.below(6);
        TestRow row;
        row.values = {key == 0 ? null(DataType::String) : text("key " + std::string(key * 2, 'x')),
                      random.below(6) == 0 ? null(DataType::Int64) : integer(value),
                      random.below(6) == 0 ? null(DataType::Float64) : number(random.uniform() * 100 - 30),
                      word == 0 ? null(DataType::String) : text(std::string(word, 'a'))};
        row.at = now - back;
        rows.push_back(std::move(row));
    }
    return rows;
}

// All rows of one window and key, worked out the plain way.
struct PlainGroup {
    std::vector<const TestRow*> rows;
    template <class T>
    std::vector<T> values(std::size_t column) const
    {
        std::vector<T> found;
        for (const TestRow* row : rows)
            if (!row->values[column].isNull()) found.push_back(std::get<T>(row->values[column].value));
        return found;
    }
    const TestRow* outermost(std::size_t column, bool isLast) const
    {
        const TestRow* best = nullptr;
        for (const TestRow* row : rows)
            if (!row->values[column].isNull() &&
                (!best || (isLast ? *row->at >= *best->at : *row->at < *best->at)))
                best = row;
        return best;
    }
    std::vector<Scalar> results() const
    {
        const auto v = values<std::int64_t>(1);
        const auto d = values<double>(2);
        const auto s = values<std::string>(3);
        std::int64_t total = 0;
        double totalD = 0, squares = 0;
        std::set<std::int64_t> large;
        for (const auto one : v) {
            total += one;
            if (one > 3) large.insert(one);
        }
        for (const auto one : d) totalD += one;
        const double mean = totalD / static_cast<double>(d.size());
        for (const auto one : d) squares += (one - mean) * (one - mean);
        const auto isNull = [](bool condition, Scalar value) { return condition ? null(value.type) : value; };
        const TestRow* head = outermost(1, false);
        const TestRow* tail = outermost(3, true);
        const auto vSize = static_cast<std::int64_t>(v.size());
        return {integer(static_cast<std::int64_t>(rows.size())),
                integer(vSize),
                isNull(v.empty(), integer(total)),
                isNull(d.empty(), number(totalD)),
                isNull(v.empty(), integer(v.empty() ? 0 : total / vSize)),
                isNull(d.empty(), number(mean)),
                isNull(v.empty(), integer(v.empty() ? 0 : *std::min_element(v.begin(), v.end()))),
                isNull(d.empty(), number(d.empty() ? 0 : *std::max_element(d.begin(), d.end()))),
                isNull(s.empty(), text(s.empty() ? "" : *std::min_element(s.begin(), s.end()))),
                isNull(s.empty(), text(s.empty() ? "" : *std::max_element(s.begin(), s.end()))),
                head ? head->values[1] : null(DataType::Int64),
                tail ? tail->values[3] : null(DataType::String),
                isNull(d.size() < 2, number(std::sqrt(squares / (static_cast<double>(d.size()) - 1)))),
                integer(static_cast<std::int64_t>(std::set<std::string>(s.begin(), s.end()).size())),
                integer(static_cast<std::int64_t>(large.size()))};
    }
};

struct PlainResult {
    TestRows rows;
    TestRows late;
};

PlainResult plainWindows(const TestRows& rows, std::int64_t size, std::int64_t slide)
{
    std::map<std::pair<std::int64_t, std::optional<std::string>>, PlainGroup> groups;
    PlainResult result;
    for (const TestRow& row : rows) {
        bool enters = false;
        std::int64_t start = *row.at - ((*row.at % slide) + slide) % slide;
        for (; start > *row.at - size; start -= slide) {
            if (start + size - kMs <= row.watermarkBefore) continue;
            enters = true;
            const Scalar& key = row.values[0];
            groups[{start, key.isNull() ? std::nullopt : std::optional(std::get<std::string>(key.value))}]
                .rows.push_back(&row);
        }
        if (!enters) result.late.push_back(row);
    }
    for (const auto& [where, group] : groups) {
        TestRow row;
        row.values = {where.second ? text(*where.second) : null(DataType::String), timeOf(where.first),
                      timeOf(where.first + size)};
        for (Scalar& value : group.results()) row.values.push_back(std::move(value));
        row.at = where.first + size - kMs;
        result.rows.push_back(std::move(row));
    }
    return result;
}

void compare(const PlainResult& expected, const NodeOutput& output)
{
    TestRows late;
    for (const LateRow& row : output.late) late.push_back(row.row);
    const std::string wrongRows = differenceOf(expected.rows, output.ports[0]);
    QVERIFY2(wrongRows.empty(), wrongRows.c_str());
    const std::string wrongLate = differenceOf(expected.late, late);
    QVERIFY2(wrongLate.empty(), wrongLate.c_str());
    if (!output.rejected.empty()) QFAIL(("rejected: " + output.rejected[0].reason).c_str());
}

}  // namespace

// Windows against a plain computation from all rows, however the rows are cut, merged, saved and spread.
class TestWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameAsPlain_data();
    void sameAsPlain();
    void wholeSlicesNeedNoRows();
    void manyGroupsComeInFullBatches();
    void aLeapWithinAChunkIsFiredBatchByBatch();
    void notANumberDoesNotDependOnOrder();
    void overflowRejectsItsGroupAlone();
};

void TestWindow::sameAsPlain_data()
{
    QTest::addColumn<int>("way");
    QTest::addColumn<int>("cut");
    for (const int cut : {1, 3, 50, 2048}) {
        QTest::addRow("batches of %d", cut) << 0 << cut;
        QTest::addRow("chunks of %d", cut) << 1 << cut;
        QTest::addRow("saved and restored each %d", cut) << 2 << cut;
        QTest::addRow("chunks of %d, saved", cut) << 3 << cut;
        QTest::addRow("spread and rescaled each %d", cut) << 4 << cut;
    }
}

void TestWindow::sameAsPlain()
{
    QFETCH(int, way);
    QFETCH(int, cut);
    struct Shape {
        const char* params;
        std::int64_t size, slide;
    };
    for (const Shape& shape :
         {Shape{R"({"size": "200ms", "keys": ["k"])", 200, 200},
          Shape{R"({"kind": "hopping", "size": "300ms", "slide": "100ms", "keys": ["k"])", 300, 100}}) {
        const Binding binding = bindWindow(std::string(shape.params) + kAllAggregates + "");
        for (const std::int64_t delayMs : {0, 60, 400}) {
            TestRows rows = randomRows(static_cast<std::uint64_t>(delayMs) + 5, 500, 350);
            const std::int64_t after = deriveWatermarks(rows, delayMs * kMs);
            const PlainResult expected = plainWindows(rows, shape.size * kMs, shape.slide * kMs);
            TestWorld world;
            NodeOutput output;
            NodeHarness harness(binding, world, output, way == 4 ? 4 : 1);
            int turn = 0;
            for (std::size_t first = 0; first < rows.size(); first += static_cast<std::size_t>(cut)) {
                const auto count = std::min(static_cast<std::size_t>(cut), rows.size() - first);
                const std::span<const TestRow> part(rows.data() + first, count);
                const std::int64_t mark =
                    first + count == rows.size() ? after : rows[first + count].watermarkBefore;
                if (way == 1 || way == 3) {
                    const auto lane = laneBatchesOf(inputSchema(), part, 64);
                    const auto merged = batchesOf(inputSchema(), part, 64, mark);
                    harness.giveChunk(lane, merged, delayMs * kMs, mark);
                } else {
                    for (const RecordBatch& batch : batchesOf(inputSchema(), part, 2048, mark))
                        harness.give(0, batch);
                }
                if (way >= 2 && (cut > 1 || ++turn % 20 == 0))
                    harness.saveAndRestore(way == 4 ? 1 + turn++ % 4 : 1);
            }
            harness.advance(kEndOfTime);
            harness.finish();
            QCOMPARE(QString::fromStdString(harness.error()), QString());
            compare(expected, output);
            if (QTest::currentTestFailed()) return;
        }
    }
}

void TestWindow::wholeSlicesNeedNoRows()
{
    const Binding binding =
        bindWindow(R"({"size": "1s", "keys": ["k"], "aggregates": [{"function": "count", "name": "n"}]})");
    TestRows rows = randomRows(1, 3000, 300);
    const std::int64_t after = deriveWatermarks(rows, 300 * kMs);
    TestWorld world;
    NodeOutput output;
    NodeHarness harness(binding, world, output);
    harness.giveChunk(laneBatchesOf(inputSchema(), rows, 2048), {}, 300 * kMs, after);
    QCOMPARE(harness.slicesFailed(), 0);
    QVERIFY(output.late.empty());
}

void TestWindow::manyGroupsComeInFullBatches()
{
    const Binding binding =
        bindWindow(R"({"size": "1s", "keys": ["v"], "aggregates": [{"function": "count", "name": "n"}]})");
    TestRows rows;
    for (std::int64_t i = 0; i < 10'000; ++i)
        rows.push_back({{text("k"), integer(i % 5'000), number(1), text("s")}, 1000 * kMs * (i / 5'000)});
    deriveWatermarks(rows, 0);
    TestWorld world;
    NodeOutput output;
    std::vector<std::size_t> sizes;
    output.take = [&](int, const RecordBatch& batch) { sizes.push_back(batch.rows()); };
    NodeHarness harness(binding, world, output);
    for (const RecordBatch& batch : batchesOf(inputSchema(), rows, 2048, 1000 * kMs)) harness.give(0, batch);
    harness.advance(kEndOfTime);
    QCOMPARE(QString::fromStdString(harness.error()), QString());
    QCOMPARE(sizes, (std::vector<std::size_t>{2048, 2048, 904, 2048, 2048, 904}));
}

// A late row behind a leap of the watermark: a thousand windows are due in the middle of a chunk.
void TestWindow::aLeapWithinAChunkIsFiredBatchByBatch()
{
    struct Counted final : Output {
        std::size_t batches = 0, rows = 0, lateRows = 0;
        void push(RecordBatch batch, int) override
        {
            ++batches;
            rows += batch.rows();
        }
        void reject(const RecordBatch&, std::uint32_t, std::string_view, std::string_view) override { }
        void late(const RecordBatch&, std::uint32_t, std::int64_t, std::int64_t) override
        {
            ++lateRows;
        }
    };
    struct Never final : Timers {
        void wakeAt(Timestamp) override { }
    };
    const Binding binding = bindWindow(R"({"kind": "hopping", "size": "100s", "slide": "100ms", "keys": ["v"],
        "aggregates": [{"function": "count", "name": "n"}]})");
    TestRows rows;
    for (std::int64_t i = 0; i < 50; ++i) rows.push_back({{text("k"), integer(i), number(1), text("s")}, 0});
    for (const std::int64_t at : {1'000'000 * kMs, 50 * kMs})
        rows.push_back({{text("k"), integer(0), number(1), text("s")}, at});
    const std::int64_t after = deriveWatermarks(rows, 0);
    TestWorld world;
    StateStore state;
    NodeMetrics metrics;
    Never timers;
    OperatorContext context{state, metrics, world.env, timers};
    const auto merge = binding.merge();
    const auto lane = binding.partial();
    QVERIFY(merge->open(context) && lane->open(context));
    Counted out;
    for (const RecordBatch& batch : laneBatchesOf(inputSchema(), rows, 10))
        QVERIFY(bool(lane->process(batch, out)));
    int failed = 0;
    const auto left = merge->merge(*lane->finish(), {}, out, failed);
    QVERIFY(left && *left);
    for (const RecordBatch& batch : batchesOf(inputSchema(), rows, 10, after))
        QVERIFY(bool(merge->mergeRows(batch, out)));
    QCOMPARE(out.batches, std::size_t{0});
    Flow flow = Flow::More;
    for (std::size_t call = 1; flow == Flow::More; ++call) {
        const auto given = merge->advance(after, out);
        QVERIFY(given && out.batches <= call);
        flow = *given;
    }
    QCOMPARE(out.rows, std::size_t{50'000});
    QCOMPARE(out.lateRows, std::size_t{1});
}

void TestWindow::notANumberDoesNotDependOnOrder()
{
    const Binding binding = bindWindow(
        R"({"size": "1s", "aggregates": [{"function": "min", "argument": "d", "name": "a"},
          {"function": "max", "argument": "d", "name": "b"}]})");
    std::vector<double> values{std::nan(""), 1, 3};
    do {
        TestRows rows;
        for (const double value : values)
            rows.push_back({{text("a"), integer(1), number(value), text("s")}, 0});
        TestWorld world;
        NodeOutput output;
        NodeHarness harness(binding, world, output);
        harness.give(0, batchOf(inputSchema(), rows));
        harness.advance(kEndOfTime);
        QCOMPARE(output.ports[0].size(), std::size_t{1});
        QCOMPARE(std::get<double>(output.ports[0][0].values[2].value), 1.0);
        QVERIFY(std::isnan(std::get<double>(output.ports[0][0].values[3].value)));
        std::rotate(values.begin(), values.begin() + 1, values.end());
    } while (!std::isnan(values[0]));
}

void TestWindow::overflowRejectsItsGroupAlone()
{
    const Binding binding = bindWindow(
        R"({"size": "1s", "keys": ["k"],
          "aggregates": [{"function": "count", "name": "n"},
          {"function": "sum", "argument": "v", "name": "total"}]})");
    TestRows rows;
    for (const char* key : {"a", "b", "a"})
        rows.push_back({{text(key), integer(INT64_MAX), number(1), text("s")}, 0});
    TestWorld world;
    NodeOutput output;
    NodeHarness harness(binding, world, output);
    harness.give(0, batchOf(inputSchema(), rows));
    harness.advance(kEndOfTime);
    QCOMPARE(QString::fromStdString(harness.error()), QString());
    const TestRow expected{{text("b"), timeOf(0), timeOf(1000 * kMs), integer(1), integer(INT64_MAX)},
                           999 * kMs};
    const std::string difference = differenceOf({expected}, output.ports[0]);
    QVERIFY2(difference.empty(), difference.c_str());
    QCOMPARE(output.rejected.size(), std::size_t{1});
    QCOMPARE(output.rejected[0].row.values[0], text("a"));
    QVERIFY(output.rejected[0].row.values[4].isNull());
    QVERIFY(output.rejected[0].reason.find("total") != std::string::npos);
}

STREAMWRIGHT_TEST(TestWindow)

}  // namespace tst_window
#include "tst_window.moc"
