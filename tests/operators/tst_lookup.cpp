// labels: asan tsan
// Look-ups that wait for threads of their own: services that are slow, wrong, or gone, and what a checkpoint
// holds meanwhile.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "operators/lookup/lookup_operator.h"
#include "runtime/operator_chain.h"
#include "runtime/task_waker.h"
#include "support/http_server.h"
#include "support/memory_job.h"
#include "support/node_harness.h"
#endif

#include "test_main.h"

#include <QTemporaryDir>
#include <filesystem>
#include <fstream>

namespace tst_lookup {

using namespace engine;

#ifndef Q_MOC_RUN  // nor every text
namespace {

const SchemaPtr kSchema = std::make_shared<const Schema>(std::vector<Field>{{"id", DataType::String}}, true);

TestRows rowsOf(const std::vector<std::string>& ids)
{
    TestRows rows;
    std::int64_t at = 0;
    for (const std::string& id : ids) {
        at += 1'000'000;
        rows.push_back({{Scalar{DataType::String, id}}, at, at - 1'000'000});
    }
    return rows;
}

std::string paramsFor(const std::string& url, const std::string& more = {})
{
    return R"({"keys": ["id"], "source": "http", "url": ")" + url +
        R"(/m/{id}", "on_failure": "reject", "columns": [{"name": "hall", "type": "bigint"},
        {"name": "owner", "path": "who.name"}])" +
        more + "}";
}

// A look-up in one instance. Owned by a test.
struct Lookup {
    explicit Lookup(const std::string& params)
    {
        std::vector<Diagnostic> diagnostics;
        const Constants constants;
        const std::vector<SchemaPtr> inputs{kSchema};
        const BindContext context(builtinComponents(), inputs, constants, diagnostics);
        const auto json = parseJson(params);
        if (json) made = builtinComponents().find("lookup")->bind(*json, context, diagnostics);
        for (const Diagnostic& each : diagnostics) problems += each.message;
    }
    // What the rows come to, all of them waited for.
    void run(const std::vector<std::string>& ids)
    {
        NodeHarness node(*made, world, output);
        const TestRows rows = rowsOf(ids);
        for (const RecordBatch& batch : batchesOf(kSchema, rows, 3, kNoWatermark)) node.give(0, batch);
        node.advance(kEndOfTime);
        node.finish();
        error = node.error();
    }
    // id, hall and owner of each row.
    std::string text() const
    {
        std::string all;
        for (const TestRow& row : output.ports[0]) {
            for (std::size_t i = 0; i < row.values.size(); ++i)
                all += (i ? " " : "") + scalarText(row.values[i]);
            all += "; ";
        }
        return all;
    }

    std::optional<Binding> made{};
    std::string problems{}, error{};
    TestWorld world{};
    NodeOutput output{};
};

std::string body(const std::string& hall) { return R"({"hall": )" + hall + R"(, "who": {"name": "ann"}})"; }

// Tells when it was woken.
class WaitingExecutor final : public Executor {
public:
    void start(Task&) override { }
    Status release() override { return ok(); }
    void wake(TaskId) override { waker.wake(); }
    void cancel() override { }
    WaitingWaker waker;
};

}  // namespace
#endif

class LookupTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addsWhatTheServiceAnswers();
    void whatIsNotFoundIsNoFailure_data();
    void whatIsNotFoundIsNoFailure();
    void whatCannotBeUsedIsAFailure_data();
    void whatCannotBeUsedIsAFailure();
    void aFailureMayEndTheJobOrGiveNulls();
    void aServiceThatIsGoneOrSlow();
    void orderStaysWhenAnswersComeLate();
    void noMoreAreAskedAtOnceThanAllowed();
    void answersAreKept();
    void theTokenIsSentAndNeverSaid();
    void rowsThatWaitAreSaved();
    void endsWithoutWaiting();
    void theWatermarkPassesWhenNothingCameOfTheRows();
};

#ifndef Q_MOC_RUN
void LookupTest::addsWhatTheServiceAnswers()
{
    HttpServer server([](const HttpServer::Request& request) {
        return HttpServer::ok(request.path == "/m/a%2Fb" ? "{\n  \"hall\": 7,\n  \"x\": [1, {}]\n}\n"
                                                         : body("3"));
    });
    Lookup lookup(paramsFor(server.url()));
    QVERIFY2(lookup.problems.empty(), lookup.problems.c_str());
    lookup.run({"a/b", "c d"});
    QCOMPARE(lookup.error, std::string());
    QCOMPARE(lookup.text(), std::string("a/b 7 null; \"c d\" 3 ann; "));
    QCOMPARE(server.count("/m/c%20d"), 1);
}

void LookupTest::whatIsNotFoundIsNoFailure_data()
{
    QTest::addColumn<std::string>("answer");
    QTest::newRow("404") << HttpServer::status("404 Not Found", "<html>nothing</html>");
    QTest::newRow("204") << HttpServer::status("204 No Content");
    QTest::newRow("null") << HttpServer::ok(" null\n");
    QTest::newRow("empty") << HttpServer::ok("");
}

void LookupTest::whatIsNotFoundIsNoFailure()
{
    QFETCH(std::string, answer);
    HttpServer server([&](const HttpServer::Request&) { return answer; });
    Lookup left(paramsFor(server.url())), inner(paramsFor(server.url(), R"(, "kind": "inner")"));
    left.run({"a"});
    inner.run({"a"});
    QCOMPARE(left.error + inner.error, std::string());
    QCOMPARE(left.text(), std::string("a null null; "));
    QCOMPARE(inner.text(), std::string());
    QVERIFY(left.output.rejected.empty() && inner.output.rejected.empty());
}

void LookupTest::whatCannotBeUsedIsAFailure_data()
{
    QTest::addColumn<std::string>("answer");
    QTest::addColumn<std::string>("reason");
    QTest::newRow("500") << HttpServer::status("500 Oops", body("1")) << std::string("answered 500.");
    QTest::newRow("moved") << HttpServer::status("301 Moved", "")
                           << std::string("write the URL that it moved to");
    QTest::newRow("garbage") << HttpServer::ok("{\"hall\": ") << std::string("cannot be used");
    QTest::newRow("no JSON") << HttpServer::ok("\"open") << std::string("It is no JSON");
    QTest::newRow("a list") << HttpServer::ok("[" + body("1") + "]") << std::string("cannot be used");
    QTest::newRow("a wrong type") << HttpServer::ok(R"({"hall": "x"})") << std::string("hall");
    QTest::newRow("huge") << HttpServer::ok("{\"x\": \"" + std::string(2 << 20, 'x') + "\"}")
                          << std::string("more than 1024 KiB");
    QTest::newRow("cut") << std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"hall\"")
                         << std::string("gave no answer");
    QTest::newRow("nothing") << std::string() << std::string("gave no answer");
    QTest::newRow("no HTTP") << std::string("\x01\x02\x03\r\n\r\n") << std::string("gave no answer");
}

void LookupTest::whatCannotBeUsedIsAFailure()
{
    QFETCH(std::string, answer);
    QFETCH(std::string, reason);
    HttpServer server([&](const HttpServer::Request& request) {
        return request.path == "/m/good" ? HttpServer::ok(body("1")) : answer;
    });
    Lookup lookup(paramsFor(server.url()));
    lookup.run({"good", "bad", "good"});
    QCOMPARE(lookup.error, std::string());
    QCOMPARE(lookup.text(), std::string("good 1 ann; good 1 ann; "));
    QCOMPARE(lookup.output.rejected.size(), std::size_t{1});
    const std::string& said = lookup.output.rejected[0].reason;
    QVERIFY2(said.find(reason) != std::string::npos, said.c_str());
    QVERIFY2(said.find("GET " + server.url() + "/m/{id} ") == 0, said.c_str());
}

void LookupTest::aFailureMayEndTheJobOrGiveNulls()
{
    HttpServer server([](const HttpServer::Request&) { return HttpServer::status("503 Busy"); });
    std::string params = paramsFor(server.url(), R"(, "kind": "inner")");
    Lookup nulls(params.replace(params.find("reject"), 6, "null"));
    nulls.run({"a"});
    QCOMPARE(nulls.text(), std::string("a null null; "));
    Lookup fails(params.replace(params.find("\"null\""), 6, "\"fail\""));
    fails.run({"a"});
    QVERIFY2(fails.error.find("answered 503") != std::string::npos, fails.error.c_str());
}

void LookupTest::aServiceThatIsGoneOrSlow()
{
    Gate gate;
    {
        HttpServer server([&](const HttpServer::Request&) {
            gate.pass();
            return std::string();
        });
        Lookup slow(paramsFor(server.url(), R"(, "timeout": "100ms")"));
        slow.run({"a"});
        QCOMPARE(slow.output.rejected.size(), std::size_t{1});
        QVERIFY(slow.output.rejected[0].reason.find("did not answer within 100 ms") != std::string::npos);
        gate.open();
    }
    std::string url;
    {
        HttpServer gone([](const HttpServer::Request&) { return std::string(); });
        url = gone.url();
    }
    Lookup refused(paramsFor(url));
    refused.run({"a"});
    QCOMPARE(refused.output.rejected.size(), std::size_t{1});
    QVERIFY(refused.output.rejected[0].reason.find("gave no answer") != std::string::npos);
}

void LookupTest::orderStaysWhenAnswersComeLate()
{
    Gate gate;
    std::atomic<int> answered = 0;
    HttpServer server([&](const HttpServer::Request& request) {
        if (request.path == "/m/a") gate.pass();
        if (++answered == 3) gate.open();
        return HttpServer::ok(body(std::to_string(request.path.back() - 'a')));
    });
    Lookup lookup(paramsFor(server.url()));
    lookup.run({"a", "b", "c", "d", "b"});
    QCOMPARE(lookup.text(), std::string("a 0 ann; b 1 ann; c 2 ann; d 3 ann; b 1 ann; "));
}

void LookupTest::noMoreAreAskedAtOnceThanAllowed()
{
    Gate gate;
    HttpServer server([&](const HttpServer::Request&) {
        gate.pass();
        return HttpServer::ok(body("1"));
    });
    Lookup lookup(paramsFor(server.url(), R"(, "concurrency": 3)"));
    std::vector<std::string> ids;
    for (int i = 0; i < 50; ++i) ids.push_back(std::to_string(i));
    std::jthread opener([&] {
        gate.waitFor(3);
        gate.open();
    });
    lookup.run(ids);
    QCOMPARE(lookup.output.ports[0].size(), std::size_t{50});
    QCOMPARE(server.paths().size(), std::size_t{50});
    QCOMPARE(gate.most(), 3);
}

void LookupTest::answersAreKept()
{
    HttpServer server([](const HttpServer::Request& request) {
        return request.path == "/m/b" ? HttpServer::status("404 No") : HttpServer::ok(body("1"));
    });
    Lookup keeps(paramsFor(server.url(), R"(, "concurrency": 1)"));
    keeps.run({"a", "b", "a", "b", "a", "a", "a", "b"});
    QCOMPARE(server.count("/m/a"), 1);
    QCOMPARE(server.count("/m/b"), 1);
}

void LookupTest::theTokenIsSentAndNeverSaid()
{
    QTemporaryDir secrets;
    const std::string path = secrets.filePath("service").toStdString();
    std::ofstream(path) << "s3cr3t-value\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    std::string headers;
    HttpServer server([&](const HttpServer::Request& request) {
        headers = request.headers;
        return HttpServer::status("403 No", "s3cr3t-value is wrong");
    });
    const std::string params = paramsFor(server.url(), R"(, "concurrency": 1, "token": "${secret:service}")");
    Lookup lookup(params);
    lookup.world.env.secrets.configuration = secrets.path().toStdString();
    lookup.run({"a"});
    QVERIFY2(headers.find("Authorization: Bearer s3cr3t-value\r\n") != std::string::npos, headers.c_str());
    QCOMPARE(lookup.output.rejected.size(), std::size_t{1});
    QVERIFY(lookup.output.rejected[0].reason.find("s3cr3t") == std::string::npos);
    Lookup without(params);
    without.run({"a"});
    QVERIFY2(without.error.find("service") != std::string::npos, without.error.c_str());
}

void LookupTest::rowsThatWaitAreSaved()
{
    Gate gate;
    HttpServer server([&](const HttpServer::Request&) {
        gate.pass();
        return HttpServer::ok(body("1"));
    });
    Lookup lookup(paramsFor(server.url()));
    NodeHarness node(*lookup.made, lookup.world, lookup.output);
    const TestRows rows = rowsOf({"a", "b", "c"});
    for (const RecordBatch& batch : batchesOf(kSchema, rows, 2, 5'000'000)) node.give(0, batch);
    gate.waitFor(3);
    node.saveAndRestore(1);
    QCOMPARE(lookup.text(), std::string());
    gate.open();
    node.advance(kEndOfTime);
    node.finish();
    QCOMPARE(node.error(), std::string());
    QCOMPARE(lookup.text(), std::string("a 1 ann; b 1 ann; c 1 ann; "));
    QCOMPARE(server.count("/m/a"), 2);
}

void LookupTest::endsWithoutWaiting()
{
    Gate gate;
    HttpServer server([&](const HttpServer::Request&) {
        gate.pass();
        return std::string();
    });
    Lookup lookup(paramsFor(server.url(), R"(, "timeout": "10min")"));
    {
        NodeHarness node(*lookup.made, lookup.world, lookup.output);
        node.give(0, batchesOf(kSchema, rowsOf({"a", "b"}), 2, 0)[0]);
        gate.waitFor(2);
    }
    gate.open();
}

// The rows of an inner look-up are gone, the watermark that came behind them is not.
void LookupTest::theWatermarkPassesWhenNothingCameOfTheRows()
{
    Gate gate;
    HttpServer server([&](const HttpServer::Request&) {
        gate.pass();
        return HttpServer::status("404 No");
    });
    Lookup lookup(paramsFor(server.url(), R"(, "kind": "inner")"));
    WaitingExecutor executor;
    NodeMetrics metrics;
    RejectLog rejects;
    StageSetup setup;
    setup.node = "lookup";
    setup.passesRows = true;
    setup.make = std::get<Factory<Operator>>(lookup.made->make);
    setup.outputs.resize(1);
    setup.metrics = &metrics;
    setup.rejects = &rejects;
    setup.inputSchema = kSchema;
    std::vector<StageSetup> stages;
    stages.push_back(std::move(setup));
    OperatorChain chain(std::move(stages), lookup.world.env);
    chain.connect(&executor, TaskId{});
    QVERIFY(bool(chain.open()));
    const auto work = [&] {
        if (chain.isDue()) QVERIFY(bool(chain.tick()));
        while (chain.isBusy()) QVERIFY(bool(chain.runOne()));
    };
    metrics.watermarkUs.set(kNoWatermark);
    chain.feed(0, 0, batchesOf(kSchema, rowsOf({"a", "b"}), 2, 1'000'000)[0]);
    chain.feedWatermark(0, 3'000'000);
    work();
    QCOMPARE(metrics.watermarkUs.read(), kNoWatermark);
    gate.open();
    while (metrics.watermarkUs.read() != 3'000'000) {
        QVERIFY(executor.waker.waitFor(std::chrono::seconds(20)));
        work();
    }
    QCOMPARE(metrics.rowsOut.read(), std::int64_t{0});
    chain.feedWatermark(0, kEndOfTime);
    chain.feedFinish(0);
    work();
    QVERIFY(chain.isEmpty());
}
#endif

STREAMWRIGHT_TEST(LookupTest)

}  // namespace tst_lookup
#include "tst_lookup.moc"
