#include "base/env.h"
#include "fake_transport.h"
#include "test_main.h"
#include "ui/document/pipeline_document.h"
#include "ui/document/views.h"
#include "ui/graph/auto_layout.h"

#include <QSignalSpy>
#include <QTemporaryDir>

namespace tst_ui_document {

using namespace engine;
using namespace ui;

class UiDocument : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void opensAndSaves();
    void mistakesDoNotKeepItShut();
    void editIsOneStep();
    void undoIsBoundedInBytes();
    void placingRestartsNothing();
    void stepsMerge();
    void mergingEnds();
    void whatCameBackIsNoStep();
    void placesThatAreShownAnywayAreNoStep();
    void randomEditsUndoExactly();
    void memoryIsBounded();
};

void UiDocument::opensAndSaves()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("hot.pipeline.json"));
    PipelineSpec spec = fake::hotMachines();
    spec.views = Json::parse(
        R"([{"kind":"time_series","port":"per_second.out","x":"window_end","y":["avg_temperature"],"series":"line"},
                                 {"kind":"gauge","port":"hot.out"}])");
    PipelineDocument document(stateFromSpec(spec));
    QCOMPARE(viewsOf(document.spec()).size(), std::size_t{1});
    document.edit(QStringLiteral("Move"), [](DocumentState& state) {
        state.layout[NodeId{"hot"}] = {10, 20};
    });
    QVERIFY(!document.undoStack().isClean());
    QVERIFY(document.save(path, {}));
    QVERIFY(document.undoStack().isClean());

    auto opened = PipelineDocument::open(path);
    QVERIFY(opened);
    QCOMPARE((*opened)->name(), QStringLiteral("Hot machines"));
    QCOMPARE((*opened)->layout().at(NodeId{"hot"}), QPointF(10, 20));
    QCOMPARE(viewsOf((*opened)->spec()), viewsOf(document.spec()));
    QCOMPARE((*opened)->spec().views.size(), std::size_t{2});
    QVERIFY((*opened)->spec().nodes == document.spec().nodes);
    QVERIFY(!PipelineDocument::open(folder.filePath(QStringLiteral("none.json"))));
}

void UiDocument::mistakesDoNotKeepItShut()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("bad.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        R"({"format":1,"id":"a","name":"Bad","nodes":[{"id":"a","component":"filter","wrong":1}],"edges":[["a.out","b.in"]]})");
    file.close();
    auto document = PipelineDocument::open(file.fileName());
    QVERIFY(document);
    QVERIFY(!(*document)->diagnostics().empty());
    QCOMPARE((*document)->spec().nodes.size(), std::size_t{1});
}

void UiDocument::undoIsBoundedInBytes()
{
    PipelineDocument document(stateFromSpec(fake::hotMachines()));
    constexpr int kEdits = 200;
    for (int i = 0; i < kEdits; ++i)
        document.edit(QStringLiteral("Write"), [i](DocumentState& state) {
            state.spec.nodes.front().params.set("text",
                                                std::to_string(i) + std::string(std::size_t{1} << 20, 'x'));
        });
    const auto number = [&] {
        return std::stoi(document.spec().nodes.front().params->at("text").get<std::string>());
    };
    int undone = 0;
    for (int before = number(); document.undoStack().canUndo(); before = number(), ++undone) {
        document.undoStack().undo();
        if (number() == before) break;
    }
    QVERIFY2(undone > 10 && undone < 100, qPrintable(QString::number(undone)));
}

void UiDocument::editIsOneStep()
{
    PipelineDocument document(stateFromSpec(fake::hotMachines()));
    QSignalSpy changed(&document, &PipelineDocument::changed);
    const DocumentState before = document.state();
    document.edit(QStringLiteral("Remove"), [](DocumentState& state) {
        state.spec.nodes.pop_back();
        state.spec.edges.pop_back();
    });
    QCOMPARE(changed.count(), 1);
    const auto difference = changed.front().front().value<SpecDiff>();
    QCOMPARE(difference.removed, std::vector<NodeId>{NodeId{"screen"}});
    QCOMPARE(difference.unlinked.size(), std::size_t{1});
    QCOMPARE(document.undoStack().count(), 1);
    document.undoStack().undo();
    QVERIFY(document.state() == before);
    QCOMPARE(changed.count(), 2);
    QCOMPARE(changed.back().front().value<SpecDiff>().added, std::vector<NodeId>{NodeId{"screen"}});
    document.edit(QStringLiteral("Nothing"), [](DocumentState&) {});
    QVERIFY(document.undoStack().canRedo());
}

void UiDocument::placingRestartsNothing()
{
    PipelineDocument document(stateFromSpec(fake::hotMachines()));
    QSignalSpy changed(&document, &PipelineDocument::changed), placed(&document, &PipelineDocument::placed);
    document.edit(QStringLiteral("Move"), [](DocumentState& state) { state.layout[NodeId{"hot"}] = {1, 2}; });
    QCOMPARE(changed.count(), 0);
    QCOMPARE(placed.count(), 1);
}

void UiDocument::stepsMerge()
{
    PipelineDocument document(stateFromSpec(fake::hotMachines()));
    document.setClock([] { return std::int64_t{0}; });
    for (int i = 1; i <= 5; ++i)
        document.edit(
            QStringLiteral("Drag"),
            [i](DocumentState& state) {
                state.layout[NodeId{"hot"}] = {i * 1.0, 0};
            },
            7);
    QCOMPARE(document.undoStack().count(), 1);
    document.undoStack().undo();
    QVERIFY(document.layout().empty());
    document.undoStack().redo();
    QCOMPARE(document.layout().at(NodeId{"hot"}).x(), 5.0);
}

void UiDocument::mergingEnds()
{
    PipelineDocument document(stateFromSpec(fake::hotMachines()));
    std::int64_t now = 0;
    document.setClock([&now] { return now; });
    const auto move = [&](double x) {
        document.edit(
            QStringLiteral("Move"),
            [x](DocumentState& state) {
                state.layout[NodeId{"hot"}] = {x, 0};
            },
            7);
    };
    const auto x = [&] { return document.layout().at(NodeId{"hot"}).x(); };
    move(1);
    now += 900;
    move(2);
    QCOMPARE(document.undoStack().count(), 1);
    now += 1100;
    move(3);  // a pause
    QCOMPARE(document.undoStack().count(), 2);
    document.endStep();
    move(4);
    QCOMPARE(document.undoStack().count(), 3);
    now += 900;
    document.holdStep();
    now += 900;
    move(5);
    QCOMPARE(document.undoStack().count(), 3);
    document.undoStack().undo();
    QCOMPARE(x(), 3.0);
    document.undoStack().redo();
    move(6);  // what was done again is done
    QCOMPARE(document.undoStack().count(), 4);
    document.undoStack().undo();
    QCOMPARE(x(), 5.0);
}

void UiDocument::whatCameBackIsNoStep()
{
    PipelineDocument document(stateFromSpec(fake::hotMachines()));
    document.setClock([] { return std::int64_t{0}; });
    const auto name = [&](const char* text) {
        document.edit(
            QStringLiteral("Rename"), [text](DocumentState& state) { state.spec.name = text; }, 7);
    };
    const std::string before = document.spec().name;
    name("Other");
    QVERIFY(document.isModified());
    name(before.c_str());
    QCOMPARE(document.undoStack().count(), 0);
    QVERIFY(!document.isModified());
    name("Third");
    document.endStep();
    name("Fourth");
    name("Third");
    QCOMPARE(document.undoStack().count(), 1);
    document.undoStack().undo();
    QCOMPARE(document.spec().name, before);
    document.undoStack().redo();
    QCOMPARE(document.spec().name, std::string("Third"));
}

// A document may say nothing of places; the first move writes all of them down.
void UiDocument::placesThatAreShownAnywayAreNoStep()
{
    PipelineDocument document(stateFromSpec(fake::hotMachines()));
    document.setClock([] { return std::int64_t{0}; });
    const Layout shown = placesOf(document.state());
    document.edit(QStringLiteral("Align"), [](DocumentState& state) { state.layout = placesOf(state); });
    QCOMPARE(document.undoStack().count(), 0);
    const auto move = [&](double by) {
        document.edit(
            QStringLiteral("Move"),
            [by](DocumentState& state) {
                state.layout = placesOf(state);
                state.layout[NodeId{"hot"}] += QPointF(by, 0);
            },
            7);
    };
    move(8);
    QCOMPARE(document.undoStack().count(), 1);
    QVERIFY(placesOf(document.state()) != shown);
    move(-8);
    QCOMPARE(document.undoStack().count(), 0);
    QVERIFY(!document.isModified());
    QCOMPARE(placesOf(document.state()), shown);
}

void UiDocument::randomEditsUndoExactly()
{
    PipelineDocument document(stateFromSpec(fake::hotMachines()));
    Random random(3);
    std::vector<std::string> texts{writePipeline(specFromState(document.state()))};
    for (int i = 0; i < 100; ++i) {
        document.edit(QStringLiteral("Edit"), [&](DocumentState& state) {
            auto& nodes = state.spec.nodes;
            const std::size_t at = random.below(nodes.size());
            switch (random.below(3)) {
            case 0: nodes[at].title += "x"; break;
            case 1:
                state.layout[nodes[at].id] = {static_cast<double>(random.below(500)), static_cast<double>(i)};
                break;
            default: nodes.push_back(fake::makeNode("n" + std::to_string(i), "filter", "New"));
            }
        });
        texts.push_back(writePipeline(specFromState(document.state())));
    }
    for (std::size_t i = texts.size(); i-- > 1;) {
        QCOMPARE(writePipeline(specFromState(document.state())), texts[i]);
        document.undoStack().undo();
    }
    QCOMPARE(writePipeline(specFromState(document.state())), texts[0]);
}

void UiDocument::memoryIsBounded()
{
    PipelineSpec spec = fake::hotMachines();
    spec.nodes[0].title = std::string(4 << 20, 'x');
    PipelineDocument document(stateFromSpec(std::move(spec)));
    for (int i = 0; i < 40; ++i)
        document.edit(QStringLiteral("Edit"),
                      [i](DocumentState& state) { state.spec.name = std::to_string(i); });
    int undone = 0;
    while (document.undoStack().canUndo()) {
        const std::string name = document.spec().name;
        document.undoStack().undo();
        undone += document.spec().name != name;
    }
    QVERIFY(undone > 10);
    QVERIFY(undone < 40);
}

STREAMWRIGHT_TEST(UiDocument)

}  // namespace tst_ui_document
#include "tst_ui_document.moc"
