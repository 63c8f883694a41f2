#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QDir>
#include <QProcess>
#include <QSignalSpy>

#include <csignal>
#include <unistd.h>

namespace tst_ui_resumed {

using namespace engine;
using namespace ui;

namespace {

constexpr auto kCrashWord = "--crash-while-it-runs";
constexpr auto kLimit = 55;
constexpr int kWaitMs = 20'000;

// Two edits of a document whose job runs: one that the job takes, and a node with nothing connected to it.
bool runAndEdit(WindowFixture& fixture)
{
    OpenDocument* open = fixture.session->current();
    fixture.session->run();
    if (!QTest::qWaitFor([&] { return open->hasTelemetry && open->accepted; }, kWaitMs))
        return false;
    const Json condition = "temperature > " + std::to_string(kLimit);
    open->document->setParam(NodeId{"hot"}, "condition", condition);
    const auto isTaken = [&] {
        return open->accepted->find(NodeId{"hot"})->params->at("condition") == condition;
    };
    if (!QTest::qWaitFor(isTaken, kWaitMs)) return false;
    fixture.far->diagnostics = {
        {Diagnostic::Problem, NodeId{"loose"}, "", "", "Nothing is connected to its input.", {}}};
    open->document->edit(QStringLiteral("Add"), [](DocumentState& state) {
        state.spec.nodes.push_back(fake::makeNode("loose", "filter", "Loose", {{"condition", "TRUE"}}));
    });
    return true;
}

QByteArray drafts(const QString& folder)
{
    const QDir all(folder + QStringLiteral("/drafts"));
    QByteArray bytes;
    for (const QString& name : all.entryList({QStringLiteral("*.draft.json")}, QDir::Files))
        bytes += WindowFixture::bytesOf(all.filePath(name));
    return bytes;
}

// Dies of a signal that cannot be caught as soon as a draft has the last edit.
int crash(const QString& folder)
{
    WindowFixture fixture(folder);
    fixture.add(fake::hotMachines());
    if (!runAndEdit(fixture)) return 1;
    const auto hasEdit = [&] { return drafts(folder).contains("Loose"); };
    if (QTest::qWaitFor(hasEdit, 30'000)) ::kill(::getpid(), SIGKILL);
    return 1;
}

}  // namespace

// A job whose window ended goes on with what it ran, whatever has been edited since; the edits stay edits.
class UiResumed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void afterACrash();
    void afterAQuit();
    void whatWasNotSavedStillRuns();
    void anotherFileIsRun();

private:
    static void quit(WindowFixture& fixture, const QString& unsaved);
    static void expectAsItWas(WindowFixture& fixture);
};

void UiResumed::quit(WindowFixture& fixture, const QString& unsaved)
{
    QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
    fixture.window->close();
    if (!unsaved.isEmpty()) QVERIFY(fixture.answer(unsaved));
    QVERIFY(fixture.answer(QStringLiteral("Stop it and quit")));
    QTRY_COMPARE(closed.count(), 1);
}

void UiResumed::expectAsItWas(WindowFixture& fixture)
{
    QTRY_VERIFY(fixture.session->current());
    OpenDocument* open = fixture.session->current();
    QTRY_VERIFY(open->accepted);
    QVERIFY(open->isActive());
    const PipelineSpec& started = fixture.far->started();
    QVERIFY(!started.find(NodeId{"loose"}));
    QCOMPARE(started.find(NodeId{"hot"})->params->at("condition"),
             Json("temperature > " + std::to_string(kLimit)));
    QVERIFY(fixture.far->changes.empty());
    QVERIFY(!fixture.window->notices().text().contains(QStringLiteral("was not started")));
}

void UiResumed::afterACrash()
{
    QTemporaryDir folder;
    QProcess other;
    other.start(QCoreApplication::applicationFilePath(),
                {QStringLiteral("tst_ui_resumed"), QString::fromLatin1(kCrashWord), folder.path()});
    QVERIFY(other.waitForFinished(90'000));
    QCOMPARE(other.exitStatus(), QProcess::CrashExit);
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.window->notices().isVisible());
    QVERIFY(fixture.answerNotice(QStringLiteral("Restore")));
    expectAsItWas(fixture);
    OpenDocument* open = fixture.session->current();
    QVERIFY(open->document->isModified());
    QVERIFY(open->document->spec().find(NodeId{"loose"}));
    // A second crash would find the same.
    QTRY_VERIFY(open->hasTelemetry);
    open->document->edit(QStringLiteral("Rename"), [](DocumentState& state) { state.spec.name = "Later"; });
    QTRY_VERIFY(drafts(folder.path()).contains("Later"));
    const auto draft = Json::parse(drafts(folder.path()).toStdString());
    const PipelineSpec running = parsePipeline(draft["running"].get<std::string>()).spec;
    QCOMPARE(semanticHash(running), semanticHash(*open->accepted));
}

void UiResumed::afterAQuit()
{
    QTemporaryDir folder;
    {
        WindowFixture fixture(folder.path());
        fixture.add(fake::hotMachines());
        QVERIFY(runAndEdit(fixture));
        quit(fixture, QStringLiteral("Keep as drafts"));
    }
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    expectAsItWas(fixture);
    QVERIFY(fixture.session->current()->document->spec().find(NodeId{"loose"}));
}

void UiResumed::whatWasNotSavedStillRuns()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("hot.json"));
    {
        WindowFixture fixture(folder.path());
        OpenDocument* open = fixture.add(fake::hotMachines());
        fixture.window->documents().saveAs(*open, path);
        QTRY_VERIFY(!open->document->path().isEmpty() && !open->document->isModified());
        QVERIFY(runAndEdit(fixture));
        quit(fixture, QStringLiteral("Do not save"));
    }
    WindowFixture fixture(folder.path());
    fixture.far->diagnostics = {{Diagnostic::Problem, NodeId{"hot"}, "", "", "It is not to be offered.", {}}};
    fixture.window->restore();
    expectAsItWas(fixture);
    OpenDocument* open = fixture.session->current();
    QVERIFY(!open->document->isModified());
    QCOMPARE(semanticHash(open->document->spec()), semanticHash(fake::hotMachines()));
}

// What is written to the file while nothing runs is meant.
void UiResumed::anotherFileIsRun()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("hot.json"));
    {
        WindowFixture fixture(folder.path());
        OpenDocument* open = fixture.add(fake::hotMachines());
        fixture.window->documents().saveAs(*open, path);
        QTRY_VERIFY(!open->document->path().isEmpty() && !open->document->isModified());
        fixture.session->run();
        QTRY_VERIFY(open->hasTelemetry && open->accepted);
        quit(fixture, {});
    }
    PipelineSpec other = fake::hotMachines();
    other.nodes[2].params.set("condition", "temperature > 7");
    QVERIFY(WindowFixture::write(path, QByteArray::fromStdString(writePipeline(other))));
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.session->current());
    QTRY_VERIFY(fixture.session->current()->accepted);
    QCOMPARE(semanticHash(fixture.far->started()), semanticHash(other));
}

static int run(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() == 3 && words[1] == QLatin1String(kCrashWord)) return crash(words[2]);
    UiResumed test;
    return QTest::qExec(&test, argc, argv);
}

STREAMWRIGHT_TEST_RUN(run)

}  // namespace tst_ui_resumed
#include "tst_ui_resumed.moc"
