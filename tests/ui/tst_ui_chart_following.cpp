#include "window_fixture.h"
#include "test_main.h"

namespace tst_ui_chart_following {

using namespace engine;
using namespace ui;

// What the chart draws: the selected port's rows, under a title, and all of them, whoever looked meanwhile.
class UiChartFollowing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void goesOnUnseen();
    void keepsTheLinesOfEachDocument();
    void followsTheSelection();
    void aPortThatCannotBeDrawnIsSaid();
    void aColumnThatTheJobLacksIsNoOther();
    void anEqualSchemaKeepsTheLines();
    void numbersNameLinesToo();
    void rowsAreOfThePortInTheTitle();
    void tapsAreBounded();

private:
    static TapRows windowRow(const SchemaPtr& schema);
    DockPanel& dock() { return m_fixture->window->dock(); }
    ChartPanel& panel() { return dock().chartPanel(); }
    std::unique_ptr<WindowFixture> m_fixture;
};

void UiChartFollowing::init()
{
    m_fixture.reset();
    m_fixture = std::make_unique<WindowFixture>();
    PipelineSpec spec = fake::hotMachines();
    spec.views = Json::array({{{"kind", "time_series"},
                               {"port", "per_second.out"},
                               {"y", {"max_temperature"}},
                               {"series", "line"},
                               {"thresholds", {{{"value", 90}}}}}});
    m_fixture->add(std::move(spec));
    QTRY_VERIFY(!m_fixture->session->current()->analysis.schemas.empty());
    m_fixture->session->run();
    QTRY_VERIFY(dock().feed().points() > 30);
}

void UiChartFollowing::goesOnUnseen()
{
    dock().showTab(DockPanel::Log);
    const std::size_t before = dock().feed().points();
    QTRY_VERIFY(dock().feed().points() > before + 60);
    dock().showTab(DockPanel::ChartAndRows);
    QVERIFY(dock().feed().points() > before + 60);
}

void UiChartFollowing::keepsTheLinesOfEachDocument()
{
    OpenDocument* first = m_fixture->session->current();
    const std::size_t before = dock().feed().points();
    const auto* line = &dock().feed().series().front()->points;
    m_fixture->add(fake::largeDocument(20));
    QCOMPARE(dock().feed().points(), std::size_t{0});
    for (int i = 0; i < 6; ++i) m_fixture->far->tick();
    m_fixture->session->show(first);
    QVERIFY(&dock().feed().series().front()->points == line);
    QVERIFY2(dock().feed().points() > before + 10, qPrintable(QString::number(dock().feed().points())));
}

void UiChartFollowing::followsTheSelection()
{
    QCOMPARE(dock().chart().title(), QStringLiteral("max_temperature by line of Per second → out"));
    QCOMPARE(dock().chart().thresholds().lines().size(), std::size_t{1});
    const auto* line = &dock().feed().series().front()->points;
    m_fixture->window->selectNode(NodeId{"hot"});
    QCOMPARE(dock().chart().title(), QStringLiteral("temperature, humidity by sensor_id of Hot → out"));
    QCOMPARE(dock().title(), QStringLiteral("Hot → out"));
    QVERIFY(dock().chart().thresholds().lines().empty());
    QTRY_VERIFY(dock().feed().points() > 0);
    // What is selected there is the document's own view again.
    m_fixture->window->selectNode(NodeId{"per_second"});
    QCOMPARE(dock().chart().title(), QStringLiteral("max_temperature by line of Per second → out"));
    QVERIFY(&dock().feed().series().front()->points == line);
    m_fixture->window->scene().select(nullptr);
    QCOMPARE(dock().chart().title(), QStringLiteral("max_temperature by line of Per second → out"));
    QVERIFY(m_fixture->session->current()->document->undoStack().count() == 0);
}

void UiChartFollowing::aPortThatCannotBeDrawnIsSaid()
{
    const auto view = automaticView({NodeId{"n"}, "out"}, Schema({{"name", DataType::String}}, true));
    QVERIFY(!view);
    const auto columns = automaticView(
        {NodeId{"n"}, "out"},
        Schema({{"count", DataType::Int64}, {"low", DataType::Float64}, {"high", DataType::Float64}}, true));
    QVERIFY(columns.has_value());
    QCOMPARE(columns->y, (std::vector<std::string>{"low", "high"}));
}

// One row of the played window, whatever columns stand before its own.
TapRows UiChartFollowing::windowRow(const SchemaPtr& schema)
{
    BatchBuilder builder(schema);
    const std::size_t first = *schema->find("line");
    for (std::size_t i = 0; i < first; ++i) builder.column(i).addInteger(7);
    builder.column(first).addText("line-1");
    builder.column(first + 1).addInteger(0);
    builder.column(first + 2).addInteger(1'000'000);
    builder.column(first + 3).addInteger(1);
    builder.column(first + 4).addNumber(70);
    builder.column(first + 5).addNumber(80);
    builder.endRow(1'000'000);
    TapRows rows;
    rows.schema = schema;
    rows.batches.push_back(builder.finish());
    return rows;
}

void UiChartFollowing::aColumnThatTheJobLacksIsNoOther()
{
    ChartFeed feed;
    ChartView view{{NodeId{"per_second"}, "out"}, "window_end", {"min_temperature"}, "line", {}};
    feed.begin(view);
    const TapRows rows = windowRow(fake::FakeTransport::windowSchema());
    feed.append(rows);
    QVERIFY(feed.lacksColumns());
    QCOMPARE(feed.points(), std::size_t{0});
    QCOMPARE(feed.view().y, std::vector<std::string>{"min_temperature"});
    view.y.push_back("max_temperature");
    feed.begin(view);
    feed.append(rows);
    QVERIFY(!feed.lacksColumns());
    QCOMPARE(feed.points(), std::size_t{1});
}

// Lines have the names of whole numbers and of true and false as they have those of texts.
void UiChartFollowing::numbersNameLinesToo()
{
    const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"station", DataType::Int64},
                                                                          {"is_hot", DataType::Bool},
                                                                          {"value", DataType::Float64}},
                                                       true);
    BatchBuilder builder(schema);
    for (int i = 0; i < 60; ++i) {
        if (i == 5)
            builder.column(0).addNull();
        else
            builder.column(0).addInteger(i % 3 == 2 ? -7 : 9 + i % 3);
        builder.column(1).addBool(i % 2 == 0);
        builder.column(2).addNumber(i);
        builder.endRow(i * 1000);
    }
    TapRows rows;
    rows.schema = schema;
    rows.batches.push_back(builder.finish());
    const auto names = [&](const char* series) {
        ChartFeed feed;
        feed.begin({{NodeId{"a"}, "out"}, {}, {"value"}, series, {}});
        feed.append(rows);
        QStringList all;
        for (const auto& line : feed.series()) all += line->name;
        return all;
    };
    QCOMPARE(names("station"),
             QStringList({QString(), QStringLiteral("-7"), QStringLiteral("9"), QStringLiteral("10")}));
    QCOMPARE(names("is_hot"), QStringList({QStringLiteral("false"), QStringLiteral("true")}));
    QCOMPARE(names("value"), QStringList({QStringLiteral("value")}));
    // What cannot name them is said.
    PipelineSpec spec = fake::hotMachines();
    spec.views = Json::array({{{"kind", "time_series"},
                               {"port", "hot.out"},
                               {"x", "station"},
                               {"y", {"value", "is_hot"}},
                               {"series", "value"}}});
    const auto problems = viewProblems(spec, {{{NodeId{"hot"}, "out"}, schema}});
    QCOMPARE(problems.size(), std::size_t{3});
    for (const char* path : {"views[0].x", "views[0].y[1]", "views[0].series"})
        QVERIFY2(std::any_of(problems.begin(), problems.end(),
                             [&](const Diagnostic& each) { return each.path == path; }),
                 path);
}

// A job that has taken a change says the schemas of its ports anew.
void UiChartFollowing::anEqualSchemaKeepsTheLines()
{
    const SchemaPtr schema = fake::FakeTransport::windowSchema();
    ChartFeed feed;
    feed.begin({{NodeId{"per_second"}, "out"}, "window_end", {"max_temperature"}, "line", {}});
    feed.append(windowRow(schema));
    const ChartBuffer* line = &feed.series().front()->points;
    feed.append(windowRow(std::make_shared<const Schema>(*schema)));
    QVERIFY(&feed.series().front()->points == line);
    QCOMPARE(line->size(), std::size_t{2});
    std::vector<Field> columns{{"first", DataType::Int64}};
    columns.insert(columns.end(), schema->fields().begin(), schema->fields().end());
    feed.append(windowRow(std::make_shared<const Schema>(columns, true)));
    QCOMPARE(feed.series().size(), std::size_t{1});
    QCOMPARE(feed.series().front()->points.size(), std::size_t{1});
    QCOMPARE(feed.series().front()->points.valueAt(0), 80.0);
}

void UiChartFollowing::rowsAreOfThePortInTheTitle()
{
    OpenDocument* open = m_fixture->session->current();
    open->document->edit(QStringLiteral("Add a chart"), [](DocumentState& state) {
        state.spec.views.push_back({{"kind", "time_series"}, {"port", "hot.out"}, {"y", {"temperature"}}});
    });
    QTRY_VERIFY(dock().rows().rowCount() > 0);
    m_fixture->session->act(JobAction::Pause);
    QTRY_COMPARE(open->state(), JobState::Paused);
    QCoreApplication::processEvents();
    open->document->edit(QStringLiteral("Remove"), [](DocumentState& state) { state.spec.views.erase(0); });
    QTRY_COMPARE(panel().view()->port.node.value, std::string("hot"));
    QCOMPARE(dock().title(), QStringLiteral("Hot → out"));
    QCOMPARE(dock().rows().rowCount(), 0);
}

void UiChartFollowing::tapsAreBounded()
{
    for (const char* node : {"sensors", "machines", "hot", "known", "all", "too_hot", "per_second"}) {
        m_fixture->window->selectNode(NodeId{node});
        QTRY_VERIFY(dock().feed().points() > 0);
    }
    QTRY_COMPARE(m_fixture->far->openTaps(), std::size_t{5});  // four charts, and the rows
    QTRY_VERIFY(dock().rows().rowCount() > 0);
    m_fixture->session->act(JobAction::Stop);
    QTRY_COMPARE(m_fixture->far->openTaps(), std::size_t{0});
}

STREAMWRIGHT_WINDOW_TEST(UiChartFollowing)

}  // namespace tst_ui_chart_following
#include "tst_ui_chart_following.moc"
