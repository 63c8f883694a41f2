// links: ui engine_client
#include "ui/documents/text_view.h"
#include "window_fixture.h"

#include <QApplication>
#include <QPlainTextEdit>

using namespace engine;
using namespace ui;

class UiTextView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void textGoesBothWays();
    void textWithAMistakeIsNotTaken();
    void textOfAnotherTabIsNotLost();
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
    QVERIFY(!open->document->isModified());
    QTest::keyClick(&text.editor(), Qt::Key_Backspace);
    QTRY_VERIFY(text.mistake().isEmpty());
    QVERIFY(!open->document->isModified());
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

QTEST_MAIN(UiTextView)
#include "tst_ui_text_view.moc"
