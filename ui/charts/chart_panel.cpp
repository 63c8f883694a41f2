#include "ui/charts/chart_panel.h"

#include "ui/charts/threshold_form.h"
#include "ui/format.h"
#include "ui/graph_change.h"
#include "ui/plain_text.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace ui {

namespace {

constexpr int kUnitCharacters = 12;

QString nameOf(const PipelineDocument& document, const engine::PortRef& port)
{
    const engine::NodeSpec* node = document.spec().find(port.node);
    const std::string& name = node && !node->title.empty() ? node->title : port.node.value;
    return plainLine(QString::fromStdString(name), 80) + QStringLiteral(" → ") +
        plainLine(QString::fromStdString(port.port), 40);
}

}  // namespace

ChartPanel::ChartPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_sources(session),
      m_chart(new ChartWidget(this)),
      m_form(new ThresholdForm(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_chart);
    setFocusProxy(m_chart);
    makeActions();
    connect(&session, &Session::documentChanged, this, &ChartPanel::chooseView);
    connect(m_chart, &ChartWidget::thresholdMoved, this, &ChartPanel::moveThreshold);
    connect(m_chart, &ChartWidget::addWanted, this, [this] { openForm(true); });
    connect(m_chart, &ChartWidget::editWanted, this, [this] { openForm(false); });
    connect(m_chart, &ChartWidget::removeWanted, this, &ChartPanel::removeThreshold);
    connect(m_chart, &ChartWidget::menuWanted, this, &ChartPanel::openMenu);
}

// Their keys are told here and taken by the chart itself, since the canvas has the same ones: no widget but a
// menu has these actions.
void ChartPanel::add(const char* name, const QString& text, const QString& tip, std::function<void()> run)
{
    auto* action = new QAction(text, this);
    action->setObjectName(QStringLiteral("chart.") + QLatin1String(name));
    action->setToolTip(tip);
    connect(action, &QAction::triggered, this, [this, run = std::move(run)] {
        if (isVisible()) return run();
        Q_EMIT sightWanted();
        // What opens beside the chart needs it laid out.
        QMetaObject::invokeMethod(this, run, Qt::QueuedConnection);
    });
    m_actions += action;
}

bool ChartPanel::needsSight(const QAction& action)
{
    static const QStringList kNeedful{QStringLiteral("chart.threshold_remove"),
                                      QStringLiteral("chart.remove_view"), QStringLiteral("chart.key_up"),
                                      QStringLiteral("chart.key_down")};
    return kNeedful.contains(action.objectName());
}

void ChartPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    Q_EMIT sightChanged();
}

void ChartPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    Q_EMIT sightChanged();
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
    const auto addKey = [this](const char* name, const QString& text, const QString& tip, Qt::Key key) {
        add(name, text, tip, [this, key] {
            QKeyEvent press(QEvent::KeyPress, key, Qt::NoModifier);
            QCoreApplication::sendEvent(m_chart, &press);
        });
        m_actions.back()->setShortcut(key);
    };
    const QString choose = tr("Select another threshold of the chart.");
    const QString move = tr("Move the selected threshold; with Shift, far.");
    addKey("key_next", tr("Next threshold"), choose, Qt::Key_Right);
    addKey("key_previous", tr("Previous threshold"), choose, Qt::Key_Left);
    addKey("key_up", tr("Move threshold up"), move, Qt::Key_Up);
    addKey("key_down", tr("Move threshold down"), move, Qt::Key_Down);
    const std::map<QString, QList<QKeySequence>> keys{
        {QStringLiteral("chart.threshold_add"), {Qt::Key_Insert, Qt::Key_T}},
        {QStringLiteral("chart.threshold_edit"), {Qt::Key_Return}},
        {QStringLiteral("chart.threshold_remove"), {Qt::Key_Delete, Qt::Key_Backspace}},
        {QStringLiteral("chart.menu"), {Qt::SHIFT | Qt::Key_F10, Qt::Key_Menu}}};
    for (QAction* action : m_actions) {
        action->setShortcutContext(Qt::WidgetShortcut);
        if (const auto own = keys.find(action->objectName()); own != keys.end())
            action->setShortcuts(own->second);
    }
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
    m_form->close();
    m_port.reset();
    m_wanted.reset();
    chooseView();
}

// A port that was selected is what the chart is about, whether it can be drawn or not.
std::optional<ChartView> ChartPanel::chosenView()
{
    m_place.reset();
    if (!document()) return {};
    const auto views = viewsOf(document()->spec());
    if (m_wanted && views.contains(*m_wanted))
        m_place = m_wanted;
    else if (m_port) {
        const auto own = std::find_if(views.begin(), views.end(),
                                      [this](const auto& each) { return each.second.port == *m_port; });
        if (own != views.end()) m_place = own->first;
    } else if (!views.empty()) {
        m_place = views.begin()->first;
    }
    const auto& schemas = m_session.current()->analysis.schemas;
    const auto schemaOf = [&](const engine::PortRef& port) {
        const auto found = schemas.find(port);
        return found == schemas.end() ? nullptr : found->second;
    };
    if (m_place) {
        const ChartView& view = views.at(*m_place);
        const engine::SchemaPtr schema = schemaOf(view.port);
        return schema ? completeView(view, *schema) : view;
    }
    if (!m_port) return guessView(document()->spec(), schemas);
    const engine::SchemaPtr schema = schemaOf(*m_port);
    return schema ? automaticView(*m_port, *schema) : std::nullopt;
}

void ChartPanel::chooseView()
{
    m_chart->setZone(zoneOf(m_session.current()));
    const auto placeBefore = m_place;
    const auto portBefore = m_view ? std::optional(m_view->port) : std::nullopt;
    m_view = chosenView();
    // What is being written in it is about the lines of the chart it was opened for.
    if (m_place != placeBefore || (m_view ? std::optional(m_view->port) : std::nullopt) != portBefore)
        m_form->close();
    showSource();
    showThresholds();
    updateTexts();
    Q_EMIT viewChanged();
}

void ChartPanel::showSource()
{
    ChartSource* source = m_view ? &m_sources.of(*m_session.current(), *m_view, !m_place) : nullptr;
    if (source == m_source && m_source) return;
    if (m_source) disconnect(m_source, nullptr, this, nullptr);
    m_source = source;
    m_chart->show(&feed().series());
    if (m_source) {
        connect(m_source, &ChartSource::taken, this, &ChartPanel::showRows);
        connect(m_source, &ChartSource::began, this, [this] {
            m_chart->show(&feed().series());
            showRows();
        });
    }
    showRows();
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

void ChartPanel::setPort(std::optional<engine::PortRef> port)
{
    if (port == m_port && !m_wanted) return;
    m_port = std::move(port);
    m_wanted.reset();
    chooseView();
}

QString ChartPanel::titleText() const
{
    if (!m_view || !document()) return {};
    QStringList values;
    for (const std::string& name : m_view->y) values += plainLine(QString::fromStdString(name), 40);
    QString text = values.join(QStringLiteral(", "));
    if (!m_view->series.empty())
        text = tr("%1 by %2").arg(text, plainLine(QString::fromStdString(m_view->series), 40));
    const QString port = nameOf(*document(), m_view->port);
    return text.isEmpty() ? port : tr("%1 of %2").arg(text, port);
}

void ChartPanel::updateTexts()
{
    const OpenDocument* open = m_session.current();
    const bool isEmpty = open && open->document->spec().nodes.empty();
    m_lacksColumns = m_view && feed().lacksColumns();
    m_chart->setEmptyText(
        m_lacksColumns
            ? tr("The rows that come now have no %1: the job began before there was one. Stop and run again.")
                  .arg(plainLine(QString::fromStdString(m_view->y.front()), 40))
            : isEmpty ? tr("Nothing to draw yet: add a source first.")
            : !m_view && m_port && open
            ? tr("%1 has no time with a number to draw.").arg(nameOf(*open->document, *m_port))
            : !m_view ? tr("No port has a time and a number to draw.")
            : open && !isInRun(*open, m_view->port.node)
            ? tr("%1 is not in this run. Stop and run again (Ctrl+F5) to draw its rows.")
                  .arg(nameOf(*open->document, m_view->port))
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
        tr("%1 lines, %2 thresholds").arg(feed().series().size()).arg(m_shown.size()));
    m_chart->setTitle(titleText());
    const std::string unit = m_view && document() ? unitOf(*m_view, document()->spec()) : std::string();
    m_chart->setUnit(plainLine(QString::fromStdString(unit), kUnitCharacters));
}

void ChartPanel::showRows()
{
    if (feed().lacksColumns() != m_lacksColumns) updateTexts();
    if (m_view && feed().view().y.size() < m_view->y.size()) {
        m_view->y = feed().view().y;
        m_chart->setTitle(titleText());
    }
    QStringList notices;
    if (feed().hasUnshownLines()) notices += tr("the first %1 lines").arg(feed().series().size());
    if (feed().skipped() > 0)
        notices += tr("a sample: %1 rows not drawn").arg(formatShort(static_cast<double>(feed().skipped())));
    m_chart->setNotice(notices.join(QStringLiteral(" · ")));
    m_chart->refresh();
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
    } else if (!feed().series().empty()) {
        double highest = m_chart->newestOf(0);
        for (std::size_t i = 1; i < feed().series().size(); ++i)
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
    m_wanted = place;
    chooseView();
}

}  // namespace ui
