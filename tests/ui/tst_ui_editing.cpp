#include "base/limits.h"
#include "canvas_fixture.h"
#include "ui/match_score.h"
#include "test_main.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QMimeData>
#include <QTemporaryDir>

namespace tst_ui_editing {

using namespace engine;
using namespace ui;

// What is done to a document by keys, the clipboard and by typing.
class UiEditing : public CanvasFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init() { begin(); }
    void cleanup() { end(); }
    void everyActionIsNamed();
    void buildsFiveNodesByKeys();
    void tabPutsIntoTheSelectedEdge();
    void connectsByKeys();
    void deletesAndReconnects();
    void copyGoesAsText();
    void pasteSaysWhichParametersStay();
    void whatWasSaidIsOfOneDocument();
    void foreignClipboardIsRefused();
    void renamesAnyText();
    void notesAndFrames();
    void unknownComponentIsKept();
    void readOnlyStaysAsItIs();
    void undoShowsWhatChanged();
    void undoSaysWhatItDid();
    void searchRanks();
};

void UiEditing::everyActionIsNamed()
{
    std::set<QString> names;
    std::map<QString, QString> keys;
    for (const QAction* action : view().canvasActions().all()) {
        QVERIFY(!action->text().isEmpty());
        QVERIFY(!action->toolTip().isEmpty() && action->toolTip() != action->text());
        QVERIFY2(!action->shortcuts().isEmpty(), qPrintable(action->text()));
        QVERIFY2(names.insert(action->objectName()).second, qPrintable(action->objectName()));
        for (const QKeySequence& sequence : action->shortcuts()) {
            const QString text = sequence.toString();
            QVERIFY2(
                keys.emplace(text, action->text()).second,
                qPrintable(text + QStringLiteral(": ") + action->text() + QStringLiteral(", ") + keys[text]));
        }
    }
    QVERIFY(names.size() > 40);
}

void UiEditing::buildsFiveNodesByKeys()
{
    open({});
    for (const char* word : {"gener", "filt", "wind", "samp", "cons"}) {
        key(Qt::Key_Tab);
        QVERIFY(view().prompts().popup().isVisible());
        type(QString::fromLatin1(word));
        key(Qt::Key_Return);
        QVERIFY(!view().prompts().popup().isVisible());
    }
    QCOMPARE(document().spec().nodes.size(), std::size_t{5});
    QCOMPARE(document().spec().edges,
             (std::vector<EdgeSpec>{fake::link("generator", "filter"), fake::link("filter", "window"),
                                    fake::link("window", "sample"), fake::link("sample", "console")}));
    QCOMPARE(document().undoStack().count(), 5);
    for (int i = 1; i < 5; ++i) {
        const auto& nodes = document().spec().nodes;
        QVERIFY(document().layout().at(nodes[i].id).x() > document().layout().at(nodes[i - 1].id).x());
    }
    key(Qt::Key_F5);
    QTRY_VERIFY(m_session->current()->job.has_value());
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().spec().nodes.size(), std::size_t{4});
    QCOMPARE(document().spec().edges.size(), std::size_t{3});
}

void UiEditing::tabPutsIntoTheSelectedEdge()
{
    open(fake::hotMachines());
    scene().select(scene().edge(fake::link("sensors", "hot")));
    key(Qt::Key_Tab);
    type(QStringLiteral("throttle"));
    key(Qt::Key_Return);
    QVERIFY(has(fake::link("sensors", "throttle")) && has(fake::link("throttle", "hot")));
    QVERIFY(!has(fake::link("sensors", "hot")));
    QCOMPARE(document().undoStack().count(), 1);
    QCOMPARE(scene().selectedNode(), node("throttle"));
    // Sources and sinks do not go into an edge.
    scene().select(scene().edge(fake::link("throttle", "hot")));
    key(Qt::Key_Tab);
    type(QStringLiteral("console"));
    QCOMPARE(view().prompts().popup().model().rowCount(), 0);
    key(Qt::Key_Escape);
    QCOMPARE(document().undoStack().count(), 1);
}

void UiEditing::connectsByKeys()
{
    open(fake::hotMachines());
    scene().select(node("too_hot"));
    key(Qt::Key_C);
    QVERIFY(view().prompts().popup().isVisible());
    type(QStringLiteral("hot_sen"));
    key(Qt::Key_Return);
    QVERIFY(has(fake::link("too_hot", "hot_sensors")));
    // What cannot be is listed last, with its reason, and is not taken.
    key(Qt::Key_C);
    type(QStringLiteral("Everything"));
    const QModelIndex row = view().prompts().popup().model().index(0);
    QVERIFY(!row.data(ChoiceModel::RefusalRole).toString().isEmpty());
    key(Qt::Key_Return);
    QVERIFY(view().prompts().popup().isVisible());
    key(Qt::Key_Escape);
    QCOMPARE(QApplication::focusWidget(), &view());
    scene().select(node("machines"));
    key(Qt::Key_C);
    type(QStringLiteral("rejected"));
    QVERIFY(view().prompts().popup().model().rowCount() > 0);
    key(Qt::Key_Return);
    QVERIFY(std::any_of(document().spec().edges.begin(), document().spec().edges.end(),
                        [](const EdgeSpec& edge) { return edge.from.port == "rejected"; }));
}

void UiEditing::deletesAndReconnects()
{
    open(fake::hotMachines());
    scene().select(node("hot"));
    key(Qt::Key_Delete, Qt::ControlModifier);
    QVERIFY(!node("hot"));
    QVERIFY(has(fake::link("sensors", "all")));
    QCOMPARE(scene().selectedNode(), node("sensors"));
    key(Qt::Key_Delete);
    QVERIFY(!node("sensors"));
    scene().select(scene().edge(fake::link("per_second", "too_hot")));
    key(Qt::Key_Backspace);
    QVERIFY(!has(fake::link("per_second", "too_hot")));
    QCOMPARE(document().undoStack().count(), 3);
    key(Qt::Key_Escape);
    key(Qt::Key_Delete);
    QVERIFY(!view().signs().said().isEmpty());
    QCOMPARE(document().undoStack().count(), 3);
    for (int i = 0; i < 3; ++i) key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(document().spec() == fake::hotMachines());
}

void UiEditing::copyGoesAsText()
{
    open(fake::hotMachines());
    scene().select(QList<QGraphicsItem*>{node("hot"), node("all")});
    key(Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("{\n  \"format\": 1")));
    key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(has(fake::link("hot_2", "all_2")));
    QCOMPARE(scene().selectedNodes(), (std::set<NodeId>{NodeId{"all_2"}, NodeId{"hot_2"}}));
    QVERIFY(node("hot_2")->pos() != node("hot")->pos());
    key(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(has(fake::link("sensors", "hot_3")));
    QVERIFY(node("hot_3")->pos() != node("hot_2")->pos());
    scene().select(node("known"));
    key(Qt::Key_X, Qt::ControlModifier);
    QVERIFY(!node("known"));
    open({});
    key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(node("known"));
    key(Qt::Key_D, Qt::ControlModifier);
    QVERIFY(node("known_2"));
}

void UiEditing::pasteSaysWhichParametersStay()
{
    PipelineSpec spec = fake::hotMachines();
    spec.parameters = {{.name = "limit", .type = "double", .fallback = 70}};
    spec.nodes[2].params.set("condition", "temperature > ${limit}");
    open(spec);
    scene().select(node("hot"));
    key(Qt::Key_C, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(view().signs().said(), QString());
    spec.parameters[0].fallback = 80;
    open(spec);
    key(Qt::Key_V, Qt::ControlModifier);
    const QString said = view().signs().said();
    QVERIFY2(said.contains(QStringLiteral("“limit” stays 80")) && said.contains(QStringLiteral("70")),
             qPrintable(said));
}

void UiEditing::whatWasSaidIsOfOneDocument()
{
    open(fake::hotMachines());
    scene().select(node("screen"));
    key(Qt::Key_Delete);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(view().signs().said(), QStringLiteral("Undone: Delete Screen"));
    open(fake::largeDocument(5));
    QCOMPARE(view().signs().said(), QString());
}

void UiEditing::foreignClipboardIsRefused()
{
    open(fake::hotMachines());
    for (const QString& text : {QString(), QStringLiteral("SELECT 1"), QStringLiteral("{\"nodes\":[]}"),
                                QString(200'000, QLatin1Char('[')), QStringLiteral("<b>\x01</b>"),
                                QStringLiteral(R"({"nodes":[{"id":"x"},5],"edges":"no"})"),
                                QStringLiteral(R"({"nodes":[{"id":"a","component":"filter"},5]})"),
                                QStringLiteral(R"({"nodes":[{"id":"a","component":"filter"}],"edges":"no"})"),
                                QStringLiteral(R"({"nodes":{"a":{}},"notes":[{"text":"b"}]})"),
                                QStringLiteral(R"({"nodes":[{"id":"8f1c","type":"text","text":"Idea",)"
                                               R"("x":-20,"y":40,"width":250,"height":60}],"edges":[]})")}) {
        QGuiApplication::clipboard()->setText(text);
        key(Qt::Key_V, Qt::ControlModifier);
        QVERIFY(view().signs().said().contains(QStringLiteral("no part of a pipeline")));
        QCOMPARE(document().undoStack().count(), 0);
    }
    auto* picture = new QMimeData;
    picture->setImageData(QImage(4, 4, QImage::Format_RGB32));
    QGuiApplication::clipboard()->setMimeData(picture);
    key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(document().undoStack().count(), 0);
}

void UiEditing::renamesAnyText()
{
    open(fake::hotMachines());
    scene().select(node("hot"));
    for (const QString& title :
         {QStringLiteral("Warm"), QStringLiteral("مستشعر ساخن"), QStringLiteral("🙂🙃"),
          QStringLiteral("<b>bold</b>"), QString(10'000, QLatin1Char('w'))}) {
        key(Qt::Key_F2);
        QVERIFY(view().prompts().writer().isVisible());
        view().prompts().writer().insertPlainText(title);
        key(Qt::Key_Return);
        QVERIFY(!view().prompts().writer().isVisible());
        QCOMPARE(QString::fromStdString(document().spec().find(NodeId{"hot"})->title), title);
        QVERIFY(!node("hot")->toolTip().contains(QStringLiteral("<b>")));
        QVERIFY(!view().grab().isNull());
    }
    key(Qt::Key_F2);
    QTest::keyClicks(&view().prompts().writer(), QStringLiteral("given up"));
    key(Qt::Key_Escape);
    QCOMPARE(document().spec().find(NodeId{"hot"})->title.size(), std::size_t{10'000});
    for (int i = 0; i < 5; ++i) key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(document().spec() == fake::hotMachines());
}

void UiEditing::notesAndFrames()
{
    open(fake::hotMachines());
    key(Qt::Key_T);
    QVERIFY(view().prompts().writer().isVisible());
    QTest::keyClicks(&view().prompts().writer(), QStringLiteral("Agreed with <plant 3>"));
    key(Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(document().spec().notes[0]["text"].get<std::string>(), std::string("Agreed with <plant 3>"));
    scene().select(QList<QGraphicsItem*>{node("sensors"), node("hot")});
    key(Qt::Key_F);
    key(Qt::Key_Escape);
    QCOMPARE(scene().remarks().size(), std::size_t{2});
    RemarkItem* frame = scene().remarks().at({RemarkKind::Frame, 0});
    QVERIFY(frame->sceneRect().contains(node("hot")->card().translated(node("hot")->pos())));
    // A frame takes along what lies in it.
    view().fit();
    const QPointF hot = node("hot")->pos(), known = node("known")->pos(),
                  title = frame->pos() + QPointF(60, 12);
    drag(title, title + QPointF(0, -200), Qt::AltModifier);
    QVERIFY((node("hot")->pos() - hot - QPointF(0, -200)).manhattanLength() < 3);
    QCOMPARE(node("known")->pos(), known);
    const QRectF before = frame->sceneRect();
    view().fit();
    drag(before.bottomRight() - QPointF(4, 4), before.bottomRight() + QPointF(80, 60));
    QVERIFY(scene().remarks().at({RemarkKind::Frame, 0})->sceneRect().width() > before.width());
    key(Qt::Key_Z, Qt::ControlModifier);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(node("hot")->pos(), hot);
    while (document().undoStack().canUndo()) key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(document().spec() == fake::hotMachines());
    QVERIFY(scene().remarks().empty());
}

void UiEditing::unknownComponentIsKept()
{
    PipelineSpec spec = fake::hotMachines();
    spec.nodes[2].component = "from_the_future";
    spec.nodes[2].extra["colour"] = "red";
    open(spec);
    QVERIFY(node("hot")->face().isUnknown);
    QVERIFY(node("hot")->face().summary.contains(QStringLiteral("from_the_future")));
    scene().select(node("hot"));
    key(Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(document().spec().find(NodeId{"hot_2"})->extra, spec.nodes[2].extra);
    key(Qt::Key_C);
    key(Qt::Key_Escape);
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(document().spec() == spec);
}

void UiEditing::readOnlyStaysAsItIs()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("new.pipeline.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"format":99,"nodes":[{"id":"hot","component":"filter"}]})");
    file.close();
    m_window->openFile(file.fileName());
    QTRY_VERIFY(m_session->current() && document().isReadOnly() && node("hot"));
    view().setFocus();
    for (const Qt::Key code : {Qt::Key_Tab, Qt::Key_T, Qt::Key_F2, Qt::Key_C, Qt::Key_L, Qt::Key_Delete}) {
        scene().select(node("hot"));
        key(code);
        QVERIFY2(view().signs().said().contains(QStringLiteral("only be read")),
                 qPrintable(QString::number(code)));
        QCOMPARE(document().undoStack().count(), 0);
    }
    drag(middleOf(node("hot")), middleOf(node("hot")) + QPointF(100, 100));
    QCOMPARE(document().undoStack().count(), 0);
}

void UiEditing::undoShowsWhatChanged()
{
    open(fake::hotMachines());
    view().editor().rename(NodeId{"screen"}, QStringLiteral("Wall"));
    scene().select(node("hot"));
    view().zoomBy(8);
    view().lookAt(node("sensors")->pos());
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(scene().selectedNode(), node("screen"));
    QVERIFY(view().signs().said().contains(QStringLiteral("Rename")));
    const QRectF seen = view().mapToScene(view().viewport()->rect()).boundingRect();
    QVERIFY(seen.intersects(node("screen")->sceneBoundingRect()));
}

// That a step was given up is said of such a step and of no other.
void UiEditing::undoSaysWhatItDid()
{
    DocumentState placed = stateFromSpec(fake::hotMachines());
    edits::tidy(placed, {});
    open(specFromState(placed));
    scene().select(node("hot"));
    key(Qt::Key_Right, Qt::ShiftModifier);
    key(Qt::Key_Left, Qt::ShiftModifier);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(view().signs().said(), QStringLiteral("There is nothing to undo."));
    constexpr std::size_t kBytes = limits::kUndoBytes / 4;
    for (const char letter : {'a', 'b', 'c', 'd', 'e', 'f'})
        document().edit(QStringLiteral("Write"), [letter](DocumentState& state) {
            state.spec.notes = Json::array({std::string(kBytes, letter)});
        });
    int undone = 0;
    for (; document().undoStack().canUndo(); ++undone) {
        const DocumentState before = document().state();
        key(Qt::Key_Z, Qt::ControlModifier);
        const bool isGivenUp = view().signs().said().contains(QStringLiteral("too long ago"));
        QCOMPARE(isGivenUp, document().state() == before);
        if (!isGivenUp) QCOMPARE(view().signs().said(), QStringLiteral("Undone: Write"));
    }
    QVERIFY(document().state().spec.notes != Json::array());
    QVERIFY(undone > 3);
}

void UiEditing::searchRanks()
{
    QVERIFY(matchScore(QStringLiteral("fil"), QStringLiteral("Filter")) >
            matchScore(QStringLiteral("fil"), QStringLiteral("My filter")));
    QVERIFY(matchScore(QStringLiteral("join"), QStringLiteral("Window join")) >
            matchScore(QStringLiteral("indow"), QStringLiteral("Window join")));
    QVERIFY(matchScore(QStringLiteral("wj"), QStringLiteral("Window join")) > 0);
    QCOMPARE(matchScore(QStringLiteral("xyz"), QStringLiteral("Window join")), 0);
    ChoiceModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    std::vector<Choice> choices;
    for (int i = 0; i < 500; ++i)
        choices.push_back(
            {QStringLiteral("Component %1").arg(i), {}, QStringLiteral("help"), Tone::Rows, {}});
    choices.push_back({QStringLiteral("Filter"), {}, QStringLiteral("keeps rows"), Tone::Rows, {}});
    choices.push_back({QStringLiteral("Filtered"), {}, {}, Tone::Rows, QStringLiteral("no")});
    model.setChoices(choices);
    QCOMPARE(model.rowCount(), 502);
    model.setTyped(QStringLiteral("filter"));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.choiceAt(0), 500);
    model.setTyped(QStringLiteral("rows keeps"));
    QCOMPARE(model.choiceAt(0), 500);
    model.setTyped(QString(10'000, QLatin1Char('<')));
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.choiceAt(0), -1);
}

STREAMWRIGHT_WINDOW_TEST(UiEditing)

}  // namespace tst_ui_editing
#include "tst_ui_editing.moc"
