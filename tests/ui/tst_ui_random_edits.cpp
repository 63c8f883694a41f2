#include "fake_transport.h"
#include "random_edits.h"
#include "test_main.h"
#include "ui/graph/graph_scene.h"

namespace tst_ui_random_edits {

// clang-format off
constexpr std::array kKinds{
    "connect", "disconnect", "move", "title", "switch", "tidy", "align", "insert", "own param",
    "param out", "value", "list", "record", "fix", "settings fix", "add remark", "set remark",
    "remove remark", "settings", "parameters", "add view", "set view", "remove view", "add threshold",
    "set threshold", "remove threshold", "name", "add node", "remove node", "paste", "form", "text",
    "other id in the text", "another id", "merged", "came back"};
// clang-format on

// Thousands of edits by chance, alone and as parts of one step, each step undone and done again: the text of
// the document and what the scene shows are the same every time.
class UiRandomEdits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void undoAndRedoAreExact_data();
    void undoAndRedoAreExact();

private:
    void fillForm(PipelineDocument& document);
    void typeText(PipelineDocument& document);
    void makeStep(PipelineDocument& document);
    void goOn(PipelineDocument& document);
    // What a document says, and its id in it.
    struct Said {
        std::string text{}, id{};
    };
    static Said saidBy(const PipelineDocument& document)
    {
        return {writePipeline(specFromState(document.state())), document.spec().id};
    }
    static std::string textOf(const PipelineDocument& document) { return saidBy(document).text; }
    void becomeAnother(PipelineDocument& document, std::vector<Said>& said);
    void compare(const GraphScene& scene, const PipelineDocument& document);

    RandomEdits m_edits;
    int m_mergeKey = -1;     // of the step that is being made
    DocumentState m_before;  // that step
};

// As the inspector does it.
void UiRandomEdits::fillForm(PipelineDocument& document)
{
    if (document.spec().nodes.empty()) return;
    const NodeSpec& node = document.spec().nodes[m_edits.random.below(document.spec().nodes.size())];
    const ParamField* field = m_edits.anyField(node);
    if (!field) return;
    const int index = document.undoStack().index();
    const char* places[]{"", "!", "[0].name"};
    document.setParam(node.id, field->name, m_edits.random.below(5) ? m_edits.anyValue(*field) : Json(),
                      places[m_edits.random.below(3)]);
    m_edits.done["form"] += document.undoStack().index() > index;
}

// As the text beside the canvas does it: what it says now with something written over, and read again.
void UiRandomEdits::typeText(PipelineDocument& document)
{
    Json text = Json::parse(textOf(document));
    const bool isOtherId = m_edits.random.below(4) == 0;
    const auto any = [&](const char* list) -> Json* {
        Json* found = text.contains(list) && !text[list].empty() ? &text[list] : nullptr;
        return found ? &(*found)[m_edits.random.below(found->size())] : nullptr;
    };
    if (isOtherId) {
        text["id"] = m_edits.newId();
    } else {
        switch (m_edits.random.below(5)) {
        case 0: text["name"] = m_edits.anyText(); break;
        case 1:
            if (Json* node = any("nodes")) (*node)["title"] = m_edits.anyText();
            break;
        case 2:
            if (Json* node = any("nodes"))
                (*node)["params"] = {{"z", {1, 2.5, m_edits.anyText()}}, {"a", nullptr}};
            break;
        case 3:
            if (any("edges")) text["edges"].erase(m_edits.random.below(text["edges"].size()));
            break;
        default: text["x_of_another_program"] = {{"n", m_edits.random.below(99)}}; break;
        }
    }
    const int index = document.undoStack().index();
    document.replace(QStringLiteral("Edit the text"), readText(QByteArray::fromStdString(text.dump(1))));
    m_edits.done[isOtherId ? "other id in the text" : "text"] += document.undoStack().index() > index;
}

void UiRandomEdits::makeStep(PipelineDocument& document)
{
    m_before = document.state();
    m_mergeKey = m_edits.random.below(4) ? 7 : -1;
    document.endStep();
    const std::size_t way = m_edits.random.below(12);
    if (way > 1) {
        document.edit(
            QStringLiteral("Edit"), [this](DocumentState& state) { m_edits.change(state); }, m_mergeKey);
        return;
    }
    m_mergeKey = -1;
    if (way == 0)
        fillForm(document);
    else
        typeText(document);
}

// With the last step: some edits more, and now and then back to where it began.
void UiRandomEdits::goOn(PipelineDocument& document)
{
    if (m_mergeKey == -1) return;
    const int index = document.undoStack().index();
    const std::string text = textOf(document);
    for (std::size_t more = m_edits.random.below(4); more > 0; --more)
        document.edit(
            QStringLiteral("Edit"), [this](DocumentState& state) { m_edits.change(state); }, m_mergeKey);
    if (textOf(document) != text) ++m_edits.done["merged"];
    if (document.undoStack().index() < index || m_edits.random.below(8)) return;
    document.edit(
        QStringLiteral("Edit"), [&](DocumentState& state) { state = m_before; }, m_mergeKey);
    ++m_edits.done["came back"];
}

// As a copy is saved: no step, and what undo leads back to is of the new one too.
void UiRandomEdits::becomeAnother(PipelineDocument& document, std::vector<Said>& said)
{
    const std::string id = m_edits.newId();
    document.assignId(id);
    for (Said& each : said) {
        each.text.replace(each.text.find(each.id), each.id.size(), id);
        each.id = id;
    }
    ++m_edits.done["another id"];
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
    QTest::addColumn<int>("least");  // that each kind of edit changes something
    QTest::newRow("2,000 edits") << quint64{1} << 2000 << 10;
    QTest::newRow("300 edits") << quint64{2} << 300 << 0;
}

void UiRandomEdits::undoAndRedoAreExact()
{
    QFETCH(quint64, seed);
    QFETCH(int, count);
    QFETCH(int, least);
    m_edits.begin(seed);
    Session session(
        std::make_unique<EngineClient>(m_edits.catalog(), std::make_unique<fake::FakeTransport>()));
    GraphScene scene(session);
    PipelineSpec spec = fake::hotMachines();
    spec.id = m_edits.newId();
    session.add(std::make_unique<PipelineDocument>(stateFromSpec(std::move(spec))));
    PipelineDocument& document = *session.current()->document;
    document.setClock([] { return std::int64_t{0}; });  // what belongs together is said by endStep() alone
    std::vector<Said> said{saidBy(document)};
    for (int steps = 0; steps < count;) {
        const int before = document.undoStack().index();
        makeStep(document);
        if (document.undoStack().index() == before) continue;
        ++steps;
        said.push_back(saidBy(document));
        goOn(document);
        if (document.undoStack().index() == before) {
            QCOMPARE(textOf(document), said[said.size() - 2].text);
            said.pop_back();
            continue;
        }
        QCOMPARE(document.undoStack().index(), before + 1);
        said.back() = saidBy(document);
        if (m_edits.random.below(40) == 0) becomeAnother(document, said);
        document.undoStack().undo();
        QCOMPARE(textOf(document), said[said.size() - 2].text);
        document.undoStack().redo();
        QCOMPARE(textOf(document), said.back().text);
        if (steps % 50 == 0) compare(scene, document);
        // What was written reads back as the same document.
        if (steps % 100 == 0) QCOMPARE(writePipeline(parsePipeline(said.back().text).spec), said.back().text);
    }
    for (const char* kind : kKinds)
        QVERIFY2(m_edits.done[kind] >= least,
                 qPrintable(QStringLiteral("%1: %2").arg(QLatin1String(kind)).arg(m_edits.done[kind])));
    std::size_t at = said.size() - 1;
    while (document.undoStack().canUndo() && at > 0) {
        document.undoStack().undo();
        QCOMPARE(textOf(document), said[--at].text);
    }
    QCOMPARE(at, std::size_t{0});
    compare(scene, document);
    while (document.undoStack().canRedo()) {
        document.undoStack().redo();
        QCOMPARE(textOf(document), said[++at].text);
    }
    QCOMPARE(at, said.size() - 1);
    compare(scene, document);
}

STREAMWRIGHT_WINDOW_TEST(UiRandomEdits)

}  // namespace tst_ui_random_edits
#include "tst_ui_random_edits.moc"
