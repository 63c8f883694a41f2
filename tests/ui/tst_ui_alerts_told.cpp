// Alerts are told once to who does not look, and are there again with the next window.
#ifndef Q_MOC_RUN
#include "control/server/local_client.h"
#endif
#include "test_main.h"
#include "ui/alerts/alert_chart.h"
#include "ui/pages/alerts_page.h"
#include "ui/panels/rail_button.h"
#include "ui/tray.h"
#include "window_fixture.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>

namespace tst_ui_alerts_told {

using namespace engine;
using namespace ui;
using fake::FakeAlerts;

class UiAlertsTold : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void manyAtOnceAreOneSentence();
    void whatHasBeenSeenIsNotTold();
    void whatBecomesGraverIsToldAgain();
    void aClickOnTheTrayLeadsToTheAlert();
    void firesInTheEngineAndOutlivesTheWindow();

private:
    QTemporaryDir m_folder;
    Catalog m_catalog;
};

namespace {

QString cellOf(const AlertsModel& model, int row, AlertsModel::Column column)
{
    return model.index(row, column).data().toString();
}

QString allTexts(const QWidget& where)
{
    QStringList texts;
    for (const QLabel* label : where.findChildren<QLabel*>())
        if (label->isVisible()) texts += label->text();
    return texts.join(QLatin1Char('\n'));
}

// Another window is in front.
struct OtherWindow {
    OtherWindow()
    {
        widget.show();
        widget.activateWindow();
        isInFront = QTest::qWaitForWindowActive(&widget);
    }
    QWidget widget;
    bool isInFront = false;
};

}  // namespace

void UiAlertsTold::initTestCase()
{
    qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    qputenv("USER", "ana");
    theme().install(*qApp, Shade::Dark);
    addBuiltinComponents(m_catalog);
}

void UiAlertsTold::manyAtOnceAreOneSentence()
{
    WindowFixture fixture;
    fixture.window->herald().setWaits(0, 3'600'000);
    QSignalSpy told(&fixture.window->herald(), &AlertHerald::told);
    OtherWindow other;
    QVERIFY(other.isInFront);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e2", "m2", 10, "critical"));
    for (int i = 0; i < 5; ++i)
        fixture.far->tellAlert(FakeAlerts::makeAlert("w" + std::to_string(i), "w", 20 + i));
    QTRY_COMPARE(told.count(), 1);
    const QString sentence = told.front().front().toString();
    QCOMPARE(sentence,
             QStringLiteral("6 alerts fire, 1 of them critical. Critical in “Hot machines”: m2 is too "
                            "hot: 93.7 °C"));
    QVERIFY(!Tray::isThere());
    QCOMPARE(fixture.window->notices().text(), sentence);
    // Then it is quiet for a while.
    fixture.far->tellAlert(FakeAlerts::makeAlert("later", "m7", 99));
    QCoreApplication::processEvents();
    QCOMPARE(told.count(), 1);
    QVERIFY(fixture.answerNotice(QStringLiteral("Show")));
    QCOMPARE(fixture.window->page(), MainWindow::Alerts);
    QCOMPARE(fixture.window->alerts().card().key()->second, std::string("e2"));
}

void UiAlertsTold::whatHasBeenSeenIsNotTold()
{
    WindowFixture fixture;
    fixture.window->herald().setWaits(0, 3'600'000);
    // Who has the window in front of him is not called.
    QVERIFY(fixture.isActive);
    QSignalSpy told(&fixture.window->herald(), &AlertHerald::told);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e1", "m1", 10));
    QTRY_COMPARE(told.count(), 1);
    QCOMPARE(fixture.window->notices().waiting(), 0);

    AlertHerald herald(fixture.window->alertBook());
    herald.setWaits(0, 0);
    QSignalSpy again(&herald, &AlertHerald::told);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e2", "m2", 11));
    fixture.far->endAlert("e2", 12);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e3", "m3", 13));
    QTRY_COMPARE(again.count(), 1);
    QVERIFY(again.front().front().toString().contains(QStringLiteral("m3")));
    // A notice goes when nothing is left that nobody has seen.
    {
        OtherWindow other;
        QVERIFY(other.isInFront);
        Q_EMIT fixture.window->herald().told(QStringLiteral("One alert"), false, {});
        QCOMPARE(fixture.window->notices().text(), QStringLiteral("One alert"));
    }
    for (const char* episode : {"e1", "e3"}) fixture.far->endAlert(episode, 70);
    QCOMPARE(fixture.window->notices().waiting(), 0);
}

void UiAlertsTold::whatBecomesGraverIsToldAgain()
{
    WindowFixture fixture;
    AlertHerald herald(fixture.window->alertBook());
    herald.setWaits(0, 0);
    QSignalSpy told(&herald, &AlertHerald::told);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e1", "m1", 10));
    QTRY_COMPARE(told.count(), 1);
    QVERIFY(!told.back()[1].toBool());
    AlertEpisode graver = FakeAlerts::makeAlert("e1", "m1", 10, "critical");
    graver.last.kind = AlertChange::Updated;
    fixture.far->tellAlert(graver);
    QTRY_COMPARE(told.count(), 2);
    QVERIFY(told.back()[1].toBool());
    QVERIFY(told.back().front().toString().startsWith(QStringLiteral("Critical in")));
    // New values, less of it, and what somebody has seen are no news.
    fixture.far->tellAlert(graver);
    fixture.far->tellAlert(FakeAlerts::makeAlert("e1", "m1", 10));
    graver.acknowledgement = AlertAcknowledgement{"ana", "known", FakeAlerts::alertTime(20)};
    fixture.far->tellAlert(graver);
    // One that fires and becomes graver at once is one alert.
    fixture.far->tellAlert(FakeAlerts::makeAlert("e2", "m2", 30));
    fixture.far->tellAlert(FakeAlerts::makeAlert("e2", "m2", 30, "critical"));
    QTRY_COMPARE(told.count(), 3);
    QVERIFY(told.back().front().toString().startsWith(QStringLiteral("Critical in")));
    QVERIFY(told.back().front().toString().contains(QStringLiteral("m2")));
}

void UiAlertsTold::aClickOnTheTrayLeadsToTheAlert()
{
    WindowFixture fixture;
    fixture.far->tellThree();
    fixture.window->hide();
    bool isLed = false;
    fixture.window->tray().call(QStringLiteral("m2 is too hot"), true, [&] { isLed = true; });
    QVERIFY(fixture.window->tray().toolTip().contains(QStringLiteral("m2 is too hot")));
    QVERIFY(!fixture.window->isVisible());
    fixture.window->tray().answerCall();
    QVERIFY(isLed && fixture.window->isVisible());
}

// The sensors' temperatures are above the limit at once, so that each of three fires and goes on.
void UiAlertsTold::firesInTheEngineAndOutlivesTheWindow()
{
    const QByteArray document = R"({"format":1,"id":"1f0c7a0e-8f0e-4a53-9d7e-0c5b7a0c9f01","name":"Warm",
"parameters":{"limit":{"type":"double","default":-1000}},
"nodes":[
{"id":"sensors","component":"generator_source",
 "params":{"preset":"sensors","rate":300,"keys":3,"time":"now"}},
{"id":"warm","component":"alert_rule","title":"Too warm","params":{"condition":"temperature > ${limit}",
 "time":"processing","labels":["sensor_id"],"summary":"{sensor_id} is warm: {value}"}},
{"id":"end","component":"discard_sink"}],
"edges":[["sensors.out","warm.in"],["warm.out","end.in"]]})";
    {
        Session session(makeLocalClient(m_catalog));
        MainWindow window(session);
        session.add(std::make_unique<PipelineDocument>(readText(document)));
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        OpenDocument* open = session.current();
        QTRY_VERIFY(open->analysis.runnable);
        QTest::keyClick(&window, Qt::Key_F5);
        AlertsPage& page = window.alerts();
        QTRY_COMPARE_WITH_TIMEOUT(page.model().count(AlertsModel::Firing), 3, 20'000);
        window.showPage(MainWindow::Alerts);
        QCOMPARE(cellOf(page.model(), 0, AlertsModel::Threshold), QStringLiteral("> -1000"));
        QCOMPARE(cellOf(page.model(), 0, AlertsModel::Rule), QStringLiteral("Too warm"));
        QVERIFY(allTexts(page.card()).contains(QStringLiteral("temperature > -1000")));
        // The values go on while it fires.
        QTRY_VERIFY_WITH_TIMEOUT(page.card().chart().points().size() > 10, 20'000);
        QTest::keyClick(window.windowHandle(), Qt::Key_N);
        QTest::keyClicks(&page.card().note(), QStringLiteral("known"));
        QTest::keyClick(window.windowHandle(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(page.model().count(AlertsModel::Acknowledged), 1, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(window.scene().node(NodeId{"warm"}) && open->telemetry.nodes.size() == 3 &&
                                     open->telemetry.nodes[1].alertsFiring == 3,
                                 20'000);
        session.act(JobAction::Stop);
        QTRY_VERIFY_WITH_TIMEOUT(!open->isActive(), 20'000);
    }
    Session session(makeLocalClient(m_catalog));
    MainWindow window(session);
    const AlertsModel& model = window.alerts().model();
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 3, 20'000);
    QCOMPARE(model.count(AlertsModel::Firing), 2);
    QCOMPARE(cellOf(model, 2, AlertsModel::State), QStringLiteral("Acknowledged"));
    QCOMPARE(cellOf(model, 2, AlertsModel::Seen), QStringLiteral("ana"));
    QCOMPARE(cellOf(model, 0, AlertsModel::Threshold), QStringLiteral("> -1000"));
    QCOMPARE(window.railButton(MainWindow::Alerts).count(), 2);
}

STREAMWRIGHT_WINDOW_TEST(UiAlertsTold)

}  // namespace tst_ui_alerts_told
#include "tst_ui_alerts_told.moc"
