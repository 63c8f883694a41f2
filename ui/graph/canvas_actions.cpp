#include "ui/graph/canvas_actions.h"

#include "ui/commands/command_registry.h"
#include "ui/graph/auto_layout.h"
#include "ui/graph/canvas_gestures.h"
#include "ui/graph/graph_view.h"

#include <QKeyEvent>
#include <QMenu>

#include <algorithm>

namespace ui {

namespace {

constexpr double kZoomStep = 1.25;
constexpr double kLargeMove = 5 * kGridStep;

}  // namespace

CanvasActions::CanvasActions(GraphView& view, CanvasEditor& editor, CanvasPrompts& prompts,
                             CanvasGestures& gestures)
    : QObject(&view),
      m_view(view),
      m_editor(editor),
      m_prompts(prompts),
      m_gestures(gestures)
{
    makeAdding();
    makeEditing();
    makeSelecting();
    makeMoving();
    makeArranging();
    makeLooking();
}

QAction* CanvasActions::add(const char* name, const QString& text, const QList<QKeySequence>& keys,
                            const QString& tip, std::function<void()> run)
{
    auto* action = new QAction(text, this);
    action->setObjectName(QStringLiteral("canvas.") + QLatin1String(name));
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    action->setToolTip(keys.isEmpty() ? tip
                                      : tip +
                               QStringLiteral(" (%1)").arg(keysText(keys.front())));
    m_runs[action] = run;
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    m_view.addAction(action);
    m_all += action;
    return action;
}

void CanvasActions::makeAdding()
{
    add("add", tr("Add a component"), {Qt::Key_Tab, Qt::Key_Insert},
        tr("Choose a component by typing; it is wired to the selected node, or put into the selected edge."),
        [this] { m_prompts.addBehindSelected(); });
    add("connect", tr("Connect to…"), {Qt::Key_C}, tr("Choose the input that the selected node feeds."),
        [this] { m_prompts.wireSelected(false); });
    add("connect_from", tr("Read from…"), {Qt::SHIFT | Qt::Key_C},
        tr("Choose the output that the selected node reads."), [this] { m_prompts.wireSelected(true); });
    add("note", tr("Add a note"), {Qt::Key_T}, tr("Put a note on the canvas and write it."), [this] {
        if (m_editor.addNote(m_view.pointer())) m_prompts.rename();
    });
    add("frame", tr("Add a frame"), {Qt::Key_F}, tr("Put a titled frame round what is selected."), [this] {
        if (m_editor.addFrame(m_view.pointer())) m_prompts.rename();
    });
}

void CanvasActions::makeEditing()
{
    add("undo", tr("Undo"), {QKeySequence::Undo}, tr("Take the last change back."), [this] {
        m_editor.undo();
    })->setShortcutContext(Qt::WindowShortcut);
    add("redo", tr("Redo"), {Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y},
        tr("Do again what was taken back."), [this] { m_editor.redo(); })
        ->setShortcutContext(Qt::WindowShortcut);
    add("cut", tr("Cut"), {QKeySequence::Cut}, tr("Copy what is selected as text and delete it."),
        [this] { m_editor.cut(); });
    add("copy", tr("Copy"), {QKeySequence::Copy},
        tr("Copy what is selected as text, for this or another window."), [this] { m_editor.copy(); });
    add("paste", tr("Paste"), {QKeySequence::Paste}, tr("Insert what was copied."),
        [this] { m_editor.paste(m_view.pastePoint(), false); });
    add("paste_wired", tr("Paste with inputs"), {Qt::CTRL | Qt::SHIFT | Qt::Key_V},
        tr("Insert what was copied, reading from the same outputs."),
        [this] { m_editor.paste(m_view.pastePoint(), true); });
    add("duplicate", tr("Duplicate"), {Qt::CTRL | Qt::Key_D}, tr("Put a copy of what is selected below it."),
        [this] { m_editor.duplicate(); });
    add("delete", tr("Delete"), {Qt::Key_Delete, Qt::Key_Backspace}, tr("Delete what is selected."),
        [this] { m_editor.removeSelected(false); });
    add("delete_reconnect", tr("Delete and reconnect"),
        {Qt::CTRL | Qt::Key_Delete, Qt::CTRL | Qt::Key_Backspace},
        tr("Delete the selected nodes and connect what fed them with what they fed."),
        [this] { m_editor.removeSelected(true); });
    add("rename", tr("Rename"), {Qt::Key_F2}, tr("Write the title of a node or frame, or a note."),
        [this] { m_prompts.rename(); });
    add("disable", tr("Disable or enable"), {Qt::CTRL | Qt::Key_E},
        tr("Leave the selected nodes out of the run, or take them in again."),
        [this] { m_editor.toggleDisabled(); });
    add("configure", tr("Configure"), {Qt::Key_Return, Qt::Key_Enter},
        tr("Go to the parameters of what is selected."), [this] { Q_EMIT m_view.activated(); });
}

void CanvasActions::makeSelecting()
{
    add("select_all", tr("Select all"), {QKeySequence::SelectAll}, tr("Select all nodes, notes and frames."),
        [this] { m_editor.selectAll(); });
    add("select_none", tr("Select nothing"), {Qt::Key_Escape},
        tr("Give up what is being dragged; else select nothing."), [this] { m_view.escape(); });
    add("next", tr("Next node"), {Qt::Key_N}, tr("Select the next node of the document."),
        [this] { m_editor.selectNext(1); });
    add("previous", tr("Previous node"), {Qt::SHIFT | Qt::Key_N}, tr("Select the node before."),
        [this] { m_editor.selectNext(-1); });
    add("next_edge", tr("Next edge"), {Qt::Key_E},
        tr("Select an edge of the selected node, one after the other; Left and Right go back to its nodes."),
        [this] { m_editor.selectEdge(1); });
    add("previous_edge", tr("Previous edge"), {Qt::SHIFT | Qt::Key_E}, tr("Select the edge before."),
        [this] { m_editor.selectEdge(-1); });
    add("next_remark", tr("Next note or frame"), {Qt::Key_R}, tr("Select the next note or frame."),
        [this] { m_editor.selectRemark(1); });
    add("previous_remark", tr("Previous note or frame"), {Qt::SHIFT | Qt::Key_R},
        tr("Select the note or frame before."), [this] { m_editor.selectRemark(-1); });
    const auto addArrow = [this](const char* name, const QString& text, Qt::Key key) {
        add(name, text, {key}, tr("Select the nearest node in that direction."),
            [this, key] { m_view.selectNeighbour(key, false); });
    };
    addArrow("left", tr("Node on the left"), Qt::Key_Left);
    addArrow("right", tr("Node on the right"), Qt::Key_Right);
    addArrow("up", tr("Node above"), Qt::Key_Up);
    addArrow("down", tr("Node below"), Qt::Key_Down);
    const auto addMore = [this](const char* name, const QString& text, Qt::Key key) {
        add(name, text, {Qt::CTRL | key}, tr("Select the nearest node in that direction too."),
            [this, key] { m_view.selectNeighbour(key, true); });
    };
    addMore("more_left", tr("And the node on the left"), Qt::Key_Left);
    addMore("more_right", tr("And the node on the right"), Qt::Key_Right);
    addMore("more_up", tr("And the node above"), Qt::Key_Up);
    addMore("more_down", tr("And the node below"), Qt::Key_Down);
}

void CanvasActions::makeMoving()
{
    struct Way {
        const char *name, *far;
        QString text;
        Qt::Key key;
        QPointF step;
    };
    const std::array<Way, 4> ways{{
        {"move_left", "move_far_left", tr("Move left"), Qt::Key_Left, {-1, 0}},
        {"move_right", "move_far_right", tr("Move right"), Qt::Key_Right, {1, 0}},
        {"move_up", "move_far_up", tr("Move up"), Qt::Key_Up, {0, -1}},
        {"move_down", "move_far_down", tr("Move down"), Qt::Key_Down, {0, 1}},
    }};
    for (const Way& way : ways) {
        add(way.name, way.text, {Qt::SHIFT | way.key}, tr("Move what is selected by one step of the grid."),
            [this, way] { m_editor.nudge(way.step * kGridStep); });
        add(way.far, tr("%1, far").arg(way.text), {Qt::CTRL | Qt::SHIFT | way.key},
            tr("Move what is selected by five steps of the grid."),
            [this, way] { m_editor.nudge(way.step * kLargeMove); });
    }
    const std::array<Way, 4> sizes{{
        {"narrower", "", tr("Narrower"), Qt::Key_Left, {-1, 0}},
        {"wider", "", tr("Wider"), Qt::Key_Right, {1, 0}},
        {"lower", "", tr("Lower"), Qt::Key_Up, {0, -1}},
        {"higher", "", tr("Higher"), Qt::Key_Down, {0, 1}},
    }};
    for (const Way& way : sizes)
        add(way.name, way.text, {Qt::ALT | way.key}, tr("Resize the selected note or frame."),
            [this, way] { m_editor.resize(QSizeF(way.step.x(), way.step.y()) * kGridStep); });
}

void CanvasActions::makeArranging()
{
    add("tidy", tr("Tidy up"), {Qt::Key_L},
        tr("Lay out the selected nodes, or all, in columns from sources to sinks."),
        [this] { m_editor.tidy(); });
    add("align_left", tr("Align left sides"), {Qt::ALT | Qt::SHIFT | Qt::Key_Left},
        tr("Put the selected nodes below each other."), [this] { m_editor.align(edits::Alignment::Left); });
    add("align_top", tr("Align tops"), {Qt::ALT | Qt::SHIFT | Qt::Key_Up},
        tr("Put the selected nodes beside each other."), [this] { m_editor.align(edits::Alignment::Top); });
    add("distribute_across", tr("Distribute across"), {Qt::ALT | Qt::SHIFT | Qt::Key_Right},
        tr("Give the selected nodes equal distances from left to right."),
        [this] { m_editor.align(edits::Alignment::Across); });
    add("distribute_down", tr("Distribute down"), {Qt::ALT | Qt::SHIFT | Qt::Key_Down},
        tr("Give the selected nodes equal distances from top to bottom."),
        [this] { m_editor.align(edits::Alignment::Down); });
    QAction* snap =
        add("snap", tr("Snap to the grid"), {Qt::Key_S},
            tr("Nodes keep to the grid and to each other's lines; hold Shift or Alt to do without."), [] {});
    snap->setCheckable(true);
    snap->setChecked(true);
    connect(snap, &QAction::toggled, this, [this](bool isOn) { m_gestures.isSnapping = isOn; });
}

void CanvasActions::makeLooking()
{
    add("zoom_in", tr("Zoom in"), {Qt::Key_Plus, Qt::Key_Equal}, tr("Show the canvas larger."),
        [this] { m_view.zoomBy(kZoomStep); });
    add("zoom_out", tr("Zoom out"), {Qt::Key_Minus}, tr("Show more of the canvas."),
        [this] { m_view.zoomBy(1 / kZoomStep); });
    add("fit", tr("Fit"), {Qt::Key_0}, tr("Show the whole pipeline."), [this] { m_view.fit(); });
    add("zoom_full", tr("Full size"), {Qt::Key_1}, tr("Show the canvas at 100 %."),
        [this] { m_view.zoomFull(); });
    add("fit_selected", tr("Fit what is selected"), {Qt::Key_2},
        tr("Show what is selected as large as it goes."), [this] { m_view.fitSelected(); });
    QAction* map =
        add("minimap", tr("Overview"), {Qt::Key_M}, tr("Show the whole pipeline small in a corner."), [] {});
    map->setCheckable(true);
    map->setChecked(true);
    connect(map, &QAction::toggled, &m_view, &GraphView::switchOverview);
    add("menu", tr("Menu"), {Qt::SHIFT | Qt::Key_F10, Qt::Key_Menu},
        tr("Show what can be done with what is selected."), [this] { m_view.openMenu(); });
}

QAction* CanvasActions::action(const QString& name) const
{
    const auto found = std::find_if(m_all.begin(), m_all.end(),
                                    [&](const QAction* action) { return action->objectName() == name; });
    return found == m_all.end() ? nullptr : *found;
}

QAction* CanvasActions::actionFor(const QKeyEvent& event) const
{
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const int key = event.key();
    // A sign such as + may need Shift on the keyboard and is still the sign alone.
    const bool isSign =
        key > Qt::Key_Space && key < Qt::Key_AsciiTilde && !(key >= Qt::Key_A && key <= Qt::Key_Z);
    for (const Qt::KeyboardModifiers tried :
         {modifiers, isSign ? modifiers & ~Qt::ShiftModifier : modifiers}) {
        const QKeySequence typed(QKeyCombination(tried, static_cast<Qt::Key>(key)));
        for (QAction* action : m_all)
            if (action->shortcuts().contains(typed)) return action;
    }
    return nullptr;
}

void CanvasActions::run(QAction& action) const
{
    if (action.isEnabled())
        action.trigger();
    else
        m_runs.at(&action)();
}

bool CanvasActions::suits(const QAction& action, const GraphScene& scene)
{
    static const QStringList kNeedful{
        QStringLiteral("connect"),   QStringLiteral("connect_from"), QStringLiteral("cut"),
        QStringLiteral("copy"),      QStringLiteral("duplicate"),    QStringLiteral("delete"),
        QStringLiteral("rename"),    QStringLiteral("disable"),      QStringLiteral("delete_reconnect"),
        QStringLiteral("narrower"),  QStringLiteral("wider"),        QStringLiteral("lower"),
        QStringLiteral("higher"),    QStringLiteral("fit_selected")};
    const QString name = action.objectName().section(QLatin1Char('.'), 1);
    const QList<QGraphicsItem*> selected = scene.selectedItems();
    // An edge has no title.
    const bool isEdge = selected.size() == 1 && selected.front()->type() == EdgeItem::Type;
    if (isEdge && name == QLatin1String("rename")) return false;
    return !selected.isEmpty() ||
        !(kNeedful.contains(name) || name.startsWith(QLatin1String("move_")) ||
          name.startsWith(QLatin1String("align_")) || name.startsWith(QLatin1String("distribute_")));
}

void CanvasActions::fillMenu(QMenu& menu, const QGraphicsItem* item) const
{
    QStringList names;
    if (!item)
        names = {"add", "note", "frame", "", "paste", "select_all", "", "tidy", "fit"};
    else if (item->type() == EdgeItem::Type)
        names = {"add", "", "delete"};
    else if (item->type() == RemarkItem::Type)
        names = {"rename", "", "cut", "copy", "duplicate", "delete"};
    else
        names = {"configure", "rename", "disable", "",          "add", "connect", "connect_from",     "",
                 "cut",       "copy",   "paste",   "duplicate", "",    "delete",  "delete_reconnect", "",
                 "frame",     "tidy"};
    for (const QString& name : names) {
        if (name.isEmpty())
            menu.addSeparator();
        else
            menu.addAction(action(QStringLiteral("canvas.") + name));
    }
}

}  // namespace ui
