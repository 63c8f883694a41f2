// labels: asan
#ifndef Q_MOC_RUN  // moc cannot read what these include
#include "sample_document.h"
#include "spec/resolve.h"

#include <random>
#endif

#include "test_main.h"

namespace tst_resolve {

using namespace engine;

namespace {

const ParamSchema kFilterSchema{{.name = "condition", .type = ParamType::Formula, .hints = {}}};

Overrides overridesWithSchemas()
{
    Overrides overrides;
    overrides.schemaOf = [](std::string_view component) {
        return component == "filter" ? &kFilterSchema : nullptr;
    };
    return overrides;
}

PipelineSpec parsed(const std::string& text)
{
    Parsed result = parsePipeline(text);
    for (const Diagnostic& diagnostic : result.diagnostics) qWarning("%s", sentence(diagnostic).c_str());
    CHECK(result.diagnostics.empty());
    return std::move(result.spec);
}

std::string documentOf(const std::string& members)
{
    return R"({"format":1,"id":"6d0f7a0e-8f0e-4a53-9d7e-0c5b7a0c9f11",)" + members + "}";
}

std::vector<std::string> edgesOf(const Resolved& resolved)
{
    std::vector<std::string> edges;
    for (const EdgeSpec& edge : resolved.spec.edges)
        edges.push_back(portText(edge.from) + ">" + portText(edge.to));
    return edges;
}

std::string allMessages(const Resolved& resolved)
{
    std::string text;
    for (const Diagnostic& diagnostic : resolved.diagnostics) text += sentence(diagnostic) + "\n";
    return text;
}

}  // namespace

class TestResolve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void resolvesTheSample();
    void replacesParameters();
    void leavesTextsInFormulas_data();
    void leavesTextsInFormulas();
    void ranksOverrides();
    void saysWhatIsWrong();
    void keepsSecretsInTheirPlace();
    void flattensNested();
    void refusesEndlessNesting();
    void leadsThroughGroups();
    void saysOnceWhatAGroupLacks();
    void takesOutDisabledNodes();
    void survivesMutations();
};

void TestResolve::resolvesTheSample()
{
    const Resolved resolved = resolve(parsed(sampleDocument()), overridesWithSchemas());
    QVERIFY2(resolved.diagnostics.empty(), allMessages(resolved).c_str());
    QCOMPARE(edgesOf(resolved),
             (std::vector<std::string>{"sensors.out>hot.in", "hot.out>clean/keep.in",
                                       "clean/keep.out>result.in"}));
    QCOMPARE(resolved.spec.find({"sensors"})->params->at("bootstrap_servers"), Json("localhost:9092"));
    QCOMPARE(resolved.spec.find({"hot"})->params->at("condition"), Json("temperature > ${limit}"));
    QCOMPARE(resolved.spec.find({"clean/keep"})->params->at("condition"),
             Json("temperature > ${clean__floor}"));
    QVERIFY(resolved.parameters.at("limit") == (ParameterValue{DataType::Float64, Json(80.0)}));
    QVERIFY(resolved.parameters.at("clean__floor") == (ParameterValue{DataType::Float64, Json(80.5)}));
    const Constants constants = toConstants(resolved.parameters);
    QVERIFY(constants.at("limit").value == decltype(Scalar::value)(80.0));
    QVERIFY(constants.at("kafka").value == decltype(Scalar::value)(std::string("localhost:9092")));
    QVERIFY(resolved.spec.groups.empty() && resolved.spec.subpipelines.empty());
}

void TestResolve::replacesParameters()
{
    const Resolved resolved = resolve(parsed(documentOf(R"("parameters": { "n": {"type":"bigint","default":5},
        "d": {"type":"double","default":2.5}, "b": {"type":"boolean","default":true},
          "s": {"type":"string","default":"${n}"} },
        "nodes": [ { "id": "a", "component": "c",
          "params": { "whole": "${n}", "text": "n=${n} d=${d} b=${b} s=${s}",
        "literal": "cost $${n} $", "secret": "${secret:key}/${n}", "list": [ { "x": "${d}" } ],
          "x_mine": "${unknown}" } } ])")));
    QVERIFY2(resolved.diagnostics.empty(), allMessages(resolved).c_str());
    const Json& params = resolved.spec.nodes[0].params;
    QCOMPARE(params["whole"], Json(5));
    QCOMPARE(params["text"], Json("n=5 d=2.5 b=true s=${n}"));
    QCOMPARE(params["literal"], Json("cost ${n} $"));
    QCOMPARE(params["secret"], Json("${secret:key}/5"));
    QCOMPARE(params["list"][0]["x"], Json(2.5));
    QCOMPARE(params["x_mine"], Json("${unknown}"));
}

void TestResolve::leavesTextsInFormulas_data()
{
    QTest::addColumn<QString>("formula");
    QTest::addColumn<QString>("value");  // of the formula
    QTest::addColumn<QString>("warning");
    QTest::newRow("value") << "${s} || '!'" << "five!" << QString();
    QTest::newRow("escaped") << "'$${s} is ' || ${s}" << "${s} is five" << QString();
    QTest::newRow("escaped, unknown") << "'$${other}'" << "${other}" << QString();
    QTest::newRow("escaped, one more dollar") << "'$$${s}'" << "$${s}" << QString();
    QTest::newRow("in quotes") << "'${s}' || ${s}" << "${s}five"
                               << "${s} is text here, for it stands in quotes. Write ${s} without quotes";
    QTest::newRow("between quotes") << "'a' || ${s} || 'b'" << "afiveb" << QString();
    QTest::newRow("behind a quote in quotes") << "'it''s ' || ${s}" << "it's five" << QString();
    QTest::newRow("in a comment") << "/* it's */ ${s} || ' -- ' || ${s}" << "five -- five" << QString();
}

// At the top, and inside a use of a subpipeline, where a parameter has another name among the constants.
void TestResolve::leavesTextsInFormulas()
{
    QFETCH(QString, formula);
    QFETCH(QString, value);
    QFETCH(QString, warning);
    const std::string node = R"({ "id": "f", "component": "filter", "params": { "condition": ")" +
        formula.toStdString() + R"(" } })";
    const std::string parameters = R"("parameters": { "s": {"type": "string", "default": "five"} })";
    for (const std::string& members :
         {parameters + R"(, "nodes": [ )" + node + " ]",
          R"("nodes": [ { "id": "use", "component": "subpipeline:inner" } ],
             "subpipelines": { "inner": { )" +
              parameters + R"(, "nodes": [ )" + node + " ] } }"}) {
        const Resolved resolved = resolve(parsed(documentOf(members)), overridesWithSchemas());
        QVERIFY2(resolved.runnable(), allMessages(resolved).c_str());
        QCOMPARE(resolved.diagnostics.size(), std::size_t(warning.isEmpty() ? 0 : 1));
        for (const Diagnostic& diagnostic : resolved.diagnostics) {
            QVERIFY(diagnostic.severity == Diagnostic::Warning && diagnostic.param == "condition");
            QVERIFY2(contains(diagnostic.message, warning.toStdString().c_str()), diagnostic.message.c_str());
        }
        const auto text = resolved.spec.nodes[0].params->at("condition").get<std::string>();
        const auto checked = Expression::check(text, Schema({}), toConstants(resolved.parameters));
        QVERIFY2(std::holds_alternative<Expression>(checked), text.c_str());
        QCOMPARE(std::get<std::string>(std::get<Expression>(checked).constantValue()->value),
                 value.toStdString());
    }
}

void TestResolve::ranksOverrides()
{
    const PipelineSpec spec =
        parsed(documentOf(R"("parameters": { "n": {"type":"bigint","default":1}, "s": {"type":"string"},
        "b": {"type":"boolean","default":false} },
          "nodes": [ { "id": "a", "component": "c", "params": { "n": "${n}", "s": "${s}" } } ])"));
    Overrides overrides;
    overrides.environment = *parseJson(R"({"parameters": {"n": 2, "s": "env"}})");
    QCOMPARE(*resolve(spec, overrides).spec.nodes[0].params, *parseJson(R"({"n": 2, "s": "env"})"));
    overrides.environment = *parseJson(R"({"n": 2, "s": "plain"})");
    overrides.values = {{"n", "3"}, {"b", "true"}};
    overrides.id = "00000000-0000-0000-0000-000000000001";
    const Resolved resolved = resolve(spec, overrides);
    QVERIFY2(resolved.diagnostics.empty(), allMessages(resolved).c_str());
    QCOMPARE(*resolved.spec.nodes[0].params, *parseJson(R"({"n": 3, "s": "plain"})"));
    QCOMPARE(resolved.parameters.at("b").value, Json(true));
    QCOMPARE(resolved.spec.id, overrides.id);
    QVERIFY(*parseSetting("a=b=c") == (std::pair<std::string, std::string>("a", "b=c")));
    QVERIFY(!parseSetting("a") && !parseSetting("=a"));
}

void TestResolve::saysWhatIsWrong()
{
    PipelineSpec spec = parsed(documentOf(
        R"("parameters": { "limit": {"type":"double"}, "host": {"type":"string"}, "on": {"type":"boolean"} },
        "nodes": [ { "id": "a", "component": "filter",
          "params": { "condition": "x > ${limt}", "p": "${hots}", "q": "${open" } } ])"));
    spec.id.clear();
    Overrides overrides = overridesWithSchemas();
    overrides.environment = *parseJson(R"({"hosst": "h", "limit": "80"})");
    overrides.values = {{"on", "yes"}, {"of", "1"}};
    const Resolved resolved = resolve(spec, overrides);
    const std::string messages = allMessages(resolved);
    for (const char* part :
         {"has no id", "no parameter \"hosst\" (did you mean \"host\"?)", "write 80 without the quotes",
          "\"yes\" is no boolean; write true or false", "no parameter \"of\"", "\"host\" has no value",
          "node \"a\", condition: There is no parameter \"limt\" (did you mean \"limit\"?)",
          "node \"a\", p: There is no parameter \"hots\"", "node \"a\", q: A ${ is never closed"})
        QVERIFY2(contains(messages, part), (part + ("\n" + messages)).c_str());
    QCOMPARE(resolved.diagnostics.size(), std::size_t(9));
    QVERIFY(!resolved.runnable());
    QVERIFY(contains(messageAt(resolved.diagnostics, "nodes[0].params.condition"), "limt"));
    std::vector<Diagnostic> both = resolved.diagnostics;
    addDiagnostics(both, resolved.diagnostics);
    QCOMPARE(both.size(), resolved.diagnostics.size());
}

void TestResolve::keepsSecretsInTheirPlace()
{
    const ParamSchema schema{
        {.name = "password", .type = ParamType::Secret, .hints = {}},
        {.name = "path", .type = ParamType::Path, .hints = {}},
        {.name = "headers", .type = ParamType::Map, .hints = {}},
        {.name = "users",
         .type = ParamType::Records,
         .hints = {},
         .fields = {{.name = "password", .type = ParamType::Secret, .hints = {}},
                    {.name = "name", .type = ParamType::Text, .hints = {}}}},
        {.name = "condition", .type = ParamType::Formula, .hints = {}},
    };
    Overrides overrides;
    overrides.schemaOf = [&](std::string_view) { return &schema; };
    const auto of = [&](const std::string& params) {
        return resolve(parsed(documentOf(R"("parameters": { "p": {"type":"string","default":"${secret:db}"} },
            "nodes": [ { "id": "a", "component": "c", "params": )" +
                                         params + " } ]")),
                       overrides);
    };
    const Resolved right = of(R"({ "password": "${secret:db}", "users": [ { "password": "${p}" } ],
        "path": "$${secret:db}", "x_note": "${secret:db}" })");
    QVERIFY2(right.diagnostics.empty(), allMessages(right).c_str());
    QCOMPARE(right.spec.nodes[0].params->at("password"), Json("${secret:db}"));
    QCOMPARE(right.spec.nodes[0].params->at("users")[0]["password"], Json("${secret:db}"));
    QCOMPARE(right.spec.nodes[0].params->at("path"), Json("${secret:db}"));
    const Resolved wrong = of(R"({ "path": "/tmp/${secret:db}", "headers": { "auth": "${secret:db}" },
        "users": [ { "name": "${p}" } ], "condition": "x = '${secret:db}'" })");
    QCOMPARE(wrong.diagnostics.size(), std::size_t(4));
    for (const char* param : {"path", "headers.auth", "users[0].name", "condition"}) {
        const auto found = std::find_if(wrong.diagnostics.begin(), wrong.diagnostics.end(),
                                        [&](const Diagnostic& each) { return each.param == param; });
        QVERIFY2(found != wrong.diagnostics.end(), param);
        QVERIFY2(contains(found->message, "A secret cannot stand here"), found->message.c_str());
    }
}

void TestResolve::flattensNested()
{
    const Resolved resolved =
        resolve(parsed(documentOf(R"("parameters": { "top": {"type":"bigint","default":3} },
        "nodes": [ {"id":"s","component":"gen"},
          {"id":"one","component":"subpipeline:outer","params":{"k":"${top}"},"parallelism":4},
                   {"id":"two","component":"subpipeline:outer","params":{}} ],
        "edges": [ ["s.out","one.in"], ["one.out","two.in"] ],
        "subpipelines": {
          "outer": { "parameters": {"k": {"type":"bigint","default":1}}, "inputs": {"in":"x.in"},
            "outputs": {"out":"x.out"},
                     "nodes": [ {"id":"x","component":"subpipeline:inner","params":{"k":"${k}"}} ] },
          "inner": { "parameters": {"k": {"type":"bigint"}}, "inputs": {"in":"f.in"},
            "outputs": {"out":"g.out"},
                     "nodes": [ {"id":"f","component":"filter","params":{"condition":"a > ${k}"}},
                                {"id":"g","component":"c","params":{"n":"${k}"},"parallelism":2} ],
                     "edges": [ ["f.out","g.in"] ] } })")),
                overridesWithSchemas());
    QVERIFY2(resolved.diagnostics.empty(), allMessages(resolved).c_str());
    QCOMPARE(edgesOf(resolved),
             (std::vector<std::string>{"one/x/f.out>one/x/g.in", "two/x/f.out>two/x/g.in", "s.out>one/x/f.in",
                                       "one/x/g.out>two/x/f.in"}));
    QCOMPARE(resolved.spec.find({"one/x/g"})->params->at("n"), Json(3));
    QCOMPARE(resolved.spec.find({"two/x/g"})->params->at("n"), Json(1));
    QCOMPARE(resolved.spec.find({"two/x/f"})->params->at("condition"), Json("a > ${two__x__k}"));
    QCOMPARE(resolved.parameters.at("two__x__k").value, Json(1));
    QCOMPARE(resolved.spec.find({"one/x/f"})->parallelism, 4);
    QCOMPARE(resolved.spec.find({"one/x/g"})->parallelism, 2);
    const Resolved wrong = resolve(parsed(
        documentOf(R"("nodes": [ {"id":"s","component":"gen"}, {"id":"u","component":"subpipeline:d"} ],
        "edges": [ ["s.out","u.inn"] ], "subpipelines": { "d": { "parameters": {"k": {"type":"bigint"}},
          "inputs": {"in":"f.in"},
        "nodes": [ {"id":"f","component":"c"} ] } })")));
    QVERIFY(contains(allMessages(wrong), "\"u\" has no input \"inn\" (did you mean \"in\"?)"));
    QVERIFY(contains(allMessages(wrong), "node \"u\", k: The parameter \"k\" has no value."));
}

void TestResolve::refusesEndlessNesting()
{
    const Resolved own = resolve(parsed(documentOf(R"("nodes": [ {"id":"u","component":"subpipeline:d"} ],
        "subpipelines": { "d": { "nodes": [ {"id":"v","component":"subpipeline:d"} ] } })")));
    QVERIFY(contains(allMessages(own), "contains itself"));
    std::string definitions;
    for (int i = 0; i < 30; ++i) {
        const std::string next = "\"component\":\"subpipeline:d" + std::to_string(i + 1) + "\"";
        definitions += (i > 0 ? ",\"d" : "\"d") + std::to_string(i) + R"(":{"nodes":[{"id":"a",)" + next +
            R"(},{"id":"b",)" + next + "}]}";
    }
    definitions += R"(,"d30":{"nodes":[]})";
    const Resolved doubled = resolve(parsed(documentOf(
        R"("nodes":[{"id":"u","component":"subpipeline:d0"}],"subpipelines":{)" + definitions + "}")));
    QVERIFY(contains(allMessages(doubled), "more than 10000 nodes"));
    QCOMPARE(doubled.diagnostics.size(), std::size_t(1));
}

void TestResolve::leadsThroughGroups()
{
    const Resolved resolved =
        resolve(parsed(documentOf(R"("nodes": [ {"id":"a","component":"c"}, {"id":"b","component":"c"} ],
        "edges": [ ["a.out","g.into"] ], "groups": [ {"id":"g","nodes":["b"],"ports":{"into":"b.in"}} ])")));
    QVERIFY2(resolved.diagnostics.empty(), allMessages(resolved).c_str());
    QCOMPARE(edgesOf(resolved), std::vector<std::string>{"a.out>b.in"});
}

// Once, though the reader comes upon it and so does who follows the edges.
void TestResolve::saysOnceWhatAGroupLacks()
{
    const auto said = [](const char* edge) {
        Parsed result = parsePipeline(
            documentOf(R"("nodes": [ {"id":"a","component":"c"}, {"id":"b","component":"c"} ],
            "edges": [ ["a.out","b.in"], )" +
                       std::string(edge) +
                       R"(], "groups": [ {"id":"g","nodes":["b"],"ports":{"into":"b.in"}} ])"));
        std::vector<Diagnostic> all = result.diagnostics;
        addDiagnostics(all, resolve(result.spec).diagnostics);
        std::string sentences;
        for (const Diagnostic& diagnostic : all) sentences += sentence(diagnostic) + "\n";
        return sentences;
    };
    QCOMPARE(said(R"(["g.zz","b.in"])"),
             std::string("edges[1][0]: The group \"g\" has no port \"zz\".\n"));
    QCOMPARE(said(R"(["a.out","g.zz"])"),
             std::string("edges[1][1]: The group \"g\" has no port \"zz\".\n"));
}

void TestResolve::takesOutDisabledNodes()
{
    const Resolved resolved = resolve(parsed(
        documentOf(R"("nodes": [ {"id":"a","component":"c"}, {"id":"off","component":"c","disabled":true,
        "params":{"p":"${unknown}"}}, {"id":"off2","component":"c","disabled":true},
          {"id":"b","component":"c"}, {"id":"r","component":"c"} ],
        "edges": [ ["a.out","off.in"], ["off.out","off2.in"], ["off2.out","b.in"],
          ["off.rejected","r.in"] ])")));
    QVERIFY2(resolved.diagnostics.empty(), allMessages(resolved).c_str());
    QCOMPARE(edgesOf(resolved), std::vector<std::string>{"a.out>b.in"});
    QCOMPARE(resolved.spec.nodes.size(), std::size_t(3));
    const Resolved join = resolve(parsed(
        documentOf(R"("nodes": [ {"id":"a","component":"c"}, {"id":"j","component":"c","disabled":true},
        {"id":"b","component":"c"} ], "edges": [ ["a.out","j.left"], ["a.out","j.right"],
          ["j.out","b.in"] ])")));
    QVERIFY(edgesOf(join).empty());
    QVERIFY(join.runnable());
    QCOMPARE(join.diagnostics.size(), std::size_t(1));
}

void TestResolve::survivesMutations()
{
    const std::string good = sampleDocument();
    std::mt19937 random(77);
    int resolvedCount = 0;
    for (int round = 0; round < 200; ++round) {
        std::string text = good;
        const std::size_t at = random() % text.size();
        if (random() % 2 == 0)
            text[at] = static_cast<char>(32 + random() % 95);
        else
            text.insert(at, text.substr(random() % text.size(), random() % 20));
        const Parsed result = parsePipeline(text);
        Overrides overrides = overridesWithSchemas();
        overrides.values = {{"limit", "5"}};
        const Resolved resolved = resolve(result.spec, overrides);
        resolvedCount += resolved.runnable() ? 1 : 0;
        for (const NodeSpec& node : resolved.spec.nodes) QVERIFY(!node.disabled);
    }
    QVERIFY(resolvedCount > 20);
}

STREAMWRIGHT_TEST(TestResolve)

}  // namespace tst_resolve
#include "tst_resolve.moc"
