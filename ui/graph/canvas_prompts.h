#pragma once

#include "ui/graph/canvas_editor.h"
#include "ui/graph/choice_model.h"

namespace ui {

class GraphView;
class InlineEditor;
class SearchPopup;

// What the canvas asks for by typing: which component to add, which port a wire goes to, a new title. Owned
// by the GraphView, GUI thread. Decides nothing: the answers go to the CanvasEditor.
class CanvasPrompts : public QObject {
    Q_OBJECT
public:
    CanvasPrompts(GraphView& view, GraphScene& scene, CanvasEditor& editor, WireDrag& wire);

    void addAt(const QPointF& at, const Wiring& wiring = {});
    void addBehindSelected();                      // wired to the selected node, or into the selected edge
    void addChosen(const std::string& component);  // the same without asking
    void addForWire(const QPointF& at);            // the wire being drawn ends at what is chosen
    void wireSelected(bool isReversed);            // from an output of the selected node, or to an input
    void rename();                                 // what is selected
    void cancel();
    SearchPopup& popup() { return *m_popup; }
    InlineEditor& writer() { return *m_writer; }

private:
    struct Port {
        engine::PortRef fixed{}, to{};
    };
    std::pair<QPointF, Wiring> besideSelected() const;
    void openComponents(const QPointF& at, const Wiring& wiring);
    void takeComponent(int choice);
    void listPorts(const NodeItem& node, bool isReversed, std::vector<Choice>& choices);
    void showPort(int choice);
    void takePort(int choice);
    QRect inView(const QRectF& rect) const;

    GraphView& m_view;
    GraphScene& m_scene;
    CanvasEditor& m_editor;
    WireDrag& m_wire;
    SearchPopup* m_popup;
    InlineEditor* m_writer;
    std::vector<std::string> m_components;  // offered by the popup, or
    std::vector<Port> m_ports;
    bool m_isReversed = false;
    QPointF m_at;
    Wiring m_wiring;
};

}  // namespace ui
