#include "full_disk.h"
#include "test_main.h"
#include "ui/panels/status_strip.h"
#include "window_fixture.h"

#include <QApplication>
#include <QDir>
#include <QSignalSpy>

namespace tst_ui_draft_room {

using namespace engine;
using namespace ui;

// Drafts for which the disk has no room.
class UiDraftRoom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void itIsTriedAgainUntilItIsWritten();
    void whatCannotBeKeptIsAskedAboutAtTheEnd();

private:
    static QByteArray drafts(const QString& folder)
    {
        const QDir all(folder + QStringLiteral("/drafts"));
        QByteArray bytes;
        for (const QString& name : all.entryList({QStringLiteral("*.draft.json")}, QDir::Files))
            bytes += WindowFixture::bytesOf(all.filePath(name));
        return bytes;
    }
    static void rename(OpenDocument& open)
    {
        open.document->edit(QStringLiteral("Rename"),
                            [](DocumentState& state) { state.spec.name = "Not in a file"; });
    }
};

void UiDraftRoom::itIsTriedAgainUntilItIsWritten()
{
    QTemporaryDir folder;
    WindowFixture fixture(folder.path());
    OpenDocument* open = fixture.add(fake::hotMachines());
    const auto* strip = fixture.window->findChild<StatusStrip*>();
    const auto isSaid = [&] { return strip->accessibleName().contains(QStringLiteral("draft not written")); };
    {
        const FullDisk full;
        rename(*open);
        QTRY_VERIFY(fixture.window->documents().isDraftMissing());
    }
    QVERIFY(isSaid());
    QVERIFY(fixture.window->notices().text().contains(QStringLiteral("tried again")));
    QVERIFY(drafts(folder.path()).isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(drafts(folder.path()).contains("Not in a file"), 30'000);
    QTRY_VERIFY(!fixture.window->documents().isDraftMissing());
    QVERIFY(!isSaid());
    // What is saved needs none any more.
    {
        const FullDisk full;
        open->document->undoStack().undo();
        QTRY_VERIFY(drafts(folder.path()).isEmpty());
    }
    QVERIFY(!isSaid());
}

void UiDraftRoom::whatCannotBeKeptIsAskedAboutAtTheEnd()
{
    QTemporaryDir folder;
    {
        WindowFixture fixture(folder.path());
        rename(*fixture.add(fake::hotMachines()));
        QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
        for (const char* answer : {"Cancel", "Try again"}) {
            const FullDisk full;
            fixture.window->close();
            QVERIFY(fixture.answer(QStringLiteral("Keep as drafts")));
            QVERIFY(fixture.window->overlay().card());
            QVERIFY(fixture.answer(QString::fromLatin1(answer)));
            QCoreApplication::processEvents();
            QCOMPARE(closed.count(), 0);
        }
        QVERIFY(fixture.answer(QStringLiteral("Try again")));
        QTRY_COMPARE(closed.count(), 1);
    }
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QTRY_VERIFY(fixture.session->current());
    QCOMPARE(fixture.session->current()->document->name(), QStringLiteral("Not in a file"));
    const FullDisk full;
    QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
    fixture.window->close();
    QVERIFY(fixture.answer(QStringLiteral("Keep as drafts")));
    QVERIFY(fixture.answer(QStringLiteral("Close without it")));
    QTRY_COMPARE(closed.count(), 1);
}

STREAMWRIGHT_WINDOW_TEST(UiDraftRoom)

}  // namespace tst_ui_draft_room
#include "tst_ui_draft_room.moc"
