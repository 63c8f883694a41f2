// labels: asan
// How long a job waits before it starts again, how often it does, and what makes it forget.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "jobs/restart_history.h"
#endif

#include "test_main.h"

namespace tst_restart_history {

using namespace engine;
using namespace std::chrono_literals;

class RestartHistoryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void waitsDoubleUpToTheGreatest();
    void attemptsCountWithinATime();
    void aHealthyTimeForgets();
    void whatHelps_data();
    void whatHelps();

private:
    static RestartPolicy policy()
    {
        RestartPolicy made;
        made.first = 1s;
        made.greatest = 10s;
        made.attempts = 4;
        made.within = 10min;
        made.healthyAfter = 5min;
        return made;
    }
    static MonotonicTime at(Duration time) { return MonotonicTime(time); }
};

void RestartHistoryTest::waitsDoubleUpToTheGreatest()
{
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        RestartHistory history(seed);
        for (const Duration least : {Duration(1s), Duration(2s), Duration(4s), Duration(8s), Duration(10s),
                                     Duration(10s)}) {
            const Duration wait = history.next(policy(), at(1s));
            QVERIFY2(wait >= least && wait <= least + least / 4, qPrintable(QString::number(wait.count())));
        }
    }
    // The jitter differs from job to job, so that many do not start again at one moment.
    QVERIFY(RestartHistory(1).next(policy(), at(1s)) != RestartHistory(2).next(policy(), at(1s)));
}

void RestartHistoryTest::attemptsCountWithinATime()
{
    RestartHistory history(1);
    for (int attempt = 0; attempt < 4; ++attempt) {
        history.began(at(1s));
        history.failed(policy(), at(2s));
        QVERIFY(history.helps(policy(), ErrorCode::Io, true));
        history.next(policy(), at(2s));
    }
    history.failed(policy(), at(10min));
    QVERIFY(!history.helps(policy(), ErrorCode::Io, true));
    // Those of more than ten minutes before do not count any more, nor for the wait.
    history.failed(policy(), at(10min + 2s + 1us));
    QVERIFY(history.helps(policy(), ErrorCode::Io, true));
    QVERIFY(history.next(policy(), at(11min)) < 2s);
}

void RestartHistoryTest::aHealthyTimeForgets()
{
    for (const auto& [ran, isForgotten] : {std::pair{Duration(5min) - 1us, false}, {Duration(5min), true}}) {
        RestartHistory history(1);
        for (int attempt = 0; attempt < 4; ++attempt) history.next(policy(), at(1s));
        history.began(at(2s));
        history.failed(policy(), at(2s + ran));
        QCOMPARE(history.helps(policy(), ErrorCode::Io, true), isForgotten);
    }
}

void RestartHistoryTest::whatHelps_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("hasRun");
    QTest::addColumn<bool>("first");       // at the first failure
    QTest::addColumn<bool>("afterSeveral");  // when all attempts are used up
    QTest::newRow("brokers that are away")
        << static_cast<int>(ErrorCode::Unavailable) << false << true << true;
    QTest::newRow("a full disk") << static_cast<int>(ErrorCode::Full) << false << true << false;
    QTest::newRow("a disk that failed") << static_cast<int>(ErrorCode::Io) << true << true << false;
    QTest::newRow("one that never worked") << static_cast<int>(ErrorCode::Io) << false << false << false;
    QTest::newRow("too much state") << static_cast<int>(ErrorCode::Limit) << true << false << false;
    QTest::newRow("what is refused") << static_cast<int>(ErrorCode::Refused) << true << false << false;
    QTest::newRow("a damaged checkpoint") << static_cast<int>(ErrorCode::Corrupt) << true << false << false;
}

void RestartHistoryTest::whatHelps()
{
    QFETCH(int, code);
    QFETCH(bool, hasRun);
    const auto failure = static_cast<ErrorCode>(code);
    RestartHistory history(1);
    QTEST(history.helps(policy(), failure, hasRun), "first");
    for (int attempt = 0; attempt < 4; ++attempt) history.next(policy(), at(1s));
    QTEST(history.helps(policy(), failure, hasRun), "afterSeveral");
    RestartPolicy never = policy();
    never.enabled = false;
    QVERIFY(!RestartHistory(1).helps(never, failure, hasRun));
}

STREAMWRIGHT_TEST(RestartHistoryTest)

}  // namespace tst_restart_history
#include "tst_restart_history.moc"
