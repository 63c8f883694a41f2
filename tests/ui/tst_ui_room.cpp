#include "window_fixture.h"
#include "ui/commands/key_sheet.h"
#include "ui/documents/document_tabs.h"
#include "ui/figures.h"
#include "ui/file_dialog.h"
#include "ui/jobs/job_view.h"
#include "ui/jobs/rate_chart.h"
#include "ui/pages/alerts_page.h"
#include "ui/pages/gallery_card.h"
#include "ui/pages/gallery_page.h"
#include "ui/pages/jobs_page.h"
#include "ui/panels/wrapped_label.h"
#include "ui/plain_text.h"
#include "test_main.h"

#include <QAbstractButton>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSplitter>
#include <QStyle>
#include <QTableView>

namespace tst_ui_room {

using namespace engine;
using namespace ui;

// Windows of all sizes: nothing is cut, what has no room steps aside, and how it was left comes back.
class UiRoom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void firstWindowFitsTheScreen();
    void sizesAndPanelsComeBack();
    void panelsStepAside();
    void nothingIsCutAt_data();
    void nothingIsCutAt();
    void helpOnlyWithAField();
    void keysInAsManyColumnsAsFit();
    void manyTabsKeepTheirNames();
    void savedOrNotIsWhole();
    void tablesLetTabGo();
    void jobsAreWhole();
    void lowJobsAreScrolled();
    void emptyAlertsAreWhole();
    void longWordsWidenNothing();
    void namesKeepTheirDirection();
    void galleryHasNineAtOneClick();
    void dialogsAreOfTheWindow();
};

void UiRoom::firstWindowFitsTheScreen()
{
    WindowFixture fixture;
    fixture.window->restore();
    const QRect room = fixture.window->screen()->availableGeometry();
    QVERIFY2(fixture.window->width() <= room.width() && fixture.window->height() <= room.height(),
             qPrintable(QStringLiteral("%1x%2").arg(fixture.window->width()).arg(fixture.window->height())));
}

void UiRoom::sizesAndPanelsComeBack()
{
    QTemporaryDir folder;
    constexpr int kInspectorWidth = 340;
    {
        WindowFixture fixture(folder.path());
        fixture.add(fake::hotMachines());
        fixture.window->resize(800, 700);
        fixture.window->design().setShown(DesignPage::Inspector, true);
        auto* split = qobject_cast<QSplitter*>(fixture.window->design().inspector().parentWidget());
        QVERIFY(split);
        split->setSizes({split->width() - kInspectorWidth, kInspectorWidth});
        fixture.window->design().setShown(DesignPage::Dock, false);
        setLastFolder(folder.path());
        fixture.window->close();
        QTRY_VERIFY(!fixture.window->isVisible() || fixture.answer(QStringLiteral("Discard")) ||
                    fixture.answer(QStringLiteral("Close without saving")));
        QTRY_VERIFY(!fixture.window->isVisible());
    }
    setLastFolder({});
    WindowFixture fixture(folder.path());
    fixture.window->restore();
    fixture.add(fake::hotMachines());
    QTRY_COMPARE(fixture.window->size(), QSize(800, 700));
    QVERIFY(fixture.window->design().isShown(DesignPage::Inspector));
    QVERIFY(!fixture.window->dock().isVisible());
    QTRY_COMPARE(fixture.window->design().inspector().width(), kInspectorWidth);
    QCOMPARE(lastFolder(), folder.path());
}

void UiRoom::panelsStepAside()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    DesignPage& design = fixture.window->design();
    fixture.window->resize(1600, 1000);
    QTRY_VERIFY(design.palette().isVisible() && design.inspector().isVisible());
    fixture.window->resize(1100, 700);
    QTRY_VERIFY(!design.palette().isVisible());
    QVERIFY(design.inspector().isVisible());
    fixture.window->resize(800, 560);
    QTRY_VERIFY(!design.inspector().isVisible());
    // What somebody asked for stays, and what is configured comes.
    fixture.window->commands().run(QStringLiteral("view.palette"));
    QVERIFY(design.palette().isVisible());
    fixture.window->selectNode(NodeId{"hot"});
    Q_EMIT fixture.window->view().activated();
    QVERIFY(design.inspector().isVisible());
    fixture.window->resize(1600, 1000);
    fixture.window->commands().run(QStringLiteral("view.palette"));
    QVERIFY(!design.palette().isVisible());
    fixture.window->commands().run(QStringLiteral("view.dock"));
    QVERIFY(!fixture.window->dock().isVisible());
    fixture.window->commands().run(QStringLiteral("view.chart"));
    QVERIFY(fixture.window->dock().isVisible());
}

void UiRoom::nothingIsCutAt_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("the least") << QSize(800, 480);
    QTest::newRow("scale 2") << QSize(960, 540);
    QTest::newRow("small") << QSize(1024, 640);
    QTest::newRow("laptop") << QSize(1366, 768);
}

void UiRoom::nothingIsCutAt()
{
    QFETCH(QSize, size);
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.session->run();
    fixture.window->resize(size);
    fixture.window->design().setShown(DesignPage::Inspector, true);
    QTRY_VERIFY(fixture.window->dock().feed().points() > 20);
    fixture.window->selectNode(NodeId{"per_second"});
    QCoreApplication::processEvents();
    QCOMPARE(fixture.window->size(), size);
    const auto inside = [&](const QWidget& widget) {
        const QPoint corner = widget.mapTo(fixture.window.get(), QPoint());
        return fixture.window->rect().contains(QRect(corner, widget.size()));
    };
    QVERIFY(inside(fixture.window->design().inspector()));
    QVERIFY(inside(fixture.window->dock()));
    QVERIFY(inside(fixture.window->view()));
    for (const QAbstractButton* button : fixture.window->dock().findChildren<QAbstractButton*>())
        if (button->objectName() == QLatin1String("tab"))
            QVERIFY2(inside(*button) && button->width() >= button->sizeHint().width(),
                     qPrintable(button->text()));
}

void UiRoom::helpOnlyWithAField()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.window->resize(1400, 900);
    fixture.window->selectNode(NodeId{"hot"});
    QTRY_VERIFY(!fixture.session->current()->analysis.schemas.empty());
    auto* help = fixture.window->design().inspector().findChild<QLabel*>(QStringLiteral("fieldHelp"));
    QVERIFY(help && !help->isVisible());
    fixture.window->design().inspector().setFocus();
    QTRY_VERIFY(help->isVisible());
    fixture.window->view().setFocus();
    QTRY_VERIFY(!help->isVisible());
}

void UiRoom::keysInAsManyColumnsAsFit()
{
    for (const int width : {800, 1600}) {
        WindowFixture fixture;
        fixture.window->resize(width, 1000);
        fixture.window->commands().run(QStringLiteral("help.keys"));
        auto* sheet = fixture.window->overlay().findChild<KeySheet*>();
        QVERIFY(sheet);
        QCoreApplication::processEvents();
        auto* scroll = sheet->findChild<QScrollArea*>();
        QVERIFY2(scroll->widget()->minimumSizeHint().width() <= scroll->viewport()->width(),
                 qPrintable(QString::number(width)));
        // In a wide window all at a glance.
        const bool isWhole = scroll->widget()->minimumSizeHint().height() <= scroll->viewport()->height();
        QVERIFY(isWhole || width < 1600);
    }
}

void UiRoom::manyTabsKeepTheirNames()
{
    WindowFixture fixture;
    fixture.window->resize(1200, 800);
    for (int i = 0; i < 10; ++i) {
        PipelineSpec spec = fake::hotMachines();
        spec.name = "Hot machines " + std::to_string(i);
        fixture.add(std::move(spec));
    }
    const DocumentTabs& tabs = fixture.window->design().tabs();
    for (int i = 0; i < tabs.count(); ++i)
        QVERIFY(tabs.tabRect(i).width() > tabs.fontMetrics().horizontalAdvance(tabs.tabText(i)));
}

void UiRoom::savedOrNotIsWhole()
{
    WindowFixture fixture;
    fixture.window->resize(1400, 900);
    PipelineSpec spec = fake::hotMachines();
    spec.name = std::string(100, 'W');
    fixture.add(std::move(spec));
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->hasTelemetry);
    QCoreApplication::processEvents();
    bool isFound = false;
    for (const QLabel* label : fixture.window->topBar().findChildren<QLabel*>()) {
        if (label->text() != QLatin1String("not saved yet")) continue;
        isFound = true;
        QVERIFY(label->width() >= label->sizeHint().width());
    }
    QVERIFY(isFound);
}

// Tab goes on to what comes next; arrows go from cell to cell.
void UiRoom::tablesLetTabGo()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    const auto tables = fixture.window->findChildren<QTableView*>();
    QVERIFY(tables.size() > 3);
    for (const QTableView* table : tables)
        QVERIFY2(!table->tabKeyNavigation(), qPrintable(table->accessibleName()));
}

void UiRoom::jobsAreWhole()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->hasTelemetry);
    fixture.window->resize(800, 560);
    fixture.window->commands().run(QStringLiteral("view.jobs"));
    QTableView& table = fixture.window->jobs().table();
    QTRY_COMPARE(table.model()->rowCount(), 1);
    fixture.session->act(JobAction::Stop);
    QTRY_VERIFY(!fixture.session->current()->isActive());
    QCoreApplication::processEvents();
    int used = 0;
    for (int column = 0; column < table.model()->columnCount(); ++column) {
        if (table.isColumnHidden(column)) continue;
        used += table.columnWidth(column);
        const QString text = table.model()->index(0, column).data().toString();
        const int needed = QFontMetrics(theme().font(TypeSize::Body)).horizontalAdvance(text) + 32;
        if (column > 0) QVERIFY2(table.columnWidth(column) >= needed, qPrintable(text));
    }
    QVERIFY(used <= table.viewport()->width());
    for (const FiguresLabel* label : fixture.window->jobs().view().findChildren<FiguresLabel*>())
        QVERIFY2(!label->isVisible() || label->width() >= label->sizeHint().width(),
                 qPrintable(label->text()));
}

// As on a screen of 1920 by 1080 at scale 2: chart and lists keep their height, and all can be reached.
void UiRoom::lowJobsAreScrolled()
{
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->hasTelemetry);
    fixture.window->resize(960, 500);
    fixture.window->commands().run(QStringLiteral("view.jobs"));
    QTRY_COMPARE(fixture.window->jobs().table().model()->rowCount(), 1);
    QCoreApplication::processEvents();
    QVERIFY(fixture.window->jobs().table().viewport()->height() >= 48);
    JobView& view = fixture.window->jobs().view();
    auto* scroll = view.findChild<QScrollArea*>();
    QVERIFY(scroll);
    QVERIFY2(scroll->viewport()->height() >= 72, qPrintable(QString::number(scroll->viewport()->height())));
    const auto parts = QList<QWidget*>{view.findChild<RateChart*>(), view.findChild<QTableView*>(),
                                       view.findChild<QListView*>()};
    for (QWidget* part : parts) {
        QVERIFY2(part->height() >= 96 && part->isVisible(), qPrintable(part->accessibleName()));
        scroll->ensureWidgetVisible(part);
        const QPoint bottom = part->mapTo(scroll->viewport(), QPoint(0, part->height() - 1));
        QVERIFY2(bottom.y() < scroll->viewport()->height(), qPrintable(part->accessibleName()));
    }
}

void UiRoom::emptyAlertsAreWhole()
{
    WindowFixture fixture;
    fixture.window->resize(1200, 800);
    fixture.window->commands().run(QStringLiteral("view.alerts"));
    QCoreApplication::processEvents();
    bool isFound = false;
    for (const QLabel* label : fixture.window->alerts().findChildren<QLabel*>()) {
        if (!label->isVisible() || !label->wordWrap()) continue;
        isFound = true;
        QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
    QVERIFY(isFound);
}

void UiRoom::longWordsWidenNothing()
{
    WindowFixture fixture;
    PipelineSpec spec = fake::hotMachines();
    spec.nodes[2].title = std::string(300, 'W');
    fixture.add(std::move(spec));
    fixture.window->resize(1400, 900);
    fixture.window->selectNode(NodeId{"hot"});
    QCoreApplication::processEvents();
    auto* scroll = fixture.window->design().inspector().findChild<QScrollArea*>();
    QVERIFY2(scroll->widget()->width() <= scroll->viewport()->width(),
             qPrintable(QString::number(scroll->widget()->width())));
    WrappedLabel label(QString(300, QLatin1Char('W')), 3, nullptr);
    QCOMPARE(label.heightForWidth(120), 3 * label.fontMetrics().lineSpacing());
}

void UiRoom::namesKeepTheirDirection()
{
    const QString turned = QStringLiteral("a\u202Eb\u200Fc\u2067d");
    QCOMPARE(plainLine(turned), QStringLiteral("abcd"));
    QCOMPARE(plainName(QStringLiteral("Plain")), QStringLiteral("Plain"));
    const QString hebrew = QStringLiteral("\u05E9\u05DC\u05D5\u05DD");
    QCOMPARE(plainName(hebrew), QChar(0x2068) + hebrew + QChar(0x2069));
    WindowFixture fixture;
    PipelineSpec spec = fake::hotMachines();
    spec.name = turned.toStdString();
    fixture.add(std::move(spec));
    QCOMPARE(fixture.window->windowTitle(), QStringLiteral("abcd – Streamwright"));
}

void UiRoom::galleryHasNineAtOneClick()
{
    int atOneClick = 0;
    bool isOver = false;
    for (const Example& example : examples()) {
        QVERIFY2(example.text.size() > 30, qPrintable(example.file));
        const bool isExtra = example.needsBroker || example.isHelper;
        QVERIFY2(isExtra || !isOver, qPrintable(example.file));  // those come last
        isOver = isExtra;
        atOneClick += !isExtra;
    }
    QVERIFY(atOneClick >= 9);
    // Arrows reach every card, those of the second group too.
    WindowFixture fixture;
    fixture.window->resize(1600, 1000);
    QCoreApplication::processEvents();
    const auto& cards = fixture.window->gallery().cards();
    const auto lastAtOneClick = static_cast<std::size_t>(atOneClick - 1);
    QCOMPARE(cards[lastAtOneClick]->y(), cards[lastAtOneClick - 1]->y());  // none is alone in a row
    cards.front()->setFocus();
    for (std::size_t i = 0; i < cards.size(); ++i) fixture.key(Qt::Key_Down);
    QVERIFY(std::find(cards.begin(), cards.end(), QApplication::focusWidget()) - cards.begin() >= atOneClick);
    for (std::size_t i = 0; i < cards.size(); ++i) fixture.key(Qt::Key_Up);
    QCOMPARE(QApplication::focusWidget(), cards.front());
    for (std::size_t i = 0; i < cards.size(); ++i) fixture.key(Qt::Key_Right);
    QCOMPARE(QApplication::focusWidget(), cards.back());
}

void UiRoom::dialogsAreOfTheWindow()
{
    QCOMPARE(qApp->style()->styleHint(QStyle::SH_DialogButtonBox_ButtonsHaveIcons), 0);
    QTemporaryDir folder;
    setLastFolder(folder.path());
    std::unique_ptr<QFileDialog> dialog(makeFileDialog(nullptr, QStringLiteral("Open"), {}));
    QCOMPARE(dialog->directory().absolutePath(), QDir(folder.path()).absolutePath());
    setLastFolder(QStringLiteral("/nowhere"));
    QVERIFY(QDir(lastFolder()).exists());
}

STREAMWRIGHT_WINDOW_TEST(UiRoom)

}  // namespace tst_ui_room
#include "tst_ui_room.moc"
