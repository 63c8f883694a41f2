// How the window keeps up while the engine runs flat out on all cores: frames a second of a canvas that is
// moved without a pause, and the longest time in which the window answered nothing. Prints one JSON line for
// the running pipeline and one for a document of 500 nodes open beside it. bench_window [SECONDS]
#include "catalog/component.h"
#include "control/server/local_client.h"
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace {

engine::NodeSpec node(const std::string& id, const std::string& component, engine::Json params)
{
    engine::NodeSpec made;
    made.id = engine::NodeId{id};
    made.component = component;
    made.params = std::move(params);
    return made;
}

// Generator, filter, window, discard, `copies` times; `suffix` tells them apart.
engine::PipelineSpec pipelineOf(const char* id, const char* name, int copies)
{
    engine::PipelineSpec spec;
    spec.id = id;
    spec.name = name;
    for (int i = 0; i < copies; ++i) {
        const std::string tail = "_" + std::to_string(i);
        spec.nodes.push_back(
            node("sensors" + tail, "generator_source", {{"preset", "sensors"}, {"rate", 0}, {"keys", 1000}}));
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
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

// Moves the canvas a little and paints it, as often as the window can.
void measure(const char* what, ui::MainWindow& window, ui::Session& session, int seconds)
{
    wait(1000);
    QElapsedTimer sinceStart, sinceFrame;
    std::vector<double> framesMs;
    const double usedBefore = processSeconds();
    const std::int64_t rowsBefore = rowsMade(session);
    sinceStart.start();
    sinceFrame.start();
    while (sinceStart.elapsed() < seconds * 1000) {
        window.view().centerOn(framesMs.size() % 100, 0);
        window.view().viewport()->repaint();
        QCoreApplication::processEvents();
        framesMs.push_back(static_cast<double>(sinceFrame.nsecsElapsed()) / 1e6);
        sinceFrame.restart();
    }
    const double wall = static_cast<double>(sinceStart.nsecsElapsed()) / 1e9;
    const auto frames = framesMs.size();
    std::sort(framesMs.begin(), framesMs.end());
    std::printf(
        "{\"case\": \"%s\", \"frames_per_s\": %.1f, \"frame_ms_median\": %.1f, \"frame_ms_p99\": %.1f, "
        "\"frame_ms_max\": %.1f, \"engine_m_rows_per_s\": %.2f, \"cores_used\": %.2f}\n",
        what, static_cast<double>(frames) / wall, framesMs[frames / 2], framesMs[frames * 99 / 100],
        framesMs.back(), static_cast<double>(rowsMade(session) - rowsBefore) / wall / 1e6,
        (processSeconds() - usedBefore) / wall);
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
    open(pipelineOf("5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d50", "Flat out", 1));
    window.showPage(ui::MainWindow::Design);
    session.run();
    measure("running pipeline", window, session, seconds);
    open(pipelineOf("5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d51", "Five hundred nodes", 125));
    measure("500 nodes beside it", window, session, seconds);
    return 0;
}
