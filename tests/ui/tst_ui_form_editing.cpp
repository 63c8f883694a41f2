#include "form_fixture.h"
#include "test_main.h"

#include <QLabel>

#include <algorithm>

namespace tst_ui_form_editing {

// That a form does not fight who types, keeps steps together that belong together, and helps with formulas.
class FormEditingTest : public QObject, private FormFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void cleanup() { close(); }
    void typingIsNotFought();
    void escapeTakesBack();
    void whatIsTypedIsNotContradicted();
    void aPauseGivesOn();
    void resetGoesBackToTheDefault();
    void oneGoIsOneStep();
    void whatAJobHasTakenIsAStep();
    void aChoiceThatComesBackIsNoStep();
    void recordsAreAddedMovedAndRemoved();
    void formulasAreCheckedAndCompleted();
    void unknownMembersCanBeTakenOut();
    void ownColumnsAreOffered();
    void namesThatAreGivenTwiceAreMarked();
    void fieldsAreNotStretched();
    void completionsLeaveTheFieldFree();
    void samplesAreSaidInTheWindowsWords();
};

void FormEditingTest::typingIsNotFought()
{
    open(around("everything"), "hot");
    QLineEdit& input = line("text").input();
    input.setFocus();
    QTest::keyClick(&input, Qt::Key_End);
    QTest::keyClicks(&input, QStringLiteral("ing"));
    QCOMPARE(value("text"), Json());
    input.setCursorPosition(2);
    analysed();
    QCOMPARE(input.text(), QStringLiteral("resting"));
    QCOMPARE(input.cursorPosition(), 2);
    QVERIFY(input.hasFocus());
    line("number").setFocus();
    QCOMPARE(value("text"), Json("resting"));
    // What means the same stays as it was written.
    QLineEdit& number = line("number").input();
    typeInto(&number, QStringLiteral("80.0"));
    QCOMPARE(value("number"), Json(80.0));
    analysed();
    QCOMPARE(number.text(), QStringLiteral("80.0"));
    QVERIFY(number.hasFocus());
    // New columns are offered to whoever is in the middle of a name.
    auto* name = form().row("column")->editor().findChild<QLineEdit*>();
    QVERIFY(name);
    name->setFocus();
    QTest::keyClicks(name, QStringLiteral("humi"));
    name->setCursorPosition(1);
    document().edit(QStringLiteral("Read another"), [](DocumentState& state) {
        std::erase_if(state.spec.edges, [](const EdgeSpec& edge) { return edge.to.node.value == "hot"; });
    });
    analysed();
    QCOMPARE(name->cursorPosition(), 1);
    QCOMPARE(name->text(), QStringLiteral("humi"));
}

void FormEditingTest::escapeTakesBack()
{
    open(around("everything", {{"integer", 7}}), "hot");
    QLineEdit& input = line("integer").input();
    input.setFocus();
    typeInto(&input, QStringLiteral("12"));
    QCOMPARE(value("integer"), Json(12));
    QTest::keyClicks(&input, QStringLiteral("34"));
    QTest::keyClick(&input, Qt::Key_Escape);
    // Enter was the answer to what is wanted: only what was typed since is taken back.
    QCOMPARE(input.text(), QStringLiteral("12"));
    QCOMPARE(value("integer"), Json(12));
    QTest::keyClick(&input, Qt::Key_Escape);
    QCOMPARE(value("integer"), Json(12));
    QTest::keyClicks(&line("number").input(), QStringLiteral("5"));
    QTest::keyClick(&line("number").input(), Qt::Key_Escape);
    QCOMPARE(line("number").input().text(), QString());
    QCOMPARE(document().undoStack().count(), 1);
}

void FormEditingTest::whatIsTypedIsNotContradicted()
{
    open(around("everything"), "hot");
    m_far->diagnostics = {{Diagnostic::Problem, NodeId{"hot"}, "formula", "", "formula is missing.", {}}};
    analysed();
    QCOMPARE(row("formula").problem(), QStringLiteral("formula is missing."));
    auto& field = dynamic_cast<FormulaField&>(row("formula").editor());
    field.input().setFocus();
    QTest::keyClicks(&field.input(), QStringLiteral("temp > 1"));
    field.input().completer().popup()->hide();
    QVERIFY(field.message().contains(QStringLiteral("temp")));
    QCOMPARE(row("formula").problem(), QString());
    QTest::keyClick(&field.input(), Qt::Key_Escape);
    QCOMPARE(field.input().toPlainText(), QString());
    QCOMPARE(row("formula").problem(), QStringLiteral("formula is missing."));
    // Nor by what was said before the value was given on.
    m_far->diagnostics.clear();
    QTest::keyClicks(&field.input(), QStringLiteral("humidity > 1"));
    field.input().completer().popup()->hide();
    QTest::keyClick(&field.input(), Qt::Key_Return);
    QCOMPARE(row("formula").problem(), QString());
    QTRY_VERIFY(m_session->current()->analysisTaken == m_session->current()->analysisAsked);
    QCOMPARE(row("formula").problem(), QString());
}

void FormEditingTest::aPauseGivesOn()
{
    open(around("everything"), "hot");
    line("integer").input().setFocus();
    QTest::keyClicks(&line("integer").input(), QStringLiteral("12"));
    QCOMPARE(value("integer"), Json());
    QTRY_COMPARE(value("integer"), Json(12));
    QVERIFY(line("integer").input().hasFocus());
}

void FormEditingTest::resetGoesBackToTheDefault()
{
    open(around("everything", {{"integer", 7}, {"text", ""}, {"choice", "two"}}), "hot");
    QVERIFY(row("integer").isChanged());
    QVERIFY(!row("number").isChanged());
    QVERIFY(row("number").reset().isHidden());
    QCOMPARE(line("text").input().text(), QString());
    for (const char* name : {"integer", "text", "choice"}) {
        row(name).reset().click();
        QCOMPARE(value(name), Json());
        QVERIFY(!row(name).isChanged());
    }
    QCOMPARE(line("text").input().text(), QStringLiteral("rest"));
    QCOMPARE(line("integer").input().placeholderText(), QStringLiteral("5"));
    document().undoStack().undo();
    QCOMPARE(value("choice"), Json("two"));
    QCOMPARE(row("choice").editor().findChild<QComboBox*>()->currentText(), QStringLiteral("two"));
}

void FormEditingTest::oneGoIsOneStep()
{
    open(around("everything"), "hot");
    std::int64_t now = 0;
    document().setClock([&now] { return now; });
    QLineEdit& input = line("integer").input();
    input.setFocus();
    QTest::keyClicks(&input, QStringLiteral("1"));
    QTRY_COMPARE(value("integer"), Json(1));
    now += 900;  // a short look, then on, for longer than a second
    QTest::keyClicks(&input, QStringLiteral("2"));
    now += 900;
    QTRY_COMPARE(value("integer"), Json(12));
    QCOMPARE(document().undoStack().count(), 1);
    QTest::keyClicks(&input, QStringLiteral("3"));
    QTest::keyClick(&input, Qt::Key_Return);
    QCOMPARE(value("integer"), Json(123));
    QCOMPARE(document().undoStack().count(), 1);
    // What was given on by Enter, by going elsewhere or by waiting is meant.
    QTest::keyClicks(&input, QStringLiteral("4"));
    QTRY_COMPARE(value("integer"), Json(1234));
    QCOMPARE(document().undoStack().count(), 2);
    line("number").setFocus();
    input.setFocus();
    QTest::keyClicks(&input, QStringLiteral("5"));
    QTRY_COMPARE(value("integer"), Json(12345));
    QCOMPARE(document().undoStack().count(), 3);
    document().undoStack().undo();
    QCOMPARE(value("integer"), Json(1234));
    document().undoStack().redo();
    typeInto(&line("number").input(), QStringLiteral("4"));
    QCOMPARE(document().undoStack().count(), 4);
    const auto mayMove = [&] {
        const auto tools = records("list").row(0).findChildren<QToolButton*>(QStringLiteral("rowTool"));
        return std::count_if(tools.begin(), tools.end(), [](const auto* tool) { return !tool->isHidden(); });
    };
    records("list").adder().click();
    QCOMPARE(mayMove(), 1);  // only be taken out
    records("list").adder().click();
    QCOMPARE(mayMove(), 3);
    QCOMPARE(document().undoStack().count(), 6);
    auto* name = records("list").row(1).form()->row("name")->editor().findChild<QLineEdit*>();
    name->setFocus();
    QTest::keyClicks(name, QStringLiteral("a"));
    QTRY_COMPARE(value("list")[1]["name"], Json("a"));
    QTest::keyClicks(name, QStringLiteral("b"));
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(document().undoStack().count(), 7);
    document().undoStack().undo();
    QCOMPARE(name->text(), QString());
}

void FormEditingTest::whatAJobHasTakenIsAStep()
{
    open(around("everything", {{"integer", 20}}), "hot");
    document().setClock([] { return std::int64_t{0}; });
    run();
    const auto accepted = [this] { return *m_session->current()->accepted->find(NodeId{"hot"})->params; };
    for (const int integer : {30, 40}) {
        document().setParam(NodeId{"hot"}, "integer", integer);
        QTRY_COMPARE(accepted()["integer"], Json(integer));
    }
    document().undoStack().undo();
    QCOMPARE(value("integer"), Json(30));
    QTRY_COMPARE(accepted()["integer"], Json(30));
}

void FormEditingTest::aChoiceThatComesBackIsNoStep()
{
    open(around("everything", {{"choice", "two"}}), "hot");
    document().setClock([] { return std::int64_t{0}; });
    auto* box = row("choice").editor().findChild<QComboBox*>();
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(value("choice"), Json("three"));
    QCOMPARE(document().undoStack().count(), 1);
    QTest::keyClick(box, Qt::Key_Up);
    QCOMPARE(value("choice"), Json("two"));
    QCOMPARE(document().undoStack().count(), 0);
}

void FormEditingTest::recordsAreAddedMovedAndRemoved()
{
    open(around("everything", {{"list", {{{"name", "a"}}, {{"name", "b"}}, {{"name", "c"}}}}}), "hot");
    RecordsField& list = records("list");
    QCOMPARE(list.count(), 3);
    list.row(0).setOpen(true);
    QTest::keyClick(&list.row(0), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(value("list"), Json::parse(R"([{"name":"b"},{"name":"a"},{"name":"c"}])"));
    QVERIFY(list.row(1).form());
    QVERIFY(!list.row(0).form());
    QTest::keyClick(&list.row(0), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(value("list")[0]["name"], Json("b"));
    list.row(2).setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Delete);
    QCOMPARE(value("list"), Json::parse(R"([{"name":"b"},{"name":"a"}])"));
    document().undoStack().undo();
    QCOMPARE(list.count(), 3);
    list.adder().click();
    QCOMPARE(value("list").size(), std::size_t{4});
    QTRY_VERIFY(list.row(3).isAncestorOf(QApplication::focusWidget()));
}

void FormEditingTest::formulasAreCheckedAndCompleted()
{
    open(around("everything"), "hot");
    auto& field = dynamic_cast<FormulaField&>(row("formula").editor());
    FormulaEdit& edit = field.input();
    edit.setFocus();
    QTest::keyClicks(&edit, QStringLiteral("temperature > hum"));
    QVERIFY(edit.completer().popup()->isVisible());
    QCOMPARE(edit.completer().currentCompletion(), QStringLiteral("humidity"));
    picture(*edit.completer().popup(), "completion");
    QTest::keyClick(edit.completer().popup(), Qt::Key_Return);
    QCOMPARE(edit.toPlainText(), QStringLiteral("temperature > humidity"));
    QVERIFY(edit.extraSelections().isEmpty());
    QTest::keyClick(&edit, Qt::Key_Return);
    QCOMPARE(value("formula"), Json("temperature > humidity"));

    typeInto(&edit, QStringLiteral("ROUND(temprature, 1) > 2"));
    QVERIFY(field.message().contains(QStringLiteral("temprature")));
    QCOMPARE(edit.extraSelections().size(), 1);
    QCOMPARE(edit.extraSelections().front().cursor.selectedText(), QStringLiteral("temprature"));
    edit.setPlainText(QStringLiteral("'ä€😀' || nothing"));
    QCOMPARE(edit.extraSelections().front().cursor.selectedText(), QStringLiteral("nothing"));

    QTest::keyClick(&edit, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(&edit, QStringLiteral("rou"));
    QTest::keyClick(edit.completer().popup(), Qt::Key_Return);
    QCOMPARE(edit.toPlainText(), QStringLiteral("ROUND()"));
    QTest::keyClicks(&edit, QStringLiteral("temperature"));
    edit.completer().popup()->hide();
    QVERIFY(field.message().startsWith(QStringLiteral("ROUND(number [, digits])")));
    QTest::keyClick(&edit, Qt::Key_Return, Qt::ShiftModifier);
    QVERIFY(edit.toPlainText().contains(QLatin1Char('\n')));
}

void FormEditingTest::unknownMembersCanBeTakenOut()
{
    open(around("everything", {{"old", 1}, {"integer", 7}}), "hot");
    for (QToolButton* button : m_panel->editor()->findChildren<QToolButton*>())
        if (button->accessibleName() == QStringLiteral("Take out old")) button->click();
    QCOMPARE(*document().spec().find(NodeId{"hot"})->params, Json::parse(R"({"integer":7})"));
}

// A source's time column is one of those that are declared in the same form.
void FormEditingTest::ownColumnsAreOffered()
{
    Catalog catalog;
    addBuiltinComponents(catalog);
    open(
        around("file_source",
               {{"path", "a.json"}, {"columns", {{{"name", "at"}, {"type", "timestamp"}}, {{"name", "v"}}}}}),
        "hot", catalog.infos());
    auto* box = row("time_column").editor().findChild<QComboBox*>();
    QVERIFY(box);
    const auto offered = [box] {
        QStringList names;
        for (int i = 0; i < box->count(); ++i) names += box->itemText(i);
        return names;
    };
    QCOMPARE(offered(), (QStringList{"at", "v"}));
    QCOMPARE(box->itemData(0, Qt::ToolTipRole).toString(), QStringLiteral("timestamp"));
    records("columns").adder().click();
    typeInto(records("columns").row(2).form()->row("name")->editor().findChild<QLineEdit*>(),
             QStringLiteral("created"));
    QCOMPARE(offered(), (QStringList{"at", "v", "created"}));
    box->setFocus();
    QTest::keyClicks(box->lineEdit(), QStringLiteral("cr"));
    QTRY_VERIFY(box->completer()->popup()->isVisible());
    QCOMPARE(box->completer()->currentCompletion(), QStringLiteral("created"));
    QTest::keyClick(box->completer()->popup(), Qt::Key_Down);
    QTest::keyClick(box->completer()->popup(), Qt::Key_Return);
    box->lineEdit()->clearFocus();
    QCOMPARE(value("time_column"), Json("created"));
    // What is typed stays while the list changes.
    typeInto(box->lineEdit(), QStringLiteral("later"));
    document().setParam(NodeId{"hot"}, "columns", Json::parse(R"([{"name":"only"}])"));
    QCOMPARE(offered(), (QStringList{"only"}));
    QCOMPARE(box->lineEdit()->text(), QStringLiteral("later"));
    QCOMPARE(value("time_column"), Json("later"));
    picture(*m_panel, "own-columns");
}

void FormEditingTest::namesThatAreGivenTwiceAreMarked()
{
    open(around("everything", {{"map", {{"a", "1"}, {"b", "2"}}}}), "hot");
    auto* list = row("map").editor().findChild<RecordsField*>();
    const auto name = [list](int index) -> FieldRow& {
        list->row(index).setOpen(true);
        return *list->row(index).form()->row("name");
    };
    QCOMPARE(name(1).problem(), QString());
    typeInto(name(1).editor().findChild<QLineEdit*>(), QStringLiteral("a"));
    QCOMPARE(value("map"), Json({{"a", "2"}}));
    QCOMPARE(list->count(), 2);
    QCOMPARE(name(0).problem(), QString());
    QVERIFY2(name(1).problem().contains(QStringLiteral("Row 1 is called “a” too")),
             qPrintable(name(1).problem()));
    analysed();
    QVERIFY(name(1).hasProblem());
    typeInto(name(0).editor().findChild<QLineEdit*>(), QStringLiteral("c"));
    QCOMPARE(QString::fromStdString(value("map").dump()), QStringLiteral(R"({"c":"1","a":"2"})"));
    QCOMPARE(name(1).problem(), QString());
}

void FormEditingTest::fieldsAreNotStretched()
{
    open(around("filter", {{"condition", "temperature > 1"}}), "hot");
    const auto heightIn = [this](int panel) {
        m_panel->resize(360, panel);
        QApplication::processEvents();
        return row("condition").height();
    };
    const int needed = heightIn(200);
    QVERIFY(needed > 0);
    QCOMPARE(heightIn(3000), needed);
}

void FormEditingTest::completionsLeaveTheFieldFree()
{
    open(around("everything"), "hot");
    FormulaEdit& edit = dynamic_cast<FormulaField&>(row("formula").editor()).input();
    edit.setFocus();
    QTest::keyClicks(&edit, QStringLiteral("te"));
    const QWidget& list = *edit.completer().popup();
    QVERIFY(list.isVisible());
    const QRect field(edit.mapToGlobal(QPoint()), edit.size());
    QVERIFY(!list.geometry().intersects(field));
    QCOMPARE(list.geometry().left(), field.left());
    QCOMPARE(list.width(), field.width());
}

void FormEditingTest::samplesAreSaidInTheWindowsWords()
{
    open(fake::hotMachines(), "machines");
    const Diagnostic missing{
        Diagnostic::Problem, NodeId{"machines"}, "path", "", "\"path\" is missing; it must be given.", {}};
    m_far->diagnostics = {missing};
    m_far->previewReply.problem = "No rows yet: " + sentence(missing);
    analysed();
    const QString wanted =
        QStringLiteral("No rows yet: Machines · File: “File” is missing; it must be given.");
    const auto isSaid = [&] {
        const auto labels = m_panel->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text() == wanted; });
    };
    QTRY_VERIFY(isSaid());
}

STREAMWRIGHT_WINDOW_TEST(FormEditingTest)

}  // namespace tst_ui_form_editing
#include "tst_ui_form_editing.moc"
