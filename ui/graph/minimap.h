#pragma once

#include <QWidget>

namespace ui {

class GraphScene;
class GraphView;

// The whole pipeline small, with what the view shows of it; a click or a drag goes there. Stands on the view,
// which owns it; GUI thread.
class Minimap : public QWidget {
    Q_OBJECT
public:
    Minimap(GraphScene& scene, GraphView& view);
    QSize sizeHint() const override { return {160, 104}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override { go(event); }
    void mouseMoveEvent(QMouseEvent* event) override { go(event); }

private:
    QRectF shown() const;  // of the scene
    QTransform toMap() const;
    void go(QMouseEvent* event);
    GraphScene& m_scene;
    GraphView& m_view;
};

}  // namespace ui
