// labels: asan
// What is told of where a rejected row lay.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "spec/json.h"
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_reject_places {

using namespace engine;

class RejectPlacesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellTheirLine_data();
    void tellTheirLine();
    void tellTheirFileBehindAChain_data();
    void tellTheirFileBehindAChain();
    void tellTheirFileAtASink();
};

namespace {

std::string documentOf(const std::string& chunk, const std::string& source, const std::string& nodes,
                       const std::string& edges)
{
    return R"({"format": 1, "id": "c2e6a0d4-39f7-4b15-a08c-4d5e6f708193", "name": "Places",
        "settings": {"chunk_size": ")" +
        chunk + R"("}, "nodes": [{"id": "input", "component": "file_source", "params": {"path": "/in",)" +
        source + "}}," + nodes +
        R"(, {"id": "good", "component": "discard_sink", "params": {}}], "edges": [)" + edges + "]}";
}

// A record that knows its line, or one that is bad, or an empty line; some CSV records take two lines.
class NumberedLines {
public:
    explicit NumberedLines(const QString& format) : m_format(format.toStdString())
    {
        if (m_format == "csv") add("line,at,pad\n");
        for (int i = 0; i < 6000; ++i) {
            if (i % 23 == 5) add("\n");
            if (i % 31 == 7 && (!isUnlike() || i > 3000)) add(m_format == "text" ? "\xff\n" : "bad\n");
            addRecord(i);
        }
    }
    const std::string& text() const { return m_text; }
    std::vector<int> lines{};  // of good records

private:
    // Each shape anew, so that lines are not read by templates; and as one stream up to the first bad one.
    bool isUnlike() const { return m_format == "json, unlike"; }
    void add(const std::string& piece)
    {
        m_text += piece;
        m_line += static_cast<int>(std::count(piece.begin(), piece.end(), '\n'));
    }
    void addRecord(int i)
    {
        const std::string line = std::to_string(m_line), at = std::to_string(5'000 + m_line);
        lines.push_back(m_line);
        if (m_format == "text") return add(line + "\n");
        if (m_format == "csv") return add(line + "," + at + (i % 9 == 2 ? ",\"a\nb\"\n" : ",a\n"));
        const std::string first = isUnlike() ? R"("x)" + line + R"(": 1, )" : std::string();
        add("{" + first + R"("line": )" + line + R"(, "at": )" + at + "}\n");
    }
    const std::string m_format;
    std::string m_text{};
    int m_line = 1;  // of what is added next
};

std::string compute(const std::string& id, const std::string& formula)
{
    return R"({"id": ")" + id + R"(", "component": "compute", "params": {"columns": [{"name": ")" + id +
        R"(", "expression": ")" + formula + R"("}]}})";
}

std::string filter(const std::string& id, const std::string& formula)
{
    return R"({"id": ")" + id + R"(", "component": "filter", "params": {"condition": ")" + formula + R"("}})";
}

}  // namespace

void RejectPlacesTest::tellTheirLine_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("chunk");
    QTest::addColumn<QStringList>("nodes");  // the last of which rejects
    QTest::addColumn<int>("every");
    const QString select = R"({"id": "s", "component": "select", "params": {"columns": [
        {"column": "at"}, {"column": "line"}]}})";
    const QString window = R"doc({"id": "w", "component": "window", "params": {"kind": "tumbling",
        "size": "1s", "keys": [],
        "aggregates": [{"function": "sum", "argument": "100 / MOD(line, 7)", "name": "s"}]}})doc";
    const auto of = [](const std::string& text) { return QString::fromStdString(text); };
    for (const char* format : {"json", "json, unlike", "csv", "text"})
        for (const char* chunk : {"200B", "256KiB"}) {
            const bool isText = std::string(format) == "text";
            const std::string line = isText ? "CAST(line AS BIGINT)" : "line";
            const std::string hundred = "100 / MOD(" + line + ", 7)";
            const QString even = of(filter("a", line + " % 2 = 0"));
            const QString refuse = of(filter("f", hundred + " > 0"));
            const QString later = of(compute("b", line + " + 1")), last = of(compute("c", hundred));
            const auto add = [&](const char* name, QStringList nodes, int every) {
                QTest::addRow("%s, %s, %s", format, chunk, name) << format << chunk << nodes << every;
            };
            add("filter", {refuse}, 7);
            add("filter, filter", {even, refuse}, 14);
            add("compute", {last}, 7);
            add("compute, filter, compute", {later, even, last}, 14);
            if (isText) continue;
            add("select, filter", {select, refuse}, 7);
            add("window", {window}, 7);
            add("filter, window", {even, window}, 14);
        }
}

// Whatever the chunk holds besides, and however many operators were before.
void RejectPlacesTest::tellTheirLine()
{
    QFETCH(QString, format);
    QFETCH(QString, chunk);
    QFETCH(QStringList, nodes);
    QFETCH(int, every);
    const NumberedLines input(format);
    std::string columns = R"(, "columns": [{"name": "line", "type": "bigint"},
        {"name": "at", "type": "timestamp", "encoding": "epoch_ms"})";
    columns += format == "csv" ? R"(, {"name": "pad", "type": "string"}])" : "]";
    columns += R"(, "time_column": "at")";
    MemoryJob memory(26);
    memory.files.put("/in", input.text());
    std::string edges, before = "input.out";
    for (const QString& node : nodes) {
        const std::string id = Json::parse(node.toStdString())["id"];
        edges += "[\"" + before + "\", \"" + id + ".in\"], ";
        before = id + ".out";
    }
    edges += "[\"" + before + R"(", "good.in"], [")" + before.substr(0, 1) + R"(.rejected", "bad.in"])";
    const std::string kind = R"("format": ")" + format.section(',', 0, 0).toStdString() + "\"";
    const std::string document = documentOf(
        chunk.toStdString(), kind + (format == "text" ? "" : columns),
        nodes.join(", ").toStdString() +
            R"(, {"id": "bad", "component": "file_sink", "params": {"path": "/bad.ndjson"}})",
        edges);
    const Status started = memory.start(document);
    QVERIFY2(started, started ? "" : started.error().message.c_str());
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    std::vector<int> told, expected;
    for (const std::string& bad : memory.linesOf("/bad.ndjson")) {
        const std::string place = Json::parse(bad)["coordinates"];
        QVERIFY2(place.starts_with("/in:"), place.c_str());
        told.push_back(std::stoi(place.substr(4)));
    }
    for (const int line : input.lines)
        if (line % every == 0) expected.push_back(line);
    std::sort(told.begin(), told.end());
    QVERIFY(expected.size() > 30);
    QCOMPARE(told, expected);
}

void RejectPlacesTest::tellTheirFileBehindAChain_data()
{
    QTest::addColumn<QString>("nodes");
    QTest::addColumn<QString>("edges");
    const char* const throttle = R"({"id": "t", "component": "throttle", "params": {"rate": 100000}}, )";
    const char* const both = R"({"id": "u", "component": "union", "params": {}}, )";
    const char* const parts = R"({"id": "p", "component": "split", "params": {"routes": [
        {"port": "large", "condition": "100 / MOD(line, 7) > 20"}]}}, )";
    QTest::newRow("throttle") << throttle << R"(["input.out", "t.in"], ["t.out", "f.in"])";
    QTest::newRow("throttle, filter") << QString(throttle) + R"({"id": "a", "component": "filter",
        "params": {"condition": "line > 0"}}, )"
                                      << R"(["input.out", "t.in"], ["t.out", "a.in"], ["a.out", "f.in"])";
    QTest::newRow("filter, throttle") << QString(throttle) + R"({"id": "a", "component": "filter",
        "params": {"condition": "line % 3 > 0"}}, )"
                                      << R"(["input.out", "a.in"], ["a.out", "t.in"], ["t.out", "f.in"])";
    QTest::newRow("union") << both << R"(["input.out", "u.in"], ["u.out", "f.in"])";
    QTest::newRow("split") << parts << R"(["input.out", "p.in"], ["p.large", "f.in"])";
}

void RejectPlacesTest::tellTheirFileBehindAChain()
{
    QFETCH(QString, nodes);
    QFETCH(QString, edges);
    const NumberedLines input("json");
    MemoryJob memory(27);
    memory.files.put("/in", input.text());
    const std::string document =
        documentOf("1KiB", R"("format": "json", "columns": [{"name": "line", "type": "bigint"}])",
                   nodes.toStdString() + filter("f", "100 / MOD(line, 7) > 0"),
                   edges.toStdString() + R"(, ["f.out", "good.in"])");
    const Status started = memory.start(document);
    QVERIFY2(started, started ? "" : started.error().message.c_str());
    QVERIFY(memory.runToEnd());
    QVERIFY2(memory.state() == JobState::Finished, memory.failure().c_str());
    int told = 0;
    for (const RejectedRow& row : memory.telemetry().rejected)
        if (row.node.value != "input") {
            QCOMPARE(row.coordinates, std::string("/in"));
            ++told;
        }
    QVERIFY(told > 50);
}

void RejectPlacesTest::tellTheirFileAtASink()
{
    MemoryJob memory(28);
    memory.files.put("/in", "a\n\"b\nc\"\nd\n");
    const std::string lines = R"({"id": "lines", "component": "file_sink", "params": {"path": "/lines.txt",
        "format": "text"}})";
    const Status started = memory.start(documentOf(
        "1KiB", R"("format": "csv", "header": false, "columns": [{"name": "pad", "type": "string"}])", lines,
        R"(["input.out", "lines.in"], ["input.rejected", "good.in"])"));
    QVERIFY2(started, started ? "" : started.error().message.c_str());
    QVERIFY(memory.runToEnd());
    const std::vector<RejectedRow> rejected = memory.telemetry().rejected;
    QCOMPARE(rejected.size(), std::size_t{1});
    QCOMPARE(rejected[0].node.value, std::string("lines"));
    QCOMPARE(rejected[0].coordinates, std::string("/in"));
}

STREAMWRIGHT_TEST(RejectPlacesTest)

}  // namespace tst_reject_places
#include "tst_reject_places.moc"
