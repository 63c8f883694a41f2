#include "measuring_application.h"
#include "test_main.h"
#include "ui/documents/text_view.h"
#include "window_fixture.h"

#include <QApplication>
#include <QDesktopServices>
#include <QDir>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QUrl>

namespace tst_ui_text_view {

using namespace engine;
using namespace ui;

namespace {

// Text of so many MiB in lines of a usual length.
PipelineSpec longDocument(int megabytes)
{
    PipelineSpec spec = fake::hotMachines();
    for (int i = 0; i < megabytes * 40; ++i) {
        Json columns = Json::array();
        for (int c = 0; c < 360; ++c)
            columns.push_back({{"name", "column_" + std::to_string(c)},
                               {"type", "double"},
                               {"path", "reading.values[" + std::to_string(c) + "]"}});
        spec.nodes.push_back(
            fake::makeNode("wide_" + std::to_string(i), "file_source", "Wide", {{"columns", columns}}));
    }
    return spec;
}

}  // namespace

class UiTextView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void textGoesBothWays();
    void newColoursAreNotTyped();
    void undoStaysInItsDocument();
    void textWithAMistakeIsNotTaken();
    void textOfAnotherTabIsNotLost();
    void mistakeStaysWhenTheCanvasChanges();
    void mistakeIsAskedAboutAndKept();
    void aLongTextIsShownWithoutAPause();
    void aLongTextIsTakenBehindItsTab();
    void aLongTextIsTakenBeforeTheWindowGoes();
    void theFileGoesToAnEditor();

public Q_SLOTS:
    void openUrl(const QUrl& url) { m_opened = url; }

private:
    QUrl m_opened;
};

void UiTextView::textGoesBothWays()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    QPlainTextEdit& editor = fixture.window->design().text().editor();
    QVERIFY(editor.isVisible());
    QTRY_VERIFY(!editor.isReadOnly());
    QVERIFY(editor.toPlainText().contains(QStringLiteral("\"Hot machines\"")));
    const int nodes = static_cast<int>(fixture.window->scene().nodes().size());

    editor.setTextCursor(editor.document()->find(QStringLiteral("Hot machines")));
    const int begin = editor.textCursor().selectionStart();
    QTest::keyClicks(&editor, QStringLiteral("Typed"));
    QTRY_COMPARE(open->document->name(), QStringLiteral("Typed"));
    QCOMPARE(open->document->undoStack().count(), 1);
    QCOMPARE(editor.textCursor().position(), begin + 5);

    open->document->edit(QStringLiteral("Delete"), [](DocumentState& state) {
        state.spec.nodes.pop_back();
        std::erase_if(state.spec.edges, [](const EdgeSpec& edge) { return edge.to.node.value == "screen"; });
    });
    QTRY_VERIFY(!editor.toPlainText().contains(QStringLiteral("console_sink")));
    QCOMPARE(static_cast<int>(fixture.window->scene().nodes().size()), nodes - 1);
    open->document->undoStack().undo();
    QTRY_VERIFY(editor.toPlainText().contains(QStringLiteral("console_sink")));
    QCOMPARE(editor.toPlainText().toStdString(),
             writePipeline(specFromState(open->document->state()), [&fixture](std::string_view id) {
                 return fixture.session->client().schemaOf(id);
             }));
}

void UiTextView::newColoursAreNotTyped()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    TextView& text = fixture.window->design().text();
    QTRY_VERIFY(!text.editor().isReadOnly());
    theme().setShade(Shade::Light);
    open->document->edit(QStringLiteral("Rename"), [](DocumentState& state) { state.spec.name = "Renamed"; });
    theme().setShade(Shade::Dark);
    QCoreApplication::processEvents();
    QVERIFY(!text.isTyping());
    QTRY_VERIFY(text.editor().toPlainText().contains(QStringLiteral("\"Renamed\"")));
    QCOMPARE(open->document->undoStack().count(), 1);
}

void UiTextView::undoStaysInItsDocument()
{
    WindowFixture fixture;
    OpenDocument* first = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    QPlainTextEdit& editor = fixture.window->design().text().editor();
    QTRY_VERIFY(!editor.isReadOnly());
    OpenDocument* second = fixture.add(fake::largeDocument(3));
    const DocumentState before = second->document->state();
    QTRY_VERIFY(!editor.isReadOnly());
    editor.setFocus();
    const QString text = editor.toPlainText();
    QTest::keyClick(&editor, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(editor.toPlainText(), text);
    fixture.window->design().text().finishTyping();
    QVERIFY(second->document->state() == before);
    QVERIFY(first->document->state() != before);
    // With nothing of its own to take back it is the document that is undone.
    second->document->edit(QStringLiteral("Rename"), [](DocumentState& state) { state.spec.name = "Other"; });
    QTRY_VERIFY(editor.toPlainText().contains(QStringLiteral("\"Other\"")));
    QTest::keyClick(&editor, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(second->document->state() == before);
    QCOMPARE(second->document->undoStack().count(), 1);
    QTest::keyClick(&editor, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(second->document->name(), QStringLiteral("Other"));
}

void UiTextView::textWithAMistakeIsNotTaken()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    TextView& text = fixture.window->design().text();
    QTRY_VERIFY(!text.editor().isReadOnly());
    text.editor().moveCursor(QTextCursor::End);
    QTest::keyClicks(&text.editor(), QStringLiteral("}"));
    QTRY_VERIFY(!text.mistake().isEmpty());
    // The line that the sentence names is marked.
    QCOMPARE(text.editor().extraSelections().size(), 1);
    QVERIFY(text.editor().extraSelections().front().cursor.block().text().endsWith(QLatin1Char('}')));
    QVERIFY(!open->document->isModified());
    QTest::keyClick(&text.editor(), Qt::Key_Backspace);
    QTRY_VERIFY(text.mistake().isEmpty());
    QVERIFY(text.editor().extraSelections().isEmpty());
    QVERIFY(!open->document->isModified());
}

void UiTextView::mistakeStaysWhenTheCanvasChanges()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    TextView& text = fixture.window->design().text();
    QTRY_VERIFY(!text.editor().isReadOnly());
    text.editor().moveCursor(QTextCursor::End);
    QTest::keyClicks(&text.editor(), QStringLiteral("and more"));
    QTRY_VERIFY(!text.mistake().isEmpty());
    QVERIFY(Documents::isUnsaved(*open));
    fixture.window->selectNode(NodeId{"screen"});
    fixture.key(Qt::Key_Delete);
    QVERIFY(!open->document->spec().find(NodeId{"screen"}));
    fixture.window->documents().worker().finish();
    QCoreApplication::processEvents();
    QVERIFY(text.editor().toPlainText().endsWith(QStringLiteral("and more")));
    QVERIFY2(text.state().contains(QStringLiteral("The canvas has changed since")), qPrintable(text.state()));
    QVERIFY(WindowFixture::click(text, QStringLiteral("Take the canvas's")));
    QTRY_VERIFY(!text.editor().toPlainText().contains(QStringLiteral("screen")));
    QVERIFY(text.mistake().isEmpty() && open->unreadText.isEmpty());
}

void UiTextView::mistakeIsAskedAboutAndKept()
{
    QTemporaryDir folder;
    QString typed;
    {
        WindowFixture fixture(folder.path());
        OpenDocument* open = fixture.add(fake::hotMachines());
        fixture.key(Qt::Key_T, Qt::ControlModifier);
        TextView& text = fixture.window->design().text();
        QTRY_VERIFY(!text.editor().isReadOnly());
        text.editor().moveCursor(QTextCursor::End);
        QTest::keyClicks(&text.editor(), QStringLiteral("and more"));
        fixture.key(Qt::Key_W, Qt::ControlModifier);
        QVERIFY(fixture.answer(QStringLiteral("Go back to the text")));
        QVERIFY(fixture.session->holds(open) && text.isVisible());
        typed = text.editor().toPlainText();
        QVERIFY(typed.endsWith(QStringLiteral("and more")));
        fixture.window->close();
        QVERIFY(fixture.answer(QStringLiteral("Keep as drafts")));
        QTRY_VERIFY(!fixture.window->isVisible());
    }
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.session->current() && !fixture.session->current()->unreadText.isEmpty());
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    TextView& text = fixture.window->design().text();
    QTRY_COMPARE(text.editor().toPlainText(), typed);
    QTRY_VERIFY(!text.mistake().isEmpty());
    fixture.key(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(fixture.answer(QStringLiteral("Close without it")));
    QTRY_VERIFY(fixture.session->documents().empty());
}

void UiTextView::textOfAnotherTabIsNotLost()
{
    WindowFixture fixture;
    OpenDocument* first = fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    TextView& text = fixture.window->design().text();
    QTRY_VERIFY(!text.editor().isReadOnly());
    text.editor().setTextCursor(text.editor().document()->find(QStringLiteral("Hot machines")));
    QTest::keyClicks(&text.editor(), QStringLiteral("Quick"));
    OpenDocument* second = fixture.add(fake::largeDocument(20));  // before the text was read
    QCOMPARE(first->document->name(), QStringLiteral("Quick"));
    QTRY_VERIFY(text.editor().toPlainText().contains(QStringLiteral("\"Large\"")));

    QTRY_VERIFY(!text.editor().isReadOnly());
    text.editor().moveCursor(QTextCursor::Start);
    QTest::keyClicks(&text.editor(), QStringLiteral("unfinished"));
    QTRY_VERIFY(!text.mistake().isEmpty());
    fixture.session->show(first);
    QTRY_VERIFY(text.editor().toPlainText().contains(QStringLiteral("\"Quick\"")));
    QVERIFY(text.mistake().isEmpty());
    fixture.session->show(second);
    QTRY_VERIFY(text.editor().toPlainText().startsWith(QStringLiteral("unfinished")));
    QTRY_VERIFY(!text.mistake().isEmpty());
}

void UiTextView::aLongTextIsShownWithoutAPause()
{
    auto& application = *static_cast<MeasuringApplication*>(qApp);
    WindowFixture fixture;
    OpenDocument* open = fixture.add(longDocument(5));
    QTRY_VERIFY(!open->analysis.schemas.empty());
    TextView& text = fixture.window->design().text();
    text.resize(480, 600);
    application.begin();
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(text.editor().document()->characterCount() > 5'000'000, 20'000);
    QTest::keyClick(&text.editor(), Qt::Key_End, Qt::ControlModifier);
    QTest::keyClick(&text.editor(), Qt::Key_PageUp);
    QCoreApplication::processEvents();
    const double longestMs = application.longestMs;
    qInfo("longest event with %d characters: %.1f ms", text.editor().document()->characterCount(), longestMs);
    QVERIFY2(longestMs < 50, qPrintable(QString::number(longestMs)));
    // It is edited like a short one, and there as it was when its tab is shown again.
    QTRY_VERIFY(!text.editor().isReadOnly());
    text.editor().setTextCursor(text.editor().document()->find(QStringLiteral("\"Hot machines\"")));
    QTest::keyClicks(&text.editor(), QStringLiteral("\"Long\""));
    QTRY_COMPARE(open->document->name(), QStringLiteral("Long"));
    fixture.add(fake::hotMachines());
    QTRY_VERIFY(!text.editor().isReadOnly());
    QVERIFY(text.editor().toPlainText().contains(QStringLiteral("Hot machines")));
    fixture.session->show(open);
    QTRY_VERIFY_WITH_TIMEOUT(text.editor().document()->characterCount() > 5'000'000, 20'000);
}

// What was typed last is read on the worker, and what one does next goes on as it comes back.
void UiTextView::aLongTextIsTakenBehindItsTab()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(longDocument(1));
    fixture.key(Qt::Key_T, Qt::ControlModifier);
    TextView& text = fixture.window->design().text();
    QPlainTextEdit& editor = text.editor();
    const auto isShown = [&] {
        return editor.document()->characterCount() > 500'000 && !editor.isReadOnly();
    };
    QTRY_VERIFY(isShown());
    const auto rename = [&](const char* from, const char* to) {
        editor.setTextCursor(editor.document()->find(QLatin1String(from)));
        QTest::keyClicks(&editor, QLatin1String(to));
    };
    rename("\"Hot machines\"", "\"Long\"");
    OpenDocument* other = fixture.add(fake::hotMachines());
    QCOMPARE(open->document->undoStack().count(), 0);
    QTRY_COMPARE(open->document->name(), QStringLiteral("Long"));
    QCOMPARE(open->document->undoStack().count(), 1);
    QCOMPARE(other->document->undoStack().count(), 0);
    QTRY_VERIFY(editor.toPlainText().contains(QStringLiteral("Hot machines")));
    // There again before it is read.
    fixture.session->show(open);
    QTRY_VERIFY(isShown());
    rename("\"Long\"", "\"Longer\"");
    fixture.session->show(other);
    fixture.session->show(open);
    QTRY_COMPARE(open->document->name(), QStringLiteral("Longer"));
    QTRY_VERIFY(isShown() && editor.toPlainText().contains(QStringLiteral("\"Longer\"")));

    editor.moveCursor(QTextCursor::End);
    QTest::keyClicks(&editor, QStringLiteral("and more"));
    fixture.session->show(other);
    QVERIFY(open->unreadText.isEmpty());
    QTRY_VERIFY(open->unreadText.endsWith(QStringLiteral("and more")));
    QVERIFY(!open->unreadWhy.isEmpty() && text.mistake().isEmpty());
    fixture.session->show(open);
    QTRY_VERIFY(isShown() && editor.toPlainText().endsWith(QStringLiteral("and more")));
    QTRY_COMPARE(text.mistake(), open->unreadWhy);
    editor.moveCursor(QTextCursor::End);
    for (int i = 0; i < 8; ++i) QTest::keyClick(&editor, Qt::Key_Backspace);
    QTRY_VERIFY(text.mistake().isEmpty() && open->unreadText.isEmpty());

    rename("\"Longer\"", "\"Longest\"");
    fixture.key(Qt::Key_W, Qt::ControlModifier);
    QTRY_COMPARE(open->document->name(), QStringLiteral("Longest"));
    QVERIFY(fixture.answer(QStringLiteral("Do not save")));
    QTRY_COMPARE(fixture.session->documents().size(), std::size_t{1});
}

void UiTextView::aLongTextIsTakenBeforeTheWindowGoes()
{
    QTemporaryDir folder;
    {
        WindowFixture fixture(folder.path());
        OpenDocument* open = fixture.add(longDocument(1));
        fixture.key(Qt::Key_T, Qt::ControlModifier);
        QPlainTextEdit& editor = fixture.window->design().text().editor();
        QTRY_VERIFY(editor.document()->characterCount() > 500'000 && !editor.isReadOnly());
        editor.setTextCursor(editor.document()->find(QStringLiteral("\"Hot machines\"")));
        QTest::keyClicks(&editor, QStringLiteral("\"Long\""));
        fixture.add(fake::hotMachines());
        fixture.window->close();
        QVERIFY(fixture.window->isVisible());
        QTRY_COMPARE(open->document->name(), QStringLiteral("Long"));
        QVERIFY(fixture.answer(QStringLiteral("Keep as drafts")));
        QTRY_VERIFY(!fixture.window->isVisible());
    }
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    const auto isThere = [&] {
        const auto& all = fixture.session->documents();
        return std::any_of(all.begin(), all.end(),
                           [](const auto& open) { return open->document->name() == QStringLiteral("Long"); });
    };
    QTRY_VERIFY(isThere());
}

void UiTextView::theFileGoesToAnEditor()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("hot.pipeline.json"));
    QVERIFY(WindowFixture::write(path, QByteArray::fromStdString(writePipeline(fake::hotMachines()))));
    WindowFixture fixture(folder.filePath(QStringLiteral("own")));
    OpenDocument* open = nullptr;
    fixture.window->openFile(path, [&](OpenDocument* opened) { open = opened; });
    QTRY_VERIFY(open);
    open->document->edit(QStringLiteral("Rename"), [](DocumentState& state) { state.spec.name = "Long"; });
    QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "openUrl");
    const auto restored = qScopeGuard([] { QDesktopServices::unsetUrlHandler(QStringLiteral("file")); });
    fixture.window->commands().action(QStringLiteral("file.editor"))->trigger();
    QTRY_COMPARE(m_opened, QUrl::fromLocalFile(path));
    QVERIFY(!open->document->isModified());
    QVERIFY(WindowFixture::bytesOf(path).contains("\"Long\""));
}

static int run(int argc, char** argv)
{
    MeasuringApplication application(argc, argv);
    UiTextView test;
    return QTest::qExec(&test, argc, argv);
}

STREAMWRIGHT_TEST_RUN(run)

}  // namespace tst_ui_text_view
#include "tst_ui_text_view.moc"
