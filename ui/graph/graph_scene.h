#pragma once

#include "ui/graph/edge_item.h"
#include "ui/graph/node_item.h"
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

    NodeItem* selectedNode() const;
    EdgeItem* selectedEdge() const;
    void select(QGraphicsItem* item);
    // The nearest node in a direction from the selected one, or the first; null when there is none.
    NodeItem* neighbour(Qt::Key arrow) const;
    void takeTelemetry();  // shows the newest of the current document
    int changedByTelemetry() const { return m_changedByTelemetry; }  // items, the last time

private:
    void rebuild();
    void applyDiff(const engine::SpecDiff& diff);
    void place();
    void refaceAll();
    NodeFace faceOf(const engine::NodeSpec& spec) const;
    void addNode(const engine::NodeSpec& spec);
    void addEdge(const engine::EdgeSpec& edge);
    void removeEdge(const engine::EdgeSpec& edge);
    void retheme();

    Session& m_session;
    PipelineDocument* m_document = nullptr;
    std::map<engine::NodeId, NodeItem*> m_nodes;
    std::map<engine::EdgeSpec, EdgeItem*> m_edges;
    int m_changedByTelemetry = 0;
};

}  // namespace ui
