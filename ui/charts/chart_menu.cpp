#include "ui/charts/chart_panel.h"

#include <QMenu>

#include <algorithm>

// The menu of the chart.
namespace ui {

namespace {

// A menu takes "&" for a key.
QString chartMenuText(const std::string& text)
{
    return QString::fromStdString(text).simplified().left(60).replace(QLatin1Char('&'), QStringLiteral("&&"));
}

// What they are counted in nobody has said.
void addNumbers(ChartView& view, const std::string& column)
{
    view.y.push_back(column);
    view.unit.clear();
}

void addChartChoice(QMenu& menu, const QString& text, bool isChosen, std::function<void()> run)
{
    QAction* action = menu.addAction(text);
    action->setCheckable(true);
    action->setChecked(isChosen);
    QObject::connect(action, &QAction::triggered, &menu, [run = std::move(run)] { run(); });
}

}  // namespace

void ChartPanel::openMenu(const QPoint& at)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(*menu);
    menu->popup(m_chart->mapToGlobal(at));
}

void ChartPanel::fillMenu(QMenu& menu)
{
    const bool hasSelected = m_chart->thresholds().selected() != nullptr;
    for (QAction* action : m_actions) {
        const QString name = action->objectName();
        const bool isOfSelected =
            name == QLatin1String("chart.threshold_edit") || name == QLatin1String("chart.threshold_remove");
        if (name == QLatin1String("chart.menu") || name.startsWith(QLatin1String("chart.key_")) ||
            (isOfSelected && !hasSelected) ||
            (name == QLatin1String("chart.draw_port") && !m_port) ||
            (name == QLatin1String("chart.remove_view") && !m_place))
            continue;
        menu.addAction(action);
    }
    if (!m_view || !document()) return;
    menu.addSeparator();
    addColumnMenus(menu);
    addViewMenu(menu);
}

void ChartPanel::addColumnMenus(QMenu& menu)
{
    const engine::SchemaPtr columns = schema();
    if (!columns) return;
    QMenu* values = menu.addMenu(tr("Values"));
    QMenu* times = menu.addMenu(tr("Time"));
    QMenu* lines = menu.addMenu(tr("One line for each"));
    addChartChoice(*lines, tr("column"), m_view->series.empty(),
                   [this] { setLines(tr("Change a chart"), [](ChartView& view) { view.series.clear(); }); });
    for (const engine::Field& field : columns->fields()) {
        const std::string name = field.name;
        if (field.type == engine::DataType::Float64 || field.type == engine::DataType::Int64) {
            const bool isShown = std::find(m_view->y.begin(), m_view->y.end(), name) != m_view->y.end();
            addChartChoice(*values, chartMenuText(name), isShown, [this, name, isShown] {
                setLines(tr("Change a chart"), [&](ChartView& view) {
                    if (isShown)
                        std::erase(view.y, name);
                    else
                        addNumbers(view, name);
                });
            });
        } else if (field.type == engine::DataType::Time) {
            addChartChoice(*times, chartMenuText(name), m_view->x == name, [this, name] {
                setLines(tr("Change a chart"), [&](ChartView& view) { view.x = name; });
            });
        } else if (field.type == engine::DataType::String) {
            addChartChoice(*lines, chartMenuText(name), m_view->series == name, [this, name] {
                setLines(tr("Change a chart"), [&](ChartView& view) { view.series = name; });
            });
        }
    }
}

void ChartPanel::addViewMenu(QMenu& menu)
{
    const auto views = viewsOf(document()->spec());
    if (views.size() < 2) return;
    QMenu* charts = menu.addMenu(tr("Charts"));
    for (const auto& [place, view] : views)
        addChartChoice(*charts,
                       chartMenuText(engine::portText(view.port) + ": " + (view.y.empty() ? "" : view.y[0])),
                       m_place == place, [this, at = place] {
                           m_wanted = at;
                           chooseView();
                       });
}

}  // namespace ui
