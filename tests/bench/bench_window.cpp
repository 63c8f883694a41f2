// How the window keeps up while the engine runs flat out on all cores: a canvas that is moved all the time is
// painted as often as a screen of 60 frames a second asks for it, and the time from frame to frame is taken.
// Prints one JSON line for the running pipeline, one for a document of 500 nodes open beside it (whose dock
// has nothing to draw), and one for a document of 500 nodes that runs itself. `work_ms` is what the GUI
// thread itself computed for a frame, `chart_paints` how often the chart was among it, `click_ms` how long a
// click of the mouse at a node, ten times a second, takes until what it selects is painted.
// bench_window [SECONDS]
#include "catalog/component.h"
#include "control/server/local_client.h"
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QTimer>
#include <QWindow>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace {

constexpr double kFrameMs = 1000.0 / 60;
constexpr std::size_t kFramesAClick = 5;

engine::NodeSpec node(const std::string& id, const std::string& component, engine::Json params)
{
    engine::NodeSpec made;
    made.id = engine::NodeId{id};
    made.component = component;
    made.params = std::move(params);
    return made;
}

// Generator, filter, window, discard, `copies` times. The first makes rows as fast as it can, the others
// `rate` a second.
engine::PipelineSpec pipelineOf(const char* id, const char* name, int copies, int rate)
{
    engine::PipelineSpec spec;
    spec.id = id;
    spec.name = name;
    for (int i = 0; i < copies; ++i) {
        const std::string tail = "_" + std::to_string(i);
        spec.nodes.push_back(node("sensors" + tail, "generator_source",
                                  {{"preset", "sensors"}, {"rate", i == 0 ? 0 : rate}, {"keys", 1000}}));
        spec.nodes.push_back(node("warm" + tail, "filter", {{"condition", "temperature > 20"}}));
        spec.nodes.push_back(
            node("per_second" + tail, "window",
                 {{"kind", "tumbling"},
                  {"size", "1s"},
                  {"keys", {"sensor_id"}},
                  {"aggregates", {{{"function", "avg"}, {"argument", "temperature"}, {"name", "mean"}}}}}));
        spec.nodes.push_back(node("result" + tail, "discard_sink", engine::Json::object()));
        const auto link = [&](const std::string& from, const std::string& to) {
            spec.edges.push_back({{engine::NodeId{from + tail}, "out"}, {engine::NodeId{to + tail}, "in"}});
        };
        link("sensors", "warm");
        link("warm", "per_second");
        link("per_second", "result");
    }
    return spec;
}

double processSeconds()
{
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::int64_t rowsMade(ui::Session& session)
{
    std::int64_t rows = 0;
    for (const auto& open : session.documents())
        for (const engine::NodeTelemetry& each : open->telemetry.nodes)
            if (each.node.value.starts_with("sensors")) rows += each.rowsOut;
    return rows;
}

void wait(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

int nodesInView(ui::MainWindow& window)
{
    const QRectF seen = window.view().mapToScene(window.view().viewport()->rect()).boundingRect();
    int count = 0;
    for (const auto& [id, item] : window.scene().nodes())
        if (item->sceneBoundingRect().intersects(seen)) ++count;
    return count;
}

double threadSeconds()
{
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

double part(std::vector<double>& values, double share)
{
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(static_cast<double>(values.size()) * share))];
}

// Clicks at one node after the other, through the window as a screen does; answered when canvas and inspector
// have been painted.
double clickMs(ui::MainWindow& window, int number)
{
    const auto& nodes = window.scene().nodes();
    const auto place = static_cast<std::size_t>(number) % nodes.size();
    const ui::NodeItem* node = std::next(nodes.begin(), static_cast<std::ptrdiff_t>(place))->second;
    QWidget* viewport = window.view().viewport();
    const QPointF at = window.view().mapFromScene(node->sceneBoundingRect().center());
    const QPointF inWindow = viewport->mapTo(&window, at.toPoint());
    const QPointF onScreen = window.mapToGlobal(inWindow.toPoint());
    QElapsedTimer clock;
    clock.start();
    for (const auto type : {QEvent::MouseButtonPress, QEvent::MouseButtonRelease}) {
        const auto buttons = type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton;
        QMouseEvent event(type, inWindow, onScreen, Qt::LeftButton, buttons, {});
        QCoreApplication::sendEvent(window.windowHandle(), &event);
    }
    QCoreApplication::sendPostedEvents();
    viewport->repaint();
    window.design().inspector().repaint();
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

// Moves the canvas a little and paints all of it, once a frame; clicks in between, which are no frames.
void measure(const char* what, ui::MainWindow& window, ui::Session& session, int seconds)
{
    window.view().fit();
    wait(2000);
    const QPointF middle = window.view().mapToScene(window.view().viewport()->rect().center());
    QElapsedTimer clock;
    std::vector<double> framesMs, workMs, clicksMs;
    const double usedBefore = processSeconds(), ownBefore = threadSeconds();
    const std::int64_t rowsBefore = rowsMade(session);
    const int chartBefore = window.dock().chart().paints(), nodePaintsBefore = ui::NodeItem::paints();
    const double chartMsBefore = window.dock().chart().paintMs();
    clock.start();
    double last = 0, lastOwn = ownBefore;
    const auto now = [&] { return static_cast<double>(clock.nsecsElapsed()) / 1e6; };
    while (clock.elapsed() < seconds * 1000) {
        if (const double left = last + kFrameMs - now(); left > 0) wait(static_cast<int>(left) + 1);
        window.view().centerOn(middle + QPointF(static_cast<double>(framesMs.size() % 100), 0));
        window.view().viewport()->repaint();
        QCoreApplication::processEvents();
        framesMs.push_back(now() - last);
        last = now();
        workMs.push_back((threadSeconds() - lastOwn) * 1000);
        if (framesMs.size() % kFramesAClick == 0) {
            clicksMs.push_back(clickMs(window, static_cast<int>(clicksMs.size())));
            QCoreApplication::processEvents();
            last = now();
        }
        lastOwn = threadSeconds();
    }
    if (clicksMs.empty()) clicksMs.push_back(clickMs(window, 0));
    const double wall = now() / 1000;
    const auto frames = framesMs.size();
    const int charts = window.dock().chart().paints() - chartBefore;
    std::printf(
        "{\"case\": \"%s\", \"frames_per_s\": %.1f, \"frame_ms_median\": %.1f, \"frame_ms_p99\": %.1f, "
        "\"frame_ms_max\": %.1f, \"work_ms_median\": %.1f, \"work_ms_p99\": %.1f, \"nodes_in_view\": %d, "
        "\"nodes_painted_a_frame\": %.0f, \"chart_paints\": %d, \"chart_paint_ms\": %.1f, "
        "\"chart_points\": %zu, \"engine_m_rows_per_s\": %.2f, \"cores_used\": %.2f, "
        "\"gui_cores_used\": %.2f, \"clicks\": %zu, \"click_ms_median\": %.1f, \"click_ms_max\": %.1f}\n",
        what, static_cast<double>(frames) / wall, part(framesMs, 0.5), part(framesMs, 0.99),
        part(framesMs, 1), part(workMs, 0.5), part(workMs, 0.99), nodesInView(window),
        static_cast<double>(ui::NodeItem::paints() - nodePaintsBefore) / static_cast<double>(frames), charts,
        charts ? (window.dock().chart().paintMs() - chartMsBefore) / charts : 0.0,
        window.dock().feed().points(), static_cast<double>(rowsMade(session) - rowsBefore) / wall / 1e6,
        (processSeconds() - usedBefore) / wall, (threadSeconds() - ownBefore) / wall,
        clicksMs.size(), part(clicksMs, 0.5), part(clicksMs, 1));
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const int seconds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    QTemporaryDir folder;
    qputenv("XDG_STATE_HOME", folder.path().toUtf8());
    engine::Catalog catalog;
    engine::addBuiltinComponents(catalog);
    ui::theme().install(application, ui::Shade::Dark);
    ui::Session session(engine::makeLocalClient(catalog));
    ui::MainWindow window(session);
    window.show();
    const auto open = [&](engine::PipelineSpec spec) {
        session.add(std::make_unique<ui::PipelineDocument>(ui::stateFromSpec(std::move(spec))));
    };
    open(pipelineOf("5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d50", "Flat out", 1, 0));
    window.showPage(ui::MainWindow::Design);
    session.run();
    measure("running pipeline", window, session, seconds);
    ui::OpenDocument* first = session.current();
    open(pipelineOf("5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d51", "Five hundred nodes", 125, 1));
    measure("500 nodes beside it", window, session, seconds);
    session.act(*first, engine::JobAction::Stop);
    while (first->isActive()) wait(50);
    session.run();
    while (!session.current()->hasTelemetry) wait(50);
    measure("500 nodes that run", window, session, seconds);
    return 0;
}
