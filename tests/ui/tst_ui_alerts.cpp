// Alerts in the window: listed in the order in which they matter, seen as a card, acknowledged and followed
// by keys.
#include "test_main.h"
#include "ui/alerts/alert_chart.h"
#include "ui/pages/alerts_page.h"
#include "ui/panels/rail_button.h"
#include "window_fixture.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>

#include <cmath>

namespace tst_ui_alerts {

using namespace engine;
using namespace ui;
using fake::FakeAlerts;

class UiAlerts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void modelHolds();
    void thoseThatMatterComeFirst();
    void emptyPageSaysWhatToDo();
    void isAcknowledgedByKeys();
    void aRefusedAcknowledgementIsSaid();
    void isFilteredAndSearched();
    void cardTellsAllAsPlainText();
    void countsAreShown();
    void jumpsToItsNode();
    void jumpsToAFileThatIsNotOpen();
    void pictures_data();
    void pictures();
};

namespace {

QString cell(const AlertsModel& model, int row, AlertsModel::Column column)
{
    return model.index(row, column).data().toString();
}

QStringList labelsOf(const AlertsModel& model)
{
    QStringList labels;
    for (int row = 0; row < model.rowCount(); ++row) labels += cell(model, row, AlertsModel::Labels);
    return labels;
}

QString textsOf(const QWidget& where)
{
    QStringList texts;
    for (const QLabel* label : where.findChildren<QLabel*>())
        if (label->isVisible()) texts += label->text();
    return texts.join(QLatin1Char('\n'));
}

}  // namespace

void UiAlerts::initTestCase()
{
    qputenv("USER", "ana");
    theme().install(*qApp, Shade::Dark);
}

void UiAlerts::modelHolds()
{
    auto transport = std::make_unique<fake::FakeTransport>();
    fake::FakeTransport& far = *transport;
    far.episodes = {FakeAlerts::makeAlert("e0", "m0", 5)};
    EngineClient client(fake::catalog(), std::move(transport));
    AlertBook book(client);
    AlertsModel model(
        book, [](const AlertEpisode& alert) { return QString::fromStdString(alert.last.rule.value); },
        [](const AlertEpisode&) { return QString(); });
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QTRY_COMPARE(model.rowCount(), 1);
    for (int i = 1; i < 40; ++i) {
        const std::string name = std::to_string(i);
        far.tellAlert(
            FakeAlerts::makeAlert("e" + name, "m" + name, i * 7 % 40, i % 3 ? "warning" : "critical"));
        if (i % 4 == 0) far.endAlert("e" + name, 50 + i);
        if (i % 5 == 0) book.acknowledge({far.episodes.front().last.pipeline, "e" + name}, {}, [](Status) {});
    }
    QTRY_COMPARE(model.count(AlertsModel::Acknowledged), 6);  // of 5, 10, 15, ..., those that are not over
    for (const auto filter :
         {AlertsModel::Firing, AlertsModel::Over, AlertsModel::Acknowledged, AlertsModel::All}) {
        model.setFilter(filter);
        QCOMPARE(model.rowCount(), model.count(filter));
    }
    model.setFilter(AlertsModel::Firing);
    const int before = model.rowCount();
    far.endAlert("e1", 99);
    QCOMPARE(model.rowCount(), before - 1);
    model.setFilter(AlertsModel::All);
    // In order whatever came when.
    std::vector<int> ranks;
    for (int row = 0; row < model.rowCount(); ++row)
        ranks.push_back(model.index(row, 0).data(AlertsModel::StageRole).toInt());
    QVERIFY(std::is_sorted(ranks.begin(), ranks.end()));
    QCOMPARE(static_cast<std::size_t>(model.rowCount()), book.alerts().size());
}

void UiAlerts::thoseThatMatterComeFirst()
{
    WindowFixture fixture;
    fixture.far->tellThree();
    const AlertsModel& model = fixture.window->alerts().model();
    QCOMPARE(labelsOf(model), (QStringList{"m2", "m3", "m1"}));
    QCOMPARE(cell(model, 0, AlertsModel::Level), QStringLiteral("Critical"));
    QCOMPARE(cell(model, 0, AlertsModel::State), QStringLiteral("Firing"));
    QCOMPARE(cell(model, 0, AlertsModel::Value), QStringLiteral("93.70"));
    QCOMPARE(cell(model, 0, AlertsModel::Threshold), QStringLiteral("> 90"));
    QCOMPARE(cell(model, 0, AlertsModel::Job), QStringLiteral("Hot machines"));
    QCOMPARE(cell(model, 2, AlertsModel::State), QStringLiteral("Acknowledged"));
    QCOMPARE(cell(model, 2, AlertsModel::Seen), QStringLiteral("ana"));
    // The one that is chosen stays so while it moves.
    fixture.window->showPage(MainWindow::Alerts);
    AlertsPage& page = fixture.window->alerts();
    QCOMPARE(page.card().key()->second, std::string("e2"));
    page.choose(*page.card().key());
    fixture.far->endAlert("e2", 50);
    QCOMPARE(labelsOf(model), (QStringList{"m3", "m1", "m2"}));
    QCOMPARE(page.table().currentIndex().row(), 2);
    QCOMPARE(page.card().key()->second, std::string("e2"));
    // What the page has chosen makes room, once it is over, for what fires.
    page.setFilter(AlertsModel::Acknowledged);
    fixture.far->endAlert("e1", 60);
    page.setFilter(AlertsModel::Over);
    QCOMPARE(page.card().key()->second, std::string("e1"));
    page.setFilter(AlertsModel::All);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e7", "m7", 70));
    QCOMPARE(page.card().key()->second, std::string("e7"));
    QCOMPARE(model.index(0, AlertsModel::Value).data(AlertsModel::MeasureRole).toString(),
             QStringLiteral("avg_temperature"));
    // The node is called as in its document, once that is open, and so is the unit of what it is about.
    QCOMPARE(cell(model, 0, AlertsModel::Rule), QStringLiteral("too_hot"));
    PipelineSpec spec = fake::hotMachines();
    spec.nodes[6].params.set("condition", "avg_temperature > ${limit}");
    spec.parameters.push_back({"limit", "double", 90, "°C", {}, Json::object()});
    fixture.add(std::move(spec));
    QCOMPARE(cell(model, 0, AlertsModel::Rule), QStringLiteral("Too hot"));
    QCOMPARE(cell(model, 0, AlertsModel::Value), QStringLiteral("93.70 °C"));
    QCOMPARE(cell(model, 0, AlertsModel::Threshold), QStringLiteral("> 90 °C"));
}

void UiAlerts::emptyPageSaysWhatToDo()
{
    WindowFixture fixture;
    fixture.key(Qt::Key_4, Qt::AltModifier);
    QCOMPARE(fixture.window->page(), MainWindow::Alerts);
    QVERIFY(textsOf(fixture.window->alerts()).contains(QStringLiteral("No alert has fired yet")));
    QVERIFY(WindowFixture::click(fixture.window->alerts(), QStringLiteral("Show the examples")));
    QCOMPARE(fixture.window->page(), MainWindow::Home);
    QVERIFY(fixture.window->commands().action(QStringLiteral("view.alerts")));
    QVERIFY(fixture.window->commands().action(QStringLiteral("alerts.acknowledge")));
}

void UiAlerts::isAcknowledgedByKeys()
{
    WindowFixture fixture;
    fixture.far->tellThree();
    fixture.key(Qt::Key_4, Qt::AltModifier);
    AlertsPage& page = fixture.window->alerts();
    fixture.key(Qt::Key_Down);
    QCOMPARE(page.card().key()->second, std::string("e3"));
    fixture.key(Qt::Key_A);
    QTRY_COMPARE(page.model().count(AlertsModel::Acknowledged), 2);
    const auto alertOf = [&](const char* episode) {
        return fixture.window->alertBook().find({fixture.far->episodes.front().last.pipeline, episode});
    };
    QVERIFY(alertOf("e3")->acknowledgement && !alertOf("e2")->acknowledgement);
    QCOMPARE(alertOf("e3")->acknowledgement->user, std::string("ana"));
    // Enter leads into the card, where a note may be written.
    page.choose({alertOf("e2")->last.pipeline, "e2"});
    fixture.key(Qt::Key_Return);
    QVERIFY(page.card().note().hasFocus());
    QTest::keyClicks(&page.card().note(), QStringLiteral("a fan is broken"));
    fixture.key(Qt::Key_Return);
    QTRY_VERIFY(alertOf("e2")->acknowledgement);
    QCOMPARE(alertOf("e2")->acknowledgement->comment, std::string("a fan is broken"));
    QTRY_VERIFY(textsOf(page.card()).contains(QStringLiteral("a fan is broken")));
    QVERIFY(!page.card().note().isVisible());
}

void UiAlerts::aRefusedAcknowledgementIsSaid()
{
    WindowFixture fixture;
    fixture.far->tellThree();
    fixture.window->showPage(MainWindow::Alerts);
    // It has ended, and the window does not know yet.
    for (AlertEpisode& alert : fixture.far->episodes) alert.isOpen = false;
    fixture.key(Qt::Key_A);
    QTRY_VERIFY(fixture.window->alerts().card().said().contains(QStringLiteral("over")));
}

void UiAlerts::isFilteredAndSearched()
{
    WindowFixture fixture;
    fixture.far->tellThree();
    fixture.far->tellAlert(FakeAlerts::makeAlert("e4", "m4", 15));
    fixture.far->endAlert("e4", 18);
    fixture.window->showPage(MainWindow::Alerts);
    AlertsPage& page = fixture.window->alerts();
    page.setFilter(AlertsModel::Over);
    QCOMPARE(labelsOf(page.model()), QStringList{"m4"});
    QCOMPARE(page.card().key()->second, std::string("e4"));
    page.setFilter(AlertsModel::Firing);
    QCOMPARE(labelsOf(page.model()), (QStringList{"m2", "m3"}));
    page.setFilter(AlertsModel::All);
    fixture.key(Qt::Key_Slash);
    QVERIFY(page.search().hasFocus());
    QTest::keyClicks(&page.search(), QStringLiteral("hot CRIT"));
    QCOMPARE(labelsOf(page.model()), QStringList{"m2"});
    QTest::keyClicks(&page.search(), QStringLiteral(" nothing"));
    QCOMPARE(page.model().rowCount(), 0);
    QVERIFY(!page.card().key());
    fixture.key(Qt::Key_Escape);
    QCOMPARE(page.model().rowCount(), 4);
    QVERIFY(page.card().key());
    fixture.key(Qt::Key_Escape);
    QVERIFY(page.table().hasFocus());
}

void UiAlerts::cardTellsAllAsPlainText()
{
    WindowFixture fixture;
    AlertEpisode alert = FakeAlerts::makeAlert("e1", "<b>m1</b>", 30, "critical");
    fixture.far->points["e1"] = {
        {FakeAlerts::alertTime(28), 88}, {FakeAlerts::alertTime(29), 91}, {FakeAlerts::alertTime(30), 93.7}};
    fixture.far->tellAlert(alert);
    fixture.window->showPage(MainWindow::Alerts);
    AlertCard& card = fixture.window->alerts().card();
    QTRY_COMPARE(card.chart().points().size(), std::size_t{3});
    QTRY_VERIFY(textsOf(card).contains(QStringLiteral("Firing at 93.70, critical")));
    const QString all = textsOf(card);
    for (const char* text : {"<b>m1</b> is too hot: 93.7 °C", "machine <b>m1</b>", "avg_temperature > 90",
                             "Firing at 93.7", "Hot machines"})
        QVERIFY2(all.contains(QString::fromUtf8(text)), text);
    for (const QLabel* label : card.findChildren<QLabel*>())
        QVERIFY(label->textFormat() == Qt::PlainText || !label->text().contains(QLatin1Char('<')));
    QVERIFY(card.chart().accessibleDescription().contains(QStringLiteral("threshold 90")));
    // What comes while it is looked at is shown.
    fixture.far->points["e1"].push_back({FakeAlerts::alertTime(31), 95});
    fixture.far->endAlert("e1", 32);
    QTRY_COMPARE(card.chart().points().size(), std::size_t{4});
    QTRY_VERIFY(textsOf(card).contains(QStringLiteral("Normal at 93.70")));
    QVERIFY(!WindowFixture::click(card, QStringLiteral("Acknowledge")));
}

void UiAlerts::countsAreShown()
{
    WindowFixture fixture;
    RailButton& rail = fixture.window->railButton(MainWindow::Alerts);
    QCOMPARE(rail.count(), 0);
    fixture.far->tellThree();
    QCOMPARE(rail.count(), 2);
    QCOMPARE(fixture.window->alertBook().firing(), 3);
    fixture.far->endAlert("e2", 50);
    QCOMPARE(rail.count(), 1);
    QVERIFY(!fixture.window->alertBook().isGrave());
    // Not a second time for what is known.
    QSignalSpy fired(&fixture.window->alertBook(), &AlertBook::fired);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e3", "m3", 20));
    QCOMPARE(fired.count(), 0);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e5", "m5", 60));
    QCOMPARE(fired.count(), 1);
}

void UiAlerts::jumpsToItsNode()
{
    WindowFixture fixture;
    OpenDocument* open = fixture.add(fake::hotMachines());
    fixture.add(fake::largeDocument(20));
    fixture.far->tellThree();
    fixture.key(Qt::Key_4, Qt::AltModifier);
    fixture.key(Qt::Key_J);
    QCOMPARE(fixture.window->page(), MainWindow::Design);
    QCOMPARE(fixture.session->current(), open);
    QVERIFY(fixture.window->scene().selectedNode());
    QCOMPARE(fixture.window->scene().selectedNode()->id().value, std::string("too_hot"));
    const GraphView& view = fixture.window->view();
    const QRectF middle = QRectF(view.viewport()->rect()).adjusted(200, 100, -200, -100);
    QVERIFY(middle.contains(
        view.mapFromScene(fixture.window->scene().selectedNode()->sceneBoundingRect().center())));
    // A rule that has gone since is said to have.
    AlertEpisode gone = FakeAlerts::makeAlert("e9", "m9", 90, "critical");
    gone.last.rule = {"not_there"};
    fixture.far->tellAlert(gone);
    fixture.window->showPage(MainWindow::Alerts);
    fixture.window->alerts().choose(keyOf(gone));
    QVERIFY(WindowFixture::click(fixture.window->alerts(), QStringLiteral("Jump to node")));
    QVERIFY(fixture.window->notices().text().contains(QStringLiteral("not_there")));
}

void UiAlerts::jumpsToAFileThatIsNotOpen()
{
    QTemporaryDir folder;
    WindowFixture fixture(folder.path());
    fixture.far->tellThree();
    fixture.window->showPage(MainWindow::Alerts);
    fixture.key(Qt::Key_J);
    QTRY_VERIFY(fixture.window->notices().text().contains(QStringLiteral("neither open nor among")));
    fixture.window->notices().dismiss();
    const QString path = folder.filePath(QStringLiteral("hot.pipeline.json"));
    QVERIFY(WindowFixture::write(path, R"({"format":1,"id":"00000000-0000-4000-8000-000000000001",
        "name":"Hot machines","nodes":[{"id":"too_hot","component":"filter",
        "params":{"condition":"avg_temperature > 90"}}],"edges":[]})"));
    bool isOpened = false;
    fixture.window->openFile(path, [&](OpenDocument* document) { isOpened = document; });
    QTRY_VERIFY(isOpened);
    fixture.session->close(fixture.session->current());
    fixture.window->showPage(MainWindow::Alerts);
    fixture.key(Qt::Key_J);
    QTRY_VERIFY(fixture.window->scene().selectedNode());
    QCOMPARE(fixture.session->current()->document->path(), path);
}

void UiAlerts::pictures_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
}

void UiAlerts::pictures()
{
    QFETCH(bool, isDark);
    theme().setShade(isDark ? Shade::Dark : Shade::Light);
    const std::int64_t begin = FakeAlerts::alertsBeginUs;
    FakeAlerts::alertsBeginUs = (AlertBook::now() - std::chrono::minutes(2)).time_since_epoch().count();
    WindowFixture fixture;
    fixture.far->tellThree();
    for (int i = 4; i < 12; ++i) {
        const std::string name = std::to_string(i);
        fixture.far->tellAlert(
            FakeAlerts::makeAlert("e" + name, "m" + name, i, i % 3 == 0 ? "critical" : "warning"));
        if (i % 4 != 0) fixture.far->endAlert("e" + name, 30 + i);
    }
    for (int i = 0; i < 60; ++i)
        fixture.far->points["e8"].push_back(
            {FakeAlerts::alertTime(i - 40), 84 + 8 * std::sin(i / 14.0) + i % 5 * 0.3});
    fixture.window->showPage(MainWindow::Alerts);
    fixture.window->alerts().choose({fixture.far->episodes.front().last.pipeline, "e8"});
    QTRY_VERIFY(!fixture.window->alerts().card().chart().points().empty());
    const QPixmap picture = fixture.window->grab();
    const QImage image = fixture.window->alerts().card().chart().grab().toImage();
    int drawn = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) drawn += image.pixelColor(x, y) == theme().series(0);
    QVERIFY2(drawn > 8, qPrintable(QString::number(drawn)));
    const QString folder = QStringLiteral(BINARY_DIR "/pictures");
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(picture.save(folder +
                         QStringLiteral("/alerts-%1-%2.png")
                             .arg(QString::fromUtf8(QTest::currentDataTag()))
                             .arg(picture.devicePixelRatio())));
    FakeAlerts::alertsBeginUs = begin;
    theme().setShade(Shade::Dark);
}

STREAMWRIGHT_WINDOW_TEST(UiAlerts)

}  // namespace tst_ui_alerts
#include "tst_ui_alerts.moc"
