#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QDir>
#include <QFileDialog>

namespace tst_ui_disk {

using namespace engine;
using namespace ui;

// Files of open documents that something else writes.
class UiDisk : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void cleanup() { m_fixture.reset(); }
    void aChangeIsSaidAndReloaded_data();
    void aChangeIsSaidAndReloaded();
    void aReloadKeepsWhatWasUnsaved();
    void keepMineIsAskedOnce();
    void savesOfItsOwnAreSilent();
    void savingOverAsks();
    void theFileOfAnotherTabIsNotWrittenOver();
    void whatIsGoneIsSaid();
    void aBrokenFileIsNotTaken();
    void whenTheWindowComesToTheFront();
    void aDraftRemembersItsFile();
    void pictures();

private:
    static QByteArray named(const char* name)
    {
        PipelineSpec spec = fake::hotMachines();
        spec.name = name;
        return QByteArray::fromStdString(writePipeline(spec));
    }
    void openFile()
    {
        OpenDocument* found = nullptr;
        m_fixture->window->openFile(m_path, [&](OpenDocument* opened) { found = opened; });
        QTRY_VERIFY(found);
        m_open = found;
        m_fixture->window->documents().worker().finish();  // what was looked at first
        QCoreApplication::processEvents();
    }
    void rename(const char* name)
    {
        m_open->document->edit(QStringLiteral("Rename"),
                               [name](DocumentState& state) { state.spec.name = name; });
    }
    std::string name() const { return m_open->document->spec().name; }
    QString notice() const { return m_fixture->window->notices().text(); }
    // Whatever is on its way to the disk and back has arrived.
    void settle()
    {
        m_fixture->window->documents().worker().finish();
        QCoreApplication::processEvents();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<WindowFixture> m_fixture;
    QString m_path;
    OpenDocument* m_open = nullptr;
};

void UiDisk::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("line.pipeline.json"));
    QVERIFY(WindowFixture::write(m_path, named("First")));
    m_fixture = std::make_unique<WindowFixture>(m_folder->filePath(QStringLiteral("own")));
    openFile();
}

void UiDisk::aChangeIsSaidAndReloaded_data()
{
    QTest::addColumn<bool>("isRenamedOver");
    QTest::newRow("written") << false;
    QTest::newRow("renamed over") << true;
}

void UiDisk::aChangeIsSaidAndReloaded()
{
    QFETCH(bool, isRenamedOver);
    const auto write = [&](const char* text) {
        const QString other = m_path + QStringLiteral(".new");
        QVERIFY(WindowFixture::write(isRenamedOver ? other : m_path, named(text)));
        if (isRenamedOver) QCOMPARE(std::rename(other.toUtf8().constData(), m_path.toUtf8().constData()), 0);
    };
    write("Second");
    QTRY_COMPARE(notice(), QStringLiteral("Another program has changed line.pipeline.json."));
    QCOMPARE(name(), std::string("First"));
    QVERIFY(m_fixture->answerNotice(QStringLiteral("Reload")));
    QTRY_COMPARE(name(), std::string("Second"));
    QVERIFY(!m_open->document->isModified());
    QCOMPARE(notice(), QString());
    // It goes on looking, also behind a rename.
    write("Third");
    QTRY_VERIFY(!notice().isEmpty());
    QVERIFY(m_fixture->answerNotice(QStringLiteral("Reload")));
    QTRY_COMPARE(name(), std::string("Third"));
    m_open->document->undoStack().undo();
    QCOMPARE(name(), std::string("Second"));
    QVERIFY(m_open->document->isModified());
}

void UiDisk::aReloadKeepsWhatWasUnsaved()
{
    rename("Mine");
    QVERIFY(WindowFixture::write(m_path, named("Theirs")));
    QTRY_VERIFY(notice().contains(QStringLiteral("Undo brings yours back")));
    QVERIFY(m_fixture->answerNotice(QStringLiteral("Reload")));
    QTRY_COMPARE(name(), std::string("Theirs"));
    QVERIFY(!m_open->document->isModified());
    m_fixture->window->view().setFocus();
    m_fixture->key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(name(), std::string("Mine"));
    QVERIFY(m_open->document->isModified());
    m_fixture->key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(name(), std::string("Theirs"));
    QVERIFY(!m_open->document->isModified());
}

void UiDisk::keepMineIsAskedOnce()
{
    QVERIFY(WindowFixture::write(m_path, named("Theirs")));
    QTRY_VERIFY(!notice().isEmpty());
    QVERIFY(m_fixture->answerNotice(QStringLiteral("Keep mine")));
    QVERIFY(m_open->document->isModified());
    m_fixture->key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(!m_open->document->isModified());
    QVERIFY(!m_fixture->window->overlay().card());
    const QByteArray saved = WindowFixture::bytesOf(m_path);
    QVERIFY(saved.contains("First"));
    // Another change is told again.
    QVERIFY(WindowFixture::write(m_path, named("Again")));
    QTRY_VERIFY(!notice().isEmpty());
    // And is no news any more when it is taken back.
    QVERIFY(WindowFixture::write(m_path, saved));
    QTRY_COMPARE(notice(), QString());
}

void UiDisk::savesOfItsOwnAreSilent()
{
    for (const char* text : {"One", "Two", "Three"}) {
        rename(text);
        m_fixture->key(Qt::Key_S, Qt::ControlModifier);
        rename("More");
        m_fixture->window->documents().save(*m_open);  // before the first one has answered
    }
    QTRY_VERIFY(!m_open->document->isModified());
    // A touch changes nothing, and is behind all that the watcher had to tell.
    QFile touched(m_path);
    QVERIFY(touched.open(QIODevice::ReadWrite));
    QVERIFY(touched.setFileTime(QDateTime::currentDateTime().addSecs(5), QFileDevice::FileModificationTime));
    touched.close();
    settle();
    m_fixture->window->documents().save(*m_open);
    settle();
    QVERIFY(!m_fixture->window->overlay().card());
    QCOMPARE(notice(), QString());
}

void UiDisk::savingOverAsks()
{
    rename("Mine");
    QVERIFY(WindowFixture::write(m_path, named("Theirs")));
    m_fixture->key(Qt::Key_S, Qt::ControlModifier);  // before anything was noticed
    QTRY_VERIFY(m_fixture->window->overlay().card());
    QCOMPARE(WindowFixture::bytesOf(m_path), named("Theirs"));
    m_fixture->key(Qt::Key_Escape);
    QVERIFY(!m_fixture->window->overlay().card());
    QVERIFY(m_open->document->isModified());
    m_fixture->key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(m_fixture->window->overlay().card());
    QVERIFY(m_fixture->answer(QStringLiteral("Reload")));
    QTRY_COMPARE(name(), std::string("Theirs"));
    m_open->document->undoStack().undo();
    QVERIFY(WindowFixture::write(m_path, named("Others")));
    m_fixture->key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(m_fixture->window->overlay().card());
    QVERIFY(m_fixture->answer(QStringLiteral("Save over it")));
    QTRY_VERIFY(WindowFixture::bytesOf(m_path).contains("Mine"));
    QTRY_VERIFY(!m_open->document->isModified());
    // Asked by the closing of the tab, an answer goes on with that.
    rename("More");
    QVERIFY(WindowFixture::write(m_path, named("Others")));
    m_fixture->key(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(m_fixture->answer(QStringLiteral("Save")));
    QTRY_VERIFY(m_fixture->window->overlay().card());
    QVERIFY(m_fixture->answer(QStringLiteral("Save over it")));
    QTRY_VERIFY(!m_fixture->session->current());
    QVERIFY(WindowFixture::bytesOf(m_path).contains("More"));
    QTRY_COMPARE(notice(), QString());
}

void UiDisk::theFileOfAnotherTabIsNotWrittenOver()
{
    Documents& documents = m_fixture->window->documents();
    documents.create();
    OpenDocument* other = m_fixture->session->current();
    bool isAnswered = false;
    documents.saveAs(*other, m_path, [&](OpenDocument* saved) {
        QVERIFY(!saved);
        isAnswered = true;
    });
    QTRY_VERIFY(isAnswered);
    QVERIFY(other->document->path().isEmpty());
    QVERIFY2(notice().contains(QStringLiteral("open in another tab")), qPrintable(notice()));
    QCOMPARE(WindowFixture::bytesOf(m_path), named("First"));
}

void UiDisk::whatIsGoneIsSaid()
{
    QVERIFY(QFile::remove(m_path));
    QTRY_VERIFY(notice().contains(QStringLiteral("removed, moved")));
    QVERIFY(m_open->document->isModified());
    QVERIFY(WindowFixture::write(m_path, named("First")));
    QTRY_COMPARE(notice(), QString());
    QVERIFY(QFile::remove(m_path));
    QTRY_VERIFY(!notice().isEmpty());
    m_fixture->key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(QFile::exists(m_path));
    QTRY_COMPARE(notice(), QString());
    QVERIFY(!m_fixture->window->overlay().card());
}

void UiDisk::aBrokenFileIsNotTaken()
{
    QVERIFY(WindowFixture::write(m_path, "{ \"format\": 1, "));
    QTRY_VERIFY(!notice().isEmpty());
    QVERIFY(m_fixture->answerNotice(QStringLiteral("Reload")));
    QTRY_VERIFY(notice().contains(QStringLiteral("was not reloaded")));
    QCOMPARE(name(), std::string("First"));
    QCOMPARE(m_open->document->undoStack().count(), 0);
}

void UiDisk::whenTheWindowComesToTheFront()
{
    // At once, where the watcher waits a little first.
    QVERIFY(WindowFixture::write(m_path, named("Theirs")));
    QEvent event(QEvent::WindowActivate);
    QApplication::sendEvent(m_fixture->window.get(), &event);
    settle();
    QVERIFY(!notice().isEmpty());
}

void UiDisk::aDraftRemembersItsFile()
{
    Draft draft{.path = m_path,
                .directory = m_folder->path(),
                .name = QStringLiteral("Mine"),
                .text = named("Mine"),
                .digest = digestOf(named("First")),
                .isWanted = true,
                .file = m_folder->filePath(QStringLiteral("own/drafts/gone-1.draft.json"))};
    m_fixture.reset();
    QVERIFY(QDir().mkpath(m_folder->filePath(QStringLiteral("own/drafts"))));
    QVERIFY(Drafts::write(draft));
    QVERIFY(WindowFixture::write(m_path, named("Theirs")));
    m_fixture = std::make_unique<WindowFixture>(m_folder->filePath(QStringLiteral("own")));
    m_fixture->window->restore();
    QTRY_VERIFY(m_fixture->session->current());
    m_open = m_fixture->session->current();
    QCOMPARE(name(), std::string("Mine"));
    QTRY_VERIFY(notice().contains(QStringLiteral("changes of your own")));
}

void UiDisk::pictures()
{
    const QString folder = QStringLiteral(BINARY_DIR "/pictures");
    QVERIFY(QDir().mkpath(folder));
    rename("Mine");
    QVERIFY(WindowFixture::write(m_path, named("Theirs")));
    QTRY_VERIFY(!notice().isEmpty());
    m_fixture->window->resize(1280, 800);
    for (const Shade shade : {Shade::Dark, Shade::Light}) {
        const QString tag = shade == Shade::Dark ? QStringLiteral("dark") : QStringLiteral("light");
        theme().setShade(shade);
        QCoreApplication::processEvents();
        QVERIFY(m_fixture->window->grab().save(folder + QStringLiteral("/changed-file-%1.png").arg(tag)));
        m_fixture->key(Qt::Key_S, Qt::ControlModifier);
        QTRY_VERIFY(m_fixture->window->overlay().card());
        QVERIFY(m_fixture->window->grab().save(folder + QStringLiteral("/save-over-%1.png").arg(tag)));
        m_fixture->key(Qt::Key_Escape);
    }
    theme().setShade(Shade::Dark);
}

STREAMWRIGHT_WINDOW_TEST(UiDisk)

}  // namespace tst_ui_disk
#include "tst_ui_disk.moc"
