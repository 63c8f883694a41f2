#include "ui/picture_states.h"

#include "ui/charts/threshold_form.h"
#include "ui/documents/drafts.h"
#include "ui/graph/canvas_actions.h"
#include "ui/graph/canvas_prompts.h"
#include "ui/graph/search_popup.h"
#include "ui/overlay/notice_bar.h"
#include "ui/pages/alerts_page.h"
#include "ui/pages/jobs_page.h"
#include "ui/properties/detect_card.h"
#include "ui/properties/node_editor.h"
#include "ui/properties/partition_table.h"

#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTableView>

#include <algorithm>
#include <array>

namespace ui {

namespace {

using namespace posing;

constexpr std::size_t kFewPoints = 80, kManyPoints = 240;
constexpr int kBelowPartitions = 160;

const char* const kSensors = "sensor_windows.pipeline.json";
const char* const kDrift = "slow_drift.pipeline.json";
const char* const kParts = "parts_csv.pipeline.json";
const char* const kName = R"("Hot sensors, second by second")";
const char* const kKafka = "kafka_sensors.pipeline.json";

void selectEdge(MainWindow& window, const char* from, const char* to)
{
    if (EdgeItem* edge = window.scene().edge({{engine::NodeId{from}, "out"}, {engine::NodeId{to}, "in"}}))
        window.scene().select(edge);
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
    openDraft(window, "first draft",
              changedExample(kSensors,
                             {{R"("temperature > ${limit}")", R"("temprature > ${limit}")"},
                              {R"("size": "1s")", R"("size": "soon")"},
                              {kName, R"("Hot sensors, a first draft")"}}));
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

void selectBoth(MainWindow& window)
{
    select(window, "warm");
    if (NodeItem* item = window.scene().node(engine::NodeId{"per_second"})) window.scene().toggle(item);
}

// Two nodes in a frame, and both selected.
void frameTwo(MainWindow& window)
{
    openDraft(window, "framed", changedExample(kSensors, {{kName, R"("Hot sensors, in a frame")"}}));
    window.showPage(MainWindow::Design);
    selectBoth(window);
    CanvasEditor& editor = window.view().editor();
    if (const auto frame = editor.addFrame({}))
        editor.setRemarkText(*frame, QStringLiteral("Limits agreed with the plant"));
    selectBoth(window);
    window.view().fit();
}

void openForeign(MainWindow& window)
{
    openDraft(window, "foreign",
              changedExample(kSensors,
                             {{R"("component": "filter")", R"("component": "acme_outliers")"},
                              {kName, R"("Hot sensors, of another program")"}}));
    window.showPage(MainWindow::Design);
    command(window, "view.problems");
    select(window, "warm");
}

// As a window leaves it that is killed while it runs this.
void leaveADraft(MainWindow& window)
{
    const QString folder = window.documents().storage().folder + QStringLiteral("/drafts");
    QDir().mkpath(folder);
    Draft draft;
    draft.name = QStringLiteral("Hot sensors, second by second");
    draft.text = changedExample(kSensors, {});
    draft.directory = QDir::tempPath();
    draft.wasRunning = true;
    draft.file = folder + QStringLiteral("/gone-1.draft.json");
    (void)Drafts::write(draft);
    command(window, "view.home");
    window.documents().findLeftovers();
}

// Four files, of which one is no longer there.
void leaveFiles(MainWindow& window)
{
    const QString folder = window.documents().storage().folder + QStringLiteral("/plant");
    QDir().mkpath(folder);
    const std::array names{"line_1", "line_2", "line_3", "night_shift"};
    for (const char* name : names) {
        const QString path = folder + QStringLiteral("/%1.pipeline.json").arg(QLatin1String(name));
        QFile file(path);
        if (name != names.front() && file.open(QIODevice::WriteOnly))
            file.write(changedExample(kSensors, {}));
        window.documents().recent().add(path);
    }
    window.documents().recent().check();
    command(window, "view.home");
}

std::vector<PictureState> finding()
{
    const QSize kSmall(960, 540), kUsual(1600, 1000);
    return {
        {QStringLiteral("frame"),
         {},
         frameTwo,
         [](MainWindow& w) { return w.scene().selectedItems().size() == 2; }},
        {QStringLiteral("unknown"),
         {},
         openForeign,
         [](MainWindow& w) { return w.dock().problems().rowCount() > 0; }},
        {QStringLiteral("gallery_small"),
         {},
         [](MainWindow& w) { command(w, "view.home"); },
         nullptr,
         kSmall},
        {QStringLiteral("crash"), {}, leaveADraft, [](MainWindow& w) { return w.notices().waiting() > 0; }},
        {QStringLiteral("recent"),
         {},
         leaveFiles,
         [](MainWindow& w) {
             const RecentFiles& recent = w.documents().recent();
             return recent.isMissing(recent.paths().back());
         },
         kUsual}};
}

}  // namespace

const std::vector<PictureState>& pictureStates()
{
    static const std::vector<PictureState> states = [] {
        std::vector<PictureState> made;
        for (const auto& part :
             {designing(), asking(), watching(), correcting(), posing::acting(), finding(), outside()})
            made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return states;
}

}  // namespace ui
