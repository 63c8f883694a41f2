#include "base/env.h"
#include "fake_transport.h"
#include "spec/settings_schema.h"
#include "ui/document/clip.h"
#include "ui/document/parameter_edits.h"
#include "ui/document/views.h"
#include "ui/graph/graph_scene.h"
#include "test_main.h"

namespace tst_ui_random_edits {

using namespace engine;
using namespace ui;

// Thousands of edits by chance, alone and as parts of one step, each step undone and done again: the text of
// the document and what the scene shows are the same every time.
class UiRandomEdits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void undoAndRedoAreExact_data();
    void undoAndRedoAreExact();

private:
    void change(DocumentState& state);
    NodeId anyNode(const DocumentState& state);
    void changeNodes(DocumentState& state);
    void changeRemarks(DocumentState& state);
    void changeHead(DocumentState& state);
    void changeViews(DocumentState& state);
    void makeStep(PipelineDocument& document);
    void goOn(PipelineDocument& document);
    static std::string textOf(const PipelineDocument& document)
    {
        return writePipeline(specFromState(document.state()));
    }
    void compare(const GraphScene& scene, const PipelineDocument& document);

    const std::vector<ComponentInfo> m_catalog = fake::catalog();
    Random m_random{1};
    int m_mergeKey = -1;                // of the step that is being made
    DocumentState m_before;             // that step
    std::map<std::string, int> m_done;  // how often the less usual came about
    Clip m_clip;
};

NodeId UiRandomEdits::anyNode(const DocumentState& state)
{
    if (state.spec.nodes.empty()) return NodeId{"none"};
    return state.spec.nodes[m_random.below(state.spec.nodes.size())].id;
}

void UiRandomEdits::changeNodes(DocumentState& state)
{
    const NodeId node = anyNode(state), other = anyNode(state);
    const auto& edges = state.spec.edges;
    const double x = static_cast<double>(m_random.below(2000)), y = static_cast<double>(m_random.below(900));
    switch (m_random.below(10)) {
    case 0: edits::connect(state, {{node, "out"}, {other, "in"}}, m_random.below(2) == 0); break;
    case 1:
        if (!edges.empty()) edits::disconnect(state, edges[m_random.below(edges.size())]);
        break;
    case 2: edits::moveNodes(state, {{node, {x, y}}, {other, {y + 0.125, x}}}); break;
    case 3: edits::rename(state, node, std::string(m_random.below(40), 'a') + "<b>é🙂\u0001\"\\"); break;
    case 4: edits::setParam(state, node, "p" + std::to_string(m_random.below(4)), Json(x / 7)); break;
    case 5: edits::setParam(state, node, "p" + std::to_string(m_random.below(4)), nullptr); break;
    case 6: edits::setDisabled(state, {node, other}, m_random.below(2) == 0); break;
    case 7: edits::tidy(state, m_random.below(2) ? edits::Nodes{} : edits::Nodes{node, other}); break;
    case 8:
        edits::align(state, {node, other, anyNode(state)}, static_cast<edits::Alignment>(m_random.below(4)));
        break;
    default:
        if (!edges.empty())
            edits::insertOnEdge(state, edges[m_random.below(edges.size())], {node, "in"}, {node, "out"});
    }
}

void UiRandomEdits::changeRemarks(DocumentState& state)
{
    const RemarkKind kind = m_random.below(2) ? RemarkKind::Note : RemarkKind::Frame;
    const Remark remark{"text " + std::to_string(m_random.below(99)),
                        QRectF(m_random.below(99), 8, 240.5, 80)};
    const auto remarks = remarksOf(state.spec);
    if (remarks.size() < 4) {
        (void)edits::addRemark(state, kind, remark);
        return;
    }
    auto any = remarks.begin();
    std::advance(any, static_cast<std::ptrdiff_t>(m_random.below(remarks.size())));
    if (m_random.below(2))
        edits::setRemark(state, any->first, remark);
    else
        edits::removeRemarks(state, {any->first});
}

// Parameters and settings.
void UiRandomEdits::changeHead(DocumentState& state)
{
    if (m_random.below(3) == 0) {
        const std::vector<Json> values{Json(), Json(static_cast<int>(m_random.below(9))), Json("never"),
                                       Json("7s"), Json("no value")};
        const auto& fields = settingsSchema();
        ++m_done["settings"];
        return setSetting(state.spec.settings, fields[m_random.below(fields.size())].name,
                          values[m_random.below(values.size())]);
    }
    Json rows = parametersToForm(state.spec);
    if (rows.size() < 4 && m_random.below(2))
        rows.push_back({{"name", "q" + std::to_string(m_random.below(99))}, {"type", "double"}});
    else if (!rows.empty() && m_random.below(3) == 0)
        rows.erase(m_random.below(rows.size()));
    else if (!rows.empty())
        rows[m_random.below(rows.size())][m_random.below(2) ? "name" : "unit"] =
            "r" + std::to_string(m_random.below(99));
    edits::setParameters(state, rows, [](std::string_view) { return nullptr; });
    ++m_done["parameters"];
}

void UiRandomEdits::changeViews(DocumentState& state)
{
    const ChartView view{{anyNode(state), "out"}, "ts", {"y" + std::to_string(m_random.below(9))}, "k", "°C"};
    const auto views = viewsOf(state.spec);
    const Threshold threshold{static_cast<double>(m_random.below(900)) / 7, Threshold::Below, "<low>",
                              Threshold::Critical};
    ++m_done["views"];
    if (views.size() < 3) return (void)edits::addView(state, view);
    auto any = views.begin();
    std::advance(any, static_cast<std::ptrdiff_t>(m_random.below(views.size())));
    const auto& thresholds = any->second.thresholds;
    switch (m_random.below(thresholds.empty() ? 3 : 5)) {
    case 0: edits::removeView(state, any->first); break;
    case 1: edits::setView(state, any->first, view); break;
    case 2:
        if (thresholds.size() < 4) (void)edits::addThreshold(state, any->first, threshold);
        break;
    case 3: edits::setThreshold(state, any->first, thresholds.begin()->first, threshold); break;
    default: edits::removeThreshold(state, any->first, thresholds.begin()->first);
    }
}

void UiRandomEdits::change(DocumentState& state)
{
    const bool isFull = state.spec.nodes.size() > 24;
    switch (m_random.below(10)) {
    case 8: changeHead(state); break;
    case 9: changeViews(state); break;
    case 0:
        if (!isFull)
            (void)edits::addNode(state, m_catalog[m_random.below(m_catalog.size())],
                                 {static_cast<double>(m_random.below(1000)), 16});
        break;
    case 1:
        if (isFull || m_random.below(3) == 0)
            edits::removeNodes(state, {anyNode(state), anyNode(state)}, m_random.below(2) == 0);
        break;
    case 2: m_clip = makeClip(state, {anyNode(state), anyNode(state)}, {{RemarkKind::Note, 0}}); break;
    case 3:
        if (!isFull) (void)edits::paste(state, m_clip, {24, 24}, m_random.below(2) == 0);
        break;
    case 4: changeRemarks(state); break;
    default: changeNodes(state);
    }
}

void UiRandomEdits::makeStep(PipelineDocument& document)
{
    m_before = document.state();
    m_mergeKey = m_random.below(4) ? 7 : -1;
    document.endStep();
    document.edit(QStringLiteral("Edit"), [this](DocumentState& state) { change(state); }, m_mergeKey);
}

// With the last step: some edits more, and now and then back to where it began.
void UiRandomEdits::goOn(PipelineDocument& document)
{
    if (m_mergeKey == -1) return;
    const int index = document.undoStack().index();
    const std::string text = textOf(document);
    for (std::size_t more = m_random.below(4); more > 0; --more)
        document.edit(QStringLiteral("Edit"), [this](DocumentState& state) { change(state); }, m_mergeKey);
    if (textOf(document) != text) ++m_done["merged"];
    if (document.undoStack().index() < index || m_random.below(8)) return;
    document.edit(QStringLiteral("Edit"), [&](DocumentState& state) { state = m_before; }, m_mergeKey);
    ++m_done["came back"];
}

void UiRandomEdits::compare(const GraphScene& scene, const PipelineDocument& document)
{
    QCOMPARE(scene.nodes().size(), document.spec().nodes.size());
    QCOMPARE(scene.remarks().size(), remarksOf(document.spec()).size());
    std::size_t drawn = 0;
    for (const EdgeSpec& edge : document.spec().edges)
        if (document.spec().find(edge.from.node) && document.spec().find(edge.to.node)) {
            QVERIFY(scene.edge(edge));
            ++drawn;
        }
    QCOMPARE(scene.edges().size(), drawn);
    for (const auto& [id, at] : document.layout())
        if (const NodeItem* item = scene.node(id)) QCOMPARE(item->pos(), at);
}

void UiRandomEdits::undoAndRedoAreExact_data()
{
    QTest::addColumn<quint64>("seed");
    QTest::addColumn<int>("count");
    QTest::newRow("2,000 edits") << quint64{1} << 2000;
    QTest::newRow("300 edits") << quint64{2} << 300;
}

void UiRandomEdits::undoAndRedoAreExact()
{
    QFETCH(quint64, seed);
    QFETCH(int, count);
    m_random = Random(seed);
    Session session(std::make_unique<EngineClient>(m_catalog, std::make_unique<fake::FakeTransport>()));
    GraphScene scene(session);
    session.add(std::make_unique<PipelineDocument>(stateFromSpec(fake::hotMachines())));
    PipelineDocument& document = *session.current()->document;
    document.setClock([] { return std::int64_t{0}; });  // what belongs together is said by endStep() alone
    std::vector<std::string> texts{textOf(document)};
    m_done.clear();
    for (int steps = 0; steps < count;) {
        const int before = document.undoStack().index();
        makeStep(document);
        if (document.undoStack().index() == before) continue;
        ++steps;
        texts.push_back(textOf(document));
        goOn(document);
        if (document.undoStack().index() == before) {
            QCOMPARE(textOf(document), texts[texts.size() - 2]);
            texts.pop_back();
            continue;
        }
        QCOMPARE(document.undoStack().index(), before + 1);
        texts.back() = textOf(document);
        document.undoStack().undo();
        QCOMPARE(textOf(document), texts[texts.size() - 2]);
        document.undoStack().redo();
        QCOMPARE(textOf(document), texts.back());
        if (steps % 50 == 0) compare(scene, document);
        // What was written reads back as the same document.
        if (steps % 100 == 0) QCOMPARE(writePipeline(parsePipeline(texts.back()).spec), texts.back());
    }
    for (const char* what : {"settings", "parameters", "views", "merged", "came back"})
        QVERIFY2(m_done[what] > count / 100, what);
    std::size_t at = texts.size() - 1;
    while (document.undoStack().canUndo() && at > 0) {
        document.undoStack().undo();
        QCOMPARE(textOf(document), texts[--at]);
    }
    QCOMPARE(at, std::size_t{0});
    compare(scene, document);
    while (document.undoStack().canRedo()) {
        document.undoStack().redo();
        QCOMPARE(textOf(document), texts[++at]);
    }
    QCOMPARE(at, texts.size() - 1);
    compare(scene, document);
}

STREAMWRIGHT_WINDOW_TEST(UiRandomEdits)

}  // namespace tst_ui_random_edits
#include "tst_ui_random_edits.moc"
