// labels: asan
#include "base/limits.h"
#include "sample_document.h"
#include "test_main.h"

#include <cmath>

namespace tst_canonical {

using namespace engine;

class TestCanonical : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsCanonicalBytes();
    void bringsIntoCanonicalForm();
    void ordersParams();
    void savesOnlyWhatWasEdited();
    void writesNumbersShortest();
    void keepsNumbersOfUnknownComponents();
    void keepsNumbersOfUnknownMembers();
    void breaksLinesAtAHundredColumns();
    void refusesBrokenJson_data();
    void refusesBrokenJson();
    void keepsTextOfAnyKind();
};

void TestCanonical::keepsCanonicalBytes()
{
    const std::string text = sampleDocument();
    const Parsed parsed = parsePipeline(text);
    for (const Diagnostic& diagnostic : parsed.diagnostics) qWarning("%s", sentence(diagnostic).c_str());
    QVERIFY(parsed.diagnostics.empty());
    QVERIFY(!parsed.readOnly);
    QCOMPARE(QString::fromStdString(writePipeline(parsed.spec)), QString::fromStdString(text));
    QCOMPARE(parsed.unknownMembers, std::vector<std::string>{"a_stranger"});
}

void TestCanonical::bringsIntoCanonicalForm()
{
    const Parsed parsed = parsePipeline(
        R"({"edges":[["a.out","b.in"]],"zebra":1,"nodes":[{"component":"c","id":"a","y":1,"params":{}},)"
        R"({"id":"b","x_b":1,"x_a":2,"component":"d"}],"name":"n","format":1})");
    const std::string expected = R"({
  "format": 1,
  "name": "n",
  "nodes": [
    { "id": "a", "component": "c", "params": {}, "y": 1 },
    { "id": "b", "component": "d", "x_a": 2, "x_b": 1 }
  ],
  "edges": [ ["a.out", "b.in"] ],
  "zebra": 1
}
)";
    const std::string written = writePipeline(parsed.spec);
    QCOMPARE(QString::fromStdString(written), QString::fromStdString(expected));
    QCOMPARE(writePipeline(parsePipeline(written).spec), written);
}

void TestCanonical::ordersParams()
{
    const ParamSchema schema{{.name = "first", .hints = {}},
                             {.name = "rows",
                              .type = ParamType::Records,
                              .hints = {},
                              .fields = {{.name = "p", .hints = {}}, {.name = "q", .hints = {}}}},
                             {.name = "last", .hints = {}}};
    const Parsed parsed =
        parsePipeline(R"({"format":1,"nodes":[{"id":"a","component":"c","params":)"
                      R"({"zz":1,"last":2,"aa":3,"rows":[{"q":1,"o":2,"p":3}],"first":4}}]})");
    const std::string written =
        writePipeline(parsed.spec, [&](std::string_view id) { return id == "c" ? &schema : nullptr; });
    QVERIFY2(
        contains(written,
                 R"({ "first": 4, "rows": [ { "p": 3, "q": 1, "o": 2 } ], "last": 2, "aa": 3, "zz": 1 })"),
        written.c_str());
}

void TestCanonical::savesOnlyWhatWasEdited()
{
    const std::string text = sampleDocument();
    PipelineSpec spec = parsePipeline(text).spec;
    spec.nodes[1].disabled = true;
    spec.nodes[1].params.set("condition", "temperature > 3");
    std::string expected = replaced(text, "\"disabled\": false", "\"disabled\": true");
    expected = replaced(expected, "temperature > ${limit}", "temperature > 3");
    QCOMPARE(QString::fromStdString(writePipeline(spec)), QString::fromStdString(expected));

    PipelineSpec slower = parsePipeline(text).spec;
    slower.settings.checkpointInterval = std::chrono::seconds(5);
    slower.nodes[1].rejectLimit = RejectLimit{20, {}};
    expected =
        replaced(replaced(text, "\"1000ms\"", "\"5s\""), "\"reject_limit\": 0.01", "\"reject_limit\": 20");
    QCOMPARE(QString::fromStdString(writePipeline(slower)), QString::fromStdString(expected));
}

void TestCanonical::writesNumbersShortest()
{
    const auto rewritten = [](const char* text) { return compactJson(*parseJson(text)); };
    QCOMPARE(rewritten("80"), std::string("80"));
    QCOMPARE(rewritten("80.0"), std::string("80"));
    QCOMPARE(rewritten("80.50"), std::string("80.5"));
    QCOMPARE(rewritten("0.1"), std::string("0.1"));
    QCOMPARE(rewritten("1E3"), std::string("1000"));
    QCOMPARE(rewritten("-0.0"), std::string("-0.0"));
    QCOMPARE(rewritten("18446744073709551615"), std::string("18446744073709551615"));
    QCOMPARE(rewritten("-9223372036854775808"), std::string("-9223372036854775808"));
    for (const double number : {0.1, 1.0 / 3, 1e300, 5e-324, 123456789.125, -2.5e-7})
        QCOMPARE(parseJson(numberText(number))->get<double>(), number);
}

void TestCanonical::keepsNumbersOfUnknownComponents()
{
    const ParamSchema schema{{.name = "n", .hints = {}}};
    const SchemaOf schemaOf = [&](std::string_view id) { return id == "known" ? &schema : nullptr; };
    const std::string numbers = "[12345678901234567890123, 0.1234567890123456789, 1.0, 1e3]";
    const auto node = [&](const std::string& id, const std::string& component, const std::string& list) {
        return R"({ "id": ")" + id + R"(", "component": ")" + component + R"(", "params": { "n": )" + list +
            " } }";
    };
    const std::string unknown = node("a", "strange", numbers);
    const std::string text = R"({"format": 1, "nodes": [5, )" + unknown + ", " + node("b", "known", numbers) +
        R"(], "subpipelines": {"s": {"nodes": [)" + unknown + "]}}}";
    Parsed parsed = parsePipeline(text);
    const std::string written = writePipeline(parsed.spec, schemaOf);
    const std::size_t first = written.find(numbers);
    QVERIFY2(first != std::string::npos, written.c_str());
    QVERIFY2(written.find(numbers, first + 1) != std::string::npos, written.c_str());
    // One that is known has numbers like any other.
    QVERIFY2(contains(written, "[1.2345678901234568e+22, 0.12345678901234568, 1, 1000]"), written.c_str());
    QCOMPARE(parsed.spec.nodes[0].params, parsed.spec.nodes[1].params);
    QCOMPARE(writePipeline(parsePipeline(written).spec, schemaOf), written);
    // What is changed is written as it is now.
    parsed.spec.nodes[0].params = Json::object();
    QVERIFY(contains(writePipeline(parsed.spec, schemaOf), R"({ "id": "a", "component": "strange" })"));
}

void TestCanonical::keepsNumbersOfUnknownMembers()
{
    const std::string text = R"({
  "format": 1,
  "parameters": { "p": { "type": "double", "default": 2, "x_of_parameter": 1.0 } },
  "settings": { "threads": 3, "x_of_settings": [1e2, { "deep": -0.0e1 }] },
  "nodes": [
    { "id": "a", "component": "strange", "params": { "n": 5.0 }, "x_of_node": 1.50 },
    { "id": "b", "component": "strange", "unheard_of": 12345678901234567890123 }
  ],
  "groups": [{ "id": "g", "nodes": ["a"], "x_of_group": 0.1234567890123456789 }],
  "subpipelines": { "s": {
    "parameters": { "q": { "type": "bigint", "x_of_inner_parameter": 7.0 } },
    "nodes": [{ "id": "c", "component": "strange", "x_of_inner_node": 8.0 }],
    "x_of_subpipeline": 9.0 } },
  "x_at_the_top": { "list": [1E5, 2.50, 3] }
})";
    const SchemaOf schemaOf = [](std::string_view) { return nullptr; };
    const Parsed parsed = parsePipeline(text);
    const std::string written = writePipeline(parsed.spec, schemaOf);
    for (const char* kept :
         {"\"x_of_parameter\": 1.0 ", "\"x_of_settings\": [ 1e2, { \"deep\": -0.0e1 } ]", "{ \"n\": 5.0 }",
          "\"x_of_node\": 1.50", "\"unheard_of\": 12345678901234567890123",
          "\"x_of_group\": 0.1234567890123456789", "\"x_of_inner_parameter\": 7.0",
          "\"x_of_inner_node\": 8.0", "\"x_of_subpipeline\": 9.0", "[1E5, 2.50, 3]"})
        QVERIFY2(contains(written, kept), kept);
    QCOMPARE(writePipeline(parsePipeline(written).spec, schemaOf), written);
    // What has a meaning here is written as ever.
    const std::string known = R"({"format": 1, "settings": {"threads": 3.0}, "x_a": 1.0})";
    QVERIFY(contains(writePipeline(parsePipeline(known).spec, schemaOf), "\"threads\": 3 "));
}

void TestCanonical::breaksLinesAtAHundredColumns()
{
    // { "k": "..." } on one line has 11 columns besides the text's letters; letters count, not bytes.
    std::string letters;
    for (int i = 0; i < 89; ++i) letters += "ä";
    const auto linesOf = [](const std::string& text) { return QString::fromStdString(text).count('\n'); };
    Json object = Json::object();
    object["k"] = letters;
    QCOMPARE(linesOf(writeJson(object)), 1);
    object["k"] = letters + "ä";
    QCOMPARE(linesOf(writeJson(object)), 3);
}

void TestCanonical::refusesBrokenJson_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("empty") << QByteArray("") << "ends too early";
    QTest::newRow("twice") << QByteArray("{\n \"a\": {\"b\": 1, \"b\": 2}}")
                           << "\"a.b\" occurs twice; remove one of the two at line 2, column 16";
    QTest::newRow("comma") << QByteArray("[1,]") << "comma too many";
    QTest::newRow("tail") << QByteArray("{} x")
                          << "something after the end of the document at line 1, column 4";
    QTest::newRow("utf8") << QByteArray("[\"\xC3\x28\"]") << "not valid UTF-8";
    QTest::newRow("overlong") << QByteArray("[\"\xC0\xAF\"]") << "not valid UTF-8";
    QTest::newRow("surrogate") << QByteArray("[\"\xED\xA0\x80\"]") << "not valid UTF-8";
    QTest::newRow("half") << QByteArray("[\"\\ud800x\"]") << "half a surrogate";
    QTest::newRow("huge") << QByteArray("[1e999]") << "1e999 is too large";
    QTest::newRow("zero") << QByteArray("[01]") << "may not begin with 0";
    QTest::newRow("control") << QByteArray("[\"a\nb\"]") << "control character";
    QTest::newRow("deep") << QByteArray(1'000'000, '[') << "levels are nested";
    QTest::newRow("large") << QByteArray(int(limits::kDocumentBytes) + 1, ' ') << "are not read";
}

void TestCanonical::refusesBrokenJson()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, part);
    const auto read = parseJson(text.toStdString());
    QVERIFY(!read);
    QVERIFY2(contains(read.error().message, part.toStdString()), read.error().message.c_str());
    const Parsed parsed = parsePipeline(text.toStdString());
    QVERIFY(parsed.readOnly);
    QVERIFY(!parsed.runnable());
}

void TestCanonical::keepsTextOfAnyKind()
{
    const auto read = parseJson(R"(["\u00e4\ud83d\ude00\n\t\"\\\/\u0001", "ä😀"])");
    QVERIFY(static_cast<bool>(read));
    QCOMPARE((*read)[0].get<std::string>(), std::string("ä😀\n\t\"\\/\x01"));
    QCOMPARE(*parseJson(writeJson(*read)), *read);
}

STREAMWRIGHT_TEST(TestCanonical)

}  // namespace tst_canonical
#include "tst_canonical.moc"
