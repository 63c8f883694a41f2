#include "ui/charts/chart_panel.h"

#include "ui/charts/threshold_form.h"
#include "ui/format.h"

#include <QElapsedTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr double kRowsMs = 3;  // of a frame, for the rows that came

QString nameOf(const PipelineDocument& document, const engine::PortRef& port)
{
    const engine::NodeSpec* node = document.spec().find(port.node);
    const std::string& name = node && !node->title.empty() ? node->title : port.node.value;
    return QString::fromStdString(name) + QStringLiteral(" → ") + QString::fromStdString(port.port);
}

}  // namespace

ChartPanel::ChartPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_budget(kRowsMs),
      m_tap(session.client()),
      m_chart(new ChartWidget(this)),
      m_form(new ThresholdForm(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_chart);
    setFocusProxy(m_chart);
    makeActions();
    connect(&m_tap, &TapReader::rows, this, &ChartPanel::takeRows);
    connect(&session, &Session::documentChanged, this, &ChartPanel::chooseView);
    connect(m_chart, &ChartWidget::thresholdMoved, this, &ChartPanel::moveThreshold);
    connect(m_chart, &ChartWidget::addWanted, this, [this] { openForm(true); });
    connect(m_chart, &ChartWidget::editWanted, this, [this] { openForm(false); });
    connect(m_chart, &ChartWidget::removeWanted, this, &ChartPanel::removeThreshold);
    connect(m_chart, &ChartWidget::menuWanted, this, &ChartPanel::openMenu);
}

// Without keys of their own: those of the chart are the widget's, since the canvas has the same ones.
void ChartPanel::add(const char* name, const QString& text, const QString& tip, std::function<void()> run)
{
    auto* action = new QAction(text, this);
    action->setObjectName(QStringLiteral("chart.") + QLatin1String(name));
    action->setToolTip(tip);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    m_actions += action;
}

void ChartPanel::makeActions()
{
    add("threshold_add", tr("Add threshold…"),
        tr("Draw a line that values should not be past; they are coloured while they are. Insert or T in the "
           "chart."),
        [this] { openForm(true); });
    add("threshold_edit", tr("Edit threshold…"),
        tr("Change value, label, direction or severity of the selected threshold. Enter in the chart."),
        [this] { openForm(false); });
    add("threshold_remove", tr("Remove threshold"), tr("Remove the selected threshold. Delete in the chart."),
        [this] { removeThreshold(); });
    add("draw_port", tr("Draw the selected rows"),
        tr("Add a chart of the rows of the selected node or edge."), [this] { drawPort(); });
    add("remove_view", tr("Remove this chart"), tr("Take the chart that is shown out of the document."),
        [this] {
            if (m_place)
                edit(tr("Remove a chart"),
                     [](DocumentState& state, std::size_t view) { edits::removeView(state, view); });
        });
    add("menu", tr("Menu of the chart"), tr("Open the menu of the chart. The menu key in the chart."),
        [this] { openMenu(m_chart->rect().center()); });
}

PipelineDocument* ChartPanel::document() const
{
    return m_session.current() ? m_session.current()->document.get() : nullptr;
}

engine::SchemaPtr ChartPanel::schema() const
{
    if (!m_session.current() || !m_view) return {};
    const auto& schemas = m_session.current()->analysis.schemas;
    const auto found = schemas.find(m_view->port);
    return found == schemas.end() ? nullptr : found->second;
}

void ChartPanel::changeDocument()
{
    m_tap.close();
    m_form->close();
    m_view.reset();
    m_place.reset();
    m_job.reset();
    m_feed.begin({});
    m_chart->setNotice({});
    m_chart->show(&m_feed.series());
    chooseView();
}

void ChartPanel::chooseView()
{
    m_chart->setZone(zoneOf(m_session.current()));
    std::optional<ChartView> view;
    if (const PipelineDocument* shown = document()) {
        const auto& schemas = m_session.current()->analysis.schemas;
        const auto views = viewsOf(shown->spec());
        if (!m_place || !views.contains(*m_place))
            m_place = views.empty() ? std::nullopt : std::optional(views.begin()->first);
        view = m_place ? views.at(*m_place) : guessView(shown->spec(), schemas);
        if (view)
            if (const auto found = schemas.find(view->port); found != schemas.end() && found->second)
                view = completeView(*view, *found->second);
    }
    const bool isOther = view.has_value() != m_view.has_value() || (view && !view->hasSameLines(*m_view));
    m_view = std::move(view);
    if (isOther) {
        m_feed.begin(m_view.value_or(ChartView{}));
        m_chart->setNotice({});
        m_chart->show(&m_feed.series());
    }
    showThresholds();
    updateTexts();
    Q_EMIT viewChanged();
}

// The layer keeps what is being dragged as long as the document says nothing else.
void ChartPanel::showThresholds()
{
    std::vector<ThresholdLine> lines;
    if (m_view)
        for (const auto& [place, threshold] : m_view->thresholds) {
            const auto value = thresholdValue(threshold.value, document()->spec());
            if (value)
                lines.push_back({place, *value, threshold.direction, threshold.severity,
                                 QString::fromStdString(threshold.label), threshold.value.is_string(),
                                 false});
        }
    if (lines == m_shown) return;
    m_shown = lines;
    m_chart->setThresholds(std::move(lines));
}

void ChartPanel::setPort(std::optional<engine::PortRef> port) { m_port = std::move(port); }

void ChartPanel::watch(bool isSeen)
{
    const OpenDocument* open = m_session.current();
    const std::optional<engine::JobId> job = open ? open->job : std::nullopt;
    if (job && job != m_job) {
        m_feed.begin(m_feed.view());
        m_chart->setNotice({});
        m_chart->show(&m_feed.series());
    }
    m_job = job;
    if (isSeen && job && m_view && open->hasRowsOf(m_view->port, m_feed.points() > 0))
        m_tap.watch(*job, m_view->port);
    else
        m_tap.close();
    updateTexts();
}

void ChartPanel::updateTexts()
{
    const OpenDocument* open = m_session.current();
    const bool isEmpty = open && open->document->spec().nodes.empty();
    m_chart->setEmptyText(
        isEmpty       ? tr("Nothing to draw yet: add a source first.")
            : !m_view ? tr("No port has a time and a number to draw.")
            : open && open->isActive() && open->hasTelemetry && open->state() == engine::JobState::Paused
            ? tr("Paused: no row comes before the run goes on (F5).")
            : open && !open->isActive() && open->failure && !open->hasTelemetry
            ? tr("The run was not started. Problems (Ctrl+2) says why.")
            : open && open->isActive()
            ? tr("Waiting for the first rows of %1.").arg(nameOf(*open->document, m_view->port))
            : open && open->hasTelemetry
            ? tr("The run is over. Rows are drawn as they come: run again (F5) to see them.")
            : tr("Press Run (F5): rows are drawn here as they come."));
    m_chart->setAccessibleDescription(
        tr("%1 lines, %2 thresholds").arg(m_feed.series().size()).arg(m_shown.size()));
}

void ChartPanel::takeRows(const engine::TapRows& rows)
{
    QElapsedTimer timer;
    timer.start();
    m_feed.append(rows, m_budget.pieces());
    m_budget.took(m_feed.rowsTaken(), static_cast<double>(timer.nsecsElapsed()) / 1e6);
    QStringList notices;
    if (m_feed.hasUnshownLines()) notices += tr("the first %1 lines").arg(m_feed.series().size());
    if (m_feed.skipped() > 0)
        notices += tr("a sample: %1 rows not drawn").arg(formatShort(static_cast<double>(m_feed.skipped())));
    m_chart->setNotice(notices.join(QStringLiteral(" · ")));
    m_chart->refresh();
    if (!m_session.current()->isActive()) m_tap.close();
}

void ChartPanel::edit(const QString& text, const std::function<void(DocumentState&, std::size_t)>& change,
                      int mergeKey)
{
    if (!document() || !m_view) return;
    document()->edit(
        text,
        [this, &change](DocumentState& state) {
            const bool isKept = m_place && viewsOf(state.spec).contains(*m_place);
            change(state, isKept ? *m_place : edits::addView(state, *m_view));
        },
        mergeKey);
}

void ChartPanel::setLines(const QString& text, const std::function<void(ChartView&)>& change)
{
    if (!m_view) return;
    ChartView view = *m_view;
    change(view);
    edit(text, [&view](DocumentState& state, std::size_t at) { edits::setView(state, at, view); });
}

void ChartPanel::moveThreshold(std::size_t place, double value, bool isByKey)
{
    const auto found = m_view ? m_view->thresholds.find(place) : std::map<std::size_t, Threshold>::iterator();
    if (!m_view || found == m_view->thresholds.end()) return;
    Threshold threshold = found->second;
    threshold.value = value;
    const QString step = QStringLiteral("threshold %1 %2").arg(m_place.value_or(0)).arg(place);
    edit(
        tr("Move a threshold"),
        [&](DocumentState& state, std::size_t view) { edits::setThreshold(state, view, place, threshold); },
        isByKey ? static_cast<int>(qHash(step) & 0x7fffffff) : -1);
    // A document that refuses edits has the line where it was.
    m_shown.clear();
    showThresholds();
}

void ChartPanel::removeThreshold()
{
    const ThresholdLine* line = m_chart->thresholds().selected();
    if (!line)
        return m_chart->hint(tr("Select a threshold first: click its line, or press Right in the chart."));
    edit(tr("Remove a threshold"), [place = line->place](DocumentState& state, std::size_t view) {
        edits::removeThreshold(state, view, place);
    });
}

void ChartPanel::openForm(bool isNew)
{
    if (!document()) return;
    if (!m_view) return m_chart->hint(tr("There is no chart yet: no port has a time and a number to draw."));
    const ThresholdLine* line = isNew ? nullptr : m_chart->thresholds().selected();
    if (!isNew && !line)
        return m_chart->hint(tr("Select a threshold first: click its line, or press Right in the chart."));
    Threshold shown;
    if (line) {
        shown = m_view->thresholds.at(line->place);
    } else if (!m_feed.series().empty()) {
        double highest = m_chart->newestOf(0);
        for (std::size_t i = 1; i < m_feed.series().size(); ++i)
            highest = std::max(highest, m_chart->newestOf(i));
        shown.value = QString::number(highest, 'g', 3).toDouble();
    }
    const std::optional<std::size_t> place = line ? std::optional(line->place) : std::nullopt;
    m_form->open(document()->spec(), shown, isNew, *m_chart, [this, place](const Threshold& threshold) {
        if (place)
            edit(tr("Change a threshold"), [&](DocumentState& state, std::size_t view) {
                edits::setThreshold(state, view, *place, threshold);
            });
        else
            edit(tr("Add a threshold"), [&](DocumentState& state, std::size_t view) {
                edits::addThreshold(state, view, threshold);
            });
    });
}

void ChartPanel::drawPort()
{
    if (!document() || !m_port)
        return m_chart->hint(tr("Select a node or an edge first, whose rows are to be drawn."));
    const auto& schemas = m_session.current()->analysis.schemas;
    const auto found = schemas.find(*m_port);
    ChartView view;
    view.port = *m_port;
    if (found != schemas.end() && found->second) {
        const auto completed = completeView(view, *found->second);
        if (!completed)
            return m_chart->hint(
                tr("%1 has no time with a number to draw.").arg(nameOf(*document(), *m_port)));
        view = *completed;
    }
    std::size_t place = 0;
    document()->edit(tr("Add a chart"), [&](DocumentState& state) { place = edits::addView(state, view); });
    m_place = place;
    chooseView();
}

}  // namespace ui
