// labels: asan
// What an input gate tells of idleness where inputs meet, also where two gates stand one behind the other.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "data/batch_builder.h"
#include "runtime/input_gate.h"
#endif

#include "test_main.h"

namespace tst_input_gate {

using namespace engine;

namespace {

constexpr std::size_t kBytes = 1 << 20;

RecordBatch rowAt(std::int64_t timeUs)
{
    BatchBuilder rows(std::make_shared<const Schema>(std::vector<Field>{{"n", DataType::Int64}}, true));
    rows.column(0).addInteger(1);
    rows.endRow(timeUs);
    return rows.finish().withWatermarks({timeUs, timeUs});
}

// A union of a and b, whose rows meet those of c in another.
struct TwoUnions {
    Channel a{kBytes}, b{kBytes}, between{kBytes}, c{kBytes};
    InputGate first{{{&a, 0, "a"}, {&b, 0, "b"}}};
    InputGate second{{{&between, 0, "first"}, {&c, 0, "c"}}};

    // All that was pushed goes through both, as chain tasks pass it on.
    void run()
    {
        for (;;) {
            InputGate::Event event = first.next();
            if (std::holds_alternative<InputGate::Nothing>(event)) break;
            if (auto* rows = std::get_if<InputGate::Rows>(&event)) between.push(std::move(rows->batch));
            if (const auto* moved = std::get_if<InputGate::Moved>(&event))
                between.push(WatermarkMark{moved->watermarkUs});
            if (const auto* idle = std::get_if<InputGate::IdleChanged>(&event))
                between.push(IdleMark{idle->idle});
            if (std::holds_alternative<InputGate::End>(event)) between.push(EndOfStream{});
        }
        while (!std::holds_alternative<InputGate::Nothing>(second.next())) { }
    }
};

}  // namespace

class InputGateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void idlenessIsToldThatMovesTheWatermarkToo();
    void rowsEndIdleness();
    void theEndOfOneLeavesTheOthersIdle();
};

// The first union is told idle, comes back by a mark that also moves its watermark, and falls silent again.
void InputGateTest::idlenessIsToldThatMovesTheWatermarkToo()
{
    TwoUnions unions;
    unions.a.push(WatermarkMark{10});
    unions.b.push(WatermarkMark{5});
    unions.run();
    unions.a.push(IdleMark{true});
    unions.run();
    unions.b.push(IdleMark{true});
    unions.c.push(WatermarkMark{20});
    unions.run();
    QCOMPARE(unions.second.watermarkUs(), 20);
    unions.a.push(IdleMark{false});
    unions.c.push(WatermarkMark{30});
    unions.run();
    QCOMPARE(unions.second.watermarkUs(), 20);  // held back by the first
    unions.a.push(IdleMark{true});
    unions.run();
    QCOMPARE(unions.second.watermarkUs(), 30);
}

void InputGateTest::rowsEndIdleness()
{
    TwoUnions unions;
    unions.a.push(IdleMark{true});
    unions.b.push(IdleMark{true});
    unions.run();
    unions.a.push(rowAt(10));
    unions.run();
    unions.c.push(WatermarkMark{30});
    unions.run();
    QCOMPARE(unions.second.watermarkUs(), 10);
    unions.a.push(IdleMark{true});
    unions.run();
    QCOMPARE(unions.second.watermarkUs(), 30);
}

void InputGateTest::theEndOfOneLeavesTheOthersIdle()
{
    TwoUnions unions;
    unions.a.push(WatermarkMark{10});
    unions.b.push(IdleMark{true});
    unions.c.push(WatermarkMark{30});
    unions.run();
    QCOMPARE(unions.second.watermarkUs(), 10);
    unions.a.push(EndOfStream{});
    unions.run();
    QCOMPARE(unions.second.watermarkUs(), 30);
}

STREAMWRIGHT_TEST(InputGateTest)

}  // namespace tst_input_gate
#include "tst_input_gate.moc"
