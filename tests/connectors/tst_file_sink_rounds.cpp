// labels: asan
// What readers of a file sink see, however its rounds end: decided, given up, or with a kill anywhere.
#include "connectors/file_sink_fixture.h"
#include "test_main.h"

namespace tst_file_sink_rounds {

using namespace engine;

namespace {

const std::vector<EpochKind> kKinds{EpochKind::Ordinary, EpochKind::Ordinary, EpochKind::Stop,
                                    EpochKind::Ordinary, EpochKind::Stop,     EpochKind::Ordinary,
                                    EpochKind::Final};

}  // namespace

class TestFileSinkRounds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKillPoint_data();
    void everyKillPoint();
    void keepsWhatAGivenUpRoundClosed();
    void whatItsReaderHasCollectedIsPublished_data();
    void whatItsReaderHasCollectedIsPublished();
    void goesOnAfterAStopUnderItsOwnName();
};

void TestFileSinkRounds::everyKillPoint_data()
{
    QTest::addColumn<int>("rollBytes");
    QTest::addColumn<bool>("givesUp");
    QTest::newRow("one file") << 0 << false;
    QTest::newRow("rolling") << 25'000 << false;
    QTest::newRow("one file, rounds given up") << 0 << true;
    QTest::newRow("rolling, rounds given up") << 20'000 << true;
    QTest::newRow("rolling at each round") << 1 << true;
}

void TestFileSinkRounds::everyKillPoint()
{
    QFETCH(int, rollBytes);
    QFETCH(bool, givesUp);
    const std::string expected = expectedText(kKinds.size());
    Random random(6);
    for (int killAt = 1; killAt < 250; ++killAt) {
        SinkJob job;
        job.options = sinkOptions(IfExists::Refuse, static_cast<std::uint64_t>(rollBytes));
        job.givesUp = givesUp;
        job.files.dieAfter(killAt);
        bool wasKilled = false;
        for (int starts = 0; starts < 10 && job.readable() != expected; ++starts) {
            if (job.run(kKinds)) continue;
            wasKilled = true;
            job.files.startAgain(random);
        }
        QCOMPARE(job.readable(), expected);
        for (const auto& [path, content] : job.files.names())
            QVERIFY2(!path.ends_with(".inprogress") || rollBytes, path.c_str());
        if (!wasKilled) return;  // later kills do not happen any more
    }
    QFAIL("The run needs more operations than were tried.");
}

// The round's epoch is never decided, and the next one's positions are behind its rows.
void TestFileSinkRounds::keepsWhatAGivenUpRoundClosed()
{
    for (const bool isKilled : {false, true}) {
        SinkJob job;
        job.options = sinkOptions(IfExists::Refuse, 1);
        Env env{job.clock, job.files, 1};
        SinkContext context{env, "", "p", 0};
        FileSink sink(job.options);
        QVERIFY(bool(sink.open(context, {})));
        std::string staged;
        for (const std::uint64_t epoch : {1u, 2u, 3u}) {
            const auto first = static_cast<std::int64_t>(epoch - 1) * SinkJob::kRowsPerEpoch;
            QVERIFY(bool(sink.write(rowsFrom(first, SinkJob::kRowsPerEpoch))));
            auto text = sink.prepare(Epoch{epoch}, EpochKind::Ordinary);
            QVERIFY(bool(text));
            staged = *text;
        }
        QVERIFY(job.readable().empty());
        FileSink again(job.options);
        if (isKilled) QVERIFY(bool(again.open(context, staged)));
        QVERIFY(bool((isKilled ? again : sink).commit(Epoch{3}, staged)));
        QCOMPARE(job.readable(), expectedText(3));
        const auto next = (isKilled ? again : sink).prepare(Epoch{4}, EpochKind::Ordinary);
        QVERIFY(bool(next));
        QCOMPARE(next->find("closed"), std::string::npos);
    }
}

void TestFileSinkRounds::whatItsReaderHasCollectedIsPublished_data()
{
    QTest::addColumn<int>("rollBytes");
    QTest::addColumn<EpochKind>("kind");
    QTest::newRow("rolled") << 1 << EpochKind::Ordinary;
    QTest::newRow("rolled at a stop") << 1 << EpochKind::Stop;
    QTest::newRow("whole, at the end") << 0 << EpochKind::Final;
}

// The text is committed again by a start, and by each epoch where only this branch has ended.
void TestFileSinkRounds::whatItsReaderHasCollectedIsPublished()
{
    QFETCH(int, rollBytes);
    QFETCH(EpochKind, kind);
    SinkJob job;
    job.options = sinkOptions(IfExists::Refuse, static_cast<std::uint64_t>(rollBytes));
    Env env{job.clock, job.files, 1};
    SinkContext context{env, "", "p", 0};
    FileSink sink(job.options);
    QVERIFY(bool(sink.open(context, {})));
    QVERIFY(bool(sink.write(rowsFrom(0, SinkJob::kRowsPerEpoch))));
    const auto staged = sink.prepare(Epoch{1}, kind);
    QVERIFY(bool(staged));
    QVERIFY(bool(sink.commit(Epoch{1}, *staged)));
    const auto names = job.files.names();
    QCOMPARE(names.size(), std::size_t{1});
    QVERIFY(bool(job.files.remove(names.begin()->first)));
    QVERIFY(bool(sink.commit(Epoch{2}, *staged)));
    FileSink again(job.options);
    QVERIFY(bool(again.open(context, *staged)));
    QVERIFY(bool(again.commit(Epoch{1}, *staged)));
}

void TestFileSinkRounds::goesOnAfterAStopUnderItsOwnName()
{
    SinkJob job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    const std::vector<EpochKind> kinds{EpochKind::Stop, EpochKind::Stop, EpochKind::Ordinary,
                                       EpochKind::Ordinary, EpochKind::Final};
    for (int starts = 0; starts < 3; ++starts) QVERIFY(bool(job.run(kinds)));
    QCOMPARE(job.readable(), expectedText(kinds.size()));
}

STREAMWRIGHT_TEST(TestFileSinkRounds)

}  // namespace tst_file_sink_rounds
#include "tst_file_sink_rounds.moc"
