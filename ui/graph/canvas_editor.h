#pragma once

#include "ui/document/clip.h"
#include "ui/graph/wire_drag.h"

#include <optional>

namespace ui {

// What a new node is wired to as it is added: what it reads from, what reads from it, or the edge it goes
// into.
struct Wiring {
    std::optional<engine::PortRef> from{}, to{};
    std::optional<engine::EdgeSpec> on{};
};

// An edge and the ports of nodes that would go into it.
struct Splice {
    engine::EdgeSpec edge{};
    engine::PortRef in{}, out{};
    bool operator==(const Splice&) const = default;
};

// What the canvas does to its document: each call is one undo step on what is selected, and says why if it
// cannot. Owned by the GraphView, GUI thread. Knows no mouse and no keys.
class CanvasEditor : public QObject {
    Q_OBJECT
public:
    CanvasEditor(GraphScene& scene, QObject* parent = nullptr);
    bool canEdit();  // a document is open and may be changed; says so if not

    bool add(const std::string& component, const QPointF& at, const Wiring& wiring = {},
             const engine::Json& params = engine::Json::object());
    void connectEdge(const engine::EdgeSpec& edge, bool replaces,
                     const std::optional<engine::EdgeSpec>& lifted);
    void disconnectEdge(const engine::EdgeSpec& edge);
    void removeSelected(bool reconnects);
    void move(const Layout& nodes, const std::map<RemarkRef, QRectF>& remarks,
              const std::optional<Splice>& splice = {});
    void nudge(const QPointF& by);
    void resize(const QSizeF& by);  // the selected notes and frames
    // What a move of the selection takes along: a frame takes what lies in it.
    void grasp(edits::Nodes& nodes, std::set<RemarkRef>& remarks) const;
    void tidy();
    void align(edits::Alignment alignment);
    void rename(const engine::NodeId& node, const QString& title);
    void setRemarkText(const RemarkRef& remark, const QString& text);
    std::optional<RemarkRef> addNote(const QPointF& at);
    std::optional<RemarkRef> addFrame(const QPointF& at);  // round what is selected, else there
    void toggleDisabled();

    bool copy();
    void cut();
    // With its upper left corner at a point, or beside where it came from.
    void paste(const std::optional<QPointF>& at, bool keepsInputs);
    std::optional<QRectF> clipboardBounds() const;
    void duplicate();

    void selectAll();
    void selectNext(int step);  // through the nodes in the document's order
    void selectEdge(int step);  // through those of the selected node, else through all
    void selectRemark(int step);
    void undo() { step(true); }
    void redo() { step(false); }

    // How the selected nodes, or a component, would go into an edge; none if they have too few or too many
    // ends.
    std::optional<Splice> spliceOf(const edits::Nodes& nodes, const engine::EdgeSpec& edge) const;
    bool canSplice(const engine::ComponentInfo& component) const;
    QPointF freeSpot(QPointF at) const;  // there, or the first place below where a node overlaps none

Q_SIGNALS:
    void said(const QString& sentence);
    void showWanted();  // what is selected now should be seen

private:
    PipelineDocument* document() const { return m_scene.document(); }
    bool edit(const QString& title, const Edit& change, int mergeKey = -1);
    void step(bool isUndo);
    // Where it lies on no node, and selected; nothing when the document would hold too many nodes.
    std::optional<edits::Pasted> addClip(const QString& title, const Clip& clip, QPointF by,
                                         bool keepsInputs);
    void sayKept(const Clip& clip, const std::vector<std::string>& names);
    void selectNodes(const edits::Nodes& nodes, const std::set<RemarkRef>& remarks = {});
    NodeItem* nextAfterRemoval(const edits::Nodes& removed) const;
    std::optional<RemarkRef> addRemark(const QString& title, RemarkKind kind, const Remark& remark);

    GraphScene& m_scene;
    engine::NodeId m_edgesOf;  // whose edges are stepped through
    int m_selections = 0;      // keeps the moves of different selections apart
    QString m_pasted;
    std::optional<QPointF> m_pastedAt;
    int m_pastes = 0;  // of the same text at the same place, one after the other
};

}  // namespace ui
