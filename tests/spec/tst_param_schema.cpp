// labels: asan
#ifndef Q_MOC_RUN  // moc cannot read what these include
#include "sample_document.h"
#include "spec/component_info.h"
#include "spec/suggest.h"
#include "spec/units.h"
#endif

#include "test_main.h"

namespace tst_param_schema {

using namespace engine;

namespace {

struct AggregateParams {
    std::string function = "count";
    FormulaText argument;
    bool distinct = false;
};

struct WindowParams {
    std::string kind = "tumbling";
    Duration size{};
    std::optional<Duration> slide;
    std::vector<ColumnRef> keys;
    std::vector<AggregateParams> aggregates;
    std::int64_t limit = 10;
    double share = 0.5;
    ByteSize buffer{64 << 20};
    Timestamp start{};
    PathText path;
    SecretRef password;
    TextMap labels;
};

const Params<AggregateParams>& aggregateParams()
{
    static const auto params =
        Params<AggregateParams>()
            .field("function", &AggregateParams::function, {.choices = {"count", "sum", "avg"}})
            .field("argument", &AggregateParams::argument)
            .field("distinct", &AggregateParams::distinct);
    return params;
}

const Params<WindowParams>& windowParams()
{
    static const auto params =
        Params<WindowParams>()
            .field("kind", &WindowParams::kind, {.choices = {"tumbling", "hopping"}})
            .field("size", &WindowParams::size,
                   {.title = "Size", .min = 0.001, .max = 86400, .required = true})
            .field("slide", &WindowParams::slide,
                   {.required = true, .visibleWhen = "kind = hopping | cumulative"})
            .field("keys", &WindowParams::keys)
            .records("aggregates", &WindowParams::aggregates, aggregateParams(), {.min = 1, .required = true})
            .field("limit", &WindowParams::limit, {.min = 1, .max = 100})
            .field("share", &WindowParams::share)
            .field("buffer", &WindowParams::buffer, {.max = 1 << 30})
            .field("start", &WindowParams::start)
            .field("path", &WindowParams::path)
            .field("password", &WindowParams::password)
            .field("labels", &WindowParams::labels);
    return params;
}

Json json(const char* text)
{
    const auto read = parseJson(text);
    CHECK(read);
    return *read;
}

std::string messageOf(const std::vector<Diagnostic>& diagnostics, const std::string& param)
{
    for (const Diagnostic& diagnostic : diagnostics)
        if (diagnostic.param == param) return diagnostic.message;
    return {};
}

}  // namespace

class TestParamSchema : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAllTypes();
    void takesDefaults();
    void listsEveryMistake();
    void requiresWhatIsVisible();
    void neverShowsSecrets();
    void survivesTheWire();
    void readsIntervals();
    void readsSizes();
    void readsTimes();
    void suggests();
};

void TestParamSchema::readsAllTypes()
{
    const auto values =
        windowParams().read(json(R"({ "kind": "hopping", "size": "10s", "slide": "500ms", "keys": ["a", "b"],
        "aggregates": [ { "function": "sum", "argument": "x + ${y}", "distinct": true }, {} ], "limit": 7,
          "share": 1,
        "buffer": "1KiB", "start": "1970-01-01T00:00:01Z", "path": "/tmp/a", "password": "${secret:db}",
        "labels": { "z": "1", "a": "2" }, "x_note": 5 })"));
    QVERIFY(static_cast<bool>(values));
    QCOMPARE(values->kind, std::string("hopping"));
    QVERIFY(values->size == std::chrono::seconds(10));
    QVERIFY(values->slide == std::chrono::milliseconds(500));
    QCOMPARE(values->keys.at(1).name, std::string("b"));
    QCOMPARE(values->aggregates.size(), std::size_t(2));
    QCOMPARE(values->aggregates[0].argument.source, std::string("x + ${y}"));
    QVERIFY(values->aggregates[0].distinct);
    QCOMPARE(values->aggregates[1].function, std::string("count"));
    QCOMPARE(values->limit, std::int64_t(7));
    QCOMPARE(values->share, 1.0);
    QCOMPARE(values->buffer.bytes, std::int64_t(1024));
    QCOMPARE(values->start.time_since_epoch().count(), std::int64_t(1'000'000));
    QCOMPARE(values->path.path, std::string("/tmp/a"));
    QCOMPARE(values->password.name, std::string("db"));
    QCOMPARE(values->labels, (TextMap{{"z", "1"}, {"a", "2"}}));
}

void TestParamSchema::takesDefaults()
{
    const auto values = windowParams().read(json(R"({ "size": "1s", "aggregates": [ {} ], "limit": null })"));
    QVERIFY(static_cast<bool>(values));
    QCOMPARE(values->limit, std::int64_t(10));
    QVERIFY(!values->slide.has_value());
    QCOMPARE(windowParams().schema()[7].fallback, Json("64MiB"));
    QVERIFY(windowParams().schema()[2].fallback.is_null());
    QVERIFY(windowParams().schema()[0].type == ParamType::Choice);
}

void TestParamSchema::listsEveryMistake()
{
    std::vector<Diagnostic> out;
    const WindowParams values = windowParams().readAll(
        json(
            R"({ "kind": "tumblin", "size": 5, "keys": "a", "limit": 101, "share": "0.5", "buffer": "2GiB",
              "start": "noon",
        "aggregates": [ { "function": "cuont" }, { "functoin": "sum", "argument": 5 }, 3,
          { "distinct": "true" } ],
        "labels": { "a": 1 }, "password": "hunter2", "lmit": 1 })"),
        out);
    const std::vector<std::pair<const char*, const char*>> expected{
        {"kind", "did you mean \"tumbling\""},
        {"size", "\"5s\" for seconds"},
        {"keys", "write [\"a\"]"},
        {"limit", "the largest value is 100"},
        {"share", "write 0.5 without the quotes"},
        {"buffer", "the largest value is 1GiB"},
        {"start", "is no time"},
        {"aggregates[0].function", "did you mean \"count\""},
        {"aggregates[1].functoin", "did you mean \"function\""},
        {"aggregates[1].argument", "write it in quotes: \"5\""},
        {"aggregates[2]", "An object of parameters"},
        {"aggregates[3].distinct", "write true without the quotes"},
        {"labels", "A text is expected"},
        {"password", "name of a secret"},
        {"lmit", "did you mean \"limit\""}};
    for (const auto& [param, part] : expected)
        QVERIFY2(contains(messageOf(out, param), part), (param + (": " + messageOf(out, param))).c_str());
    QCOMPARE(out.size(), expected.size());
    QCOMPARE(values.share, 0.5);
    const auto first = windowParams().read(json(R"({ "size": "-1s", "aggregates": [ {} ] })"));
    QVERIFY(!first);
    QCOMPARE(first.error().where, std::string("size"));
    QVERIFY(contains(first.error().message, "the smallest value is 1ms"));
    QVERIFY(!windowParams().read(json("[]")));
}

void TestParamSchema::requiresWhatIsVisible()
{
    std::vector<Diagnostic> out;
    checkParams(windowParams().schema(), json(R"({ "kind": "hopping", "aggregates": [] })"), out);
    QVERIFY(contains(messageOf(out, "size"), "missing") || contains(messageOf(out, "size"), "empty"));
    QVERIFY(contains(messageOf(out, "slide"), "missing"));
    QVERIFY(contains(messageOf(out, "aggregates"), "the smallest number of entries is 1"));
    out.clear();
    checkParams(windowParams().schema(), json(R"({ "size": "1s", "aggregates": [ {} ] })"), out);
    QVERIFY(out.empty());
}

void TestParamSchema::neverShowsSecrets()
{
    std::vector<Diagnostic> out;
    checkParams(windowParams().schema(),
                json(R"({ "size": "1s", "aggregates": [ {} ], "password": "hunter2" })"), out);
    QCOMPARE(out.size(), std::size_t(1));
    QVERIFY(!contains(out[0].message, "hunter2"));
}

void TestParamSchema::survivesTheWire()
{
    const ParamSchema& schema = windowParams().schema();
    const auto again = schemaFromJson(*parseJson(writeJson(schemaToJson(schema))));
    QVERIFY(static_cast<bool>(again));
    QVERIFY(*again == schema);
    QVERIFY(!schemaFromJson(json(R"([ { "name": "a", "type": "colour" } ])")));
}

void TestParamSchema::readsIntervals()
{
    const auto us = [](const char* text) { return parseInterval(text)->count(); };
    QCOMPARE(us("500ms"), 500'000);
    QCOMPARE(us("1.5s"), 1'500'000);
    QCOMPARE(us("5min"), 300'000'000);
    QCOMPARE(us("-2h"), -7'200'000'000);
    QCOMPARE(us("1d"), 86'400'000'000);
    QCOMPARE(us("7us"), 7);
    for (const char* text :
         {"", "s", "5", "5 weeks", "1e3s", "1..5s", "0.0000001s", "99999999999999d", "1.s", "--1s"})
        QVERIFY2(!parseInterval(text), text);
    QVERIFY(contains(parseInterval("5").error().message, "\"5s\""));
    for (const char* text : {"500ms", "90s", "5min", "25h", "3d", "0s", "-1500us"})
        QCOMPARE(formatInterval(*parseInterval(text)), std::string(text));
    QCOMPARE(formatInterval(std::chrono::seconds(3600)), std::string("1h"));
}

void TestParamSchema::readsSizes()
{
    QCOMPARE(*parseSize("64MiB"), std::int64_t(64) << 20);
    QCOMPARE(*parseSize("1.5KiB"), std::int64_t(1536));
    QCOMPARE(*parseSize("2MB"), std::int64_t(2'000'000));
    for (const char* text : {"", "64", "-1B", "0.5B", "1XiB", "99999999TiB"})
        QVERIFY2(!parseSize(text), text);
    QCOMPARE(formatSize(512 << 20), std::string("512MiB"));
    QCOMPARE(formatSize(1025), std::string("1025B"));
    QCOMPARE(formatSize(0), std::string("0B"));
}

void TestParamSchema::readsTimes()
{
    const auto us = [](const char* text) { return parseTime(text)->time_since_epoch().count(); };
    QCOMPARE(us("2024-05-01T12:00:00Z"), std::int64_t(1'714'564'800'000'000));
    QCOMPARE(us("2024-05-01 14:00:00.250+02:00"), std::int64_t(1'714'564'800'250'000));
    QCOMPARE(us("1970-01-02"), std::int64_t(86'400'000'000));
    for (const char* text :
         {"2024-02-30", "2024-05-01T12:00:00", "2024-05-01T25:00:00Z", "yesterday", "2024-05-01T12:00:00Zx"})
        QVERIFY2(!parseTime(text), text);
    for (const char* text :
         {"2024-05-01T12:00:00Z", "1969-12-31T23:59:59.999Z", "2000-01-01T00:00:00.000001Z"})
        QCOMPARE(formatTime(*parseTime(text)), std::string(text));
}

void TestParamSchema::suggests()
{
    const std::vector<std::string> names{"temperature", "pressure", "ts"};
    QCOMPARE(nearestName("temprature", names).value_or(""), std::string("temperature"));
    QCOMPARE(nearestName("Pressure", names).value_or(""), std::string("pressure"));
    QCOMPARE(nearestName("st", names).value_or(""), std::string("ts"));
    QVERIFY(!nearestName("humidity", names).has_value());
    QCOMPARE(didYouMean("presure", names), std::string(" (did you mean \"pressure\"?)"));
    QCOMPARE(didYouMean("x", {}), std::string());
}

STREAMWRIGHT_TEST(TestParamSchema)

}  // namespace tst_param_schema
#include "tst_param_schema.moc"
