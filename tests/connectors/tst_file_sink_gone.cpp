// labels: asan
// An output that is taken away while the run that writes it goes on: no rows are told as written that nobody
// finds.
#include "connectors/file_sink_fixture.h"
#include "test_main.h"

namespace tst_file_sink_gone {

using namespace engine;

namespace {

enum class Taken { Name, Replaced, Directory };

}  // namespace

class TestFileSinkGone : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isSaid_data();
    void isSaid();
    void whatIsMovedBackIsGoneOnWith();
};

void TestFileSinkGone::isSaid_data()
{
    QTest::addColumn<EpochKind>("kind");
    QTest::addColumn<int>("rollBytes");
    QTest::addColumn<Taken>("taken");
    QTest::addColumn<bool>("hasOld");
    QTest::addColumn<bool>("isPrepared");
    const std::pair<const char*, EpochKind> kinds[] = {
        {"checkpoint", EpochKind::Ordinary}, {"stop", EpochKind::Stop}, {"end", EpochKind::Final}};
    for (const auto& [name, kind] : kinds)
        for (const int rollBytes : {0, 1})
            for (const Taken taken : {Taken::Name, Taken::Replaced, Taken::Directory})
                // Of a rolling sink's files of before none is left under a name of this run.
                for (const bool hasOld : rollBytes == 0 ? std::vector{false, true} : std::vector{false}) {
                    const std::string row = std::string(name) + (rollBytes != 0 ? ", rolling" : "") +
                        (taken == Taken::Name           ? ", removed"
                             : taken == Taken::Replaced ? ", replaced"
                                                        : ", directory");
                    QTest::newRow((row + (hasOld ? ", old" : "")).c_str())
                        << kind << rollBytes << taken << hasOld << false;
                    if (kind != EpochKind::Ordinary || rollBytes != 0)
                        QTest::newRow((row + (hasOld ? ", decided, old" : ", decided")).c_str())
                            << kind << rollBytes << taken << hasOld << true;
                }
}

void TestFileSinkGone::isSaid()
{
    QFETCH(EpochKind, kind);
    QFETCH(int, rollBytes);
    QFETCH(Taken, taken);
    QFETCH(bool, hasOld);
    QFETCH(bool, isPrepared);
    SinkJob job;
    job.options = sinkOptions(IfExists::Replace, static_cast<std::uint64_t>(rollBytes));
    if (hasOld) job.files.put("/out/result.json", "old\n");
    Env env{job.clock, job.files, 1};
    SinkContext context{env, "", "p", 0};
    FileSink sink(job.options);
    QVERIFY(bool(sink.open(context, {})));
    QVERIFY(bool(sink.write(rowsFrom(0, SinkJob::kRowsPerEpoch))));
    QVERIFY(bool(sink.flush()));

    std::string staged;
    const auto prepare = [&]() -> Status {
        auto text = sink.prepare(Epoch{1}, kind);
        if (!text) return text.error();
        staged = *text;
        return ok();
    };
    if (isPrepared) QVERIFY(bool(prepare()));
    const std::string path =
        rollBytes != 0 ? "/out/result-0.json.inprogress" : "/out/result.json.inprogress";
    QVERIFY(job.files.exists(path));
    if (taken == Taken::Directory)
        QVERIFY(bool(job.files.removeTree("/out")));
    else if (taken == Taken::Name)
        QVERIFY(bool(job.files.remove(path)));
    else
        job.files.put(path, "theirs\n");
    const Status outcome = isPrepared ? sink.commit(Epoch{1}, staged) : prepare();
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().code, ErrorCode::Corrupt);
    QCOMPARE(outcome.error().message,
             "The output " + path +
                 " was taken away while this run wrote it; put it back, or start again with --fresh.");
    QCOMPARE(job.files.bytesOf("/out/result.json"),
             std::string(hasOld && taken != Taken::Directory ? "old\n" : ""));
}

void TestFileSinkGone::whatIsMovedBackIsGoneOnWith()
{
    SinkJob job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    Env env{job.clock, job.files, 1};
    SinkContext context{env, "", "p", 0};
    FileSink sink(job.options);
    QVERIFY(bool(sink.open(context, {})));
    QVERIFY(bool(sink.write(rowsFrom(0, SinkJob::kRowsPerEpoch))));
    const auto staged = sink.prepare(Epoch{1}, EpochKind::Ordinary);
    QVERIFY(bool(staged));
    QVERIFY(bool(job.files.rename("/out/result.json.inprogress", "/away")));
    QVERIFY(!sink.prepare(Epoch{2}, EpochKind::Ordinary));
    QVERIFY(bool(job.files.rename("/away", "/out/result.json.inprogress")));
    job.decided = *staged;
    job.decidedEpoch = 1;
    QVERIFY(bool(job.run({EpochKind::Ordinary, EpochKind::Final})));
    QCOMPARE(job.readable(), expectedText(2));
}

STREAMWRIGHT_TEST(TestFileSinkGone)

}  // namespace tst_file_sink_gone
#include "tst_file_sink_gone.moc"
