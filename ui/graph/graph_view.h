#pragma once

#include "ui/graph/graph_scene.h"

#include <QGraphicsView>
#include <QVariantAnimation>

namespace ui {

// Shows the scene: zoom at the cursor, pan, fit, keys. Owned by the main window, GUI thread. Holds no
// document.
class GraphView : public QGraphicsView {
    Q_OBJECT
public:
    explicit GraphView(GraphScene& scene, QWidget* parent = nullptr);
    double zoom() const { return transform().m11(); }
    void fit();
    void zoomBy(double factor);  // about the middle
    void reveal(QGraphicsItem* item);
    int paints() const { return m_paints; }
    double paintMs() const { return m_paintMs; }

Q_SIGNALS:
    void zoomChanged(double zoom);
    void activated();  // Enter on a node or an edge

protected:
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;

private:
    void zoomTo(double zoom, const QPointF& anchor, bool isAnimated);
    void setZoomAt(double zoom, const QPointF& anchor);
    void updateBounds();

    GraphScene& m_scene;
    QVariantAnimation m_animation;
    double m_target = 1;
    QPointF m_anchor;
    QPoint m_panFrom;
    bool m_isPanning = false, m_isFitted = true;
    int m_paints = 0;
    double m_paintMs = 0;
};

}  // namespace ui
