#include "ui/charts/threshold_form.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QComboBox>
#include <QLineEdit>
#include <QMenu>

#include <algorithm>

namespace tst_ui_thresholds {

using namespace engine;
using namespace ui;

namespace {

QByteArray bytesOf(const PipelineDocument& document)
{
    return QByteArray::fromStdString(writePipeline(specFromState(document.state())));
}

PipelineSpec hotMachinesWith(Json thresholds)
{
    PipelineSpec spec = fake::hotMachines();
    spec.parameters.push_back({"limit", "double", 85, "°C", "", Json::object()});
    spec.views = Json::array({{{"kind", "time_series"},
                               {"port", "per_second.out"},
                               {"x", "window_end"},
                               {"y", {"avg_temperature"}},
                               {"series", "line"},
                               {"thresholds", std::move(thresholds)},
                               {"x_owner", "plant 3"}},
                              {{"kind", "gauge"}, {"port", "hot.out"}}});
    return spec;
}

}  // namespace

// Views and thresholds of a document: read, drawn, dragged, edited and undone.
class UiThresholds : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void keepsWhatItCannotShow();
    void mistakesAreWarnings_data();
    void mistakesAreWarnings();
    void linesAreDragged();
    void escapeRestores();
    void keysMoveChooseAndRemove();
    void formAddsAndChanges();
    void formIsOfItsChart();
    void aGuessBecomesAView();
    void followsItsParameter();
    void menuChangesTheLines();
    void unitIsSaidWhereItIsKnown();

private:
    void open(PipelineSpec spec, bool runs = true);
    ChartPanel& panel() { return m_fixture->window->dock().chartPanel(); }
    ChartWidget& chart() { return panel().chart(); }
    PipelineDocument& document() { return *m_fixture->session->current()->document; }
    Json thresholds() { return document().spec().views[0].value("thresholds", Json()); }
    QPoint at(double value);
    std::unique_ptr<WindowFixture> m_fixture;
};

void UiThresholds::init()
{
    m_fixture.reset();
    m_fixture = std::make_unique<WindowFixture>();
}

void UiThresholds::open(PipelineSpec spec, bool runs)
{
    m_fixture->add(std::move(spec));
    document().setClock([] { return std::int64_t{0}; });  // a busy machine makes no pauses
    QTRY_VERIFY(!m_fixture->session->current()->analysis.schemas.empty());
    if (!runs) return;
    m_fixture->session->run();
    QTRY_VERIFY(m_fixture->window->dock().feed().points() > 100);
    m_fixture->session->act(JobAction::Pause);
    QTRY_COMPARE(m_fixture->session->current()->state(), JobState::Paused);
    chart().repaint();
}

QPoint UiThresholds::at(double value)
{
    chart().repaint();
    return {static_cast<int>(chart().frame().plot.center().x()),
            static_cast<int>(std::lround(chart().frame().yOf(value)))};
}

void UiThresholds::keepsWhatItCannotShow()
{
    open(hotMachinesWith({{{"value", 80}, {"x_ticket", 17}}, {{"value", "eighty"}}, 7}), false);
    const QByteArray before = bytesOf(document());
    const auto views = viewsOf(document().spec());
    QCOMPARE(views.size(), std::size_t{1});
    QCOMPARE(views.at(0).thresholds.size(), std::size_t{1});
    document().edit(QStringLiteral("Move"), [](DocumentState& state) {
        edits::setThreshold(state, 0, 0, {90, Threshold::Below, "Cold", Threshold::Critical});
    });
    const Json after = thresholds();
    QCOMPARE(after[0],
             Json({{"value", 90},
                   {"direction", "below"},
                   {"label", "Cold"},
                   {"severity", "critical"},
                   {"x_ticket", 17}}));
    QCOMPARE(after[1], Json({{"value", "eighty"}}));
    QCOMPARE(after[2], Json(7));
    QCOMPARE(document().spec().views[0]["x_owner"], Json("plant 3"));
    QCOMPARE(document().spec().views[1]["kind"], Json("gauge"));
    document().undoStack().undo();
    QCOMPARE(bytesOf(document()), before);
}

void UiThresholds::mistakesAreWarnings_data()
{
    QTest::addColumn<QString>("views");
    QTest::addColumn<QString>("path");
    const auto add = [](const char* name, const char* threshold, const char* path) {
        QTest::newRow(name) << QStringLiteral(
                                   R"([{"kind":"time_series","port":"hot.out","thresholds":[%1]}])")
                                   .arg(QLatin1String(threshold))
                            << QStringLiteral("views[0].thresholds[0]%1").arg(QLatin1String(path));
    };
    add("no object", "7", "");
    add("no value", "{}", ".value");
    add("a text", R"({"value":"<b>80</b>"})", ".value");
    add("no parameter", R"({"value":"${none}"})", ".value");
    add("direction", R"({"value":80,"direction":"up"})", ".direction");
    add("severity", R"({"value":80,"severity":1})", ".severity");
    add("label", R"({"value":80,"label":[]})", ".label");
    QTest::newRow("no list") << QStringLiteral("7") << QStringLiteral("views");
    QTest::newRow("no view") << QStringLiteral("[null]") << QStringLiteral("views[0]");
    QTest::newRow("kind") << QStringLiteral(R"([{"kind":5}])") << QStringLiteral("views[0].kind");
    QTest::newRow("port") << QStringLiteral(R"([{"kind":"time_series"}])") << QStringLiteral("views[0].port");
    QTest::newRow("node") << QStringLiteral(R"([{"kind":"time_series","port":"gone.out"}])")
                          << QStringLiteral("views[0].port");
    QTest::newRow("columns") << QStringLiteral(R"([{"kind":"time_series","port":"hot.out","y":"a"}])")
                             << QStringLiteral("views[0].y");
    QTest::newRow("column") << QStringLiteral(R"([{"kind":"time_series","port":"hot.out","y":["gone"]}])")
                            << QStringLiteral("views[0].y[0]");
    QTest::newRow("unit") << QStringLiteral(R"([{"kind":"time_series","port":"hot.out","unit":7}])")
                          << QStringLiteral("views[0].unit");
    QTest::newRow("thresholds") << QStringLiteral(
                                       R"([{"kind":"time_series","port":"hot.out","thresholds":{}}])")
                                << QStringLiteral("views[0].thresholds");
}

void UiThresholds::mistakesAreWarnings()
{
    QFETCH(QString, views);
    QFETCH(QString, path);
    PipelineSpec spec = fake::hotMachines();
    spec.views = *parseJson(views.toStdString());
    open(std::move(spec), false);
    const QByteArray before = bytesOf(document());
    const auto problems = m_fixture->session->current()->problems();
    QCOMPARE(problems.size(), std::size_t{1});
    QCOMPARE(problems[0].path, path.toStdString());
    QCOMPARE(problems[0].severity, Diagnostic::Warning);
    QVERIFY(problems[0].message.ends_with("."));
    QTRY_COMPARE(m_fixture->window->dock().problems().rowCount(), 1);
    chart().repaint();
    QCOMPARE(bytesOf(document()), before);
}

void UiThresholds::linesAreDragged()
{
    open(hotMachinesWith({{{"value", 80}, {"label", "Hot"}}}));
    const QByteArray before = bytesOf(document());
    const QPoint from = at(80), to = from - QPoint(0, 30);
    const double wanted = chart().frame().valueAt(to.y());
    QTest::mousePress(&chart(), Qt::LeftButton, {}, from);
    QVERIFY(chart().thresholds().isDragging());
    QTest::mouseMove(&chart(), (from + to) / 2);
    QTest::mouseMove(&chart(), to);
    QCOMPARE(bytesOf(document()), before);  // not before the button is let go
    QTest::mouseRelease(&chart(), Qt::LeftButton, {}, to);
    const double value = thresholds()[0]["value"].get<double>();
    QVERIFY(value > 80);
    QVERIFY2(std::abs(value - wanted) < 1, qPrintable(QString::number(value)));
    QVERIFY2(QString::number(value, 'g', 12).size() <= 5, qPrintable(QString::number(value, 'g', 12)));
    QCOMPARE(thresholds()[0]["label"], Json("Hot"));
    QCOMPARE(chart().thresholds().lines()[0].value, value);
    QCOMPARE(document().undoStack().count(), 1);
    QVERIFY(m_fixture->far->changes.empty());
    document().undoStack().undo();
    QCOMPARE(bytesOf(document()), before);
    QCOMPARE(chart().thresholds().lines()[0].value, 80.0);
    document().undoStack().redo();
    QCOMPARE(thresholds()[0]["value"].get<double>(), value);
}

void UiThresholds::escapeRestores()
{
    open(hotMachinesWith({{{"value", 80}}}));
    const QByteArray before = bytesOf(document());
    const QPoint from = at(80), to = from - QPoint(0, 30);
    QTest::mousePress(&chart(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&chart(), to);
    QVERIFY(chart().thresholds().lines()[0].value > 80);
    QTest::keyClick(&chart(), Qt::Key_Escape);
    QCOMPARE(chart().thresholds().lines()[0].value, 80.0);
    QTest::mouseRelease(&chart(), Qt::LeftButton, {}, to);
    QCOMPARE(bytesOf(document()), before);
    QCOMPARE(document().undoStack().count(), 0);
    // A click alone changes nothing either.
    QTest::mouseClick(&chart(), Qt::LeftButton, {}, at(80));
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(chart().thresholds().selected());
}

void UiThresholds::keysMoveChooseAndRemove()
{
    open(hotMachinesWith({{{"value", 80}}, {{"value", 88}}}));
    const QByteArray before = bytesOf(document());
    chart().setFocus();
    m_fixture->key(Qt::Key_Right);
    m_fixture->key(Qt::Key_Right);
    QCOMPARE(chart().thresholds().selected()->place, std::size_t{1});
    for (int i = 0; i < 3; ++i) m_fixture->key(Qt::Key_Up);
    QVERIFY(thresholds()[1]["value"].get<double>() > 88);
    QCOMPARE(thresholds()[0]["value"], Json(80));
    QCOMPARE(document().undoStack().count(), 1);
    m_fixture->key(Qt::Key_Delete);
    QCOMPARE(thresholds().size(), std::size_t{1});
    QCOMPARE(document().undoStack().count(), 2);
    m_fixture->key(Qt::Key_Z, Qt::ControlModifier);
    m_fixture->key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(bytesOf(document()), before);
}

void UiThresholds::formAddsAndChanges()
{
    open(hotMachinesWith(Json::array()));
    const QByteArray before = bytesOf(document());
    chart().setFocus();
    m_fixture->key(Qt::Key_Insert);
    ThresholdForm& form = panel().form();
    QVERIFY(form.isVisible());
    QVERIFY(form.value().hasFocus());
    form.value().clear();
    QTest::keyClicks(&form.value(), QStringLiteral("hot"));
    m_fixture->key(Qt::Key_Return);
    QVERIFY(!form.mistake().isEmpty());
    QVERIFY(form.isVisible());
    form.value().clear();
    QTest::keyClicks(&form.value(), QStringLiteral("84.5"));
    QTest::keyClicks(&form.label(), QStringLiteral("Too hot"));
    QTest::keyClick(&form.severity(), Qt::Key_Down);
    QTest::keyClick(&form.label(), Qt::Key_Return);
    QVERIFY(!form.isVisible());
    QCOMPARE(
        thresholds(),
        Json::array(
            {{{"value", 84.5}, {"direction", "above"}, {"label", "Too hot"}, {"severity", "critical"}}}));
    // By a double click on its line, and given up by Esc.
    QTest::mouseDClick(&chart(), Qt::LeftButton, {}, at(84.5));
    QVERIFY(form.isVisible());
    QCOMPARE(form.value().text(), QStringLiteral("84.5"));
    m_fixture->key(Qt::Key_Escape);
    QVERIFY(!form.isVisible());
    QCOMPARE(document().undoStack().count(), 1);
    document().undoStack().undo();
    QCOMPARE(bytesOf(document()), before);
}

void UiThresholds::formIsOfItsChart()
{
    open(hotMachinesWith({{{"value", 80}}}));
    QTest::mouseDClick(&chart(), Qt::LeftButton, {}, at(80));
    QVERIFY(panel().form().isVisible());
    m_fixture->window->selectNode(NodeId{"sensors"});
    QVERIFY(!panel().form().isVisible());
    QCOMPARE(document().undoStack().count(), 0);
}

void UiThresholds::aGuessBecomesAView()
{
    open(fake::hotMachines());
    const QByteArray before = bytesOf(document());
    chart().setFocus();
    m_fixture->key(Qt::Key_T);
    panel().form().value().setText(QStringLiteral("80"));
    QTest::keyClick(&panel().form().value(), Qt::Key_Return);
    const auto views = viewsOf(document().spec());
    QCOMPARE(views.size(), std::size_t{1});
    QCOMPARE(portText(views.at(0).port), std::string("per_second.out"));
    QCOMPARE(views.at(0).thresholds.size(), std::size_t{1});
    QVERIFY(m_fixture->window->dock().feed().points() > 100);  // the lines drawn so far stay
    document().undoStack().undo();
    QCOMPARE(bytesOf(document()), before);
}

void UiThresholds::followsItsParameter()
{
    open(hotMachinesWith({{{"value", "${limit}"}}}));
    QCOMPARE(chart().thresholds().lines()[0].value, 85.0);
    document().edit(QStringLiteral("Limit"),
                    [](DocumentState& state) { state.spec.parameters[0].fallback = 79; });
    QCOMPARE(chart().thresholds().lines()[0].value, 79.0);
    const QByteArray before = bytesOf(document());
    const QPoint from = at(79);
    QTest::mousePress(&chart(), Qt::LeftButton, {}, from);
    QVERIFY(!chart().thresholds().isDragging());
    QTest::mouseMove(&chart(), at(85));
    QTest::mouseRelease(&chart(), Qt::LeftButton, {}, at(85));
    QCOMPARE(bytesOf(document()), before);
    QVERIFY(chart().thresholds().selected());
    QTest::keyClick(&chart(), Qt::Key_Up);
    QCOMPARE(bytesOf(document()), before);
    document().edit(QStringLiteral("Limit"), [](DocumentState& state) { state.spec.parameters.clear(); });
    QVERIFY(chart().thresholds().lines().empty());
    const auto problems = m_fixture->session->current()->problems();
    QVERIFY(std::any_of(problems.begin(), problems.end(), [](const Diagnostic& problem) {
        return problem.path == "views[0].thresholds[0].value";
    }));
}

void UiThresholds::menuChangesTheLines()
{
    PipelineSpec spec = hotMachinesWith(Json::array());
    appendMember(spec.views[0], "unit", "°C");
    open(std::move(spec));
    const QByteArray before = bytesOf(document());
    QMenu menu;
    panel().fillMenu(menu);
    const auto choose = [&menu](const QString& list, const QString& text) {
        for (QAction* action : menu.actions())
            if (action->menu() && action->text() == list)
                for (QAction* choice : action->menu()->actions())
                    if (choice->text() == text) return choice->trigger(), true;
        return false;
    };
    QVERIFY(choose(QStringLiteral("Values"), QStringLiteral("max_temperature")));
    QCOMPARE(document().spec().views[0]["y"], Json({"avg_temperature", "max_temperature"}));
    // What the added one is counted in is not known.
    QVERIFY(!document().spec().views[0].contains("unit"));
    QVERIFY(choose(QStringLiteral("One line for each"), QStringLiteral("column")));
    QVERIFY(!document().spec().views[0].contains("series"));
    QVERIFY(m_fixture->far->changes.empty());
    document().undoStack().undo();
    document().undoStack().undo();
    QCOMPARE(bytesOf(document()), before);
}

// That of the view, else that of the parameters at which its thresholds stand, as long as they agree.
void UiThresholds::unitIsSaidWhereItIsKnown()
{
    PipelineSpec spec = hotMachinesWith({{{"value", "${limit}"}}, {{"value", 80}}, {{"value", "${floor}"}}});
    spec.parameters[0].unit = "°C";
    spec.parameters.push_back(
        {.name = "floor", .type = "double", .fallback = 10, .unit = "°C", .help = {}, .extra = {}});
    open(std::move(spec));
    QCOMPARE(chart().frame().unit, QStringLiteral(" °C"));
    const auto unit = [this] {
        chart().repaint();
        return chart().frame().unit;
    };
    document().edit(QStringLiteral("Unit"),
                    [](DocumentState& state) { state.spec.parameters[1].unit = "°F"; });
    QCOMPARE(unit(), QString());
    // That one of them says nothing does not agree either, first or last.
    for (const std::size_t silent : {0u, 1u}) {
        document().edit(QStringLiteral("Unit"), [&](DocumentState& state) {
            state.spec.parameters[silent].unit.clear();
            state.spec.parameters[1 - silent].unit = "°C";
        });
        QCOMPARE(unit(), QString());
    }
    document().edit(QStringLiteral("Unit"), [](DocumentState& state) {
        appendMember(state.spec.views[0], "unit", "K, of all the longest");
    });
    QVERIFY2(unit().startsWith(QStringLiteral(" K, of")), qPrintable(unit()));
    QVERIFY2(unit().size() <= 14, qPrintable(unit()));
    // The axis makes room for it.
    const double left = chart().frame().plot.left();
    document().edit(QStringLiteral("Unit"), [](DocumentState& state) { state.spec.views[0]["unit"] = ""; });
    QVERIFY(unit().isEmpty() && chart().frame().plot.left() < left);
}

STREAMWRIGHT_WINDOW_TEST(UiThresholds)

}  // namespace tst_ui_thresholds
#include "tst_ui_thresholds.moc"
