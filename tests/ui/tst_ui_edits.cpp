#include "fake_transport.h"
#include "ui/document/clip.h"
#include "ui/document/views.h"
#include "ui/graph/auto_layout.h"
#include "ui/plain_text.h"
#include "test_main.h"

namespace tst_ui_edits {

using namespace engine;
using namespace ui;

// Edits as functions of a document's value, and parts of documents as text.
class UiEdits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void idsAreFreeAndValid();
    void removingReconnects();
    void removingLeavesNothingBehind();
    void insertingMakesRoom();
    void tidyKeepsOrderAndCorner();
    void remarksKeepWhatTheySay();
    void clipIsADocument();
    void clipTakesAnything();
    void clipKeepsTheUnknown();
    void textsAreNeverMarkup();
    void layoutOfTheFileIsKept();
};

namespace {

const ComponentInfo& info(const std::vector<ComponentInfo>& all, const std::string& id)
{
    return *std::find_if(all.begin(), all.end(), [&](const ComponentInfo& one) { return one.id == id; });
}

bool has(const DocumentState& state, const EdgeSpec& edge)
{
    return std::find(state.spec.edges.begin(), state.spec.edges.end(), edge) != state.spec.edges.end();
}

}  // namespace

void UiEdits::idsAreFreeAndValid()
{
    PipelineSpec spec = fake::hotMachines();
    const auto freeId = [&spec](const std::string& title) { return edits::FreeIds(spec).take(title); };
    QCOMPARE(freeId("Per second").value, std::string("per_second_2"));
    QCOMPARE(freeId("Hot").value, std::string("hot_2"));
    QCOMPARE(freeId("42 things").value, std::string("node_42_things"));
    QCOMPARE(freeId("تصفية 🙂").value, std::string("node"));
    QCOMPARE(freeId("").value, std::string("node"));
    QVERIFY(freeId(std::string(10'000, 'x')).value.size() < 64);
    spec.groups.push_back({"line", "Line", {}, {}, Json::object()});
    QCOMPARE(freeId("Line").value, std::string("line_2"));
    edits::FreeIds several(spec);
    QCOMPARE(several.take("Hot").value, std::string("hot_2"));
    QCOMPARE(several.take("hot_2").value, std::string("hot_3"));
    QCOMPARE(several.take("New").value, std::string("new"));
    QCOMPARE(several.take("New").value, std::string("new_2"));
    DocumentState state = stateFromSpec(spec);
    const auto all = fake::catalog();
    for (int i = 1; i <= 3; ++i) (void)edits::addNode(state, info(all, "window"), {0, 0});
    QCOMPARE(state.spec.nodes.back().id.value, std::string("window_3"));
    QCOMPARE(state.spec.nodes.back().title, std::string("Window 3"));
}

void UiEdits::removingReconnects()
{
    DocumentState state = stateFromSpec(fake::hotMachines());
    edits::removeNodes(state, {NodeId{"hot"}}, true);
    QVERIFY(has(state, fake::link("sensors", "all")));
    edits::removeNodes(state, {NodeId{"per_second"}, NodeId{"too_hot"}}, true);
    QVERIFY(has(state, fake::link("all", "screen")));
    QVERIFY(has(state, fake::link("all", "hot_sensors")));
    edits::removeNodes(state, {NodeId{"known"}}, false);
    QVERIFY(!has(state, fake::link("machines", "all")));
}

void UiEdits::removingLeavesNothingBehind()
{
    PipelineSpec spec = fake::hotMachines();
    spec.groups.push_back({"line", "Line", {NodeId{"hot"}, NodeId{"known"}}, {}, Json::object()});
    spec.groups[0].ports = {{"out", {NodeId{"hot"}, "out"}}};
    DocumentState state = stateFromSpec(spec);
    edits::addView(state, {{NodeId{"hot"}, "out"}, "ts", {"temperature"}, "", {}});
    edits::removeNodes(state, {NodeId{"hot"}}, false);
    QCOMPARE(state.spec.groups[0].nodes.size(), std::size_t{1});
    QVERIFY(state.spec.groups[0].ports.empty());
    QVERIFY(state.spec.views.is_null());
    QVERIFY(!state.layout.contains(NodeId{"hot"}));
    QCOMPARE(state.layout.size(), spec.nodes.size() - 1);  // all others have their places now
}

void UiEdits::insertingMakesRoom()
{
    DocumentState state = stateFromSpec(fake::hotMachines());
    const auto all = fake::catalog();
    const NodeId added = edits::addNode(state, info(all, "sample"), {300, 0});
    const Layout before = state.layout;
    edits::insertOnEdge(state, fake::link("all", "per_second"), {added, "in"}, {added, "out"});
    QVERIFY(has(state, fake::link("all", added.value)));
    QVERIFY(has(state, fake::link(added.value, "per_second")));
    QVERIFY(!has(state, fake::link("all", "per_second")));
    const NodeId window{"per_second"}, screen{"screen"}, sensors{"sensors"};
    QVERIFY(state.layout.at(added).x() >= state.layout.at(NodeId{"all"}).x() + kNodeWidth);
    QVERIFY(state.layout.at(window).x() >= state.layout.at(added).x() + kNodeWidth + kColumnGap);
    QCOMPARE(state.layout.at(screen).x() - state.layout.at(window).x(),
             before.at(screen).x() - before.at(window).x());
    QCOMPARE(state.layout.at(sensors), before.at(sensors));
}

void UiEdits::tidyKeepsOrderAndCorner()
{
    DocumentState state = stateFromSpec(fake::hotMachines());
    edits::moveNodes(state, {{NodeId{"hot"}, {900, 800}}, {NodeId{"known"}, {880, 100}}});
    const Layout before = state.layout;
    edits::tidy(state, {NodeId{"hot"}, NodeId{"known"}});
    QCOMPARE(state.layout.at(NodeId{"known"}), QPointF(880, 100));
    QCOMPARE(state.layout.at(NodeId{"hot"}).x(), 880.0);
    QVERIFY(state.layout.at(NodeId{"hot"}).y() > 100);
    QCOMPARE(state.layout.at(NodeId{"all"}), before.at(NodeId{"all"}));
    // What stood above stays above.
    edits::moveNodes(state, {{NodeId{"sensors"}, {0, 900}}, {NodeId{"machines"}, {0, 100}}});
    edits::tidy(state, {});
    QVERIFY(state.layout.at(NodeId{"sensors"}).y() > state.layout.at(NodeId{"machines"}).y());
    QVERIFY(state.layout.at(NodeId{"hot"}).y() > state.layout.at(NodeId{"known"}).y());
}

void UiEdits::remarksKeepWhatTheySay()
{
    PipelineSpec spec = fake::hotMachines();
    spec.notes =
        Json::parse(R"([{"text":"a","at":[0,0],"size":[200,80],"x_by":"Ann"},7,{"text":"b","at":[9,9]}])");
    DocumentState state = stateFromSpec(spec);
    QCOMPARE(remarksOf(state.spec).size(), std::size_t{2});
    edits::setRemark(state, {RemarkKind::Note, 0}, {"<b>c</b>", QRectF(8, 8, 200, 80)});
    QCOMPARE(state.spec.notes[0]["x_by"].get<std::string>(), std::string("Ann"));
    QCOMPARE(state.spec.notes[1].get<int>(), 7);
    edits::removeRemarks(state, {{RemarkKind::Note, 0}, {RemarkKind::Note, 2}});
    QCOMPARE(state.spec.notes.size(), std::size_t{1});
    const auto frame = edits::addRemark(state, RemarkKind::Frame, {"Line 3", QRectF(0, 0, 10, 10)});
    QVERIFY(frame.has_value());
    QCOMPARE(remarkOf(state.spec, *frame)->rect.width(), kRemarkLeast);
    edits::removeRemarks(state, {*frame});
    QVERIFY(state.spec.frames.is_null());
}

void UiEdits::clipIsADocument()
{
    PipelineSpec spec = fake::hotMachines();
    spec.parameters.push_back({"limit", "double", 80, "", "", Json::object()});
    spec.parameters.push_back({"other", "double", 1, "", "", Json::object()});
    spec.nodes[2].params.set("condition", "temperature > ${limit}");
    const DocumentState state = stateFromSpec(spec);
    const Clip clip = makeClip(state, {NodeId{"hot"}, NodeId{"all"}}, {});
    const std::string text = writeClip(clip, {});
    const Parsed parsed = parsePipeline(text);
    QVERIFY(!hasProblem(parsed.diagnostics) || parsed.spec.nodes.size() == 2);
    const auto read = readClip(text);
    QVERIFY(read);
    QCOMPARE(read->state.spec.nodes.size(), std::size_t{2});
    QCOMPARE(read->inputs.size(), std::size_t{2});

    DocumentState into = stateFromSpec(fake::hotMachines());
    const auto pasted = edits::paste(into, *read, {40, 400}, true);
    QCOMPARE(pasted.nodes, (edits::Nodes{NodeId{"all_2"}, NodeId{"hot_2"}}));
    QVERIFY(has(into, fake::link("hot_2", "all_2")));
    QVERIFY(has(into, fake::link("sensors", "hot_2")));
    QVERIFY(has(into, fake::link("known", "all_2")));
    QCOMPARE(into.spec.parameters.size(), std::size_t{1});
    QCOMPARE(into.layout.at(NodeId{"hot_2"}), into.layout.at(NodeId{"hot"}) + QPointF(40, 400));
    DocumentState alone = stateFromSpec({});
    (void)edits::paste(alone, *read, {}, true);
    QCOMPARE(alone.spec.edges, std::vector<EdgeSpec>{fake::link("hot", "all")});
}

void UiEdits::clipTakesAnything()
{
    const std::string deep = std::string(5000, '[') + std::string(5000, ']');
    for (const std::string& text :
         {std::string(), std::string("hello"), std::string("{}"), std::string("[1,2]"),
          std::string("{\"nodes\":7}"), std::string("\0\1\2", 3), std::string("<html>"), deep,
          std::string("{\"nodes\":[{}"), std::string("\xff\xfe")})
        QVERIFY2(!readClip(text), text.c_str());
    // Ids that cannot be, or that are there twice, become ones that can.
    const auto odd = readClip(R"({"format":1,"nodes":[{"id":"../x","component":"filter"},
        {"id":"A B","component":"filter"},{"id":"ok","component":"none_such"}],
        "edges":[["ok.out","nowhere.in"]],"layout":{"ok":"here"},"notes":{"a":1}})");
    QVERIFY(odd);
    DocumentState state = stateFromSpec({});
    const auto pasted = edits::paste(state, *odd, {}, true);
    QCOMPARE(pasted.nodes.size(), state.spec.nodes.size());
    for (const NodeSpec& node : state.spec.nodes)
        QVERIFY2(node.id.value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
                     std::string::npos,
                 node.id.value.c_str());
}

void UiEdits::clipKeepsTheUnknown()
{
    PipelineSpec spec;
    NodeSpec strange =
        fake::makeNode("strange", "from_the_future", "Strange", {{"a", {1, 2, {{"b", nullptr}}}}});
    strange.extra["colour"] = "red";
    strange.extra["x_owner"] = "Ann";
    spec.nodes.push_back(strange);
    const auto read = readClip(writeClip(makeClip(stateFromSpec(spec), {strange.id}, {}), {}));
    QVERIFY(read);
    QVERIFY(read->state.spec.nodes.front() == strange);
}

void UiEdits::textsAreNeverMarkup()
{
    QCOMPARE(plainLine(QStringLiteral("a\nb\tc\x01")), QStringLiteral("a b c "));
    QCOMPARE(plainLine(QStringLiteral("ab\u202Ecd")), QStringLiteral("abcd"));
    QCOMPARE(plainLine(QString(10'000, QLatin1Char('x'))).size(), 201);
    const QString emoji = QStringLiteral("🙂");
    QCOMPARE(plainLine(emoji + emoji, 3), emoji + QChar(0x2026));
    QVERIFY(!plainToolTip(QStringLiteral("<img src=x>")).contains(QStringLiteral("<img")));
    QCOMPARE(plainToolTip(QStringLiteral("a < b")), QStringLiteral("a < b"));
}

void UiEdits::layoutOfTheFileIsKept()
{
    PipelineSpec spec = fake::hotMachines();
    spec.layout = Json::parse(R"({"x_zoom":2,"known":[10,20],"hot":[1,2],"gone":[5,5],"sensors":"left"})");
    DocumentState state = stateFromSpec(spec);
    edits::moveNodes(state, {{NodeId{"hot"}, {8, 16}}});
    const Json written = specFromState(state).layout;
    QCOMPARE(written["x_zoom"].get<int>(), 2);
    QCOMPARE(compactJson(written["known"]), compactJson(Json::array({10, 20})));
    QCOMPARE(compactJson(written["hot"]), compactJson(Json::array({8, 16})));
    QCOMPARE(compactJson(written["gone"]), compactJson(Json::array({5, 5})));
    QCOMPARE(written.begin().key(), std::string("x_zoom"));
}

STREAMWRIGHT_WINDOW_TEST(UiEdits)

}  // namespace tst_ui_edits
#include "tst_ui_edits.moc"
