#include "full_disk.h"
#include "test_main.h"
#include "window_fixture.h"

#include <QApplication>
#include <QDir>

namespace tst_ui_unkept {

using namespace engine;
using namespace ui;

namespace {

void rename(OpenDocument& open, const char* name)
{
    open.document->edit(QStringLiteral("Rename"), [name](DocumentState& state) { state.spec.name = name; });
}

QByteArray draftIn(const QString& folder)
{
    const QDir drafts(folder + QStringLiteral("/drafts"));
    const QStringList names = drafts.entryList({QStringLiteral("*.draft.json")}, QDir::Files);
    return names.size() == 1 ? WindowFixture::bytesOf(drafts.filePath(names.front())) : QByteArray();
}

}  // namespace

// Drafts that cannot be written: it is said, once and in a sentence, and nothing is lost by it.
class UiUnkept : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void aFullDiskIsSaid();
    void aFolderThatIsNoneIsSaid();
};

void UiUnkept::aFullDiskIsSaid()
{
    QTemporaryDir folder;
    {
        WindowFixture fixture(folder.path());
        OpenDocument* open = fixture.add(fake::hotMachines());
        rename(*open, "Kept before");
        QTRY_VERIFY(draftIn(folder.path()).contains("Kept before"));
        const QByteArray before = draftIn(folder.path());
        {
            const FullDisk full;
            rename(*open, "No room for this");
            QTRY_VERIFY(fixture.window->notices().waiting() > 0);
            fixture.window->documents().worker().finish();
        }
        QCOMPARE(fixture.window->notices().text(),
                 QStringLiteral("Unsaved changes cannot be kept for a crash: File too large. It is tried "
                                "again every few seconds; save them soon."));
        // What was kept before is whole, nothing half is left beside it, and the document has it all.
        QCOMPARE(draftIn(folder.path()), before);
        const QDir drafts(folder.filePath(QStringLiteral("drafts")));
        QCOMPARE(drafts.entryList({QStringLiteral("*.json*")}, QDir::Files).size(), 1);
        QCOMPARE(open->document->spec().name, std::string("No room for this"));
        QVERIFY(open->document->isModified());
        // Once there is room again, the next change is kept with this one.
        open->document->edit(QStringLiteral("Title"),
                             [](DocumentState& state) { state.spec.nodes[0].title = "After it"; });
        QTRY_VERIFY(draftIn(folder.path()).contains("After it"));
        QVERIFY(draftIn(folder.path()).contains("No room for this"));
        QCOMPARE(fixture.window->notices().waiting(), 1);
    }
    WindowFixture next(folder.path());
    next.window->restore();
    QTRY_VERIFY(next.window->notices().text().contains(QStringLiteral("No room for this")));
    QVERIFY(next.answerNotice(QStringLiteral("Restore")));
    QTRY_VERIFY(next.session->current());
    QCOMPARE(next.session->current()->document->spec().nodes[0].title, std::string("After it"));
}

void UiUnkept::aFolderThatIsNoneIsSaid()
{
    QTemporaryDir folder;
    const QString place = folder.filePath(QStringLiteral("drafts"));
    QVERIFY(WindowFixture::write(place, "no folder"));
    WindowFixture fixture(folder.path());
    OpenDocument* open = fixture.add(fake::hotMachines());
    rename(*open, "Kept nowhere");
    QTRY_VERIFY(fixture.window->notices().waiting() > 0);
    QCOMPARE(fixture.window->notices().text(),
             QStringLiteral("Unsaved changes cannot be kept for a crash: The folder %1 cannot be written. "
                            "It is tried again every few seconds; save them soon.")
                 .arg(place));
    QCOMPARE(WindowFixture::bytesOf(place), QByteArray("no folder"));
    // It can be saved all the same, and then nothing is unsaved.
    const QString path = folder.filePath(QStringLiteral("saved.json"));
    fixture.window->documents().saveAs(*open, path);
    QTRY_VERIFY(!open->document->isModified());
    QVERIFY(WindowFixture::bytesOf(path).contains("Kept nowhere"));
}

STREAMWRIGHT_WINDOW_TEST(UiUnkept)

}  // namespace tst_ui_unkept
#include "tst_ui_unkept.moc"
