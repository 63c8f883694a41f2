// labels: asan
// Documents with several mistakes: all of them are said, each once, and nothing that only follows from them.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "commands/document.h"
#endif

#include "test_main.h"

#include <QFile>
#include <QTemporaryDir>

namespace tst_mistakes {

using namespace engine;

class MistakesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void allOfThem_data();
    void allOfThem();
    void placesInFormulas();
    void whatNodesPassOnIsKnown();
};

namespace {

const QString kHead = R"({"format": 1, "id": "3e0f7a52-6c1d-4b8e-9f27-5a4d1c0b8e63", "name": "M", )";
const QString kGenerator = R"({"id": "gen", "component": "generator_source", "params": {"preset": "sensors",
    "rows": 100}})";
const QString kFilter = R"({"id": "f", "component": "filter", "params": {"condition": "temperature > 30"}})";
const QString kBrokenFilter =
    R"({"id": "f", "component": "filter", "params": {"condition": "temperature + "}})";
const QString kWindow = R"({"id": "w", "component": "window", "params": {"kind": "tumbling", "size": "1s",
    "keys": ["sensor_id"], "aggregates": [{"function": "avg", "argument": "temperature", "name": "a"}]}})";
const QString kBrokenWindow =
    R"({"id": "w", "component": "window", "params": {"kind": "hopping", "size": "3s",
    "keys": ["nix"], "aggregates": [{"function": "avg", "argument": "temperature", "name": "a"}],
    "slide": "2s"}})";
const QString kSink = R"({"id": "s", "component": "discard_sink"})";
const QString kLine = R"(["gen.out", "f.in"], ["f.out", "w.in"], ["w.out", "s.in"])";

const QString kCut = "f, condition at column 15: Found the end of the formula; expected a value.";
const QString kMultiple = "w, slide: The size must be a whole multiple of the slide, as 10s is of 2s.";
const QString kNix = "w, keys[0]: There is no column \"nix\".";

QString documentOf(const QStringList& nodes, const QString& edges = kLine)
{
    return kHead + "\"nodes\": [" + nodes.join(", ") + "], \"edges\": [" + edges + "]}";
}

Document read(const QString& text)
{
    QTemporaryDir directory;
    QFile file(directory.filePath("m.pipeline.json"));
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0) qFatal("no document");
    file.close();
    const std::string words[] = {file.fileName().toStdString()};
    auto document = readDocument(*Arguments::parse(words, documentOptions()));
    if (!document) qFatal("not read");
    return std::move(*document);
}

// As the command line says them, a node by its bare id.
QStringList said(const std::vector<Diagnostic>& diagnostics)
{
    QStringList lines;
    for (const Diagnostic& diagnostic : diagnostics) {
        QString line = QString::fromStdString(sentence(diagnostic));
        if (line.startsWith("node \"")) line.remove(0, 6);
        const auto name = QString::fromStdString(diagnostic.node.value);
        if (!name.isEmpty()) line.replace(0, name.size() + 1, name);
        lines << (diagnostic.severity == Diagnostic::Problem ? line : "warning: " + line);
    }
    return lines;
}

void compare(const QStringList& found, const QStringList& wanted)
{
    QStringList missing, more = found;
    for (const QString& line : wanted)
        if (!more.removeOne(line)) missing << line;
    QVERIFY2(missing.isEmpty() && more.isEmpty(),
             qPrintable("not said:\n  " + missing.join("\n  ") + "\nsaid besides:\n  " + more.join("\n  ")));
}

void add(const char* name, const QString& document, const QStringList& wanted)
{
    QTest::newRow(name) << document << wanted;
}

// Mistakes in one node and in those behind it, and in how they are connected.
void addGraphs()
{
    add("nothing", documentOf({kGenerator, kFilter, kWindow, kSink}), {});
    add("filter and window",
        documentOf({kGenerator, R"({"id": "f", "component": "filter", "params": {"condition":
            "temprature > 1"}})",
                    kBrokenWindow, kSink}),
        {"f, condition at column 1: There is no column \"temprature\" (did you mean \"temperature\"?).",
         kMultiple, kNix});
    add("rate, formula and window",
        documentOf({R"({"id": "gen", "component": "generator_source", "params": {"rate": -1}})",
                    kBrokenFilter, kBrokenWindow, kSink}),
        {"gen, rate: -1 is too small; the smallest value is 0.", kCut, kMultiple, kNix});
    add("a source that nobody knows",
        documentOf({R"({"id": "gen", "component": "gen"})", kBrokenFilter, kBrokenWindow, kSink}),
        {"gen, component: There is no component \"gen\".", kCut, kMultiple});
    add("a circle",
        documentOf({kGenerator, kBrokenFilter, kBrokenWindow, kSink}, kLine + R"(, ["w.out", "f.in"])"),
        {"f: The edges lead in a circle: f -> w -> f. A pipeline may not lead back to itself; take one of "
         "them out.",
         kCut, kMultiple, kNix});
    add("a port",
        documentOf({kGenerator, kBrokenFilter, kBrokenWindow, kSink},
                   R"(["gen.out", "f.in"], ["f.outt", "w.in"], ["w.out", "s.in"])"),
        {"f: There is no output \"outt\" (did you mean \"out\"?).", kCut, kMultiple});
    add("two nodes of one id",
        documentOf({kGenerator, kBrokenFilter, kWindow, kSink,
                    R"({"id": "f", "component": "filter", "params": {"condition": "1+"}})"},
                   kLine + R"(, ["w.outt", "s.inn"])"),
        {"f, id: The id \"f\" is already that of nodes[1]; give one of them another.", kCut,
         "f, condition at column 3: Found the end of the formula; expected a value.",
         "w: There is no output \"outt\" (did you mean \"out\"?).",
         "s: There is no input \"inn\" (did you mean \"in\"?)."});
}

// Several mistakes in the parameters of one node.
void addParameters()
{
    add("one window",
        documentOf({kGenerator, kFilter,
                    R"({"id": "w", "component": "window", "params": {"kind": "hopping",
        "size": "3s", "slide": "2s", "keys": ["nix"], "aggregates": [
            {"function": "avgg", "argument": "nix2", "name": "a"},
            {"function": "avg", "argument": "temprature", "name": "a"}]}})",
                    kSink}),
        {"w, aggregates[0].function: \"avgg\" is not one of the choices (did you mean \"avg\"?); they are: "
         "count, sum, avg, @",
         "w, aggregates[0].argument at column 1: There is no column \"nix2\"; the columns are @.",
         "w, aggregates[1].argument at column 1: There is no column \"temprature\" (did you mean "
         "\"temperature\"?).",
         "w, aggregates[1].name: There are two columns \"a\"; give this one another name.", kMultiple, kNix});
    add("computed columns",
        documentOf({kGenerator, R"({"id": "f", "component": "compute", "params": {
        "columns": [{"name": "a", "expression": "temprature+1"}, {"name": "b", "expression": "humidity+"},
            {"name": "b", "expression": "1"}]}})",
                    R"({"id": "w", "component": "filter", "params": {"condition":
        "a > 1 AND b > 2 AND humidty > 3 AND SUBSTRNG(a, 1) = 'x'"}})",
                    kSink}),
        {"f, columns[0].expression at column 1: There is no column \"temprature\" (did you mean "
         "\"temperature\"?).",
         "f, columns[1].expression at column 10: Found the end of the formula; expected a value.",
         "f, columns[2].name: Two new columns are named \"b\"; give each its own name.",
         "w, condition at column 21: There is no column \"humidty\" (did you mean \"humidity\"?)."});
    add("a sink",
        documentOf({kGenerator, kFilter, kWindow, R"({"id": "s", "component": "file_sink", "params": {
        "path": "", "format": "xml", "if_exists": "maybe", "roll": "big"}})"}),
        {"s, path: This must not be empty.",
         "s, format: \"xml\" is not one of the choices; they are: json, csv, text.",
         "s, if_exists: \"maybe\" is not one of the choices; they are: refuse, replace, append.",
         "s, roll: There is no parameter \"roll\"."});
    add("what does not count",
        documentOf({kGenerator, kFilter, R"({"id": "w", "component": "window", "params": {
        "size": "1s", "slide": "2s", "aggregates": []}})",
                    kSink}),
        {"warning: w, slide: \"slide\" does not count while kind is \"tumbling\"; remove it, or set kind to "
         "hopping.",
         "warning: w, aggregates: Nothing is worked out, so each window gives only its keys and times; add a "
         "function such as count."});
}

// In those of a source, whose columns the others need.
void addSources()
{
    add("a source of a file",
        documentOf({R"({"id": "gen", "component": "file_source", "params": {"path": "",
        "format": "xml", "columns": [{"name": "a", "type": "int"}, {"name": "a", "type": "bigint"},
            {"name": "", "type": "bigint"}, {"type": "bigint"},
            {"name": "t", "type": "timestamp", "encoding": "foo"}],
        "time_column": "tt", "watermark_delay": "-1s", "idle_timeout": "x"}})",
                    kFilter, kWindow, kSink}),
        {"gen, path: This must not be empty.",
         "gen, format: \"xml\" is not one of the choices; they are: json, csv, text.",
         "gen, columns[0].type: \"int\" is not one of the choices; they are: boolean, bigint, double, "
         "string, "
         "timestamp.",
         "gen, columns[1].name: There are two columns named \"a\".",
         "gen, columns[2].name: This must not be empty.",
         "gen, columns[3].name: \"name\" is missing; it must be given.", "gen, columns[4].encoding: @",
         "gen, time_column: There is no column \"tt\" (did you mean \"t\"?).",
         "gen, watermark_delay: \"-1s\" is too small; the smallest value is 0s.",
         "gen, idle_timeout: \"x\" is no duration; write a number and a unit, such as \"500ms\", \"1s\" or "
         "\"5min\"."});
    add("the columns of a source",
        documentOf({R"({"id": "gen", "component": "file_source", "params": {
        "path": "a", "columns": [{"name": "a", "type": "bigint"}, {"name": "a", "type": "bigint"},
            {"name": "t", "type": "timestamp"}], "time_column": "a", "watermark_delay": "1s"}})",
                    kFilter, kWindow, kSink}),
        {"gen, columns[1].name: There are two columns named \"a\".",
         "gen, time_column: The time column must be a timestamp, and \"a\" is bigint; give the column the "
         "type "
         "timestamp.",
         "f, condition at column 1: There is no column \"temperature\"; the columns are a, t.",
         "w, keys[0]: There is no column \"sensor_id\".",
         "w, aggregates[0].argument at column 1: There is no column \"temperature\"; the columns are a, t."});
    add("idle without following",
        documentOf({R"({"id": "gen", "component": "file_source", "params": {"path": "a",
        "idle_timeout": "5s", "columns": [{"name": "temperature", "type": "double"},
            {"name": "sensor_id", "type": "string"}, {"name": "t", "type": "timestamp"}],
            "time_column": "t"}})",
                    kFilter, kWindow, kSink}),
        {"warning: gen, idle_timeout: \"idle_timeout\" does not count for files that are read to their end: "
         "which rows are late must not depend on how fast they are read. Remove it, or set \"follow\"."});
    add("no time",
        documentOf({R"({"id": "gen", "component": "file_source", "params": {"path": "a",
        "columns": [{"name": "a", "type": "bigint"}], "watermark_delay": "1s"}})",
                    kFilter, kWindow, kSink}),
        {"warning: gen, watermark_delay: \"watermark_delay\" does not count without a time_column; remove "
         "it, "
         "or name the column that says when a record happened.",
         "f, condition at column 1: There is no column \"temperature\"; the columns are a.",
         "w: A window needs rows with an event time; set \"time_column\" at the source.",
         "w, keys[0]: There is no column \"sensor_id\".",
         "w, aggregates[0].argument at column 1: There is no column \"temperature\"; the columns are a."});
}

// Where two nodes are in each other's way outside.
void addOutsides()
{
    const auto sink = [](const char* id, const char* path) {
        return QString(R"({"id": "%1", "component": "file_sink", "params": {"path": "%2"}})").arg(id, path);
    };
    const QString second = kLine + R"(, ["w.out", "t.in"])";
    add("two sinks of one file",
        documentOf({kGenerator, kFilter, kWindow, sink("s", "a/out.json"), sink("t", "./a/../a//out.json")},
                   second),
        {"t, path: The node \"s\" writes a/out.json too, and each would overwrite the other; give one of "
         "them another path."});
    add("two sinks of two files",
        documentOf({kGenerator, kFilter, kWindow, sink("s", "a/out.json"), sink("t", "b/out.json")}, second),
        {});
    const auto rolling = [&](const char* id, const char* path) {
        return sink(id, path).replace(R"("path")", R"("roll_size": "1MiB", "path")");
    };
    add("two sinks of files with numbers",
        documentOf({kGenerator, kFilter, kWindow, rolling("s", "out.json"), rolling("t", "out-0.json")},
                   second),
        {"t, path: The node \"s\" writes files like out-0-1.json too, and each would overwrite the other; "
         "give one of them another path."});
    add("two sinks of one name, one with numbers",
        documentOf({kGenerator, kFilter, kWindow, rolling("s", "out.json"), sink("t", "out.json")}, second),
        {});
    const auto table = [](const char* id, const char* name) {
        return QString(R"({"id": "%1", "component": "sqlite_sink",
            "params": {"path": "a.db", "table": "%2"}})")
            .arg(id, name);
    };
    const auto tables = [&](const char* first, const char* other) {
        return documentOf({kGenerator, table("s", first), table("t", other)},
                          R"(["gen.out", "s.in"], ["gen.out", "t.in"])")
            .replace(R"("name": "M")", R"("name": "M", "settings": {"guarantee": "at_least_once"})");
    };
    add("two sinks of one table", tables("r", "R"),
        {"t, table: The node \"s\" writes table \"r\" of a.db too; lead the edges of both into one of them, "
         "or give one of them another table."});
    add("two sinks of two tables", tables("r", "q"), {});
    const auto reader = [](const char* path) {
        return QString(R"({"id": "gen", "component": "file_source", "params": {"path": "%1", "format": "text",
            "columns": [{"name": "a", "type": "string"}]}})")
            .arg(path);
    };
    const QString plain = R"(["gen.out", "s.in"])";
    for (const char* path : {"a/out.json", "a/*.json", "./a/out.json"})
        add(path, documentOf({reader(path), sink("s", "a/out.json")}, plain),
            {"s, path: The node \"gen\" reads a/out.json, and this node would overwrite it meanwhile; write "
             "to another path."});
    for (const char* path : {"a/in.json", "*.json", "-"})
        add(path, documentOf({reader(path), sink("s", "a/out.json")}, plain), {});
    add("a sink of standard output", documentOf({reader("a"), sink("s", "-")}, plain),
        {"s, path: A file sink writes to files; use console_sink for standard output."});
}

// In the form of the document.
void addDocuments()
{
    add("no JSON", R"({"format": 1, "id")",
        {"id: A colon is expected after the member name \"id\" at line 1, column 19."});
    add("an id that is none",
        QString(documentOf({kGenerator, kFilter, kWindow, kSink}))
            .replace("\"3e0f7a52-6c1d-4b8e-9f27-5a4d1c0b8e63\"", "5"),
        {"id: A text is expected here, not a number 5; write it in quotes: \"5\"."});
    add("a subpipeline that is none",
        documentOf({kGenerator, R"({"id": "f", "component": "subpipeline:none"})", kBrokenWindow, kSink}),
        {"f, component: There is no subpipeline \"none\".", kMultiple});
    add("nodes that are no list", kHead + R"("nodes": {}, "edges": [)" + kLine + "]}",
        {"nodes: A list of nodes is expected here, not an object."});
    add("a node that is none", documentOf({kGenerator, "5", kBrokenWindow, kSink}),
        {"nodes[1]: A node is an object, not a number.", kMultiple});
    add("an edge that is none",
        documentOf({kGenerator, kFilter, kBrokenWindow, kSink},
                   R"(["gen.out", "f.in"], {"from": "f.out"}, ["w.out", "s.in"])"),
        {"edges[1]: An edge is a list of two ports like [\"a.out\", \"b.in\"].", kMultiple});
    add("near misses",
        kHead + R"("nodess": [], "settings": {"guarantee": "exactly_onc", "bogus": 1,
        "restart": "nevr"}, "nodes": [)" +
            QStringList{kGenerator, kFilter, kWindow, kSink}.join(", ") + "], \"edges\": [" + kLine + "]}",
        {"settings.guarantee: The guarantee is \"exactly_once\" or \"at_least_once\" (did you mean "
         "\"exactly_once\"?).",
         "settings.restart: The restart policy is \"exponential\", \"never\" or an object with initial, "
         "maximum, "
         "attempts, within and healthy_after (did you mean \"never\"?).",
         "settings.bogus: There is no member \"bogus\"; remove it, or let its name begin with x_. The "
         "members "
         "here are: guarantee, checkpoint_interval, checkpoint_timeout, parallelism, threads, memory_limit, "
         "restart, time_zone, reject_limit, chunk_size.",
         "nodess: There is no member \"nodess\" (did you mean \"nodes\"?); remove it, or let its name begin "
         "with x_."});
}

}  // namespace

void MistakesTest::allOfThem_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QStringList>("wanted");
    addGraphs();
    addParameters();
    addSources();
    addOutsides();
    addDocuments();
}

void MistakesTest::allOfThem()
{
    QFETCH(QString, document);
    QFETCH(QStringList, wanted);
    QStringList found = said(allDiagnostics(read(document)));
    // The end of what another test looks at.
    for (QString& line : wanted)
        if (const auto end = line.indexOf('@'); end >= 0)
            for (QString& one : found)
                if (one.startsWith(line.left(end))) one = line;
    compare(found, wanted);
}

// One document with ten mistakes in five nodes; with its places in the document and in formulas.
void MistakesTest::placesInFormulas()
{
    const Document document = read(documentOf(
        {R"({"id": "gen", "component": "generator_source", "params": {"preset": "sensors", "rate": -1}})",
         R"({"id": "f", "component": "filter", "params": {"condition": "'Grüße' = 'x' AND temprature > 1"}})",
         R"x({"id": "w", "component": "window", "params": {"kind": "hopping", "size": "3s", "slide": "2s",
            "keys": ["nix"], "colour": "red", "aggregates": [{"function": "count", "name": "n"},
            {"function": "avg", "argument": "UPPR(sensor_id)", "name": "n"}]}})x",
         R"({"id": "g", "component": "filter", "params": {"condition": "n > 1 AND nn > 2"}})",
         R"({"id": "s", "component": "discard_sinc"})"},
        R"(["gen.out", "f.in"], ["f.outt", "w.in"], ["w.out", "g.in"], ["g.out", "s.in"])"));
    QStringList places;
    for (const Diagnostic& diagnostic : allDiagnostics(document))
        places << QString("%1 %2+%3")
                      .arg(QString::fromStdString(diagnostic.path))
                      .arg(diagnostic.begin)
                      .arg(diagnostic.length);
    compare(places,
            {"nodes[0].params.rate 0+0", "nodes[1].params.condition 18+10", "edges[1][0] 0+0",
             "nodes[2].params.slide 0+0", "nodes[2].params.colour 0+0",
             "nodes[2].params.aggregates[1].argument 0+15", "nodes[2].params.aggregates[1].name 0+0",
             "nodes[3].params.condition 10+2", "nodes[4].component 0+0"});
}

// What passes columns on does so in spite of its mistake; a column whose type is unknown is there for all.
void MistakesTest::whatNodesPassOnIsKnown()
{
    const auto chain = [](const QString& first, const QString& condition) {
        const QString second = R"({"id": "w", "component": "filter", "params": {"condition": "%1"}})";
        return said(allDiagnostics(read(documentOf({kGenerator, first, second.arg(condition), kSink}))));
    };
    const QString noSuch = "There is no column \"humidty\" (did you mean \"humidity\"?).";
    const QString sample = R"({"id": "f", "component": "sample", "params": {"fraction": 2}})";
    compare(chain(sample, "humidty > 1"),
            {"f, fraction: 2 is too large; the largest value is 1.", "w, condition at column 1: " + noSuch});
    const QString throttle = R"({"id": "f", "component": "throttle", "params": {"rate": 0}})";
    compare(
        chain(throttle, "humidity > 1 AND humidty > 1"),
        {"f, rate: 0 is too small; the smallest value is 0.001.", "w, condition at column 18: " + noSuch});
    const QString select = R"({"id": "f", "component": "select", "params": {"columns": [
        {"column": "temprature", "as": "t"}, {"column": "humidity"}]}})";
    compare(chain(select, "t > 1 AND humidty > 1"),
            {"f, columns[0].column: There is no column \"temprature\" (did you mean \"temperature\"?).",
             "w, condition at column 11: " + noSuch});
    compare(chain(select, "ABS(t, 1) > 1 AND INTERVAL '1' DAY + t > t"),
            {"f, columns[0].column: There is no column \"temprature\" (did you mean \"temperature\"?).",
             "w, condition at column 1: ABS does not take 2 arguments; expected ABS(number)."});
}

STREAMWRIGHT_TEST(MistakesTest)

}  // namespace tst_mistakes
#include "tst_mistakes.moc"
