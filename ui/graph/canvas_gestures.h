#pragma once

#include "ui/graph/canvas_prompts.h"

#include <QPointF>

class QGraphicsPathItem;
class QMouseEvent;

namespace ui {

// What the mouse does on the canvas: pan, select by a band, move, resize, draw wires, drop components. A
// gesture shows what it would do and changes the document once, at its end; Esc leaves everything as it was.
// Owned by the GraphView, GUI thread.
class CanvasGestures : public QObject {
    Q_OBJECT
public:
    CanvasGestures(GraphView& view, GraphScene& scene, CanvasEditor& editor, WireDrag& wire,
                   CanvasPrompts& prompts);

    void press(QMouseEvent* event);
    void doublePress(QMouseEvent* event);
    bool move(QMouseEvent* event);  // whether a gesture is going on
    void release(QMouseEvent* event);
    bool cancel();  // whether there was one
    void setSpaceHeld(bool isHeld);
    bool isActive() const { return m_kind != Kind::None; }

    // A component of the palette over the canvas. Alt held: it goes into no wire.
    void hoverComponent(const std::string& component, const QPoint& at, Qt::KeyboardModifiers modifiers);
    void dropComponent(const std::string& component, const QPoint& at, Qt::KeyboardModifiers modifiers);
    void leaveComponent();

    bool isSnapping = true;

private:
    enum class Kind { None, Pan, Band, Move, Resize, Wire };
    QGraphicsItem* itemAt(const QPoint& at) const;
    QRectF seen() const;
    bool pressPort(const QPointF& point);
    void pressItem(QGraphicsItem* item, QMouseEvent* event);
    void beginMove();
    void moveItems(const QPointF& by, Qt::KeyboardModifiers modifiers);
    QPointF snapped(const QPointF& by, QPainterPath& guides) const;
    void offer(const std::optional<Splice>& splice);
    void addGhost(QPainterPath& path, const QRectF& card) const;
    void drawGhost(const engine::ComponentInfo& info, const QRectF& card);
    void clearOverlap(Layout& nodes, std::map<RemarkRef, QRectF>& remarks) const;
    EdgeItem* edgeUnder(const QPointF& point) const;
    void moveBand(const QPointF& point);
    void moveWire(const QPoint& at);
    void resizeTo(const QPointF& point);
    void releaseWire(const QPoint& at);
    void releaseMove();
    void clear();
    void draw(const QPainterPath& path, bool isFilled);

    GraphView& m_view;
    GraphScene& m_scene;
    CanvasEditor& m_editor;
    WireDrag& m_wire;
    CanvasPrompts& m_prompts;
    Kind m_kind = Kind::None;
    bool m_hasMoved = false, m_isSpaceHeld = false;
    bool m_isHelped = true;  // neither Alt nor Shift is held while something is moved
    QPoint m_pressedAt, m_lastAt;
    QPointF m_from;         // where it was pressed, in the scene
    QPointF m_grabbedFrom;  // where what was grabbed stood
    QGraphicsItem* m_grabbed = nullptr;
    QGraphicsItem* m_toSelect = nullptr;  // alone, if the press turns out to be a click
    Layout m_nodesFrom;
    std::map<RemarkRef, QRectF> m_remarksFrom;
    edits::Nodes m_moving;
    QList<QGraphicsItem*> m_selectedBefore;
    QRectF m_resized;
    std::optional<Splice> m_splice;
    EdgeItem* m_offered = nullptr;
    QGraphicsPathItem* m_overlay = nullptr;
};

}  // namespace ui
