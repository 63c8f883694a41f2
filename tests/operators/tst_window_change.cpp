// labels: asan tsan
// A running job's window gets other parameters: the new operator finds its predecessor's tables, and takes
// over what still means the same.
#include "operators/window_binding.h"
#include "support/node_harness.h"

#include "test_main.h"

namespace tst_window_change {

using namespace engine;
using namespace window_binding;

class WindowChangeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aggregatesMayComeAndGo();
    void anotherMeaningIsRefused_data();
    void anotherMeaningIsRefused();
    void anotherKindIsRefused();
};

namespace {

constexpr std::int64_t kMs = 1000;
constexpr const char* kSumAndCount = R"({"size": "1s", "keys": ["k"],
  "aggregates": [{"function": "sum", "argument": "v", "name": "a"}, {"function": "count", "name": "b"}]})";

struct Collected final : Output {
    TestRows rows;
    void push(RecordBatch batch, int) override { appendRows(rows, batch); }
    using Text = std::string_view;
    void reject(const RecordBatch&, std::uint32_t, Text, Text) override { QFAIL("rejected"); }
    void late(const RecordBatch&, std::uint32_t, std::int64_t, std::int64_t) override { QFAIL("late"); }
};
struct NoTimers final : Timers {
    void wakeAt(Timestamp) override { }
};

TestRow rowOf(std::int64_t atMs, std::int64_t value)
{
    return {{Scalar{DataType::String, "a"}, Scalar{DataType::Int64, value}, Scalar{DataType::Float64, 0.5},
             Scalar{DataType::String, "s"}},
            atMs * kMs};
}

// Windows one after another on the same state.
struct Successors {
    TestWorld world;
    StateStore state;
    NodeMetrics metrics;
    NoTimers timers;
    OperatorContext context{state, metrics, world.env, timers};
    Collected out;

    Status run(const std::string& params, const TestRows& rows, bool ends)
    {
        const auto window = std::get<Factory<Operator>>(bindWindow(params).make)();
        TRY(window->open(context));
        for (const RecordBatch& batch : batchesOf(inputSchema(), rows, 10, kNoWatermark))
            if (auto flow = window->process(0, batch, out); !flow) return flow.error();
        if (!ends) return ok();
        const auto flow = window->advance(kEndOfTime, out);
        return flow ? ok() : Status(flow.error());
    }
};

}  // namespace

void WindowChangeTest::aggregatesMayComeAndGo()
{
    Successors windows;
    QVERIFY(bool(windows.run(kSumAndCount, {rowOf(0, 3), rowOf(1, 4)}, false)));
    QVERIFY(bool(windows.run(R"({"size": "1s", "keys": ["k"],
      "aggregates": [{"function": "max", "argument": "v", "name": "c"},
                     {"function": "sum", "argument": "/* all */ v", "name": "a"}]})",
                             {rowOf(2, 10)}, true)));
    const Scalar start{DataType::Time, std::int64_t{0}}, end{DataType::Time, 1000 * kMs};
    const Scalar most{DataType::Int64, std::int64_t{10}}, total{DataType::Int64, std::int64_t{17}};
    const TestRow expected{{Scalar{DataType::String, "a"}, start, end, most, total}, 999 * kMs};
    const std::string difference = differenceOf({expected}, windows.out.rows);
    QVERIFY2(difference.empty(), difference.c_str());
}

void WindowChangeTest::anotherMeaningIsRefused_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("said");
    QTest::newRow("size") << R"("size": "1s")" << R"("size": "2s")" << "other keys, size, slide or offset";
    QTest::newRow("keys") << R"(["k"])" << R"(["s"])" << "other keys, size, slide or offset";
    QTest::newRow("function") << R"("function": "sum")" << R"("function": "max")" << "another function";
    QTest::newRow("argument") << R"("argument": "v")" << R"("argument": "v * 2")"
                              << "was worked out of v, and the document says (v * 2) now";
    QTest::newRow("filter") << R"("name": "b")" << R"("name": "b", "filter": "d > 1")"
                            << "was worked out of all rows, and the document says all rows where (d > 1) now";
}

void WindowChangeTest::anotherMeaningIsRefused()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, said);
    Successors windows;
    QVERIFY(bool(windows.run(kSumAndCount, {rowOf(0, 3)}, false)));
    const Status status =
        windows.run(QString(kSumAndCount).replace(from, to).toStdString(), {rowOf(1, 4)}, true);
    QVERIFY(!status);
    QCOMPARE(status.error().code, ErrorCode::InvalidSpec);
    QVERIFY2(status.error().message.find(said.toStdString()) != std::string::npos,
             status.error().message.c_str());
}

// Every kind keeps its windows in a table of its own: none may be left lying.
void WindowChangeTest::anotherKindIsRefused()
{
    const std::string kinds[] = {R"({"size": "1s")", R"({"size": "1s", "early_firing": "100ms")",
                                 R"({"kind": "session", "gap": "1s")", R"({"kind": "count", "rows": 3)"};
    const std::string rest = R"(, "keys": ["k"], "aggregates": [{"function": "count", "name": "n"}]})";
    for (const std::string& from : kinds)
        for (const std::string& to : kinds) {
            Successors before, after;
            QVERIFY(bool(before.run(from + rest, {rowOf(0, 3)}, false)));
            QVERIFY(bool(after.run(to + rest, {}, false)));
            Status status = ok();
            for (const auto& table : before.state.freeze())
                table->visit([&](const StateRow& row) {
                    StateTable* into = after.state.find(table->schema().name);
                    QVERIFY(into);
                    if (status) status = into->restore(table->schema(), row);
                });
            QCOMPARE(bool(status), from == to);
            if (!status) QVERIFY(status.error().message.find("of another kind") != std::string::npos);
        }
}

STREAMWRIGHT_TEST(WindowChangeTest)

}  // namespace tst_window_change
#include "tst_window_change.moc"
