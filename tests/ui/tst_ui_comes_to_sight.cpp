#include "ui/charts/threshold_form.h"
#include "ui/commands/command_palette.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QLineEdit>
#include <QToolButton>

namespace tst_ui_comes_to_sight {

using namespace engine;
using namespace ui;

// What is asked for is seen: the dock and its chart come, though they were hidden.
class UiComesToSight : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void problemsFromTheStatusBar();
    void problemsOfARefusedStart();
    void problemsOfAnotherTab();
    void theChartForWhatIsAddedToIt_data();
    void theChartForWhatIsAddedToIt();
    void whatIsNotSeenIsNotTakenAway();

private:
    DockPanel& dock() { return m_fixture->window->dock(); }
    bool isEnabled(const char* id)
    {
        return m_fixture->window->commands().action(QLatin1String(id))->isEnabled();
    }
    void hideDock()
    {
        m_fixture->key(Qt::Key_J, Qt::ControlModifier);
        QVERIFY(!dock().isVisible());
    }
    void expectProblems()
    {
        QVERIFY(dock().isVisible());
        QCOMPARE(dock().tab(), DockPanel::Problems);
    }
    std::unique_ptr<WindowFixture> m_fixture;
};

void UiComesToSight::init()
{
    m_fixture.reset();
    m_fixture = std::make_unique<WindowFixture>();
    m_fixture->add(fake::hotMachines());
    QTRY_VERIFY(m_fixture->session->current()->analysisTaken > 0);
}

void UiComesToSight::problemsFromTheStatusBar()
{
    hideDock();
    Q_EMIT m_fixture->window->status().problemsWanted();
    expectProblems();
}

void UiComesToSight::problemsOfARefusedStart()
{
    hideDock();
    m_fixture->far->refusesStart = true;
    m_fixture->session->run();
    QTRY_VERIFY(dock().isVisible());
    expectProblems();
}

void UiComesToSight::problemsOfAnotherTab()
{
    OpenDocument* first = m_fixture->session->current();
    m_fixture->add(fake::largeDocument(5));
    m_fixture->far->refusesStart = true;
    m_fixture->session->run(*first);
    QTRY_VERIFY(m_fixture->window->notices().isVisible());
    hideDock();
    QVERIFY(m_fixture->answerNotice(QStringLiteral("Show")));
    QCOMPARE(m_fixture->session->current(), first);
    expectProblems();
}

void UiComesToSight::theChartForWhatIsAddedToIt_data()
{
    QTest::addColumn<bool>("isHidden");
    QTest::newRow("behind the problems") << false;
    QTest::newRow("in a hidden dock") << true;
}

void UiComesToSight::theChartForWhatIsAddedToIt()
{
    QFETCH(bool, isHidden);
    m_fixture->key(Qt::Key_2, Qt::ControlModifier);
    expectProblems();
    if (isHidden) hideDock();
    m_fixture->key(Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(&m_fixture->window->commandPalette().input(), QStringLiteral("add thre"));
    m_fixture->key(Qt::Key_Return);
    const ThresholdForm& form = dock().chartPanel().form();
    QTRY_VERIFY(form.isVisible());
    QVERIFY(dock().chart().isVisible());
    QCOMPARE(dock().tab(), DockPanel::ChartAndRows);
    const QRect chart(dock().chart().mapToGlobal(QPoint()), dock().chart().size());
    QVERIFY(chart.contains(form.mapToGlobal(QPoint(form.width() - 1, 0))));
    QVERIFY(form.isAncestorOf(QApplication::focusWidget()));
}

void UiComesToSight::whatIsNotSeenIsNotTakenAway()
{
    for (const char* id : {"chart.threshold_remove", "chart.remove_view", "chart.key_up", "chart.key_down"}) {
        QVERIFY2(isEnabled(id), id);
        m_fixture->key(Qt::Key_2, Qt::ControlModifier);
        QVERIFY2(!isEnabled(id), id);
        QVERIFY(isEnabled("chart.threshold_add"));
        for (QToolButton* tab : dock().findChildren<QToolButton*>())
            if (tab->text() == QLatin1String("Chart")) QTest::mouseClick(tab, Qt::LeftButton);
        QVERIFY2(isEnabled(id), id);
        hideDock();
        QVERIFY2(!isEnabled(id), id);
        m_fixture->key(Qt::Key_1, Qt::ControlModifier);
        QVERIFY2(isEnabled(id), id);
    }
}

STREAMWRIGHT_WINDOW_TEST(UiComesToSight)

}  // namespace tst_ui_comes_to_sight
#include "tst_ui_comes_to_sight.moc"
