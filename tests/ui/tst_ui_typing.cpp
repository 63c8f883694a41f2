#include "ui/documents/text_view.h"
#include "ui/graph/canvas_prompts.h"
#include "ui/graph/inline_editor.h"
#include "ui/properties/node_editor.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QPlainTextEdit>

namespace tst_ui_typing {

using namespace engine;
using namespace ui;

// Whoever presses a key right after typing means what was typed, before any pause of it is over.
class UiTyping : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void cleanup() { m_fixture.reset(); }
    void isSaved();
    void isRun();
    void isInForceWithTheCheckpoint();
    void isAskedAboutOnClosing();
    void titleIsSaved();
    void nameIsSaved();
    void textIsSaved();
    void isOfTheTabThatGoes();

private:
    void typeCondition();
    bool isSavedWith(const QByteArray& text);
    std::string condition() const
    {
        return m_open->document->spec().find(NodeId{"hot"})->params->at("condition").get<std::string>();
    }
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<WindowFixture> m_fixture;
    OpenDocument* m_open = nullptr;
};

void UiTyping::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("a.json"));
    QVERIFY(WindowFixture::write(m_path, QByteArray::fromStdString(writePipeline(fake::hotMachines()))));
    m_fixture = std::make_unique<WindowFixture>();
    m_fixture->window->openFile(m_path);
    QTRY_VERIFY(m_fixture->session->current());
    m_open = m_fixture->session->current();
    QTRY_VERIFY(!m_open->analysis.schemas.empty());
}

void UiTyping::typeCondition()
{
    m_fixture->window->selectNode(NodeId{"hot"});
    m_fixture->key(Qt::Key_Return);
    QWidget* field = QApplication::focusWidget();
    QVERIFY(m_fixture->window->design().inspector().isAncestorOf(field));
    QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(field, QStringLiteral("1 > 2"));
    QVERIFY(condition() != "1 > 2");
}

bool UiTyping::isSavedWith(const QByteArray& text)
{
    m_fixture->key(Qt::Key_S, Qt::ControlModifier);
    m_fixture->window->documents().worker().finish();
    return WindowFixture::bytesOf(m_path).contains(text);
}

void UiTyping::isSaved()
{
    typeCondition();
    QVERIFY(isSavedWith("1 > 2"));
    QTRY_VERIFY(!m_open->document->isModified());
}

void UiTyping::isRun()
{
    typeCondition();
    m_fixture->key(Qt::Key_F5);
    QTRY_VERIFY(m_open->accepted);
    QCOMPARE(m_open->accepted->find(NodeId{"hot"})->params->at("condition"), Json("1 > 2"));
}

void UiTyping::isInForceWithTheCheckpoint()
{
    m_fixture->key(Qt::Key_F5);
    QTRY_VERIFY(m_open->hasTelemetry && m_open->accepted);
    typeCondition();
    m_fixture->key(Qt::Key_F7);
    QTRY_COMPARE(m_fixture->far->orders.size(), std::size_t{1});
    QCOMPARE(m_fixture->far->orders[0].second, JobAction::Checkpoint);
    QCOMPARE(m_fixture->far->changesBefore[0], std::size_t{1});
    QCOMPARE(m_fixture->far->changes.size(), std::size_t{1});
    QCOMPARE(m_fixture->far->changes[0].find(NodeId{"hot"})->params->at("condition"), Json("1 > 2"));
}

void UiTyping::isAskedAboutOnClosing()
{
    typeCondition();
    m_fixture->key(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(m_fixture->window->overlay().card());
    QVERIFY(m_fixture->answer(QStringLiteral("Save")));
    QTRY_VERIFY(m_fixture->session->documents().empty());
    QVERIFY(WindowFixture::bytesOf(m_path).contains("1 > 2"));
}

void UiTyping::titleIsSaved()
{
    m_fixture->window->selectNode(NodeId{"hot"});
    m_fixture->key(Qt::Key_F2);
    QVERIFY(m_fixture->window->view().prompts().writer().isVisible());
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("Sizzling"));
    QVERIFY(isSavedWith("Sizzling"));
    QVERIFY(m_fixture->window->view().hasFocus());
}

void UiTyping::nameIsSaved()
{
    m_fixture->key(Qt::Key_F2, Qt::ShiftModifier);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("Quick"));
    QVERIFY(isSavedWith("\"Quick\""));
}

void UiTyping::textIsSaved()
{
    m_fixture->key(Qt::Key_T, Qt::ControlModifier);
    QPlainTextEdit& editor = m_fixture->window->design().text().editor();
    QTRY_VERIFY(!editor.isReadOnly());
    editor.setTextCursor(editor.document()->find(QStringLiteral("Hot machines")));
    QTest::keyClicks(&editor, QStringLiteral("Quick"));
    QVERIFY(isSavedWith("\"Quick\""));
}

void UiTyping::isOfTheTabThatGoes()
{
    OpenDocument* first = m_open;
    m_fixture->window->view().setFocus();
    m_fixture->key(Qt::Key_T);
    InlineEditor& writer = m_fixture->window->view().prompts().writer();
    QVERIFY(writer.isVisible());
    QTest::keyClicks(&writer, QStringLiteral("ask the plant"));
    m_fixture->key(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m_fixture->session->current() != first);
    const Json& shown = m_fixture->session->current()->document->spec().notes;
    QVERIFY(compactJson(first->document->spec().notes).find("ask the plant") != std::string::npos);
    QVERIFY(compactJson(shown).find("ask") == std::string::npos);
    QVERIFY(!writer.isVisible());
}

STREAMWRIGHT_WINDOW_TEST(UiTyping)

}  // namespace tst_ui_typing
#include "tst_ui_typing.moc"
