#pragma once

#include "ui/documents/document_tabs.h"
#include "ui/documents/text_view.h"
#include "ui/graph/graph_view.h"
#include "ui/palette/palette_panel.h"
#include "ui/panels/dock_panel.h"
#include "ui/properties/inspector_panel.h"

#include <QWidget>

#include <array>

class QSplitter;
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
    // A source that reads the file, at a point of the view, with what detection says of it.
    void addFile(const QString& path, const QPoint& at);
    bool isTextShown() const { return m_text->isVisibleTo(this); }
    // The panels round the canvas. They step aside by themselves where the window is too narrow for them,
    // until somebody says what is to be seen.
    enum Panel { Palette, Inspector, Dock };
    bool isShown(Panel panel) const;
    void setShown(Panel panel, bool isShown);
    QByteArray arrangement() const;  // sizes of the parts, and which of them were chosen
    void setArrangement(const QByteArray& bytes);
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
    void runAgainWanted();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeEmptyPage();
    void makeRoomForText();
    void fitPanels();
    QWidget* widgetOf(Panel panel) const;
    void arrange();
    void leaveDocument();
    void enterDocument(OpenDocument& open);
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
    // How a document was left.
    struct Stay {
        GraphView::Place place{};
        edits::Nodes nodes{};
        std::optional<engine::EdgeSpec> edge{};
        DockPanel::Tab tab = DockPanel::ChartAndRows;
    };
    QSplitter* m_canvasSplit = nullptr;
    QSplitter *m_upperSplit = nullptr, *m_lowerSplit = nullptr, *m_paletteSplit = nullptr;
    std::array<std::optional<bool>, 3> m_wished{};  // of the panels; none: as there is room
    std::map<OpenDocument*, Stay> m_stays;
    OpenDocument* m_shown = nullptr;
    QStackedWidget* m_pages;
};

}  // namespace ui
