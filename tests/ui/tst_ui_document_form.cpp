#include "form_fixture.h"
#include "ui/properties/document_editor.h"
#include "ui/properties/text_tone.h"
#include "test_main.h"

#include <QKeyEvent>
#include <QLabel>
#include <QThread>

namespace tst_ui_document_form {

// What the inspector shows with nothing selected: the document's name, parameters and settings.
class DocumentFormTest : public QObject, private FormFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void cleanup() { close(); }
    void nameAndSettingsAreEdited();
    void aWrongSettingSaysSoAndDoesNotRun();
    void settingsOfARunningJobCountLater();
    void parametersComeGoAndMoveByKeys();
    void aRenameTakesTheUsesWithIt();
    void aNameThatCannotBeTaken();
    void theDefaultFollowsTheType();
    void aParameterIsAHotChange();
    void whatASourceUsesCountsByRestart();
    void pictures();

private:
    void openDocument(PipelineSpec spec)
    {
        open(std::move(spec), "hot");
        m_panel->showPipeline();
        QVERIFY(editor());
    }
    DocumentEditor* editor() { return m_panel->documentEditor(); }
    QLineEdit* input(ParamForm& form, const char* name)
    {
        return form.row(name)->editor().findChild<QLineEdit*>();
    }
    QLineEdit* input(int row, const char* name)
    {
        editor()->rows().row(row).setOpen(true);
        return input(*editor()->rows().row(row).form(), name);
    }
    // How what is said in a row looks.
    static QString toneSheet(const QWidget& row, const QString& said)
    {
        for (const QLabel* label : row.findChildren<QLabel*>())
            if (label->text() == said) return label->styleSheet();
        return {};
    }
    static QString sheetOf(Tone tone)
    {
        QLabel label;
        setTextTone(&label, tone);
        return label.styleSheet();
    }
    std::vector<std::string> names()
    {
        std::vector<std::string> all;
        for (const ParameterSpec& parameter : document().spec().parameters) all.push_back(parameter.name);
        return all;
    }
    static PipelineSpec withLimit()
    {
        PipelineSpec spec = around(
            "everything", {{"formula", "temperature > ${limit}"}, {"text", "over ${limit} $${limit}"}});
        spec.parameters = {{.name = "limit", .type = "double", .fallback = 80, .unit = "°C"},
                           {.name = "place", .type = "string", .fallback = "hall"}};
        return spec;
    }
};

using Names = std::vector<std::string>;

void DocumentFormTest::nameAndSettingsAreEdited()
{
    openDocument(fake::hotMachines());
    const DocumentState before = document().state();
    typeInto(input(editor()->name(), "name"), QStringLiteral("Line 4"));
    QCOMPARE(document().name(), QStringLiteral("Line 4"));
    ParamForm& settings = editor()->settings();
    // Where nothing is set, what is done then stands there, and not a bare 0.
    QCOMPARE(input(settings, "threads")->placeholderText(),
             QStringLiteral("automatic: %1").arg(QThread::idealThreadCount()));
    QCOMPARE(input(settings, "parallelism")->placeholderText(),
             QStringLiteral("automatic: as many as threads"));
    auto* guarantee = settings.row("guarantee")->editor().findChild<QComboBox*>();
    QTest::keyClick(guarantee, Qt::Key_Down);
    QCOMPARE(document().spec().settings.guarantee, Guarantee::AtLeastOnce);
    typeInto(input(settings, "checkpoint_interval"), QStringLiteral("5s"));
    typeInto(input(settings, "parallelism"), QStringLiteral("4"));
    typeInto(input(settings, "threads"), QStringLiteral("2"));
    typeInto(input(settings, "memory_limit"), QStringLiteral("1GiB"));
    typeInto(input(settings, "time_zone"), QStringLiteral("Europe/Berlin"));
    typeInto(input(settings, "reject_limit"), QStringLiteral("1%"));
    QVERIFY(settings.row("restart_attempts")->isHidden());
    auto* restart = settings.row("restart")->editor().findChild<QComboBox*>();
    QTest::keyClick(restart, Qt::Key_End);
    QVERIFY(!settings.row("restart_attempts")->isHidden());
    typeInto(input(settings, "restart_attempts"), QStringLiteral("3"));
    settings.advancedButton()->click();
    typeInto(input(settings, "checkpoint_timeout"), QStringLiteral("2min"));
    const PipelineSettings& made = document().spec().settings;
    QCOMPARE(made.checkpointInterval, Duration(5'000'000));
    QCOMPARE(made.parallelism, 4);
    QCOMPARE(made.threads, 2);
    QCOMPARE(made.memoryLimitBytes, std::int64_t{1} << 30);
    QCOMPARE(made.timeZone, std::string("Europe/Berlin"));
    QCOMPARE(made.rejectLimit->share, std::optional<double>(0.01));
    QCOMPARE(made.restart.attempts, 3);
    QCOMPARE(made.checkpointTimeout, Duration(120'000'000));
    const Parsed parsed = parsePipeline(writePipeline(document().spec()));
    QCOMPARE(parsed.spec.settings, made);
    QVERIFY(parsed.diagnostics.empty());
    const PipelineSettings whole = made;
    while (document().undoStack().canUndo()) document().undoStack().undo();
    QCOMPARE(document().state(), before);
    QCOMPARE(input(settings, "threads")->text(), QString());
    while (document().undoStack().canRedo()) document().undoStack().redo();
    QCOMPARE(document().spec().settings, whole);
    settings.row("threads")->reset().click();
    QCOMPARE(document().spec().settings.threads, 0);
}

void DocumentFormTest::aWrongSettingSaysSoAndDoesNotRun()
{
    openDocument(fake::hotMachines());
    FieldRow& threads = *editor()->settings().row("threads");
    typeInto(input(editor()->settings(), "threads"), QStringLiteral("many"));
    QVERIFY(threads.problem().contains(QStringLiteral("number")));
    QCOMPARE(input(editor()->settings(), "threads")->text(), QStringLiteral("many"));
    m_session->run();
    QVERIFY(m_session->current()->failure && !m_session->current()->isActive());
    document().undoStack().undo();
    QCOMPARE(threads.problem(), QString());
    document().undoStack().redo();
    QVERIFY(!threads.problem().isEmpty());
    typeInto(input(editor()->settings(), "threads"), QStringLiteral("3"));
    QCOMPARE(threads.problem(), QString());
    run();
    QVERIFY(m_session->current()->isActive());
}

void DocumentFormTest::settingsOfARunningJobCountLater()
{
    openDocument(fake::hotMachines());
    run();
    typeInto(input(editor()->settings(), "checkpoint_interval"), QStringLiteral("2s"));
    QCOMPARE(editor()->settings().row("checkpoint_interval")->badge(),
             QStringLiteral("Counts from the next start on"));
    QCOMPARE(editor()->settings().row("threads")->badge(), QString());
    analysed();
    QVERIFY(m_far->changes.empty());
}

void DocumentFormTest::parametersComeGoAndMoveByKeys()
{
    openDocument(withLimit());
    RecordsField& rows = editor()->rows();
    rows.adder().setFocus();
    QTest::keyClick(&rows.adder(), Qt::Key_Space);
    QCOMPARE(names(), (Names{"limit", "place", "parameter"}));
    // The new one is open with its name selected by nothing but the keyboard.
    QCOMPARE(QApplication::focusWidget(), input(2, "name"));
    typeInto(QApplication::focusWidget(), QStringLiteral("rate"));
    QCOMPARE(names(), (Names{"limit", "place", "rate"}));
    typeInto(input(2, "default_double"), QStringLiteral("1.5"));
    typeInto(input(2, "unit"), QStringLiteral("rows/s"));
    typeInto(input(2, "help"), QStringLiteral("How fast."));
    const ParameterSpec& rate = document().spec().parameters[2];
    QCOMPARE(rate.type, std::string("double"));
    QCOMPARE(rate.fallback, Json(1.5));
    QCOMPARE(rate.unit, std::string("rows/s"));
    QCOMPARE(rate.help, std::string("How fast."));
    QTest::keyClick(input(2, "unit"), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(names(), (Names{"limit", "rate", "place"}));
    rows.row(0).setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Delete);
    QCOMPARE(names(), (Names{"rate", "place"}));
    QCOMPARE(rows.count(), 2);
    document().undoStack().undo();
    QCOMPARE(names(), (Names{"limit", "rate", "place"}));
    while (document().undoStack().canUndo()) document().undoStack().undo();
    QCOMPARE(document().spec().parameters, withLimit().parameters);
    QCOMPARE(rows.count(), 2);
}

void DocumentFormTest::aRenameTakesTheUsesWithIt()
{
    PipelineSpec spec = withLimit();
    spec.views = Json::array(
        {{{"kind", "time_series"}, {"port", "hot.out"}, {"thresholds", {{{"value", "${limit}"}}}}}});
    openDocument(std::move(spec));
    const std::string before = writePipeline(document().spec());
    typeInto(input(0, "name"), QStringLiteral("cap"));
    QCOMPARE(document().spec().views[0]["thresholds"][0]["value"], Json("${cap}"));
    QCOMPARE(names(), (Names{"cap", "place"}));
    const Json& made = document().spec().find(NodeId{"hot"})->params;
    QCOMPARE(made["formula"], Json("temperature > ${cap}"));
    QCOMPARE(made["text"], Json("over ${cap} $${limit}"));
    QCOMPARE(document().undoStack().count(), 1);
    QCOMPARE(document().undoStack().undoText(), QStringLiteral("Rename a parameter"));
    document().undoStack().undo();
    QCOMPARE(writePipeline(document().spec()), before);
    QCOMPARE(input(0, "name")->text(), QStringLiteral("limit"));
}

void DocumentFormTest::aNameThatCannotBeTaken()
{
    openDocument(withLimit());
    QLineEdit* name = input(0, "name");
    FieldRow* row = editor()->rows().row(0).form()->row("name");
    for (const char* wrong : {"place", "no good", "1st", ""}) {
        typeInto(name, QLatin1String(wrong));
        if (!*wrong) {
            QTest::keyClick(name, Qt::Key_Backspace);
            QTest::keyClick(name, Qt::Key_Return);
        }
        QCOMPARE(names(), (Names{"limit", "place"}));
        QVERIFY2(row->problem().contains(QStringLiteral("\"limit\"")), wrong);
        analysed();
        QCOMPARE(name->text(), QLatin1String(wrong));
    }
    // Another edit keeps it so; a good name ends it.
    typeInto(input(0, "unit"), QStringLiteral("K"));
    QCOMPARE(document().spec().parameters[0].unit, std::string("K"));
    QCOMPARE(names(), (Names{"limit", "place"}));
    typeInto(name, QStringLiteral("cap"));
    QCOMPARE(names(), (Names{"cap", "place"}));
    QCOMPARE(row->problem(), QString());
}

void DocumentFormTest::theDefaultFollowsTheType()
{
    openDocument(withLimit());
    editor()->rows().row(0).setOpen(true);
    ParamForm& form = *editor()->rows().row(0).form();
    auto* type = form.row("type")->editor().findChild<QComboBox*>();
    const auto choose = [type](const char* text) {
        while (type->currentText() != QLatin1String(text)) {
            const int before = type->currentIndex();
            QTest::keyClick(type, Qt::Key_Up);
            QVERIFY(type->currentIndex() < before);
        }
    };
    const auto limit = [this] { return document().spec().parameters[0]; };
    choose("string");
    QCOMPARE(limit().fallback, Json("80"));
    QVERIFY(!form.row("default_string")->isHidden() && form.row("default_double")->isHidden());
    QTest::keyClick(type, Qt::Key_Down);
    QCOMPARE(limit().type, std::string("bigint"));
    QCOMPARE(limit().fallback, Json(80));
    typeInto(input(0, "default_bigint"), QStringLiteral("many"));
    QCOMPARE(limit().fallback, Json("many"));
    QVERIFY(form.row("default_bigint")->problem().contains(QStringLiteral("number")));
    typeInto(input(0, "default_bigint"), QStringLiteral("7"));
    QCOMPARE(form.row("default_bigint")->problem(), QString());
    // An emptied text is an empty text, a value that is taken out is none.
    QLineEdit* place = input(1, "default_string");
    QTest::keyClick(place, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(place, Qt::Key_Backspace);
    QTest::keyClick(place, Qt::Key_Return);
    QCOMPARE(document().spec().parameters[1].fallback, Json(""));
    editor()->rows().row(1).form()->row("default_string")->reset().click();
    QCOMPARE(document().spec().parameters[1].fallback, Json());
}

void DocumentFormTest::aParameterIsAHotChange()
{
    openDocument(withLimit());
    run();
    m_far->isChangeWaiting = true;
    typeInto(input(0, "default_double"), QStringLiteral("90"));
    QTRY_COMPARE(editor()->rows().row(0).badge(), QStringLiteral("Applies at the next checkpoint"));
    QCOMPARE(editor()->rows().row(1).badge(), QString());
    QCOMPARE(m_far->changes.size(), std::size_t{1});
    QCOMPARE(m_far->changes[0].parameters[0].fallback, Json(90));
    m_panel->showNode(NodeId{"hot"});
    QCOMPARE(row("formula").badge(), QStringLiteral("Applies at the next checkpoint"));
    QCOMPARE(row("number").badge(), QString());
    m_panel->showPipeline();
    m_far->isChangeWaiting = false;
    QTRY_COMPARE(editor()->rows().row(0).badge(), QStringLiteral("In force"));
    QCOMPARE(toneSheet(editor()->rows().row(0), QStringLiteral("In force")), sheetOf(Tone::Ok));
    m_panel->showNode(NodeId{"hot"});
    QCOMPARE(toneSheet(row("formula"), QStringLiteral("In force")), sheetOf(Tone::Ok));
    m_panel->showPipeline();
    m_far->changeRefusal = "Its columns would be others.";
    typeInto(input(0, "default_double"), QStringLiteral("95"));
    QTRY_COMPARE(editor()->rows().row(0).badge(), QStringLiteral("Not taken by the running job"));
    m_far->changeRefusal.clear();
    document().undoStack().undo();
    QTRY_VERIFY(editor()->rows().row(0).badge() != QStringLiteral("Not taken by the running job"));
    QTRY_COMPARE_WITH_TIMEOUT(editor()->rows().row(0).badge(), QString(), 10'000);  // "In force" passes
    // Another name for the same value is no change of anything.
    typeInto(input(0, "name"), QStringLiteral("cap"));
    analysed();
    QCOMPARE(editor()->rows().row(0).badge(), QString());
}

// A source cannot take another value while it runs; that must not keep the others from theirs.
void DocumentFormTest::whatASourceUsesCountsByRestart()
{
    Catalog catalog;
    addBuiltinComponents(catalog);
    PipelineSpec spec = withLimit();
    spec.nodes[1].params = Json{{"path", "${place}.csv"}};
    open(spec, "hot", catalog.infos());
    m_panel->showPipeline();
    run();
    typeInto(input(1, "default_string"), QStringLiteral("yard"));
    QTRY_COMPARE(editor()->rows().row(1).badge(), QStringLiteral("Counts from the next start on"));
    typeInto(input(0, "default_double"), QStringLiteral("90"));
    QTRY_VERIFY(!m_far->changes.empty() && m_far->changes.back().parameters[0].fallback == Json(90));
    QCOMPARE(m_far->changes.back().find(NodeId{"machines"})->params->at("path"), Json("hall.csv"));
    m_panel->showNode(NodeId{"machines"});
    QCOMPARE(row("path").badge(), QStringLiteral("Counts from the next start on"));
    m_panel->showPipeline();
    typeInto(input(1, "default_string"), QStringLiteral("hall"));
    analysed();
    QCOMPARE(editor()->rows().row(1).badge(), QString());
}

void DocumentFormTest::pictures()
{
    PipelineSpec spec = withLimit();
    spec.parameters.push_back({.name = "days", .type = "bigint", .fallback = 7});
    openDocument(spec);
    run();
    m_far->isChangeWaiting = true;
    typeInto(input(0, "default_double"), QStringLiteral("90"));
    QTRY_VERIFY(!editor()->rows().row(0).badge().isEmpty());
    typeInto(input(1, "name"), QStringLiteral("limit"));
    typeInto(input(editor()->settings(), "threads"), QStringLiteral("many"));
    typeInto(input(editor()->settings(), "checkpoint_interval"), QStringLiteral("5s"));
    m_panel->resize(360, 1500);
    for (const Shade shade : {Shade::Dark, Shade::Light}) {
        theme().setShade(shade);
        input(0, "unit")->setFocus();
        QCoreApplication::processEvents();
        picture(*m_panel, shade == Shade::Dark ? "document-form-dark" : "document-form-light");
    }
    theme().setShade(Shade::Dark);
}

STREAMWRIGHT_WINDOW_TEST(DocumentFormTest)

}  // namespace tst_ui_document_form
#include "tst_ui_document_form.moc"
