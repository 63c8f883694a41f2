#include "test_main.h"
#include "ui/commands/command_palette.h"
#include "ui/match_score.h"
#include "ui/pages/gallery_card.h"
#include "ui/pages/gallery_page.h"
#include "ui/pages/jobs_page.h"
#include "window_fixture.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDialog>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSet>
#include <QSignalSpy>
#include <QToolButton>

#include <ctime>

namespace tst_ui_shell {

using namespace engine;
using namespace ui;

class UiShell : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void cleanup() { theme().setShade(Shade::Dark); }
    void everyActionIsListed();
    void runIsSteeredByKeys();
    void searchRanks();
    void paletteByKeys();
    void paletteByMouse();
    void keysAreShown();
    void tabStaysOnTheCard();
    void pagesByKeysAndMouse();
    void galleryRunsAtOneClick();
    void galleryByKeys();
    void galleryFitsItsWidth();
    void closingNamesTheJobs();
    void noticesWaitInLine();
    void themeAndSizeAreKept();
    void clicksAreAnsweredAtOnce();
};

void UiShell::everyActionIsListed()
{
    WindowFixture fixture;
    QSet<QString> ids, keys, listed;
    for (const CommandRegistry::Entry& entry : fixture.window->commands().entries()) {
        QVERIFY(!entry.category.isEmpty());
        QVERIFY(!entry.action->text().isEmpty());
        QVERIFY2(!ids.contains(entry.action->objectName()), qPrintable(entry.action->objectName()));
        ids << entry.action->objectName();
        listed << entry.action->text();
        for (const QKeySequence& key : entry.action->shortcuts()) {
            // The chart and the alerts have keys of their own while they have the focus.
            QString place;
            for (const QString& own : {QStringLiteral("chart."), QStringLiteral("alerts.")})
                if (entry.action->objectName().startsWith(own)) place = own;
            QVERIFY2(!keys.contains(place + key.toString()), qPrintable(key.toString()));
            keys << place + key.toString();
        }
    }
    for (const QAction* action : fixture.window->actions())
        QVERIFY2(ids.contains(action->objectName()), qPrintable(action->text()));
    QMenu menu;
    fixture.window->commands().fillMenu(menu);
    QSet<QString> inMenus;
    for (const QAction* part : menu.actions())
        for (const QAction* action : part->menu()->actions()) inMenus << action->text();
    QCOMPARE(inMenus, listed);
    CommandModel model(fixture.window->commands());
    QCOMPARE(model.rowCount(), static_cast<int>(ids.size()));
}

void UiShell::runIsSteeredByKeys()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    const auto& commands = fixture.window->commands();
    QVERIFY(!commands.action(QStringLiteral("run.pause"))->isEnabled());
    fixture.key(Qt::Key_F5);
    QTRY_VERIFY(open->hasTelemetry);
    QTRY_VERIFY(commands.action(QStringLiteral("run.pause"))->isEnabled());
    QVERIFY(!commands.action(QStringLiteral("run.run"))->isEnabled());
    fixture.key(Qt::Key_F9);
    QTRY_COMPARE(open->state(), JobState::Paused);
    fixture.key(Qt::Key_F5);
    QTRY_COMPARE(open->state(), JobState::Running);
    fixture.key(Qt::Key_F7);
    fixture.key(Qt::Key_F8);
    QTRY_COMPARE(open->state(), JobState::Finished);
    fixture.key(Qt::Key_F5);
    QTRY_VERIFY(open->hasTelemetry && open->state() == JobState::Running);
    fixture.key(Qt::Key_F5, Qt::ShiftModifier);
    QTRY_COMPARE(open->state(), JobState::Stopped);
}

void UiShell::searchRanks()
{
    QVERIFY(matchScore(QStringLiteral("sv"), QStringLiteral("Save")) > 0);
    QCOMPARE(matchScore(QStringLiteral("vs"), QStringLiteral("Save")), 0);
    QVERIFY(matchScore(QStringLiteral("cn"), QStringLiteral("Checkpoint now")) >
            matchScore(QStringLiteral("cn"), QStringLiteral("Clean")));
    WindowFixture fixture;
    CommandModel model(fixture.window->commands());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const int all = model.rowCount();
    model.search(QStringLiteral("check"));
    QCOMPARE(model.index(0).data().toString(), QStringLiteral("Checkpoint"));
    QVERIFY(model.rowCount() < all);
    model.search(QStringLiteral("quux"));
    QCOMPARE(model.rowCount(), 0);
    model.search({});
    QCOMPARE(model.rowCount(), all);
}

void UiShell::paletteByKeys()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.window->view().setFocus();
    for (const auto& [key, modifiers] : {std::pair(Qt::Key_K, Qt::KeyboardModifiers(Qt::ControlModifier)),
                                         std::pair(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier)}) {
        fixture.key(key, modifiers);
        QCOMPARE(fixture.window->overlay().card(), &fixture.window->commandPalette());
        QVERIFY(fixture.window->commandPalette().input().hasFocus());
        fixture.key(Qt::Key_Escape);
        QVERIFY(!fixture.window->overlay().card());
        QVERIFY(fixture.window->view().hasFocus());
    }
    fixture.key(Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(&fixture.window->commandPalette().input(), QStringLiteral("dark"));
    fixture.key(Qt::Key_Return);
    QCOMPARE(theme().shade(), Shade::Light);
    QVERIFY(!fixture.window->overlay().card());
    // What cannot be done now is shown, and nothing happens.
    fixture.key(Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(&fixture.window->commandPalette().input(), QStringLiteral("drain"));
    fixture.key(Qt::Key_Return);
    QVERIFY(fixture.window->overlay().card());
    fixture.key(Qt::Key_Down);
    fixture.key(Qt::Key_PageDown);
    fixture.key(Qt::Key_Up);
}

void UiShell::paletteByMouse()
{
    WindowFixture fixture;
    for (QPushButton* button : fixture.window->findChildren<QPushButton*>(QStringLiteral("search")))
        QTest::mouseClick(button, Qt::LeftButton);
    CommandPalette& palette = fixture.window->commandPalette();
    QVERIFY(palette.isVisible());
    QTest::keyClicks(&palette.input(), QStringLiteral("jobs"));
    QTest::mouseClick(palette.list().viewport(), Qt::LeftButton, {},
                      palette.list().visualRect(palette.model().index(0)).center());
    QCOMPARE(fixture.window->page(), MainWindow::Jobs);
    fixture.window->commands().run(QStringLiteral("help.commands"));
    QTest::mouseClick(&fixture.window->overlay(), Qt::LeftButton, {}, QPoint(5, 5));
    QVERIFY(!fixture.window->overlay().card());
}

void UiShell::keysAreShown()
{
    WindowFixture fixture;
    fixture.key(Qt::Key_F1);
    QVERIFY(fixture.window->overlay().card());
    QSet<QString> texts;
    for (const QLabel* label : fixture.window->overlay().card()->findChildren<QLabel*>())
        texts << label->text();
    for (const auto& entry : fixture.window->commands().entries())
        if (!entry.action->shortcuts().isEmpty())
            QVERIFY2(texts.contains(entry.action->text()), qPrintable(entry.action->text()));
    fixture.key(Qt::Key_Escape);
    QVERIFY(!fixture.window->overlay().card());
}

void UiShell::tabStaysOnTheCard()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->job.has_value());
    fixture.key(Qt::Key_W, Qt::ControlModifier);
    QWidget* card = fixture.window->overlay().card();
    QVERIFY(card);
    for (int i = 0; i < 5; ++i) {
        QVERIFY(card->isAncestorOf(QApplication::focusWidget()));
        fixture.key(Qt::Key_Tab);
    }
    fixture.key(Qt::Key_Escape);
    QVERIFY(fixture.session->current()->isActive());
}

void UiShell::pagesByKeysAndMouse()
{
    WindowFixture fixture;
    QCOMPARE(fixture.window->page(), MainWindow::Home);
    fixture.key(Qt::Key_2, Qt::AltModifier);
    QCOMPARE(fixture.window->page(), MainWindow::Design);
    fixture.key(Qt::Key_3, Qt::AltModifier);
    QCOMPARE(fixture.window->page(), MainWindow::Jobs);
    const auto items = fixture.window->findChildren<QToolButton*>(QStringLiteral("railItem"));
    QCOMPARE(items.size(), 4);
    for (qsizetype i = 0; i < items.size(); ++i) {
        QTest::mouseClick(items[i], Qt::LeftButton);
        QCOMPARE(static_cast<qsizetype>(fixture.window->page()), i);
        QVERIFY(items[i]->isChecked());
    }
    fixture.window->showPage(MainWindow::Home);
    fixture.add(fake::hotMachines());
    QCOMPARE(fixture.window->page(), MainWindow::Design);
}

void UiShell::galleryRunsAtOneClick()
{
    WindowFixture fixture;
    const auto& cards = fixture.window->gallery().cards();
    QVERIFY(cards.size() >= 7);
    QTest::mouseClick(cards.front(), Qt::LeftButton);
    QTRY_VERIFY(fixture.session->current() && fixture.session->current()->isActive());
    OpenDocument* open = fixture.session->current();
    QCOMPARE(fixture.window->page(), MainWindow::Design);
    QVERIFY(open->document->path().isEmpty());
    QVERIFY(!open->document->isModified());
    QVERIFY(QFile::exists(QString::fromStdString(open->document->directory()) +
                          QStringLiteral("/data/machines.csv")));
    std::set<std::string> own;
    for (const Example& example : examples()) own.insert(example.spec.id);
    QVERIFY(!own.contains(open->document->spec().id));
    // A second click shows the same one, another card another.
    fixture.window->showPage(MainWindow::Home);
    QTest::mouseClick(cards.front(), Qt::LeftButton);
    QTRY_COMPARE(fixture.window->page(), MainWindow::Design);
    QCOMPARE(fixture.session->documents().size(), std::size_t{1});
    fixture.window->showPage(MainWindow::Home);
    QTest::mouseClick(cards[1], Qt::LeftButton);
    QTRY_COMPARE(fixture.session->documents().size(), std::size_t{2});
}

void UiShell::galleryByKeys()
{
    WindowFixture fixture;
    const auto& cards = fixture.window->gallery().cards();
    QVERIFY(cards.front()->hasFocus());
    fixture.key(Qt::Key_Right);
    QVERIFY(cards[1]->hasFocus());
    fixture.key(Qt::Key_Down);
    const auto below = std::find_if(cards.begin() + 2, cards.end(), [&](const GalleryCard* card) {
        return card->x() == cards[1]->x();
    });
    QVERIFY((*below)->y() > cards[1]->y() && (*below)->hasFocus());
    fixture.key(Qt::Key_Up);
    fixture.key(Qt::Key_Left);
    fixture.key(Qt::Key_Left);
    QVERIFY(cards.front()->hasFocus());
    fixture.key(Qt::Key_Return);
    QTRY_VERIFY(fixture.session->current() && fixture.session->current()->isActive());
}

void UiShell::galleryFitsItsWidth()
{
    WindowFixture fixture;
    for (const int width : {800, 1100, 1600, 2400}) {
        fixture.window->resize(width, 900);
        QCoreApplication::processEvents();
        for (const GalleryCard* card : fixture.window->gallery().cards()) {
            const int right = card->mapTo(&fixture.window->gallery(), QPoint(card->width(), 0)).x();
            QVERIFY2(right <= fixture.window->gallery().width(), qPrintable(QString::number(width)));
        }
    }
}

namespace {

bool isSaid(const QWidget& where, const QString& text)
{
    for (const QLabel* label : where.findChildren<QLabel*>())
        if (label->text() == text && label->isVisible()) return true;
    return false;
}

}  // namespace

void UiShell::closingNamesTheJobs()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    open->document->undoStack().setClean();
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    fixture.window->commands().run(QStringLiteral("file.quit"));
    QVERIFY(isSaid(fixture.window->overlay(), QStringLiteral("\"Hot machines\" is running")));
    fixture.window->overlay().dismiss();
}

void UiShell::noticesWaitInLine()
{
    WindowFixture fixture;
    NoticeBar& notices = fixture.window->notices();
    QVERIFY(!notices.isVisible());
    notices.say(NoticeBar::Told, QStringLiteral("One"));
    notices.say(NoticeBar::Trouble, QStringLiteral("Two"));
    notices.say(NoticeBar::Trouble, QStringLiteral("Two"));
    QCOMPARE(notices.waiting(), 2);
    QCOMPARE(notices.text(), QStringLiteral("Two"));
    QVERIFY(isSaid(notices, QStringLiteral("1 more")));
    QVERIFY(fixture.answerNotice(QStringLiteral("Dismiss")));
    QCOMPARE(notices.text(), QStringLiteral("One"));
    QVERIFY(!isSaid(notices, QStringLiteral("1 more")));
    QVERIFY(fixture.answerNotice(QStringLiteral("Dismiss")));
    QVERIFY(!notices.isVisible());
}

void UiShell::themeAndSizeAreKept()
{
    QTemporaryDir folder;
    {
        WindowFixture fixture(folder.path());
        fixture.window->resize(1111, 777);
        QCoreApplication::processEvents();
        fixture.key(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(theme().shade(), Shade::Light);
        QSignalSpy closed(fixture.window.get(), &MainWindow::closed);
        fixture.window->close();
        QTRY_COMPARE(closed.count(), 1);
    }
    theme().setShade(Shade::Dark);
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    QCOMPARE(theme().shade(), Shade::Light);
    QTRY_COMPARE(fixture.window->size(), QSize(1111, 777));
}

// Every command at a large document that runs.
void UiShell::clicksAreAnsweredAtOnce()
{
    WindowFixture fixture;
    fixture.add(fake::largeDocument(300));
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->hasTelemetry);
    for (const char* id : {"view.home", "view.jobs", "view.design", "view.text", "view.problems", "view.log",
                           "view.chart", "help.commands", "file.save_as", "run.checkpoint"}) {
        // The processor's time and the least of three, so that other programs count little; and that of the
        // wall, for what is waited for.
        double leastMs = 10'000;
        qint64 leastWallMs = 10'000;
        for (int i = 0; i < 3; ++i) {
            QElapsedTimer timer;
            timer.start();
            const std::clock_t begin = std::clock();
            fixture.window->commands().run(QLatin1String(id));
            QCoreApplication::sendPostedEvents();
            leastMs = std::min(leastMs, 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
            leastWallMs = std::min(leastWallMs, timer.elapsed());
            for (QWidget* dialog : fixture.window->findChildren<QDialog*>()) dialog->close();
            fixture.window->overlay().dismiss();
            QCoreApplication::processEvents();
        }
        QVERIFY2(leastMs < 100 && leastWallMs < 2000,
                 qPrintable(
                     QStringLiteral("%1: %2, %3 ms").arg(QLatin1String(id)).arg(leastMs).arg(leastWallMs)));
    }
}

STREAMWRIGHT_WINDOW_TEST(UiShell)

}  // namespace tst_ui_shell
#include "tst_ui_shell.moc"
