#include "form_fixture.h"
#include "ui/properties/nodes_editor.h"
#include "window_fixture.h"
#include "test_main.h"

namespace tst_ui_many_nodes {

// Several nodes at once in the inspector.
class ManyNodesTest : public QObject, private FormFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void cleanup() { close(); }
    void whatDiffersIsMixed();
    void anEditIsForAllInOneStep();
    void stepsOfOtherNodesAreOtherSteps();
    void listsAreTakenFromOne();
    void fieldsOfAnyOfThemAreThere();
    void selectedOnTheCanvas();
    void differentOnesAreCounted();
    void pictures();

private:
    void openBoth(Json one, Json other)
    {
        PipelineSpec spec = around("everything", std::move(one));
        spec.nodes[3] = fake::makeNode("known", "everything", "Known", std::move(other));
        open(std::move(spec), "hot");
        m_panel->showNodes({NodeId{"hot"}, NodeId{"known"}});
        QVERIFY(editor() && editor()->form());
    }
    NodesEditor* editor() { return m_panel->nodesEditor(); }
    FieldRow& field(const char* name) { return *editor()->form()->row(name); }
    QLineEdit* input(const char* name) { return field(name).editor().findChild<QLineEdit*>(); }
    Json valueOf(const char* node, const char* name)
    {
        const Json* found = findMember(document().spec().find(NodeId{node})->params, name);
        return found ? *found : Json();
    }
};

void ManyNodesTest::whatDiffersIsMixed()
{
    openBoth({{"integer", 7}, {"number", 2.5}, {"choice", "two"}, {"flag", true}, {"formula", "1 = 1"}},
             {{"integer", 8}, {"number", 2.5}, {"text", "rest"}});
    QVERIFY(field("integer").isMixed() && field("choice").isMixed() && field("formula").isMixed());
    QCOMPARE(input("integer")->text(), QString());
    QCOMPARE(input("integer")->placeholderText(), QStringLiteral("mixed"));
    QCOMPARE(field("choice").editor().findChild<QComboBox*>()->currentIndex(), -1);
    QCOMPARE(field("flag").editor().findChild<QCheckBox*>()->checkState(), Qt::PartiallyChecked);
    QVERIFY(!field("number").isMixed());
    QCOMPARE(input("number")->text(), QStringLiteral("2.5"));
    QVERIFY(!field("text").isMixed());  // the default in so many words is the default
    // Going through it gives on nothing.
    QWidget* last = nullptr;
    for (int i = 0; i < 200 && QApplication::focusWidget() != last; ++i) {
        last = i == 0 ? nullptr : QApplication::focusWidget();
        QTest::keyClick(m_panel.get(), Qt::Key_Tab);
    }
    QCOMPARE(document().undoStack().count(), 0);
    document().setParam(NodeId{"known"}, "integer", 7);
    QVERIFY(!field("integer").isMixed());
    QCOMPARE(input("integer")->text(), QStringLiteral("7"));
}

void ManyNodesTest::anEditIsForAllInOneStep()
{
    openBoth({{"integer", 7}, {"choice", "two"}, {"flag", true}}, {{"integer", 8}});
    const DocumentState before = document().state();
    typeInto(input("integer"), QStringLiteral("12"));
    QCOMPARE(valueOf("hot", "integer"), Json(12));
    QCOMPARE(valueOf("known", "integer"), Json(12));
    QCOMPARE(document().undoStack().count(), 1);
    QVERIFY(!field("integer").isMixed());
    QTest::keyClick(field("choice").editor().findChild<QComboBox*>(), Qt::Key_End);
    QCOMPARE(valueOf("hot", "choice"), Json("three"));
    QCOMPARE(valueOf("known", "choice"), Json("three"));
    QTest::keyClick(field("flag").editor().findChild<QCheckBox*>(), Qt::Key_Space);
    QCOMPARE(valueOf("hot", "flag"), valueOf("known", "flag"));
    QCOMPARE(document().undoStack().count(), 3);
    for (int i = 0; i < 3; ++i) document().undoStack().undo();
    QCOMPARE(document().state(), before);
    QVERIFY(field("integer").isMixed());
    field("integer").reset().click();
    QCOMPARE(valueOf("hot", "integer"), Json());
    QCOMPARE(valueOf("known", "integer"), Json());
    // A mistake says whose it is.
    m_far->diagnostics = {{Diagnostic::Problem, NodeId{"known"}, "integer", "", "Wrong.", {}}};
    analysed();
    QCOMPARE(field("integer").problem(), QStringLiteral("Known: Wrong."));
}

void ManyNodesTest::stepsOfOtherNodesAreOtherSteps()
{
    PipelineSpec spec = around("everything", {{"integer", 7}});
    spec.nodes[3] = fake::makeNode("known", "everything", "Known", {{"integer", 8}});
    spec.nodes.push_back(fake::makeNode("third", "everything", "Third", {{"integer", 9}}));
    spec.nodes.push_back(fake::makeNode("fourth", "everything", "Fourth", {{"integer", 10}}));
    open(std::move(spec), "hot");
    m_panel->showNodes({NodeId{"hot"}, NodeId{"known"}});
    typeInto(input("integer"), QStringLiteral("12"));
    m_panel->showNodes({NodeId{"third"}, NodeId{"fourth"}});
    typeInto(input("integer"), QStringLiteral("13"));
    QCOMPARE(document().undoStack().count(), 2);
    document().undoStack().undo();
    QCOMPARE(valueOf("third", "integer"), Json(9));
    QCOMPARE(valueOf("known", "integer"), Json(12));
}

void ManyNodesTest::listsAreTakenFromOne()
{
    openBoth({{"columns", {"ts"}}, {"list", {{{"name", "a"}}}}}, {{"list", {{{"name", "b"}}}}});
    QVERIFY(field("list").isMixed() && !field("list").editor().isEnabled());
    for (QToolButton* button : field("list").findChildren<QToolButton*>())
        if (button->isVisible() && button->text() == QStringLiteral("Take that of Node for all"))
            QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(valueOf("known", "list"), Json::parse(R"([{"name":"a"}])"));
    QVERIFY(!field("list").isMixed() && field("list").editor().isEnabled());
    QVERIFY(field("columns").isMixed());
}

void ManyNodesTest::fieldsOfAnyOfThemAreThere()
{
    openBoth({{"choice", "two"}}, {});
    QVERIFY(!field("only_two").isHidden());
    document().setParam(NodeId{"hot"}, "choice", "one");
    QVERIFY(field("only_two").isHidden());
}

void ManyNodesTest::selectedOnTheCanvas()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    QTRY_VERIFY(!open->analysis.schemas.empty());
    GraphView& view = fixture.window->view();
    const auto click = [&](const char* node, Qt::KeyboardModifiers modifiers) {
        const QPointF at = fixture.window->scene().node(NodeId{node})->pos() + QPointF(100, 20);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, modifiers, view.mapFromScene(at));
    };
    click("hot", {});
    click("known", Qt::ControlModifier);
    NodesEditor* editor = fixture.window->design().inspector().nodesEditor();
    QVERIFY(editor && editor->form());
    // By keys from the canvas into the field and back in one step.
    view.setFocus();
    fixture.key(Qt::Key_Return);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("temperature > 1"));
    fixture.key(Qt::Key_Return);
    const auto condition = [&](const char* node) {
        return open->document->spec().find(NodeId{node})->params->at("condition");
    };
    QCOMPARE(condition("hot"), Json("temperature > 1"));
    QCOMPARE(condition("known"), Json("temperature > 1"));
    QCOMPARE(open->document->undoStack().count(), 1);
    QVERIFY(WindowFixture::click(*editor, QStringLiteral("Disable or enable")));
    QVERIFY(open->document->spec().find(NodeId{"known"})->disabled);
    QVERIFY(editor->summary().contains(QStringLiteral("2 disabled")));
    click("too_hot", Qt::ControlModifier);
    QVERIFY(fixture.window->design().inspector().nodesEditor()->form());
}

void ManyNodesTest::differentOnesAreCounted()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.window->view().setFocus();
    fixture.key(Qt::Key_A, Qt::ControlModifier);
    NodesEditor* editor = fixture.window->design().inspector().nodesEditor();
    QVERIFY(editor && !editor->form());
    QVERIFY(editor->summary().contains(QStringLiteral("3 × Filter")));
    QVERIFY(editor->summary().contains(QStringLiteral("1 × Window")));
    QVERIFY(editor->summary().contains(QStringLiteral("1 × File (file_sink)")));
    QVERIFY(WindowFixture::click(*editor, QStringLiteral("Delete")));
    QVERIFY(open->document->spec().nodes.empty());
    QVERIFY(fixture.window->design().inspector().documentEditor());
}

void ManyNodesTest::pictures()
{
    openBoth({{"integer", 7}, {"choice", "two"}, {"flag", true}, {"list", {{{"name", "a"}}}}},
             {{"integer", 8}, {"number", 2.5}});
    m_panel->resize(360, 1500);
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.window->view().setFocus();
    fixture.key(Qt::Key_A, Qt::ControlModifier);
    for (const Shade shade : {Shade::Dark, Shade::Light}) {
        theme().setShade(shade);
        QCoreApplication::processEvents();
        picture(*m_panel, shade == Shade::Dark ? "many-nodes-dark" : "many-nodes-light");
        picture(*fixture.window, shade == Shade::Dark ? "many-window-dark" : "many-window-light");
    }
    theme().setShade(Shade::Dark);
}

STREAMWRIGHT_WINDOW_TEST(ManyNodesTest)

}  // namespace tst_ui_many_nodes
#include "tst_ui_many_nodes.moc"
