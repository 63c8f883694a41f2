#include "full_disk.h"
#include "ui/documents/document_tabs.h"
#include "ui/properties/document_editor.h"
#include "ui/properties/node_editor.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QSemaphore>


namespace tst_ui_documents {

using namespace engine;
using namespace ui;

namespace {

void rename(OpenDocument& open, const QString& name)
{
    open.document->edit(QStringLiteral("Rename"),
                        [&name](DocumentState& state) { state.spec.name = name.toStdString(); });
}

}  // namespace

class UiDocuments : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void newSaveAndOpenAgain();
    void copyGetsAnIdOfItsOwn();
    void failedCopyKeepsItsId();
    void newerOneIsNotRun();
    void mistakeInTheTextIsNotRunUntilItIsCorrected();
    void copyOfARunningOneIsAnotherTab();
    void fullDiskLeavesTheOldFile();
    void oddFiles_data();
    void oddFiles();
    void openingDoesNotWait();
    void tabsAreClosedWithAQuestion();
    void runningTabIsStoppedFirst();
    void tabsByKeys();
    void recentFiles();

private:
    static QString saved(QTemporaryDir& folder, const QString& name, PipelineSpec spec = fake::hotMachines())
    {
        const QString path = folder.filePath(name);
        WindowFixture::write(path, QByteArray::fromStdString(writePipeline(spec)));
        return path;
    }
    static QFileDialog* dialogOf(MainWindow& window) { return window.findChild<QFileDialog*>(); }
};

void UiDocuments::newSaveAndOpenAgain()
{
    QTemporaryDir folder;
    WindowFixture fixture;
    fixture.key(Qt::Key_N, Qt::ControlModifier);
    OpenDocument* open = fixture.session->current();
    QVERIFY(open);
    QCOMPARE(fixture.window->page(), MainWindow::Design);
    const std::string id = open->document->spec().id;
    QCOMPARE(id.size(), std::size_t{36});
    rename(*open, QStringLiteral("Mine"));
    fixture.key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(dialogOf(*fixture.window));
    const QString path = folder.filePath(QStringLiteral("mine.pipeline.json"));
    Q_EMIT dialogOf(*fixture.window)->fileSelected(path);
    dialogOf(*fixture.window)->close();
    QTRY_COMPARE(open->document->path(), path);
    fixture.window->activateWindow();  // there is no window manager here to do it
    QTRY_VERIFY(fixture.window->isActiveWindow());
    QVERIFY(!open->document->isModified());
    QVERIFY(WindowFixture::bytesOf(path).contains("\"Mine\""));
    QVERIFY(WindowFixture::bytesOf(path).contains(id.c_str()));

    rename(*open, QStringLiteral("Mine again"));
    QVERIFY(open->document->isModified());
    fixture.key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(!open->document->isModified());
    WindowFixture second;
    second.window->openFile(path);
    QTRY_VERIFY(second.session->current());
    QCOMPARE(second.session->current()->document->name(), QStringLiteral("Mine again"));
    second.window->openFile(path);
    QCOMPARE(second.session->documents().size(), std::size_t{1});
}

void UiDocuments::copyGetsAnIdOfItsOwn()
{
    QTemporaryDir folder;
    const QString path = saved(folder, QStringLiteral("a.json"));
    const QByteArray before = WindowFixture::bytesOf(path);
    WindowFixture fixture;
    fixture.window->openFile(path);
    QTRY_VERIFY(fixture.session->current());
    OpenDocument* open = fixture.session->current();
    rename(*open, QStringLiteral("First"));
    rename(*open, QStringLiteral("Second"));
    const std::string id = open->document->spec().id;
    const QString copy = folder.filePath(QStringLiteral("b.json"));
    fixture.window->documents().saveAs(*open, copy);
    QTRY_COMPARE(open->document->path(), copy);
    QVERIFY(open->document->spec().id != id);
    QCOMPARE(WindowFixture::bytesOf(path), before);
    // Undo goes back behind the copy, but never to the id of the other pipeline.
    const std::string own = open->document->spec().id;
    open->document->undoStack().undo();
    QCOMPARE(open->document->name(), QStringLiteral("First"));
    QCOMPARE(open->document->spec().id, own);
    open->document->undoStack().undo();
    QCOMPARE(open->document->spec().id, own);
}

// What it has done so far is found by its id.
void UiDocuments::failedCopyKeepsItsId()
{
    QTemporaryDir folder;
    const QString path = saved(folder, QStringLiteral("a.json"));
    WindowFixture fixture;
    fixture.window->openFile(path);
    QTRY_VERIFY(fixture.session->current());
    OpenDocument* open = fixture.session->current();
    rename(*open, QStringLiteral("Changed"));
    const std::string id = open->document->spec().id;
    fixture.key(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(dialogOf(*fixture.window));
    const QString nowhere = folder.filePath(QStringLiteral("none/b.json"));
    Q_EMIT dialogOf(*fixture.window)->fileSelected(nowhere);
    dialogOf(*fixture.window)->close();
    QTRY_VERIFY(fixture.window->notices().text().contains(QStringLiteral("b.json was not saved")));
    QCOMPARE(open->document->spec().id, id);
    QCOMPARE(open->document->path(), path);
    QVERIFY(open->document->isModified());
}

void UiDocuments::newerOneIsNotRun()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("newer.json"));
    QByteArray newer = QByteArray::fromStdString(writePipeline(fake::hotMachines()));
    QVERIFY(WindowFixture::write(path, newer.replace("\"format\": 1", "\"format\": 99")));
    WindowFixture fixture;
    fixture.window->openFile(path);
    QTRY_VERIFY(fixture.session->current());
    OpenDocument* open = fixture.session->current();
    QVERIFY(open->document->isReadOnly());
    fixture.key(Qt::Key_F5);
    QVERIFY(!open->isActive());
    QVERIFY(!WindowFixture::click(fixture.window->topBar(), QStringLiteral("Run")));
    fixture.session->run();
    QVERIFY(!open->isActive());
    QVERIFY(open->failure.has_value());
    DocumentEditor* settings = fixture.window->design().inspector().documentEditor();
    QVERIFY(settings && !settings->settings().row("threads")->editor().isEnabled());
    fixture.window->selectNode(NodeId{"hot"});
    NodeEditor* editor = fixture.window->design().inspector().editor();
    QVERIFY(editor && !editor->form().row("condition")->editor().isEnabled());
}

void UiDocuments::mistakeInTheTextIsNotRunUntilItIsCorrected()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("wrong.json"));
    QByteArray wrong = QByteArray::fromStdString(writePipeline(fake::hotMachines()));
    QVERIFY(WindowFixture::write(path, wrong.replace("00000000-0000-4000-8000-000000000001", "one")));
    WindowFixture fixture;
    fixture.window->openFile(path);
    QTRY_VERIFY(fixture.session->current());
    OpenDocument* open = fixture.session->current();
    QVERIFY(!open->document->isReadOnly());
    fixture.key(Qt::Key_F5);
    QVERIFY(!open->isActive());
    const auto setId = [&](const std::string& id) {
        open->document->edit(QStringLiteral("Id"), [&](DocumentState& state) { state.spec.id = id; });
    };
    setId("00000000-0000-4000-8000-000000000002");
    QVERIFY(!open->document->hasProblem());
    open->document->undoStack().undo();
    QVERIFY(open->document->hasProblem());
    open->document->undoStack().redo();
    fixture.key(Qt::Key_F5);
    QTRY_VERIFY(open->hasTelemetry);
}

void UiDocuments::copyOfARunningOneIsAnotherTab()
{
    QTemporaryDir folder;
    const QString path = saved(folder, QStringLiteral("a.json"));
    WindowFixture fixture;
    fixture.window->openFile(path);
    QTRY_VERIFY(fixture.session->current());
    OpenDocument* open = fixture.session->current();
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    fixture.window->documents().saveAs(*open, folder.filePath(QStringLiteral("b.json")));
    QTRY_COMPARE(fixture.session->documents().size(), std::size_t{2});
    QCOMPARE(open->document->path(), path);
    QVERIFY(open->isActive());
    QVERIFY(fixture.session->current()->document->spec().id != open->document->spec().id);
    QTRY_COMPARE(fixture.session->current()->document->path(), folder.filePath(QStringLiteral("b.json")));
}

void UiDocuments::fullDiskLeavesTheOldFile()
{
    QTemporaryDir folder;
    const QString path = saved(folder, QStringLiteral("a.json"));
    const QByteArray before = WindowFixture::bytesOf(path);
    WindowFixture fixture;
    fixture.window->openFile(path);
    QTRY_VERIFY(fixture.session->current());
    OpenDocument* open = fixture.session->current();
    rename(*open, QStringLiteral("Longer than the disk has room for"));
    {
        const FullDisk full;
        fixture.window->documents().save(*open);
        fixture.window->documents().worker().finish();
    }
    QTRY_VERIFY(fixture.window->notices().text().contains(QStringLiteral("a.json was not saved")));
    QCOMPARE(WindowFixture::bytesOf(path), before);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    QVERIFY(open->document->isModified());
    fixture.key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(!open->document->isModified());
    QVERIFY(WindowFixture::bytesOf(path) != before);
}

void UiDocuments::oddFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isOpened");
    QTest::addColumn<QString>("said");
    const QByteArray whole = QByteArray::fromStdString(writePipeline(fake::hotMachines()));
    QByteArray newer = whole;
    newer.replace("\"format\": 1", "\"format\": 7");
    QTest::newRow("truncated") << whole.left(whole.size() / 2) << true << "is shown only";
    QTest::newRow("newer") << newer << true << "is shown only";
    QTest::newRow("empty") << QByteArray() << true << "is shown only";
    QTest::newRow("not a text") << QByteArray(4096, '\xff') << true << "is shown only";
    QTest::newRow("a list") << QByteArray("[1, 2, 3]") << true << "is shown only";
    QTest::newRow("foreign") << QByteArray(R"({"name": "web", "version": "1.0.0", "scripts": {"a": "b"}})")
                             << true << "";
    QTest::newRow("deep") << QByteArray(1'000'000, '[') << true << "is shown only";
    QTest::newRow("huge") << QByteArray(9 << 20, ' ') << false << "was not opened";
}

void UiDocuments::oddFiles()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isOpened);
    QFETCH(QString, said);
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("odd.pipeline.json"));
    QVERIFY(WindowFixture::write(path, bytes));
    WindowFixture fixture;
    bool isDone = false;
    fixture.window->openFile(path, [&isDone](OpenDocument*) { isDone = true; });
    QTRY_VERIFY(isDone);
    QCOMPARE(fixture.session->current() != nullptr, isOpened);
    QVERIFY2(fixture.window->notices().text().contains(said), qPrintable(fixture.window->notices().text()));
    if (isOpened) {
        OpenDocument* open = fixture.session->current();
        QVERIFY(!open->problems().empty());
        QTRY_VERIFY(fixture.window->dock().problems().rowCount() > 0);
        if (open->document->isReadOnly()) {
            rename(*open, QStringLiteral("Changed"));
            QVERIFY(!open->document->isModified());
            QCOMPARE(fixture.window->notices().waiting(), 2);  // why it is so, and that nothing was done
            fixture.window->documents().save(*open);
            fixture.window->commands().run(QStringLiteral("file.save"));
            fixture.window->commands().run(QStringLiteral("file.save_as"));
            QVERIFY(!dialogOf(*fixture.window));
        }
        fixture.session->run();
    }
    fixture.window->documents().worker().finish();
    QCoreApplication::processEvents();
    QCOMPARE(WindowFixture::bytesOf(path), bytes);
}

void UiDocuments::openingDoesNotWait()
{
    QTemporaryDir folder;
    const QString path = saved(folder, QStringLiteral("large.json"), fake::largeDocument(2000));
    // The disk gives nothing before it is let. Outlives the window, which waits for its work.
    QSemaphore disk;
    WindowFixture fixture;
    const auto letGo = qScopeGuard([&disk] { disk.release(2); });
    fixture.window->documents().worker().run([&disk] { disk.acquire(); });
    fixture.window->openFile(path);
    QVERIFY(!fixture.session->current());
    disk.release();
    QTRY_VERIFY(fixture.session->current());
    const QString other = folder.filePath(QStringLiteral("other.json"));
    fixture.window->documents().worker().run([&disk] { disk.acquire(); });
    fixture.window->documents().saveAs(*fixture.session->current(), other);
    QVERIFY(!QFile::exists(other));
    disk.release();
    QTRY_VERIFY(QFile::exists(other));
    fixture.window->openFile(folder.filePath(QStringLiteral("none.json")));
    QTRY_VERIFY(fixture.window->notices().text().contains(QStringLiteral("none.json was not opened")));
    fixture.window->notices().dismiss();
    fixture.window->openFile(folder.path());
    QTRY_VERIFY(fixture.window->notices().text().contains(QStringLiteral("this is no file")));
}

void UiDocuments::tabsAreClosedWithAQuestion()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    OpenDocument* other = fixture.add(fake::largeDocument(20));
    DocumentTabs& tabs = fixture.window->design().tabs();
    QCOMPARE(tabs.count(), 2);
    rename(*other, QStringLiteral("Changed"));
    QVERIFY(tabs.tabText(1).endsWith(QChar(0x2022)));
    fixture.key(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(fixture.window->overlay().card());
    fixture.key(Qt::Key_Escape);
    QVERIFY(!fixture.window->overlay().card());
    QCOMPARE(tabs.count(), 2);
    fixture.key(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(fixture.answer(QStringLiteral("Do not save")));
    QCOMPARE(tabs.count(), 1);
    // Closed while its analysis is under way: the answer comes for nobody.
    fixture.key(Qt::Key_W, Qt::ControlModifier);
    QCOMPARE(tabs.count(), 0);
    QVERIFY(!fixture.session->current());
    QCoreApplication::processEvents();
    fixture.key(Qt::Key_W, Qt::ControlModifier);
}

void UiDocuments::runningTabIsStoppedFirst()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->hasTelemetry);
    auto* close = fixture.window->design().tabs().tabButton(0, QTabBar::RightSide);
    QTest::mouseClick(close, Qt::LeftButton);
    QVERIFY(fixture.answer(QStringLiteral("Cancel")));
    QVERIFY(fixture.session->current()->isActive());
    QTest::mouseClick(close, Qt::LeftButton);
    QVERIFY(fixture.answer(QStringLiteral("Stop and close")));
    QTRY_VERIFY(fixture.session->documents().empty());
}

void UiDocuments::tabsByKeys()
{
    WindowFixture fixture;
    OpenDocument* first = fixture.add(fake::hotMachines());
    OpenDocument* second = fixture.add(fake::largeDocument(20));
    QCOMPARE(fixture.session->current(), second);
    fixture.key(Qt::Key_PageDown, Qt::ControlModifier);
    QCOMPARE(fixture.session->current(), first);
    fixture.key(Qt::Key_PageUp, Qt::ControlModifier);
    QCOMPARE(fixture.session->current(), second);
    DocumentTabs& tabs = fixture.window->design().tabs();
    QTest::mouseClick(&tabs, Qt::LeftButton, {}, tabs.tabRect(0).center());
    QCOMPARE(fixture.session->current(), first);
    tabs.moveTab(0, 1);
    QCOMPARE(fixture.session->documents()[1].get(), first);
}

void UiDocuments::recentFiles()
{
    QTemporaryDir folder;
    const QString path = saved(folder, QStringLiteral("a.json")),
                  other = saved(folder, QStringLiteral("b.json"));
    {
        WindowFixture fixture(folder.path());
        fixture.window->openFile(path);
        QTRY_COMPARE(fixture.session->documents().size(), std::size_t{1});
        fixture.window->openFile(other);
        QTRY_COMPARE(fixture.session->documents().size(), std::size_t{2});
    }
    QVERIFY(QFile::remove(path));
    WindowFixture fixture(folder.path());
    RecentFiles& recent = fixture.window->documents().recent();
    QCOMPARE(recent.paths(), QStringList({other, path}));
    fixture.window->showPage(MainWindow::Home);
    QTRY_VERIFY(recent.isMissing(path));
    QVERIFY(!recent.isMissing(other));
}

STREAMWRIGHT_WINDOW_TEST(UiDocuments)

}  // namespace tst_ui_documents
#include "tst_ui_documents.moc"
