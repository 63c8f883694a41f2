#include "ui/pictures.h"

#include "ui/charts/threshold_form.h"
#include "ui/graph/canvas_actions.h"
#include "ui/graph/search_popup.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"
#include "ui/pages/alerts_page.h"
#include "ui/pages/gallery_page.h"
#include "ui/pages/jobs_page.h"
#include "ui/properties/detect_card.h"
#include "ui/properties/node_editor.h"
#include "ui/properties/partition_table.h"

#include <QDir>
#include <QLineEdit>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTableView>

#include <algorithm>
#include <cstdio>

namespace ui {

// How the window comes into one state. Immutable.
struct PictureState {
    using Step = void (*)(MainWindow& window);
    using Question = bool (*)(MainWindow& window);
    QString name{};
    std::vector<const char*> examples{};  // run before; the last one is shown
    Step pose = nullptr;
    Question isThere = nullptr;  // none: at once
    QSize size{1600, 1000};
    bool needsBroker = false;  // where docs/make_pictures.sh starts one; not among all
};

namespace {

constexpr int kCheckEveryMs = 100;
constexpr int kChecksMost = 1200;
constexpr int kChecksThere = 5;  // in a row, so that what follows from it is there too
constexpr std::size_t kFewPoints = 80, kManyPoints = 240;
constexpr int kBelowPartitions = 160;

const char* const kSensors = "sensor_windows.pipeline.json";
const char* const kDrift = "slow_drift.pipeline.json";
const char* const kParts = "parts_csv.pipeline.json";
const char* const kKafka = "kafka_sensors.pipeline.json";

void command(MainWindow& window, const char* id) { window.commands().run(QString::fromLatin1(id)); }

void select(MainWindow& window, const char* node)
{
    if (NodeItem* item = window.scene().node(engine::NodeId{node})) window.scene().select(item);
}

void selectEdge(MainWindow& window, const char* from, const char* to)
{
    if (EdgeItem* edge = window.scene().edge({{engine::NodeId{from}, "out"}, {engine::NodeId{to}, "in"}}))
        window.scene().select(edge);
}

// The lines reach from one side of the chart to the other.
bool isFull(MainWindow& window)
{
    const auto& series = window.dock().feed().series();
    const ChartFrame& frame = window.dock().chart().frame();
    return std::any_of(series.begin(), series.end(), [&](const auto& line) {
        constexpr std::int64_t kEmptyPart = 3;
        return line->points.size() > 0 &&
            line->points.timeAt(0) - frame.fromUs <= (frame.toUs - frame.fromUs) / kEmptyPart;
    });
}

template <std::size_t points>
bool isDrawn(MainWindow& window)
{
    return isFull(window) && window.dock().feed().points() >= points && window.dock().rows().rowCount() > 20;
}

// As much time as can be read.
bool isLong(MainWindow& window)
{
    const ChartFrame& frame = window.dock().chart().frame();
    return isDrawn<kManyPoints>(window) && frame.toUs - frame.fromUs >= 10'000'000;
}

// The partitions of the selected source stand in the inspector, and an alert has come of what it read.
bool isAtPartitions(MainWindow& window)
{
    auto* scroll = window.design().inspector().findChild<QScrollArea*>();
    auto* partitions = window.design().inspector().findChild<PartitionTable*>();
    if (!scroll || !partitions || partitions->isHidden()) return false;
    scroll->ensureWidgetVisible(partitions, 0, kBelowPartitions);
    return window.alerts().model().rowCount() > 0;
}

// An example with the mistakes of a first draft.
void openBroken(MainWindow& window)
{
    for (const Example& example : examples()) {
        if (example.file != QLatin1String(kSensors)) continue;
        QByteArray text = example.bytes;
        text.replace("\"temperature > ${limit}\"", "\"temprature > ${limit}\"");
        text.replace("\"size\": \"1s\"", "\"size\": \"soon\"");
        text.replace("\"Hot sensors, second by second\"", "\"Hot sensors, a first draft\"");
        window.documents().openExample(QStringLiteral("first draft"), text, QDir::tempPath());
    }
}

std::vector<PictureState> designing()
{
    return {{QStringLiteral("gallery"), {}, [](MainWindow& w) { command(w, "view.home"); }},
            {QStringLiteral("designer"),
             {kParts, kDrift, kSensors},
             [](MainWindow& w) { select(w, "warm"); },
             isLong},
            {QStringLiteral("settings"), {kSensors}, nullptr, isDrawn<kManyPoints>},
            {QStringLiteral("text"),
             {kSensors},
             [](MainWindow& w) {
                 command(w, "view.text");
                 select(w, "per_second");
             },
             [](MainWindow& w) {
                 return !w.design().text().editor().toPlainText().isEmpty() && isDrawn<kFewPoints>(w);
             }},
            {QStringLiteral("narrow"),
             {kSensors},
             [](MainWindow& w) { select(w, "per_second"); },
             isDrawn<kManyPoints>,
             {1024, 640}},
            {QStringLiteral("edge"),
             {kSensors},
             [](MainWindow& w) {
                 command(w, "view.rows");
                 selectEdge(w, "per_second", "result");
             },
             [](MainWindow& w) { return w.dock().rows().rowCount() > 40; }}};
}

std::vector<PictureState> asking()
{
    return {{QStringLiteral("search"),
             {kSensors},
             [](MainWindow& w) {
                 select(w, "warm");
                 w.view().setFocus();
                 command(w, "canvas.add");
                 w.view().prompts().popup().field().setText(QStringLiteral("co"));
             },
             isDrawn<kFewPoints>},
            {QStringLiteral("commands"),
             {kSensors},
             [](MainWindow& w) { command(w, "help.commands"); },
             isDrawn<kFewPoints>},
            {QStringLiteral("keys"),
             {kSensors},
             [](MainWindow& w) { command(w, "help.keys"); },
             isDrawn<kFewPoints>},
            {QStringLiteral("closing"),
             {kSensors},
             [](MainWindow& w) { command(w, "file.quit"); },
             isDrawn<kFewPoints>},
            {QStringLiteral("log"),
             {kParts, kDrift, kSensors},
             [](MainWindow& w) { command(w, "view.log"); },
             [](MainWindow& w) { return w.dock().logLines().rowCount() > 3; }}};
}

std::vector<PictureState> watching()
{
    return {{QStringLiteral("chart"),
             {kDrift},
             [](MainWindow& w) { command(w, "view.chart_alone"); },
             [](MainWindow& w) {
                 const auto& lines = w.dock().chart().thresholds().lines();
                 const auto isCrossed = [](const ThresholdLine& line) { return line.isCrossed; };
                 return isFull(w) && w.dock().feed().points() >= kFewPoints && !lines.empty() &&
                     std::all_of(lines.begin(), lines.end(), isCrossed);
             }},
            {QStringLiteral("threshold"),
             {kDrift},
             [](MainWindow& w) {
                 command(w, "view.chart_alone");
                 command(w, "chart.threshold_add");
                 w.dock().chartPanel().form().label().setText(QStringLiteral("Ask the plant"));
             },
             [](MainWindow& w) { return isFull(w) && w.dock().feed().points() >= kFewPoints; }},
            {QStringLiteral("jobs"),
             {kParts, kSensors, kDrift},
             [](MainWindow& w) {
                 command(w, "view.jobs");
                 w.jobs().table().setCurrentIndex(w.jobs().model().index(0, 0));
             },
             [](MainWindow& w) { return w.jobs().model().rowCount() > 2; }},
            {QStringLiteral("job"),
             {kParts, kDrift},
             [](MainWindow& w) {
                 command(w, "view.jobs");
                 const JobsModel& jobs = w.jobs().model();
                 w.jobs().table().setCurrentIndex(jobs.index(jobs.rowCount() - 1, 0));  // the oldest
             },
             [](MainWindow& w) { return w.jobs().view().job().has_value(); }},
            {QStringLiteral("alerts"),
             {kDrift},
             [](MainWindow& w) { command(w, "view.alerts"); },
             [](MainWindow& w) {
                 if (w.alerts().model().rowCount() > 0 && !w.alerts().table().currentIndex().isValid())
                     w.alerts().table().setCurrentIndex(w.alerts().model().index(0, 0));
                 return w.alerts().model().rowCount() > 3;
             }}};
}

std::vector<PictureState> outside()
{
    return {{QStringLiteral("kafka"),
             {kKafka},
             [](MainWindow& w) {
                 w.design().setShown(DesignPage::Dock, false);
                 select(w, "sensors");
             },
             isAtPartitions,
             {1600, 1000},
             true}};
}

std::vector<PictureState> correcting()
{
    return {{QStringLiteral("detect"),
             {kParts},
             [](MainWindow& w) {
                 select(w, "machines");
                 if (NodeEditor* editor = w.design().inspector().editor()) editor->detect();
             },
             [](MainWindow& w) {
                 NodeEditor* editor = w.design().inspector().editor();
                 return editor && editor->detectCard() && editor->detectCard()->take().isVisible();
             }},
            {QStringLiteral("problems"),
             {},
             [](MainWindow& w) {
                 openBroken(w);
                 w.showPage(MainWindow::Design);
                 command(w, "view.problems");
                 select(w, "warm");
             },
             [](MainWindow& w) { return w.dock().problems().rowCount() > 1; }},
            {QStringLiteral("empty"), {}, [](MainWindow& w) { command(w, "file.new"); }}};
}

// In an order that changes the document seldom, since its chart begins anew then.
const std::vector<PictureState>& allStates()
{
    static const std::vector<PictureState> states = [] {
        std::vector<PictureState> made;
        for (const auto& part : {designing(), asking(), watching(), correcting(), outside()})
            made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return states;
}

}  // namespace

Pictures::Pictures(Session& session, MainWindow& window) : m_session(session), m_window(window)
{
    connect(&m_check, &QTimer::timeout, this, &Pictures::check);
    m_check.setInterval(kCheckEveryMs);
}

QStringList Pictures::states()
{
    QStringList names;
    for (const PictureState& state : allStates()) names += state.name;
    return names;
}

void Pictures::show(const QString& state) { take(state, {}); }

void Pictures::take(const QString& state, const QString& file)
{
    std::vector<Wanted> wanted;
    for (const PictureState& each : allStates())
        if (each.name == state) wanted.push_back({&each, file});
    begin(std::move(wanted));
}

void Pictures::takeAll(const QString& folder)
{
    const QString end =
        (theme().shade() == Shade::Dark ? QStringLiteral("-dark") : QStringLiteral("-light")) +
        (m_window.devicePixelRatio() > 1.5 ? QStringLiteral("@2x") : QString()) + QStringLiteral(".png");
    std::vector<Wanted> wanted;
    for (const PictureState& each : allStates())
        if (!each.needsBroker) wanted.push_back({&each, folder + u'/' + each.name + end});
    begin(std::move(wanted));
}

void Pictures::begin(std::vector<Wanted> wanted)
{
    m_wanted = std::move(wanted);
    m_now = 0;
    next();
}

// What the state before has left open.
void Pictures::reset()
{
    m_window.overlay().dismiss();
    m_window.view().prompts().cancel();
    m_window.dock().chartPanel().form().close();
    m_window.scene().select(nullptr);
    if (m_window.design().isTextShown()) m_window.design().showText(false);
    m_window.dock().showTab(DockPanel::ChartAndRows);
}

void Pictures::next()
{
    if (m_now == m_wanted.size()) {
        m_check.stop();
        Q_EMIT finished(true);
        return;
    }
    reset();
    m_window.resize(m_wanted[m_now].state->size);
    m_example = 0;
    m_isPosed = m_isAsked = false;
    m_checksLeft = kChecksMost;
    m_checksThere = 0;
    m_check.start();
}

// Runs one example after the other, as a click on its card does; true when the last one is shown.
bool Pictures::isRun(const std::vector<const char*>& wanted)
{
    while (m_example < wanted.size()) {
        const QString file = QString::fromLatin1(wanted[m_example]);
        OpenDocument* open = m_session.current();
        if (const auto known = m_run.find(file); known != m_run.end()) {
            m_session.show(known->second);
            m_window.showPage(MainWindow::Design);
        } else if (m_isAsked && open != m_before && open && open->hasTelemetry) {
            m_run[file] = open;
        } else {
            if (m_isAsked) return false;
            m_before = open;
            for (const Example& example : examples())
                if (example.file == file) Q_EMIT m_window.gallery().exampleWanted(example);
            m_isAsked = true;
            return false;
        }
        m_isAsked = false;
        ++m_example;
    }
    return true;
}

void Pictures::check()
{
    const PictureState& state = *m_wanted[m_now].state;
    if (isRun(state.examples)) {
        if (!m_isPosed && state.pose) state.pose(m_window);
        m_isPosed = true;
        m_checksThere = !state.isThere || state.isThere(m_window) ? m_checksThere + 1 : 0;
        if (m_checksThere >= kChecksThere) return save();
    }
    if (--m_checksLeft > 0) return;
    std::fprintf(stderr, "The window did not come to show \"%s\".\n", qPrintable(state.name));
    m_check.stop();
    Q_EMIT finished(false);
}

void Pictures::save()
{
    m_check.stop();
    const Wanted& wanted = m_wanted[m_now++];
    constexpr int kSmallest = 0;  // takes the longest, and loses nothing
    if (!wanted.file.isEmpty() && !m_window.grab().save(wanted.file, "PNG", kSmallest)) {
        std::fprintf(stderr, "%s: The picture cannot be written.\n", qPrintable(wanted.file));
        Q_EMIT finished(false);
        return;
    }
    next();
}

}  // namespace ui
