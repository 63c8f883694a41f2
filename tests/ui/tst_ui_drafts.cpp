// links: ui engine_client
#include "window_fixture.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>

#include <csignal>
#include <unistd.h>

using namespace engine;
using namespace ui;

namespace {

constexpr auto kCrashWord = "--crash-with-a-draft";

void rename(OpenDocument& open, const QString& name)
{
    open.document->edit(QStringLiteral("Rename"),
                        [&name](DocumentState& state) { state.spec.name = name.toStdString(); });
}

QStringList drafts(const QString& folder)
{
    return QDir(folder + QStringLiteral("/drafts")).entryList({QStringLiteral("*.draft.json")}, QDir::Files);
}

// Opens a window, changes its document, waits for the draft and dies of a signal that cannot be caught.
int crashWithADraft(const QString& folder)
{
    WindowFixture fixture(folder);
    OpenDocument* open = fixture.add(fake::hotMachines());
    rename(*open, QStringLiteral("Not saved when it was killed"));
    fixture.session->run();
    QObject::connect(&fixture.window->documents(), &Documents::draftsChanged, qApp,
                     [] { ::kill(::getpid(), SIGKILL); });
    return QApplication::exec();
}

}  // namespace

// What is kept of a window that is killed or closed, and what is asked before it closes.
class UiDrafts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void draftComesAndGoes();
    void draftOfAKilledWindowIsOffered();
    void draftIsDiscarded();
    void livingWindowKeepsItsDrafts();
    void damagedDraftIsNoDraft();
    void keptDraftComesBackWithoutAQuestion();
    void closingAsksAboutJobs();
    void closingAsksAboutChanges();
};

void UiDrafts::draftComesAndGoes()
{
    QTemporaryDir folder;
    WindowFixture fixture(folder.path());
    OpenDocument* open = fixture.add(fake::hotMachines());
    QVERIFY(drafts(folder.path()).isEmpty());
    QElapsedTimer timer;
    timer.start();
    rename(*open, QStringLiteral("Changed"));
    QTRY_COMPARE(drafts(folder.path()).size(), 1);
    QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
    open->document->undoStack().undo();
    QTRY_VERIFY(drafts(folder.path()).isEmpty());
    open->document->undoStack().redo();
    QTRY_COMPARE(drafts(folder.path()).size(), 1);
    fixture.window->documents().saveAs(*open, folder.filePath(QStringLiteral("saved.json")));
    QTRY_VERIFY(!open->document->isModified());
    QTRY_VERIFY(drafts(folder.path()).isEmpty());
    rename(*open, QStringLiteral("Once more"));
    QTRY_COMPARE(drafts(folder.path()).size(), 1);
    fixture.window->documents().close(*open);
    QTRY_VERIFY(drafts(folder.path()).isEmpty());
}

void UiDrafts::draftOfAKilledWindowIsOffered()
{
    QTemporaryDir folder;
    QProcess other;
    other.start(QCoreApplication::applicationFilePath(), {QString::fromLatin1(kCrashWord), folder.path()});
    QVERIFY(other.waitForFinished(60'000));
    QCOMPARE(other.exitStatus(), QProcess::CrashExit);
    QCOMPARE(drafts(folder.path()).size(), 1);

    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.window->notices().text().contains(QStringLiteral("Not saved when it was killed")));
    QVERIFY(fixture.window->notices().isVisible());
    QVERIFY(!fixture.session->current());
    QVERIFY(fixture.answerNotice(QStringLiteral("Restore")));
    QTRY_VERIFY(fixture.session->current());
    OpenDocument* open = fixture.session->current();
    QCOMPARE(open->document->name(), QStringLiteral("Not saved when it was killed"));
    QCOMPARE(semanticHash(open->document->spec()), semanticHash(fake::hotMachines()));
    QVERIFY(open->document->isModified());
    QTRY_VERIFY(open->isActive());  // as it was
    QCOMPARE(drafts(folder.path()).size(), 1);
    QVERIFY(!fixture.window->notices().isVisible());
}

void UiDrafts::draftIsDiscarded()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("drafts")));
    const Draft left{.name = QStringLiteral("Old"),
                     .text = QByteArray::fromStdString(writePipeline(fake::hotMachines())),
                     .file = folder.filePath(QStringLiteral("drafts/gone-1.draft.json"))};
    QVERIFY(Drafts::write(left));
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.window->notices().isVisible());
    QVERIFY(fixture.answerNotice(QStringLiteral("Discard")));
    QTRY_VERIFY(drafts(folder.path()).isEmpty());
    QVERIFY(!fixture.session->current());
}

void UiDrafts::livingWindowKeepsItsDrafts()
{
    QTemporaryDir folder;
    WindowFixture first(folder.path());
    rename(*first.add(fake::hotMachines()), QStringLiteral("Mine"));
    QTRY_COMPARE(drafts(folder.path()).size(), 1);
    const QString name = drafts(folder.path()).front();
    WindowFixture second(folder.path());
    second.window->restore();
    second.window->documents().worker().finish();
    QCoreApplication::processEvents();
    QVERIFY(!second.window->notices().isVisible());
    QCOMPARE(drafts(folder.path()), QStringList{name});
}

void UiDrafts::damagedDraftIsNoDraft()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("drafts")));
    QVERIFY(WindowFixture::write(folder.filePath(QStringLiteral("drafts/gone-1.draft.json")), "{\"draft\":"));
    QVERIFY(WindowFixture::write(folder.filePath(QStringLiteral("drafts/gone-2.draft.json")), "[]"));
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    fixture.window->documents().worker().finish();
    QCoreApplication::processEvents();
    QVERIFY(!fixture.window->notices().isVisible());
}

void UiDrafts::keptDraftComesBackWithoutAQuestion()
{
    QTemporaryDir folder;
    {
        WindowFixture fixture(folder.path());
        rename(*fixture.add(fake::hotMachines()), QStringLiteral("Kept"));
        fixture.session->run();
        QTRY_VERIFY(fixture.session->current()->hasTelemetry);
        QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
        fixture.window->close();
        QVERIFY(fixture.answer(QStringLiteral("Keep as drafts")));
        QVERIFY(fixture.window->isVisible());
        QVERIFY(fixture.answer(QStringLiteral("Stop it and quit")));
        QTRY_COMPARE(closed.count(), 1);
        QVERIFY(!fixture.session->current()->isActive());
    }
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.session->current());
    QCOMPARE(fixture.session->current()->document->name(), QStringLiteral("Kept"));
    QTRY_VERIFY(fixture.session->current()->isActive());
    QVERIFY(!fixture.window->notices().isVisible());
}

void UiDrafts::closingAsksAboutJobs()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->hasTelemetry);
    QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
    fixture.key(Qt::Key_Q, Qt::ControlModifier);
    QVERIFY(fixture.answer(QStringLiteral("Cancel")));
    QVERIFY(fixture.window->isVisible());
    QVERIFY(fixture.session->current()->isActive());
    fixture.window->close();
    QVERIFY(fixture.window->isVisible());
    QVERIFY(fixture.answer(QStringLiteral("Keep running, minimised")));
    QVERIFY(fixture.window->isMinimized());
    QVERIFY(fixture.session->current()->isActive());
    fixture.window->showNormal();
    fixture.window->close();
    QVERIFY(fixture.answer(QStringLiteral("Stop it and quit")));
    QTRY_COMPARE(closed.count(), 1);
    QCOMPARE(fixture.session->current()->state(), JobState::Stopped);
}

void UiDrafts::closingAsksAboutChanges()
{
    QTemporaryDir folder;
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    const auto rename = [&](const char* name) {
        open->document->edit(QStringLiteral("Rename"),
                             [name](DocumentState& state) { state.spec.name = name; });
    };
    rename("One");
    QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
    fixture.window->close();
    QVERIFY(!fixture.answer(QStringLiteral("Save")));  // it has no file yet
    QVERIFY(fixture.answer(QStringLiteral("Cancel")));
    const QString path = folder.filePath(QStringLiteral("a.json"));
    fixture.window->documents().saveAs(*open, path);
    QTRY_VERIFY(!open->document->isModified());
    rename("Two");
    fixture.window->close();
    QCOMPARE(closed.count(), 0);
    QVERIFY(fixture.answer(QStringLiteral("Save")));
    QTRY_COMPARE(closed.count(), 1);
    QVERIFY(WindowFixture::bytesOf(path).contains("\"Two\""));
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() == 3 && words[1] == QLatin1String(kCrashWord)) return crashWithADraft(words[2]);
    UiDrafts test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_drafts.moc"
