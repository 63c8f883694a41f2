#pragma once

#include "ui/documents/document_tabs.h"
#include "ui/documents/text_view.h"
#include "ui/graph/graph_view.h"
#include "ui/palette/palette_panel.h"
#include "ui/panels/dock_panel.h"
#include "ui/properties/inspector_panel.h"

#include <QWidget>

class QStackedWidget;

namespace ui {

// Where a pipeline is designed and watched: tabs, palette, canvas with the text beside it, inspector, dock.
// Owned by the main window, GUI thread; no logic of its own.
class DesignPage : public QWidget {
    Q_OBJECT
public:
    DesignPage(Session& session, FileWorker& worker, QWidget* parent = nullptr);
    void selectNode(const engine::NodeId& node);
    void showText(bool isShown);
    bool isTextShown() const { return m_text->isVisibleTo(this); }
    void refresh();  // figures, some times a second

    GraphScene& scene() { return *m_scene; }
    GraphView& view() { return *m_view; }
    PalettePanel& palette() { return *m_palette; }
    DockPanel& dock() { return *m_dock; }
    DocumentTabs& tabs() { return *m_tabs; }
    TextView& text() { return *m_text; }
    InspectorPanel& inspector() { return *m_inspector; }

Q_SIGNALS:
    void newWanted();
    void openWanted();
    void examplesWanted();

private:
    QWidget* makeEmptyPage();
    void arrange();
    void changeDocument();
    void changeSelection();

    Session& m_session;
    GraphScene* m_scene;
    GraphView* m_view;
    PalettePanel* m_palette;
    InspectorPanel* m_inspector;
    DockPanel* m_dock;
    DocumentTabs* m_tabs;
    TextView* m_text;
    QStackedWidget* m_pages;
};

}  // namespace ui
