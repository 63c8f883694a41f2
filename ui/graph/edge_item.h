#pragma once

#include "spec/pipeline_spec.h"

#include <QCursor>
#include <QGraphicsItem>
#include <QPainterPath>

namespace ui {

class NodeItem;

// What an edge shows of the running job, in the grain in which it is painted.
struct EdgeFigures {
    QString rate{}, lag{};
    bool isLate = false;  // so much that the lag is said unasked
    int fillPixels = 0;
    int width = 0;  // by throughput, 0 to 3
    bool isFull = false, isLive = false;
    bool operator==(const EdgeFigures&) const = default;
};

// Draws an edge as a smooth curve with its rate, the fill of its queue and how late it is. Belongs to the
// GraphScene; GUI thread. Takes its ends from the two node items when told that they moved.
class EdgeItem : public QGraphicsItem {
public:
    enum { Type = UserType + 2 };
    EdgeItem(engine::EdgeSpec edge, const NodeItem* from, const NodeItem* to);
    int type() const override { return Type; }
    const engine::EdgeSpec& edge() const { return m_edge; }

    void moveEnds();
    QPointF middle() const { return m_middle; }
    QPointF begin() const { return m_path.elementAt(0); }
    QPointF end() const { return m_path.currentPosition(); }
    // Where the label may stand, the best first; and where it stands.
    QList<QRectF> labelPlaces() const;
    void setLabel(const QRectF& rect);
    const QRectF& label() const { return m_label; }
    void setOffered(bool isOffered);      // what is being dragged would go in here
    void setLifted(bool isLifted);        // its end is being dragged elsewhere
    void setInRun(const QString& inRun);  // how the running job has it; empty: as it is here
    const EdgeFigures& figures() const { return m_figures; }
    bool setFigures(const EdgeFigures& figures);  // whether anything seen has changed
    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

    static constexpr int kFillWidth = 40;

private:
    QVariant itemChange(GraphicsItemChange change, const QVariant& value) override;

protected:
    void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

private:
    bool showsLag() const
    {
        return !m_figures.lag.isEmpty() && (m_figures.isLate || isSelected() || m_isHovered);
    }
    QRectF labelRect() const;  // as it is painted now
    void renewBounds();
    void renewTip();
    void paintLabel(QPainter& painter) const;

    engine::EdgeSpec m_edge;
    const NodeItem* m_from;
    const NodeItem* m_to;
    EdgeFigures m_figures;
    QPainterPath m_path, m_shape;
    QRectF m_bounds;
    QPointF m_middle;
    QRectF m_label;
    bool m_isHovered = false, m_isOffered = false, m_isLifted = false;
    QString m_inRun;
};

}  // namespace ui
