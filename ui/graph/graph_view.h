#pragma once

#include "ui/graph/graph_scene.h"

#include <QGraphicsView>
#include <QVariantAnimation>

namespace ui {

class CanvasActions;
class CanvasEditor;
class CanvasGestures;
class CanvasPrompts;
class CanvasSigns;
class Minimap;
class WireDrag;

// Shows the scene and takes what comes from mouse and keys: zoom at the cursor, pan, fit; all else goes to
// its gestures, prompts and actions. Owned by the main window, GUI thread. Holds no document.
class GraphView : public QGraphicsView {
    Q_OBJECT
public:
    explicit GraphView(GraphScene& scene, QWidget* parent = nullptr);
    ~GraphView() override;
    CanvasEditor& editor() { return *m_editor; }
    CanvasActions& canvasActions() { return *m_actions; }
    CanvasPrompts& prompts() { return *m_prompts; }
    Minimap& minimap() { return *m_minimap; }

    double zoom() const { return transform().m11(); }
    // What of the scene is seen, to come back to it.
    struct Place {
        double zoom = 1;
        QPointF middle{};
        bool isFitted = true;
    };
    Place place() const;
    void setPlace(const Place& place);
    void fit();
    void fitSelected();
    void zoomBy(double factor);  // about the middle
    void zoomFull();
    void reveal(QGraphicsItem* item);
    void lookAt(const QPointF& point);
    void pan(const QPoint& by);
    void escape();
    void leave() { focusNextChild(); }
    void selectNeighbour(Qt::Key arrow, bool isMore);
    void openMenu();
    void switchOverview(bool isOn);
    void addComponent(const std::string& component);  // wired to what is selected, as by its key

    QPointF pointer() const;  // of the scene: under the mouse, else a free spot in the middle
    std::optional<QPointF> pastePoint() const;

    CanvasSigns& signs() { return *m_signs; }
    int paints() const { return m_paints; }
    double paintMs() const { return m_paintMs; }

Q_SIGNALS:
    void zoomChanged(double zoom);
    void activated();  // Enter on a node or an edge

protected:
    bool event(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void paintEvent(QPaintEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;

private:
    static constexpr double kZoomLeast = 0.05, kFitLeast = 0.0005;
    void placeOverlays();
    void fitRect(const QRectF& rect);
    bool isUnderMap(double zoom, const QPointF& offset) const;
    void clearOfMap(const QRectF& rect);
    void revealSelected();
    void zoomTo(double zoom, const QPointF& anchor, bool isAnimated);
    void setZoom(double zoom);
    void updateBounds();
    bool takesComponent(QDropEvent& event);

    GraphScene& m_scene;
    CanvasEditor* m_editor;
    WireDrag* m_wire;
    CanvasPrompts* m_prompts;
    CanvasGestures* m_gestures;
    Minimap* m_minimap;
    CanvasActions* m_actions;
    CanvasSigns* m_signs;
    QVariantAnimation m_animation;
    double m_target = 1;
    QPointF m_anchor, m_anchored;  // where the zoom leaves what, in the viewport and in the scene
    bool m_isZooming = false;
    bool m_isFitted = true;
    int m_paints = 0;
    double m_paintMs = 0;
};

}  // namespace ui
