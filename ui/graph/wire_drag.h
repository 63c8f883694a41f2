#pragma once

#include "ui/graph/graph_scene.h"

#include <QPointer>

#include <memory>
#include <optional>

class QGraphicsPathItem;

namespace ui {

// A wire with one end fixed at a port while the other looks for one: what each port would say to it, where it
// would end, and the line itself. Owned by the CanvasEditor, GUI thread. Changes items for the time being,
// never the document.
class WireDrag : public QObject {
    Q_OBJECT
public:
    WireDrag(Session& session, GraphScene& scene, QObject* parent = nullptr);

    // `fixed` is an output, or with `isReversed` an input. `lifted`: the edge whose other end is being moved.
    // Rows are checked for ports within `seen`.
    void begin(const engine::PortRef& fixed, bool isReversed, std::optional<engine::EdgeSpec> lifted,
               const QRectF& seen);
    void moveTo(const QPointF& point, double reach);  // looks for a port there
    void moveTo(const engine::PortRef& port);         // chosen otherwise
    void end();

    bool isActive() const { return m_rules != nullptr; }
    const engine::PortRef& fixed() const { return m_fixed; }
    bool isReversed() const { return m_isReversed; }
    const std::optional<engine::EdgeSpec>& lifted() const { return m_lifted; }
    // The edge it would become now; none where there is no port or none that takes it.
    std::optional<engine::EdgeSpec> edge() const;
    bool isOverNode() const { return m_over.has_value(); }
    // What there is to say of where it is: why not, what does not fit, which edge it takes the place of.
    QString remark() const;
    QString refusal(const engine::PortRef& port) const;
    bool replaces() const;

Q_SIGNALS:
    void checked();  // the engine has said which rows fit

private:
    engine::EdgeSpec edgeTo(const engine::PortRef& port) const;
    const std::vector<std::string>& portsOf(const NodeItem& node) const;
    void mark();
    void check(const QRectF& seen);
    void draw(const QPointF& to);
    QPointF fixedPoint() const;
    QPointF pointOf(const engine::PortRef& port, bool isInput) const;

    Session& m_session;
    GraphScene& m_scene;
    std::unique_ptr<ConnectRules> m_rules;
    engine::PortRef m_fixed;
    bool m_isReversed = false;
    std::optional<engine::EdgeSpec> m_lifted;
    std::optional<engine::PortRef> m_over;
    std::map<engine::PortRef, QString> m_refused;  // of all ports at the free end
    std::map<engine::EdgeSpec, std::string> m_doubts;
    std::uint64_t m_asked = 0;
    QGraphicsPathItem* m_line = nullptr;
    QPointF m_last;  // where the line ends
};

}  // namespace ui
