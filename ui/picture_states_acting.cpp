#include "ui/picture_states.h"

#include "base/check.h"
#include "ui/document/edits.h"
#include "ui/graph/canvas_signs.h"
#include "ui/pages/jobs_page.h"
#include "ui/palette/palette_model.h"
#include "ui/properties/formula_edit.h"

#include <QApplication>
#include <QDir>
#include <QDragMoveEvent>
#include <QLabel>
#include <QMimeData>
#include <QMouseEvent>
#include <QTableView>

#include <algorithm>

// The pictures of something under way: a hand on the canvas, a change on its way, a run in trouble.
namespace ui::posing {

namespace {

const char* const kFirst = "sensor_windows.pipeline.json";
const char* const kName = R"("Hot sensors, second by second")";
const char* const kErrors = "service_errors.pipeline.json";
const char* const kFollow = "generate_log.pipeline.json";
const char* const kComputer = "this_computer.pipeline.json";
const char* const kDrift = "slow_drift.pipeline.json";
const char* const kFull = "full";  // its state outgrows its memory
const char* const kFlatOut = "flat out";

const char* const kHigher = "temperature > ${limit} + 9";
const char* const kHighest = "temperature > ${limit} + 10";
constexpr int kReach = 10;  // pixels from the port

void mouse(MainWindow& window, QEvent::Type type, const QPointF& scenePoint)
{
    QWidget* viewport = window.view().viewport();
    const QPoint at = window.view().mapFromScene(scenePoint);
    const bool isMove = type == QEvent::MouseMove;
    QMouseEvent event(type, at, viewport->mapToGlobal(at), isMove ? Qt::NoButton : Qt::LeftButton,
                      Qt::LeftButton, {});
    QApplication::sendEvent(viewport, &event);
}

void openLoose(MainWindow& window)
{
    openDraft(window, "half wired",
              changedExample(kFirst, {{R"(["warm.out", "per_second.in"],)", ""},
                              {kName, R"("Hot sensors, half wired")"}}));
    window.showPage(MainWindow::Design);
}

// A wire from an output, in the hand over an input.
void wire(MainWindow& window, const char* from, const char* to)
{
    const NodeItem* begin = window.scene().node(engine::NodeId{from});
    const NodeItem* end = window.scene().node(engine::NodeId{to});
    if (!begin || !end) return;
    mouse(window, QEvent::MouseButtonPress, begin->outputAt("out"));
    const QPointF over = end->inputAt("in") - QPointF(kReach, 0);
    mouse(window, QEvent::MouseMove, over - QPointF(3 * kReach, 0));
    mouse(window, QEvent::MouseMove, over);
}

// A component of the palette, held over a wire.
void holdOverWire(MainWindow& window)
{
    openLoose(window);
    const NodeItem* begin = window.scene().node(engine::NodeId{"sensors"});
    const NodeItem* end = window.scene().node(engine::NodeId{"warm"});
    if (!begin || !end) return;
    QMimeData data;
    data.setData(QLatin1String(kComponentMimeType), "compute");
    QWidget* viewport = window.view().viewport();
    const QPoint at = window.view().mapFromScene((begin->outputAt("out") + end->inputAt("in")) / 2);
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(viewport, &enter);
    QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(viewport, &move);
}

FormulaEdit* formula(MainWindow& window) { return window.design().inspector().findChild<FormulaEdit*>(); }

void typeFormula(MainWindow& window, const QString& text)
{
    FormulaEdit* edit = formula(window);
    if (!edit) return;
    edit->setFocus();
    edit->moveCursor(QTextCursor::End);
    for (const QChar character : text) {
        QKeyEvent press(QEvent::KeyPress, 0, Qt::NoModifier, QString(character));
        QApplication::sendEvent(edit, &press);
    }
}

bool isSaidInInspector(MainWindow& window, const QString& text)
{
    const auto labels = window.design().inspector().findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
        return label->isVisible() && label->text().contains(text);
    });
}

void changeCondition(PipelineDocument& document, const engine::Json& condition)
{
    const engine::NodeId node{"warm"};
    const engine::NodeSpec* now = document.spec().find(node);
    if (!now || (*now->params)["condition"] == condition) return;
    document.edit(QStringLiteral("Condition"), [&](DocumentState& state) {
        edits::setParam(state, node, "condition", condition);
    });
}

// A change that no checkpoint has brought into force yet. One that came into force before anybody looked is
// followed by another.
bool isWaiting(MainWindow& window)
{
    const ChartFrame& frame = window.dock().chart().frame();
    if (!isFull(window) || frame.toUs - frame.fromUs < 8'000'000) return false;
    if (isSaidInInspector(window, fieldChangeText(FieldChange::Waiting))) return true;
    PipelineDocument& document = *window.scene().document();
    const engine::NodeSpec* warm = document.spec().find(engine::NodeId{"warm"});
    const bool isHigher = warm && (*warm->params)["condition"] == kHigher;
    const bool isHighest = warm && (*warm->params)["condition"] == kHighest;
    if ((!isHigher && !isHighest) || isSaidInInspector(window, fieldChangeText(FieldChange::InForce)))
        changeCondition(document, isHigher ? kHighest : kHigher);
    return false;
}

// The filter is put aside.
void passUnfiltered(PipelineDocument& document)
{
    const engine::NodeSpec* warm = document.spec().find(engine::NodeId{"warm"});
    if (!warm || warm->disabled) return;
    document.edit(QStringLiteral("Disable"), [](DocumentState& state) {
        for (engine::NodeSpec& node : state.spec.nodes) node.disabled |= node.id == engine::NodeId{"warm"};
    });
}

// Chooses the job on its page, once it stands there with this word as its state.
bool isJob(MainWindow& window, const QString& pipeline, const QString& state)
{
    const JobsModel& jobs = window.jobs().model();
    for (int row = 0; row < jobs.rowCount(); ++row) {
        if (jobs.index(row, 0).data().toString() != pipeline) continue;
        window.jobs().table().setCurrentIndex(jobs.index(row, 0));
        return jobs.index(row, 1).data().toString() == state;
    }
    return false;
}

bool hasCrossed(MainWindow& window)
{
    const auto& lines = window.dock().chart().thresholds().lines();
    return std::any_of(lines.begin(), lines.end(), [](const ThresholdLine& line) { return line.isCrossed; });
}

std::vector<PictureState> handling()
{
    return {{QStringLiteral("completion"),
             {},
             [](MainWindow& w) {
                 openDraft(w, "unfinished",
                           changedExample(kFirst,
                                          {{R"("temperature > ${limit}")", R"("temprature > ${limit}")"},
                                           {kName, R"("Hot sensors, a condition")"}}));
                 w.showPage(MainWindow::Design);
                 command(w, "view.problems");
                 select(w, "warm");
                 typeFormula(w, QStringLiteral(" AND hu"));
             },
             [](MainWindow& w) {
                 FormulaEdit* edit = formula(w);
                 if (!edit || edit->extraSelections().empty()) return false;
                 edit->complete(false);
                 return w.dock().problems().rowCount() > 0;
             }},
            {QStringLiteral("wire"),
             {},
             [](MainWindow& w) {
                 openLoose(w);
                 wire(w, "warm", "per_second");
             }},
            {QStringLiteral("misfit"),
             {},
             [](MainWindow& w) {
                 openDraft(w, "other rows",
                           changedExample(kDrift, {{R"(["drifting.out", "per_second.in"],)", ""},
                                                   {R"("Slow drift, with alerts")",
                                                    R"("Slow drift, half wired")"}}));
                 w.showPage(MainWindow::Design);
                 wire(w, "own", "per_second");
             },
             [](MainWindow& w) { return !w.view().signs().tip().isEmpty(); }},
            {QStringLiteral("splice"), {}, holdOverWire}};
}

std::vector<PictureState> running()
{
    return {{QStringLiteral("follow"),
             {kErrors, kFollow},
             nullptr,
             [](MainWindow& w) { return isFull(w) && w.dock().feed().points() >= 24; }},
            {QStringLiteral("change"),
             {kFirst},
             [](MainWindow& w) { select(w, "warm"); },
             [](MainWindow& w) {
                 if (!isFull(w) || w.dock().feed().points() < 240) return false;
                 changeCondition(*w.scene().document(), kHigher);
                 return isSaidInInspector(w, fieldChangeText(FieldChange::Waiting)) ||
                     isSaidInInspector(w, fieldChangeText(FieldChange::InForce));
             }},
            {QStringLiteral("waiting"),
             {kFirst},
             [](MainWindow& w) { select(w, "warm"); },
             isWaiting,
             {1600, 1000},
             false,
             true},
            {QStringLiteral("other_graph"),
             {kFirst},
             [](MainWindow& w) { select(w, "per_second"); },
             [](MainWindow& w) {
                 if (!isFull(w) || w.dock().feed().points() < 60) return false;
                 passUnfiltered(*w.scene().document());
                 return !w.scene().node(engine::NodeId{"warm"})->face().inRun.isEmpty();
             }},
            {QStringLiteral("paused"),
             {kErrors},
             [](MainWindow& w) { command(w, "view.jobs"); },
             [](MainWindow& w) {
                 const QString name = QStringLiteral("Errors of a web service");
                 const QModelIndex chosen = w.jobs().table().currentIndex();
                 const QString time = chosen.siblingAtColumn(JobsModel::For).data().toString();
                 if (isJob(w, name, QStringLiteral("Running")) && time >= QStringLiteral("00:00:20"))
                     command(w, "run.pause");
                 return isJob(w, name, QStringLiteral("Paused")) &&
                     chosen.siblingAtColumn(JobsModel::In).data() == QStringLiteral("0/s");
             }},
            {QStringLiteral("failed"),
             {kFull},
             [](MainWindow& w) { command(w, "view.jobs"); },
             [](MainWindow& w) {
                 return isJob(w, QStringLiteral("Hot sensors, each for an hour"), QStringLiteral("Failed"));
             }},
            {QStringLiteral("computer"), {kComputer, kFlatOut, kComputer}, nullptr, [](MainWindow& w) {
                 return isFull(w) && hasCrossed(w) && w.dock().feed().points() >= 30;
             }}};
}

Example changed(const char* file, std::vector<std::pair<const char*, const char*>> changes)
{
    Example example;
    example.file = QString::fromLatin1(file);
    example.bytes = changedExample(kFirst, changes);
    return example;
}

}  // namespace

std::vector<PictureState> acting()
{
    std::vector<PictureState> states = handling();
    for (PictureState& state : running()) states.push_back(std::move(state));
    return states;
}

void command(MainWindow& window, const char* id) { window.commands().run(QString::fromLatin1(id)); }

void select(MainWindow& window, const char* node)
{
    if (NodeItem* item = window.scene().node(engine::NodeId{node})) window.scene().select(item);
}

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

QByteArray changedExample(const char* file, const std::vector<std::pair<const char*, const char*>>& changes)
{
    for (const Example& example : examples()) {
        if (example.file != QLatin1String(file)) continue;
        QByteArray text = example.bytes;
        for (const auto& [from, to] : changes) {
            CHECK(text.contains(from));
            text.replace(from, to);
        }
        return text;
    }
    return {};
}

void openDraft(MainWindow& window, const char* name, const QByteArray& text)
{
    window.documents().openExample(QString::fromLatin1(name), text, QDir::tempPath());
}

}  // namespace ui::posing

namespace ui {

const std::vector<Example>& pictureExamples()
{
    static const std::vector<Example> all = [] {
        std::vector<Example> made = examples();
        using posing::kName;
        const char* const kNodes = R"("nodes": [)";
        made.push_back(posing::changed(
            posing::kFull, {{kNodes, R"("settings": { "memory_limit": "32MiB" }, "nodes": [)"},
                            {R"("keys": 8,)", R"("keys": 9000000,)"},
                            {R"("size": "1s")", R"("size": "1h")"},
                            {kName, R"("Hot sensors, each for an hour")"}}));
        made.push_back(posing::changed(
            posing::kFlatOut,
            {{R"("rate": 20000)", R"("rate": 0)"}, {kName, R"("Hot sensors, flat out")"}}));
        return made;
    }();
    return all;
}

}  // namespace ui
