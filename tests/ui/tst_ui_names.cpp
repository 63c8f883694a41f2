#include "test_main.h"
#include "ui/documents/document_tabs.h"
#include "window_fixture.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>

namespace tst_ui_names {

using namespace engine;
using namespace ui;

// What the window calls documents, what it says of one that could not be read, and what of its nodes.
class UiNames : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void tabsOfOneNameAreToldApart();
    void theTitleFollowsTheName();
    void theLeastWindowFitsASmallScreen();
    void anUnreadDocumentSaysOnlyWhy();
};

void UiNames::tabsOfOneNameAreToldApart()
{
    QTemporaryDir folder;
    WindowFixture fixture;
    const DocumentTabs& tabs = fixture.window->design().tabs();
    const auto names = [&] {
        QStringList all;
        for (int i = 0; i < tabs.count(); ++i) all += tabs.tabText(i).remove(QStringLiteral(" •"));
        return all;
    };
    for (const QString& part : {QStringLiteral("north"), QStringLiteral("south")}) {
        QVERIFY(QDir(folder.path()).mkpath(part));
        const QString path = folder.filePath(part) + QStringLiteral("/hot.json");
        QVERIFY(WindowFixture::write(path, QByteArray::fromStdString(writePipeline(fake::hotMachines()))));
        QVERIFY(fixture.session->open(path));
    }
    QCOMPARE(names(), (QStringList{"Hot machines – north", "Hot machines – south"}));
    for (int i = 0; i < 2; ++i) fixture.add(fake::hotMachines());
    fixture.add(fake::largeDocument(5));
    QCOMPARE(names(),
             (QStringList{"Hot machines – north", "Hot machines – south", "Hot machines (3)",
                          "Hot machines (4)", "Large"}));
    // By its own name alone as soon as nothing else is called so.
    OpenDocument* last = fixture.session->documents()[3].get();
    last->document->edit({}, [](DocumentState& state) { state.spec.name = "Cold machines"; });
    QCOMPARE(names()[3], QStringLiteral("Cold machines"));
}

void UiNames::theTitleFollowsTheName()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    const auto* title = fixture.window->topBar().findChild<QLabel*>(QStringLiteral("title"));
    for (const char* name : {"First", "Second"}) {
        open->document->edit({}, [&](DocumentState& state) { state.spec.name = name; });
        QCOMPARE(fixture.window->windowTitle(),
                 QString::fromLatin1(name) + QStringLiteral(" – Streamwright"));
        QCOMPARE(title->text(), QString::fromLatin1(name));
    }
    open->document->undoStack().undo();
    QCOMPARE(fixture.window->windowTitle(), QStringLiteral("First – Streamwright"));
    // What is typed in the form and given up is no name.
    fixture.window->scene().select(nullptr);
    QLineEdit* field = nullptr;
    for (QLineEdit* each : fixture.window->design().inspector().findChildren<QLineEdit*>())
        if (each->text() == QStringLiteral("First")) field = each;
    QVERIFY(field);
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, QStringLiteral("Given up"));
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(fixture.window->windowTitle(),
             QString::fromStdString(open->document->spec().name) + QStringLiteral(" – Streamwright"));
    QCOMPARE(title->text(), QString::fromStdString(open->document->spec().name));
}

void UiNames::theLeastWindowFitsASmallScreen()
{
    WindowFixture fixture;
    // 1920 x 1080 pixels at scale 2, less what bars of a desktop take.
    QVERIFY(fixture.window->minimumSize().width() <= 960 && fixture.window->minimumSize().height() <= 500);
    fixture.add(fake::hotMachines());
    fixture.window->resize(960, 500);
    QCoreApplication::processEvents();
    QCOMPARE(fixture.window->size(), QSize(960, 500));
    QVERIFY(fixture.window->view().height() >= 160);
    if (const QString folder = qEnvironmentVariable("STREAMWRIGHT_PICTURES"); !folder.isEmpty())
        fixture.window->grab().save(folder + QStringLiteral("/small_screen.png"));
}

void UiNames::anUnreadDocumentSaysOnlyWhy()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("cut.json"));
    const QByteArray whole = QByteArray::fromStdString(writePipeline(fake::hotMachines()));
    QVERIFY(WindowFixture::write(path, whole.left(whole.size() / 2)));
    WindowFixture fixture;
    // An engine that is asked about nothing.
    fixture.far->diagnostics = {{Diagnostic::Problem, {}, {}, "id", "The document has no id.", {}}};
    fixture.window->openFile(path);
    QTRY_VERIFY(fixture.session->current() && fixture.session->current()->analysisTaken > 0);
    const OpenDocument* open = fixture.session->current();
    QCOMPARE(open->problems().size(), std::size_t{1});
    QCOMPARE(open->problems()[0].message, open->document->diagnostics()[0].message);
    const auto says = [&](const QString& text) {
        for (const QLabel* label : fixture.window->view().findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(text)) return true;
        return false;
    };
    QVERIFY(says(QStringLiteral("is shown only")) && !says(QStringLiteral("Press Tab")));
    fixture.key(Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(says(QStringLiteral("Press Tab")));
}

STREAMWRIGHT_WINDOW_TEST(UiNames)

}  // namespace tst_ui_names
#include "tst_ui_names.moc"
