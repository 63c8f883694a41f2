#pragma once

#include "ui/graph/graph_view.h"
#include "ui/palette/palette_panel.h"
#include "ui/panels/dock_panel.h"
#include "ui/panels/status_strip.h"
#include "ui/panels/top_bar.h"
#include "ui/properties/inspector_panel.h"
#include "ui/session.h"

#include <QMainWindow>

class QLabel;
class QStackedWidget;

namespace ui {

// Puts the panels together and gives them keys. Owned by runWindow, GUI thread; no logic of its own.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Session& session, QWidget* parent = nullptr);
    void open();  // asks for a file
    void openFile(const QString& path);
    void selectNode(const engine::NodeId& node);

    GraphScene& scene() { return *m_scene; }
    GraphView& view() { return *m_view; }
    DockPanel& dock() { return *m_dock; }
    StatusStrip& status() { return *m_status; }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeRail();
    QWidget* makeEmpty();
    void makeActions();
    void addAction(const QString& text, const QList<QKeySequence>& keys, std::function<void()> run);
    void changeDocument();
    void changeSelection();
    void refresh();

    Session& m_session;
    GraphScene* m_scene;
    GraphView* m_view;
    TopBar* m_top;
    PalettePanel* m_palette;
    InspectorPanel* m_inspector;
    DockPanel* m_dock;
    StatusStrip* m_status;
    QStackedWidget* m_pages;
    QTimer m_refresh;
    QString m_openFailure;
    QLabel* m_emptyText = nullptr;
};

}  // namespace ui
