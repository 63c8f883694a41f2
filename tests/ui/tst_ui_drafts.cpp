#include "ui/pages/gallery_card.h"
#include "ui/pages/gallery_page.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QProcess>
#include <QSignalSpy>

#include <csignal>
#include <unistd.h>

namespace tst_ui_drafts {

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
    void draftIsNotPutOffForEver();
    void tabsComeBackAsTheyWere();
    void draftIsDiscarded();
    void livingWindowKeepsItsDrafts();
    void damagedDraftIsNoDraft();
    void keptDraftComesBackWithoutAQuestion();
    void closingAsksAboutJobs();
    void closingAsksAboutChanges();
    void closingNamesAllChanges();
};

void UiDrafts::draftComesAndGoes()
{
    QTemporaryDir folder;
    WindowFixture fixture(folder.path());
    OpenDocument* open = fixture.add(fake::hotMachines());
    QVERIFY(drafts(folder.path()).isEmpty());
    rename(*open, QStringLiteral("Changed"));
    QTRY_COMPARE(drafts(folder.path()).size(), 1);
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
    other.start(QCoreApplication::applicationFilePath(),
                {QStringLiteral("tst_ui_drafts"), QString::fromLatin1(kCrashWord), folder.path()});
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

void UiDrafts::draftIsNotPutOffForEver()
{
    QTemporaryDir folder;
    WindowFixture fixture(folder.path());
    OpenDocument* open = fixture.add(fake::hotMachines());
    QTimer edits;
    int count = 0;
    QObject::connect(&edits, &QTimer::timeout, &edits,
                     [&] { rename(*open, QStringLiteral("Edit %1").arg(++count)); });
    edits.start(50);
    QTRY_COMPARE(drafts(folder.path()).size(), 1);
    QVERIFY2(count > 5 && count < 200, qPrintable(QString::number(count)));
}

void UiDrafts::tabsComeBackAsTheyWere()
{
    QTemporaryDir folder;
    QString example;
    {
        WindowFixture fixture(folder.path());
        for (const char* name : {"First", "Second", "Third"})
            rename(*fixture.add(fake::hotMachines()), QLatin1String(name));
        QTest::mouseClick(fixture.window->gallery().cards().front(), Qt::LeftButton);
        QTRY_COMPARE(fixture.session->documents().size(), std::size_t{4});
        example = fixture.session->current()->document->name();
        QTRY_VERIFY(fixture.session->current()->isActive());  // or about to be
        fixture.session->move(2, 0);
        fixture.session->show(fixture.session->documents()[1].get());
        QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
        fixture.window->close();
        QVERIFY(fixture.answer(QStringLiteral("Keep as drafts")));
        QVERIFY(fixture.answer(QStringLiteral("Stop it and quit")));
        QTRY_COMPARE(closed.count(), 1);
    }
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_COMPARE(fixture.session->documents().size(), std::size_t{4});
    QStringList names;
    for (const auto& open : fixture.session->documents()) names += open->document->name();
    QCOMPARE(names, QStringList({"Third", "First", "Second", example}));
    QTRY_COMPARE(fixture.session->current()->document->name(), QStringLiteral("First"));
    // The card of the example shows the tab that is there, which nobody has changed.
    QVERIFY(!fixture.session->documents()[3]->document->isModified());
    fixture.window->showPage(MainWindow::Home);
    QTest::mouseClick(fixture.window->gallery().cards().front(), Qt::LeftButton);
    QTRY_COMPARE(fixture.session->current()->document->name(), example);
    QCOMPARE(fixture.session->documents().size(), std::size_t{4});
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
    QVERIFY(fixture.answer(QStringLiteral("Cancel")));
    QVERIFY(fixture.window->notices().isVisible());
    QCOMPARE(drafts(folder.path()).size(), 1);
    QVERIFY(fixture.answerNotice(QStringLiteral("Discard")));
    QVERIFY(fixture.answer(QStringLiteral("Discard for good")));
    QVERIFY(!fixture.window->notices().isVisible());
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
    QVERIFY(fixture.answer(QStringLiteral("Save")));  // it has no file yet, so one is asked for
    QTRY_VERIFY(fixture.window->findChild<QFileDialog*>());
    fixture.window->findChild<QFileDialog*>()->close();
    QTRY_VERIFY(!fixture.window->findChild<QFileDialog*>());
    QVERIFY(fixture.window->isVisible());
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

void UiDrafts::closingNamesAllChanges()
{
    QTemporaryDir folder;
    WindowFixture fixture;
    rename(*fixture.add(fake::hotMachines()), QStringLiteral("Alpha"));
    OpenDocument* other = fixture.add(fake::hotMachines());
    const QString path = folder.filePath(QStringLiteral("beta.json"));
    fixture.window->documents().saveAs(*other, path);
    QTRY_VERIFY(!other->document->isModified());
    rename(*other, QStringLiteral("Beta"));
    QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
    fixture.window->close();
    QString said;
    for (const QLabel* label : fixture.window->overlay().card()->findChildren<QLabel*>())
        said += label->text();
    QVERIFY2(said.contains(QStringLiteral("Alpha")) && said.contains(QStringLiteral("Beta")),
             qPrintable(said));
    QVERIFY(fixture.answer(QStringLiteral("Save all")));
    QTRY_VERIFY(fixture.window->findChild<QFileDialog*>());
    const QString alpha = folder.filePath(QStringLiteral("alpha.json"));
    Q_EMIT fixture.window->findChild<QFileDialog*>()->fileSelected(alpha);
    fixture.window->findChild<QFileDialog*>()->close();
    QTRY_COMPARE(closed.count(), 1);
    QVERIFY(WindowFixture::bytesOf(alpha).contains("\"Alpha\""));
    QVERIFY(WindowFixture::bytesOf(path).contains("\"Beta\""));
}

static int run(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() == 3 && words[1] == QLatin1String(kCrashWord)) return crashWithADraft(words[2]);
    UiDrafts test;
    return QTest::qExec(&test, argc, argv);
}

STREAMWRIGHT_TEST_RUN(run)

}  // namespace tst_ui_drafts
#include "tst_ui_drafts.moc"
