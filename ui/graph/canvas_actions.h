#pragma once

#include "ui/graph/canvas_prompts.h"

#include <QAction>

#include <functional>
#include <map>

namespace ui {

class CanvasGestures;

// Everything the canvas can do, each as an action with a name, keys and a sentence; a command palette can
// list them all. Owned by the GraphView, GUI thread. Keys count while the canvas has the focus, those of undo
// and redo in the whole window.
class CanvasActions : public QObject {
    Q_OBJECT
public:
    CanvasActions(GraphView& view, CanvasEditor& editor, CanvasPrompts& prompts, CanvasGestures& gestures);
    const QList<QAction*>& all() const { return m_all; }
    QAction* action(const QString& name) const;  // its object name, "canvas.undo"
    QAction* actionFor(const QKeyEvent& event) const;
    void run(QAction& action) const;  // also one that is not offered; it says what it lacks
    // Whether it has something to do with what is selected, where it is about that.
    static bool suits(const QAction& action, const GraphScene& scene);
    void fillMenu(class QMenu& menu, const QGraphicsItem* item) const;

private:
    void makeAdding();
    void makeEditing();
    void makeSelecting();
    void makeMoving();
    void makeArranging();
    void makeLooking();
    QAction* add(const char* name, const QString& text, const QList<QKeySequence>& keys, const QString& tip,
                 std::function<void()> run);

    GraphView& m_view;
    CanvasEditor& m_editor;
    CanvasPrompts& m_prompts;
    CanvasGestures& m_gestures;
    QList<QAction*> m_all;
    std::map<const QAction*, std::function<void()>> m_runs;
};

}  // namespace ui
