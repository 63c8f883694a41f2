// labels: asan
// What an engine says beyond running a document: rows round a node, the columns of a file, changes of a
// running job.
#include "control/server/local_client.h"
#include "test_main.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

namespace tst_preview {

using namespace engine;

class PreviewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { m_client = makeLocalClient(m_catalog); }
    void cleanup() { m_client.reset(); }
    void aFilterShowsBothSides();
    void aWindowFires();
    void aSourceShowsItsRows();
    void aSinkShowsWhatComesIn();
    void givenRowsAreTaken();
    void waitingTakesNoTime();
    void mistakesAreSaid();
    void onlyTheNewestCounts();
    void aFileIsDetected();
    void aChangeIsInForceAtABarrier();
    void changesBeforeOneBarrierAddUp();

private:
    PipelineSpec spec(const char* nodes, const char* edges);
    PreviewReply preview(const PipelineSpec& spec, const char* node, std::vector<PortRows> samples = {});
    PipelineSpec twoFilters(const std::string& first, const std::string& second);
    JobTelemetry nextTelemetry();

    QTemporaryDir m_folder;
    Catalog m_catalog;
    std::unique_ptr<EngineClient> m_client;
};

namespace {

const char* const kRows =
    R"({"id":"rows","component":"file_source","params":{"path":"rows.csv","format":"csv",
    "columns":[{"name":"at","type":"timestamp"},{"name":"k"},{"name":"v","type":"bigint"}],
    "time_column":"at"}})";

std::size_t rowsOf(const std::vector<PortRows>& ports)
{
    std::size_t rows = 0;
    for (const PortRows& port : ports) rows += rowCount(port);
    return rows;
}

}  // namespace

void PreviewTest::initTestCase()
{
    addBuiltinComponents(m_catalog);
    QFile file(m_folder.filePath("rows.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("at,k,v\n");
    for (int i = 0; i < 50; ++i)
        file.write(
            QString("2024-05-01T12:00:%1Z,%2,%3\n").arg(i, 2, 10, QChar('0')).arg(i % 2).arg(i).toUtf8());
}

PipelineSpec PreviewTest::spec(const char* nodes, const char* edges)
{
    const QString text = QString(R"({"format":1,"id":"5d4cd2b1-9b9a-4c31-8a0e-36b0a7d1a1f0","name":"P",
        "parameters":{"limit":{"type":"bigint","default":9}},"nodes":[%1],"edges":[%2]})")
                             .arg(nodes, edges);
    Parsed parsed = parsePipeline(text.toStdString());
    if (hasProblem(parsed.diagnostics))
        QTest::qFail(parsed.diagnostics.front().message.c_str(), __FILE__, __LINE__);
    return parsed.spec;
}

PreviewReply PreviewTest::preview(const PipelineSpec& spec, const char* node, std::vector<PortRows> samples)
{
    std::optional<PreviewReply> got;
    m_client->preview({spec, m_folder.path().toStdString(), NodeId{node}, 1000, std::move(samples)},
                      [&](PreviewReply reply) { got = std::move(reply); });
    if (!QTest::qWaitFor([&] { return got.has_value(); }, 30'000))
        QTest::qFail("no answer", __FILE__, __LINE__);
    return got.value_or(PreviewReply{});
}

void PreviewTest::aFilterShowsBothSides()
{
    const QByteArray nodes =
        QByteArray(kRows) + R"(,{"id":"f","component":"filter","params":{"condition":"v > ${limit}"}})";
    PipelineSpec document = spec(nodes.constData(), R"(["rows.out","f.in"])");
    PreviewReply reply = preview(document, "f");
    QCOMPARE(reply.problem, std::string());
    QCOMPARE(rowsOf(reply.inputs), std::size_t{50});
    QCOMPARE(rowsOf(reply.outputs), std::size_t{40});
    document.parameters[0].fallback = 39;
    QCOMPARE(rowsOf(preview(document, "f").outputs), std::size_t{10});
}

void PreviewTest::aWindowFires()
{
    const QByteArray nodes = QByteArray(kRows) +
        R"(,{"id":"w","component":"window","params":{"kind":"tumbling","size":"10s","keys":["k"],
             "aggregates":[{"function":"sum","argument":"v","name":"s"}]}})";
    const PreviewReply reply = preview(spec(nodes.constData(), R"(["rows.out","w.in"])"), "w");
    QCOMPARE(reply.problem, std::string());
    QCOMPARE(rowsOf(reply.outputs), std::size_t{10});
}

void PreviewTest::aSourceShowsItsRows()
{
    const PreviewReply reply = preview(spec(kRows, ""), "rows");
    QVERIFY(reply.inputs.empty());
    QCOMPARE(rowsOf(reply.outputs), std::size_t{50});
    QCOMPARE(reply.outputs.front().schema->size(), std::size_t{3});
}

// A sink is never made, so nothing is written.
void PreviewTest::aSinkShowsWhatComesIn()
{
    const QByteArray nodes =
        QByteArray(kRows) + R"(,{"id":"s","component":"file_sink","params":{"path":"written.json"}})";
    const PreviewReply reply = preview(spec(nodes.constData(), R"(["rows.out","s.in"])"), "s");
    QCOMPARE(rowsOf(reply.inputs), std::size_t{50});
    QVERIFY(reply.outputs.empty());
    QVERIFY(!QFile::exists(m_folder.filePath("written.json")));
}

void PreviewTest::givenRowsAreTaken()
{
    const QByteArray nodes =
        QByteArray(kRows) + R"(,{"id":"f","component":"filter","params":{"condition":"v > 9"}})";
    const PipelineSpec document = spec(nodes.constData(), R"(["rows.out","f.in"])");
    std::vector<PortRows> given = preview(document, "f").inputs;
    given.front().batches = {given.front().batches.front().slice(0, 20)};
    const PreviewReply reply = preview(document, "f", given);
    QCOMPARE(rowsOf(reply.inputs), std::size_t{20});
    QCOMPARE(rowsOf(reply.outputs), std::size_t{10});
}

void PreviewTest::waitingTakesNoTime()
{
    const QByteArray nodes = QByteArray(kRows) + R"(,{"id":"t","component":"throttle","params":{"rate":1}})";
    QCOMPARE(rowsOf(preview(spec(nodes.constData(), R"(["rows.out","t.in"])"), "t").outputs),
             std::size_t{50});
}

void PreviewTest::mistakesAreSaid()
{
    const QByteArray wrong =
        QByteArray(kRows) + R"(,{"id":"f","component":"filter","params":{"condition":"nothing > 9"}})";
    PreviewReply reply = preview(spec(wrong.constData(), R"(["rows.out","f.in"])"), "f");
    QCOMPARE(rowsOf(reply.inputs), std::size_t{50});
    QVERIFY(reply.outputs.empty());
    reply = preview(spec(wrong.constData(), ""), "f");
    QVERIFY(reply.problem.find("Connect") != std::string::npos);
    QVERIFY(!preview(spec(wrong.constData(), ""), "none").problem.empty());
    const char* missing =
        R"({"id":"x","component":"file_source","params":{"path":"gone.json","columns":[{"name":"a"}]}})";
    QVERIFY(preview(spec(missing, ""), "x").problem.find("gone.json") != std::string::npos);
}

void PreviewTest::onlyTheNewestCounts()
{
    const PipelineSpec slow =
        spec(R"({"id":"g","component":"generator_source","params":{"rate":1}},{"id":"u","component":"filter",
             "params":{"condition":"temperature > 1e9"}},
             {"id":"v","component":"filter","params":{"condition":"TRUE"}})",
             R"(["g.out","u.in"],["u.out","v.in"])");
    int answers = 0;
    m_client->preview({slow, ".", NodeId{"v"}, 1000, {}}, [&](PreviewReply) { ++answers; });
    const PreviewReply reply = preview(spec(kRows, ""), "rows");
    QCOMPARE(answers, 1);
    QCOMPARE(rowsOf(reply.outputs), std::size_t{50});
}

void PreviewTest::aFileIsDetected()
{
    PipelineSpec document =
        spec(R"({"id":"rows","component":"file_source","params":{"path":"${file}"}})", "");
    document.parameters.push_back({"file", "string", "rows.csv", "", "", Json::object()});
    const auto detect = [&](const char* node) {
        std::optional<Result<Detected>> got;
        m_client->detect(document, m_folder.path().toStdString(), NodeId{node},
                         [&](Result<Detected> reply) { got = std::move(reply); });
        if (!QTest::qWaitFor([&] { return got.has_value(); }, 30'000))
            return Result<Detected>(Error{ErrorCode::Busy, "no answer", {}});
        return *got;
    };
    const auto detected = detect("rows");
    QVERIFY(detected);
    QCOMPARE(detected->format, std::string("csv"));
    QCOMPARE(detected->timeColumn, std::string("at"));
    QVERIFY(!detect("none"));
    document.parameters.back().fallback = "gone.csv";
    QVERIFY(!detect("rows"));
}

PipelineSpec PreviewTest::twoFilters(const std::string& first, const std::string& second)
{
    PipelineSpec document = spec(R"({"id":"g","component":"generator_source","params":{"rate":20000}},
                {"id":"a","component":"filter","params":{}},{"id":"b","component":"filter","params":{}},
                {"id":"d","component":"discard_sink","params":{}})",
                                 R"(["g.out","a.in"],["a.out","b.in"],["b.out","d.in"])");
    document.nodes[1].params.set("condition", first);
    document.nodes[2].params.set("condition", second);
    return document;
}

JobTelemetry PreviewTest::nextTelemetry()
{
    QSignalSpy spy(m_client.get(), &EngineClient::telemetry);
    if (!spy.wait(30'000)) QTest::qFail("no telemetry", __FILE__, __LINE__);
    return spy.back().front().value<JobTelemetry>();
}

void PreviewTest::aChangeIsInForceAtABarrier()
{
    QTemporaryDir state;
    qputenv("XDG_STATE_HOME", state.path().toUtf8());
    std::optional<JobId> job;
    m_client->start(twoFilters("TRUE", "TRUE"), ".", {}, [&](Result<JobId> reply) { job = *reply; });
    QTRY_VERIFY(job.has_value());
    QVERIFY(!nextTelemetry().isChangeWaiting);
    bool isTaken = false;
    m_client->change(*job, twoFilters("FALSE", "TRUE"), [&](Status status) { isTaken = bool(status); });
    QTRY_VERIFY(isTaken);
    nextTelemetry();
    QTRY_VERIFY(!m_client->latest(*job)->isChangeWaiting);
    const auto filter = [&] { return m_client->latest(*job)->nodes[1]; };
    QTRY_VERIFY(filter().rowsIn > filter().rowsOut);
}

void PreviewTest::changesBeforeOneBarrierAddUp()
{
    QTemporaryDir state;
    qputenv("XDG_STATE_HOME", state.path().toUtf8());
    std::optional<JobId> job;
    m_client->start(twoFilters("TRUE", "TRUE"), ".", {}, [&](Result<JobId> reply) { job = *reply; });
    QTRY_VERIFY(job.has_value());
    nextTelemetry();
    QTRY_VERIFY(m_client->latest(*job)->nodes[2].rowsOut > 0);
    // Both reach the control thread before it begins the next round.
    int taken = 0;
    m_client->change(*job, twoFilters("FALSE", "TRUE"), [&](Status status) { taken += bool(status); });
    m_client->change(*job, twoFilters("FALSE", "temperature < 1e9"),
                     [&](Status status) { taken += bool(status); });
    QTRY_COMPARE(taken, 2);
    nextTelemetry();
    QTRY_VERIFY(!m_client->latest(*job)->isChangeWaiting);
    const auto filter = [&] { return m_client->latest(*job)->nodes[1]; };
    QTRY_VERIFY(filter().rowsIn > filter().rowsOut);
}

STREAMWRIGHT_TEST(PreviewTest)

}  // namespace tst_preview
#include "tst_preview.moc"
