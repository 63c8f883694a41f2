// labels: asan
#include "connectors/file_sink_fixture.h"
#include "formats/csv/csv_encoder.h"
#include "test_main.h"

namespace tst_file_sink {

using namespace engine;

class TestFileSink : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesAndReplacesAndAppends();
    void noticesChangedOutput();
    void readersSeeNothingBeforeTheEnd();
    void refusesANameTakenMeanwhile();
    void triesWithoutLeavingAnything();
    void filesOfOthersStay_data();
    void filesOfOthersStay();
    void appendsWholeRecords();
    void refusesAnotherHeader();
    void refusesWhatIsNoFile();
    void saysWhichOutputIsGone();
    void keepsPermissions();
};

void TestFileSink::refusesAndReplacesAndAppends()
{
    for (const auto& [ifExists, expected] : {std::pair{IfExists::Replace, expectedText(1)},
                                             std::pair{IfExists::Append, "before\n" + expectedText(1)}}) {
        SinkJob job;
        job.options = sinkOptions(ifExists, 0);
        job.files.put("/out/result.json", "before\n");
        QVERIFY(bool(job.run({EpochKind::Final})));
        QCOMPARE(job.readable(), expected);
    }
    SinkJob job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    job.files.put("/out/result.json", "before\n");
    const auto outcome = job.run({EpochKind::Final});
    QVERIFY(!outcome);
    QVERIFY(outcome.error().message.find("/out/result.json") != std::string::npos);
    QCOMPARE(job.readable(), std::string("before\n"));
}

void TestFileSink::noticesChangedOutput()
{
    SinkJob job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    QVERIFY(bool(job.run({EpochKind::Stop, EpochKind::Final})));
    const std::string before = job.readable();
    std::string other = before;
    other[before.size() - 4] = 'x';
    job.files.put("/out/result.json", other);
    const auto changed = job.run({EpochKind::Stop, EpochKind::Final});
    QVERIFY(!changed);
    QCOMPARE(changed.error().code, ErrorCode::Corrupt);
    job.files.put("/out/result.json", before.substr(0, 100));
    QCOMPARE(job.run({EpochKind::Stop, EpochKind::Final}).error().code, ErrorCode::Corrupt);
    QVERIFY(bool(job.files.remove("/out/result.json")));
    QCOMPARE(job.run({EpochKind::Stop, EpochKind::Final}).error().code, ErrorCode::Corrupt);
}

void TestFileSink::readersSeeNothingBeforeTheEnd()
{
    SinkJob job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    QVERIFY(bool(job.run({EpochKind::Ordinary})));
    QVERIFY(job.readable().empty());
    QVERIFY(job.files.exists("/out/result.json.inprogress"));
}

void TestFileSink::refusesANameTakenMeanwhile()
{
    for (const bool throughAStop : {false, true}) {
        SinkJob job;
        job.options = sinkOptions(IfExists::Refuse, 0);
        std::vector<EpochKind> kinds{EpochKind::Ordinary, EpochKind::Final};
        Env env{job.clock, job.files, 1};
        if (throughAStop) {
            // Decided and not yet published when the run died; somebody else then takes the name.
            SinkContext context{env, "", "p", 0};
            FileSink sink(job.options);
            QVERIFY(bool(sink.open(context, {})));
            QVERIFY(bool(sink.write(rowsFrom(0, SinkJob::kRowsPerEpoch))));
            const auto staged = sink.prepare(Epoch{1}, EpochKind::Stop);
            QVERIFY(bool(staged));
            job.decided = *staged;
            job.decidedEpoch = 1;
            kinds[0] = EpochKind::Stop;
        }
        if (!throughAStop) QVERIFY(bool(job.run({EpochKind::Ordinary})));
        job.files.put("/out/result.json", "theirs\n");
        const auto outcome = job.run(kinds);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Refused);
        QVERIFY(outcome.error().message.find("/out/result.json.inprogress") != std::string::npos);
        QCOMPARE(job.files.bytesOf("/out/result.json"), std::string("theirs\n"));
        // It is moved away, and what waits is published.
        QVERIFY(bool(job.files.remove("/out/result.json")));
        QVERIFY(bool(FileSink(job.options).publishLeftOver(env, job.decided)));
        QCOMPARE(job.readable(), expectedText(2));
    }
}

void TestFileSink::triesWithoutLeavingAnything()
{
    SinkJob job;
    job.options = sinkOptions(IfExists::Refuse, 0);
    Env env{job.clock, job.files, 1};
    const auto tried = [&](bool isFresh) { return FileSink(job.options).tryOut({env, "", isFresh}); };
    const auto missing = tried(true);
    QVERIFY(!missing);
    QVERIFY(missing.error().message.find("There is no directory /out") != std::string::npos);
    QVERIFY(bool(job.files.makeDirectories("/out")));
    QVERIFY(bool(tried(true)));
    QVERIFY(job.files.names().empty());
    job.files.put("/out/result.json", "before\n");
    QVERIFY(!tried(true));
    QVERIFY(bool(tried(false)));
    QCOMPARE(job.files.names().size(), std::size_t{1});
}

void TestFileSink::filesOfOthersStay_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QStringList>("own");
    QTest::addColumn<QStringList>("others");
    QTest::newRow("plain") << "/out/result.json"
                           << QStringList{"result-0-4.json", "result-0-4-2.json", "result-0.json.inprogress",
                                          "result-0-7.json.inprogress"}
                           << QStringList{"result-0-2024-report.json", "result-0-99999-mine.json",
                                          "result-0-1.json.bak", "result-0-.json", "result-0-007.json",
                                          "result-0-1-2-3.json", "result-1-4.json", "result-00-4.json",
                                          "my-result-0-4.json", "result-0-mine.json.inprogress",
                                          "result-0-4-2.json.inprogress", "result.json",
                                          "result.json.inprogress"};
    QTest::newRow("brackets") << "/out/a[1].json" << QStringList{"a[1]-0-7.json"}
                              << QStringList{"a1-0-7.json", "a1-0.json.inprogress"};
    QTest::newRow("star") << "/out/*.json" << QStringList{"*-0-7.json"}
                          << QStringList{"X-0-7.json", "Y-0-7.json.inprogress"};
    QTest::newRow("no ending") << "/out/result" << QStringList{"result-0-7"}
                               << QStringList{"result-0-7.json", "result-0-7b"};
}

// A rolling sink knows its files by their names alone, and takes a name as it is written.
void TestFileSink::filesOfOthersStay()
{
    QFETCH(QString, path);
    QFETCH(QStringList, own);
    QFETCH(QStringList, others);
    SinkJob job;
    job.options = sinkOptions(IfExists::Replace, 1);
    job.options.path = path.toStdString();
    for (const QString& name : own + others) job.files.put("/out/" + name.toStdString(), "theirs\n");
    QVERIFY(bool(job.run({EpochKind::Final})));
    for (const QString& name : own)
        QVERIFY2(!job.files.exists("/out/" + name.toStdString()), qPrintable(name));
    for (const QString& name : others)
        QVERIFY2(job.files.bytesOf("/out/" + name.toStdString()) == "theirs\n", qPrintable(name));

    job.decided.clear();
    job.decidedEpoch = 0;
    job.options.ifExists = IfExists::Refuse;
    QVERIFY(!job.run({EpochKind::Final}));  // what it has just written
}

void TestFileSink::appendsWholeRecords()
{
    SinkJob job;
    job.options = sinkOptions(IfExists::Append, 0);
    job.files.put("/out/result.json", "half");
    QVERIFY(bool(job.run({EpochKind::Final})));
    QCOMPARE(job.readable(), "half\n" + expectedText(1));
}

void TestFileSink::refusesAnotherHeader()
{
    const auto outcomeOn = [](const std::string& before, std::string& after) {
        SinkJob job;
        job.options = sinkOptions(IfExists::Append, 0);
        job.options.encoder = [] {
            EncodeOptions encode;
            encode.schema = schema();
            return std::make_unique<CsvEncoder>(encode);
        };
        job.files.put("/out/result.json", before);
        Env env{job.clock, job.files, 1};
        const Status tried = FileSink(job.options).tryOut({env, "", true});
        const Status ran = job.run({EpochKind::Final});
        after = job.files.bytesOf("/out/result.json");
        return bool(tried) == bool(ran) ? ran : Status(Error{ErrorCode::Io, "tried and ran differ", {}});
    };
    std::string after;
    for (const std::string good : {"n\n7\n", "n\r\n7\n", "n\n7", "\xEF\xBB\xBFn\n7\n", "n", ""}) {
        QVERIFY2(bool(outcomeOn(good, after)), good.c_str());
        QVERIFY2(after.find("\n0\n1\n") != std::string::npos, after.c_str());
        QCOMPARE(after.find('n'), after.rfind('n'));  // the header is there once
    }
    for (const std::string other : {"old,stuff\n1,2", "number\n1\n", "1\n2\n"}) {
        const Status outcome = outcomeOn(other, after);
        QVERIFY2(!outcome, other.c_str());
        QCOMPARE(outcome.error().code, ErrorCode::Refused);
        QCOMPARE(outcome.error().message,
                 "The output /out/result.json begins with \"" + other.substr(0, other.find('\n')) +
                     "\", and the rows to append have the columns \"n\"; choose another path, or set "
                     "if_exists to replace.");
        QCOMPARE(after, other);
    }
}

void TestFileSink::refusesWhatIsNoFile()
{
    for (const IfExists ifExists : {IfExists::Refuse, IfExists::Replace, IfExists::Append}) {
        SinkJob job;
        job.options = sinkOptions(ifExists, 0);
        QVERIFY(bool(job.files.makeDirectories("/out/result.json")));
        QVERIFY(bool(job.files.makeDirectories("/out")));
        Env env{job.clock, job.files, 1};
        for (const Status& outcome :
             {FileSink(job.options).tryOut({env, "", false}), job.run({EpochKind::Final})}) {
            QVERIFY(!outcome);
            QCOMPARE(outcome.error().code, ErrorCode::Refused);
            QVERIFY2(outcome.error().message.starts_with("/out/result.json is a directory"),
                     outcome.error().message.c_str());
        }
        QCOMPARE(job.decidedEpoch, std::uint64_t{0});
    }
}

void TestFileSink::saysWhichOutputIsGone()
{
    for (const bool isStopped : {false, true}) {
        SinkJob job;
        job.options = sinkOptions(IfExists::Refuse, 0);
        QVERIFY(bool(job.run({isStopped ? EpochKind::Stop : EpochKind::Ordinary})));
        const std::string path = isStopped ? "/out/result.json" : "/out/result.json.inprogress";
        QVERIFY(bool(job.files.remove(path)));
        const Status outcome = job.run({EpochKind::Stop, EpochKind::Final});
        QVERIFY(!outcome);
        QVERIFY2(outcome.error().message.starts_with("The output " + path + " that"),
                 outcome.error().message.c_str());
    }
}

void TestFileSink::keepsPermissions()
{
    for (const IfExists ifExists : {IfExists::Replace, IfExists::Append}) {
        SinkJob job;
        job.options = sinkOptions(ifExists, 0);
        job.files.put("/out/result.json", "before\n");
        job.files.setMode("/out/result.json", 0640);
        QVERIFY(bool(job.run({EpochKind::Stop, EpochKind::Final})));
        QVERIFY(bool(job.run({EpochKind::Stop, EpochKind::Final})));
        QCOMPARE(job.files.info("/out/result.json")->mode, 0640u);
    }
}

STREAMWRIGHT_TEST(TestFileSink)

}  // namespace tst_file_sink
#include "tst_file_sink.moc"
