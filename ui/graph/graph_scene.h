#pragma once

#include "ui/graph/connect_rules.h"
#include "ui/graph/edge_item.h"
#include "ui/graph/node_item.h"
#include "ui/graph/remark_item.h"
#include "ui/session.h"

#include <QGraphicsScene>

#include <map>

namespace ui {

// Items kept equal to a document: made anew for a new document, by the diff afterwards. Owned by the
// DesignerView, GUI thread. Never changes the document; telemetry repaints only the items whose look changes.
class GraphScene : public QGraphicsScene {
    Q_OBJECT
public:
    explicit GraphScene(Session& session, QObject* parent = nullptr);
    ~GraphScene() override;

    NodeItem* node(const engine::NodeId& id) const;
    EdgeItem* edge(const engine::EdgeSpec& edge) const;
    const std::map<engine::NodeId, NodeItem*>& nodes() const { return m_nodes; }
    const std::map<engine::EdgeSpec, EdgeItem*>& edges() const { return m_edges; }

    const std::map<RemarkRef, RemarkItem*>& remarks() const { return m_remarks; }
    Session& session() { return m_session; }
    PipelineDocument* document() const { return m_document; }
    InfoOf infoOf() const;
    NodePorts portsOf(const engine::NodeId& node) const;
    QRectF contents() const;  // of all nodes and remarks

    NodeItem* selectedNode() const;  // null unless it alone is selected
    EdgeItem* selectedEdge() const;
    std::set<engine::NodeId> selectedNodes() const;
    std::set<RemarkRef> selectedRemarks() const;
    NodeItem* focusNode() const;  // the one that was selected last, and still is
    void select(QGraphicsItem* item);
    void select(const QList<QGraphicsItem*>& items);  // and nothing else; heard once
    void toggle(QGraphicsItem* item);
    // The nearest node in a direction from the selected one, or the first; null when there is none.
    NodeItem* neighbour(Qt::Key arrow) const;
    void moveEdgesOf(const std::set<engine::NodeId>& nodes);  // whose items have been moved
    void place();                                             // everything where the document has it
    void takeTelemetry();                                     // shows the newest of the current document
    int changedByTelemetry() const { return m_changedByTelemetry; }  // items, the last time

Q_SIGNALS:
    void aboutToChange();  // items are going to come and go
    void arranged();       // something stands elsewhere, has come or has gone

private:
    void rebuild();
    void applyDiff(const engine::SpecDiff& diff);
    void syncRemarks();
    void refaceAll();
    NodeFace faceOf(const engine::NodeSpec& spec, const EdgesOfNodes& edges) const;
    void addNode(const engine::NodeSpec& spec);
    void addEdge(const engine::EdgeSpec& edge);
    void removeEdge(const engine::EdgeSpec& edge);
    void retheme();

    Session& m_session;
    PipelineDocument* m_document = nullptr;
    std::map<engine::NodeId, NodeItem*> m_nodes;
    std::map<engine::EdgeSpec, EdgeItem*> m_edges;
    std::map<RemarkRef, RemarkItem*> m_remarks;
    engine::NodeId m_focus;
    int m_changedByTelemetry = 0;
};

}  // namespace ui
