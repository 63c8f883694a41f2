#include "ui/pictures.h"

#include "ui/charts/threshold_form.h"
#include "ui/graph/canvas_actions.h"
#include "ui/graph/search_popup.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"
#include "ui/pages/gallery_page.h"
#include "ui/pages/jobs_page.h"
#include "ui/properties/detect_card.h"
#include "ui/properties/node_editor.h"

#include <QDir>
#include <QLineEdit>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QPushButton>

#include <cstdio>

namespace ui {

// How the window comes into one state. Immutable.
struct PictureState {
    QString name{};
    void (*enter)(Pictures& pictures) = nullptr;
    bool (*isThere)(Pictures& pictures) = nullptr;  // none: at once
    QSize size{1600, 1000};

    static const std::vector<PictureState>& all();
    static std::vector<PictureState> designing();
    static std::vector<PictureState> watching();
    static std::vector<PictureState> asking();

private:
    static MainWindow& window(Pictures& pictures) { return pictures.m_window; }
    static void command(Pictures& pictures, const char* id)
    {
        pictures.m_window.commands().run(QString::fromLatin1(id));
    }
    static void run(Pictures& pictures, const char* example);  // as a click on its card does
    static void openBroken(Pictures& pictures);
    static void select(Pictures& pictures, const char* node);
    static bool isDrawn(Pictures& pictures, std::size_t points);
    static engine::NodeId end(const char* node) { return engine::NodeId{node}; }
};

namespace {

constexpr int kCheckEveryMs = 100;
constexpr int kChecksMost = 1200;
constexpr int kChecksThere = 5;  // in a row, so that what follows from it is there too
constexpr std::size_t kFewPoints = 80, kManyPoints = 200;

const char* const kSensors = "sensor_windows.pipeline.json";
const char* const kDrift = "slow_drift.pipeline.json";
const char* const kParts = "parts_csv.pipeline.json";

}  // namespace

void PictureState::run(Pictures& pictures, const char* file)
{
    for (const Example& example : examples())
        if (example.file == QLatin1String(file)) Q_EMIT window(pictures).gallery().exampleWanted(example);
}

// An example with the mistakes of a first draft.
void PictureState::openBroken(Pictures& pictures)
{
    for (const Example& example : examples()) {
        if (example.file != QLatin1String(kSensors)) continue;
        QByteArray text = example.bytes;
        text.replace("\"temperature > ${limit}\"", "\"temprature > ${limit}\"");
        text.replace("\"size\": \"1s\"", "\"size\": \"soon\"");
        text.replace("\"Hot sensors, second by second\"", "\"Hot sensors, a first draft\"");
        window(pictures).documents().openExample(QStringLiteral("first draft"), text, QDir::tempPath());
    }
}

void PictureState::select(Pictures& pictures, const char* node)
{
    if (NodeItem* item = window(pictures).scene().node(engine::NodeId{node}))
        window(pictures).scene().select(item);
}

// The chart has that many points, and the rows have come by.
bool PictureState::isDrawn(Pictures& pictures, std::size_t points)
{
    return window(pictures).dock().feed().points() >= points &&
        window(pictures).dock().rows().rowCount() > 20;
}

std::vector<PictureState> PictureState::designing()
{
    return {
        {QStringLiteral("gallery"), [](Pictures& p) { command(p, "view.home"); }},
        {QStringLiteral("designer"),
         [](Pictures& p) {
             run(p, kSensors);
             select(p, "warm");
         },
         [](Pictures& p) {
             select(p, "warm");
             return isDrawn(p, kManyPoints);
         }},
        {QStringLiteral("edge"),
         [](Pictures& p) {
             run(p, kSensors);
             command(p, "view.rows");
         },
         [](Pictures& p) {
             if (EdgeItem* edge = window(p).scene().edge({{end("warm"), "out"}, {end("per_second"), "in"}}))
                 window(p).scene().select(edge);
             return window(p).scene().selectedEdge() && window(p).dock().rows().rowCount() > 20;
         }},
        {QStringLiteral("settings"), [](Pictures& p) { run(p, kSensors); },
         [](Pictures& p) { return isDrawn(p, kManyPoints); }},
        {QStringLiteral("detect"), [](Pictures& p) { run(p, kParts); },
         [](Pictures& p) {
             select(p, "machines");
             NodeEditor* editor = window(p).design().inspector().editor();
             if (!editor || !editor->detectCard()) return false;
             if (editor->detectCard()->isHidden()) editor->detect();
             return editor->detectCard()->take().isVisible();
         }},
        {QStringLiteral("text"),
         [](Pictures& p) {
             run(p, kSensors);
             command(p, "view.text");
         },
         [](Pictures& p) {
             select(p, "per_second");
             return !window(p).design().text().editor().toPlainText().isEmpty() && isDrawn(p, kFewPoints);
         }},
        {QStringLiteral("problems"),
         [](Pictures& p) {
             openBroken(p);
             command(p, "view.problems");
         },
         [](Pictures& p) {
             select(p, "warm");
             return window(p).dock().problems().rowCount() > 1;
         }},
        {QStringLiteral("empty"), [](Pictures& p) { command(p, "file.new"); }},
        {QStringLiteral("narrow"),
         [](Pictures& p) { run(p, kSensors); },
         [](Pictures& p) {
             select(p, "per_second");
             return isDrawn(p, kManyPoints);
         },
         {1024, 640}}};
}

std::vector<PictureState> PictureState::watching()
{
    return {{QStringLiteral("chart"),
             [](Pictures& p) {
                 run(p, kDrift);
                 command(p, "view.chart_alone");
             },
             [](Pictures& p) {
                 const auto& lines = window(p).dock().chart().thresholds().lines();
                 return window(p).dock().feed().points() >= kFewPoints &&
                     std::any_of(lines.begin(), lines.end(), [](const auto& line) { return line.isCrossed; });
             }},
            {QStringLiteral("threshold"),
             [](Pictures& p) {
                 run(p, kDrift);
                 command(p, "view.chart_alone");
             },
             [](Pictures& p) {
                 if (window(p).dock().feed().points() < kFewPoints) return false;
                 if (!window(p).dock().chartPanel().form().isVisible()) command(p, "chart.threshold_add");
                 window(p).dock().chartPanel().form().label().setText(QStringLiteral("Ask the plant"));
                 return true;
             }},
            {QStringLiteral("log"),
             [](Pictures& p) {
                 run(p, kSensors);
                 command(p, "view.log");
             },
             [](Pictures& p) { return window(p).dock().logLines().rowCount() > 1; }},
            {QStringLiteral("jobs"),
             [](Pictures& p) {
                 for (const char* example : {kParts, kDrift, kSensors}) run(p, example);
                 command(p, "view.jobs");
             },
             [](Pictures& p) {
                 command(p, "view.jobs");
                 return window(p).jobs().model().rowCount() > 2;
             }},
            {QStringLiteral("job"),
             [](Pictures& p) {
                 run(p, kDrift);
                 command(p, "view.jobs");
             },
             [](Pictures& p) {
                 command(p, "view.jobs");
                 const OpenDocument* open = p.m_session.current();
                 if (!open || !open->job) return false;
                 window(p).jobs().choose(*open->job);
                 return window(p).jobs().view().document() == open;
             }}};
}

std::vector<PictureState> PictureState::asking()
{
    return {{QStringLiteral("search"), [](Pictures& p) { run(p, kSensors); },
             [](Pictures& p) {
                 SearchPopup& popup = window(p).view().prompts().popup();
                 if (popup.isVisible()) return isDrawn(p, kFewPoints);
                 select(p, "warm");
                 window(p).view().setFocus();
                 command(p, "canvas.add");
                 popup.field().setText(QStringLiteral("co"));
                 return false;
             }},
            {QStringLiteral("commands"),
             [](Pictures& p) {
                 run(p, kSensors);
                 command(p, "help.commands");
             },
             [](Pictures& p) { return isDrawn(p, kFewPoints); }},
            {QStringLiteral("keys"),
             [](Pictures& p) {
                 run(p, kSensors);
                 command(p, "help.keys");
             },
             [](Pictures& p) { return isDrawn(p, kFewPoints); }},
            {QStringLiteral("closing"), [](Pictures& p) { run(p, kSensors); },
             [](Pictures& p) {
                 const OpenDocument* open = p.m_session.current();
                 if (!open || !open->isActive() || !isDrawn(p, kFewPoints)) return false;
                 if (!window(p).overlay().card()) command(p, "file.quit");
                 return true;
             }}};
}

const std::vector<PictureState>& PictureState::all()
{
    static const std::vector<PictureState> states = [] {
        std::vector<PictureState> made;
        for (auto part : {designing(), watching(), asking()})
            made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return states;
}

Pictures::Pictures(Session& session, MainWindow& window) : m_session(session), m_window(window)
{
    connect(&m_check, &QTimer::timeout, this, &Pictures::check);
    m_check.setInterval(kCheckEveryMs);
}

QStringList Pictures::states()
{
    QStringList names;
    for (const PictureState& state : PictureState::all()) names += state.name;
    return names;
}

void Pictures::show(const QString& state) { take(state, {}); }

void Pictures::take(const QString& state, const QString& file)
{
    std::vector<Wanted> wanted;
    for (const PictureState& each : PictureState::all())
        if (each.name == state) wanted.push_back({&each, file});
    begin(std::move(wanted));
}

void Pictures::takeAll(const QString& folder)
{
    const QString end =
        (theme().shade() == Shade::Dark ? QStringLiteral("-dark") : QStringLiteral("-light")) +
        (m_window.devicePixelRatio() > 1.5 ? QStringLiteral("@2x") : QString()) + QStringLiteral(".png");
    std::vector<Wanted> wanted;
    for (const PictureState& each : PictureState::all())
        wanted.push_back({&each, folder + u'/' + each.name + end});
    begin(std::move(wanted));
}

void Pictures::begin(std::vector<Wanted> wanted)
{
    m_wanted = std::move(wanted);
    m_now = 0;
    next();
}

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
    const PictureState& state = *m_wanted[m_now].state;
    reset();
    m_window.resize(state.size);
    state.enter(*this);
    m_checksLeft = kChecksMost;
    m_checksThere = 0;
    m_check.start();
}

void Pictures::check()
{
    const PictureState& state = *m_wanted[m_now].state;
    m_checksThere = !state.isThere || state.isThere(*this) ? m_checksThere + 1 : 0;
    if (m_checksThere >= kChecksThere) return save();
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
