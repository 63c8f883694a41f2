#pragma once

#include "spec/messages.h"
#include "ui/component_look.h"

#include <QGraphicsItem>
#include <QStaticText>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ui {

// What a node shows that is not in the document.
struct NodeFace {
    QString title{}, summary{};
    ComponentLook look{};
    std::vector<std::string> inputs{}, outputs{};  // ports that are shown
    std::vector<std::string> sides{};              // below the card, while the node is hovered or selected
    bool isDisabled = false, isUnknown = false;
    QString inRun{};  // how the running job has it, where that is not as the document says
    bool operator==(const NodeFace& other) const;
};

// What a node shows of the running job, in the grain in which it is painted: equal values need no new paint.
struct NodeFigures {
    QString rate{};
    int busyPixels = 0, blockedPixels = 0;
    int alerts = 0;  // of its own that fire
    bool isLive = false;
    bool operator==(const NodeFigures&) const = default;
};

// What a port says while a wire looks for one: nothing, take me, take me but my rows do not fit yet, or no.
enum class PortMark { None, Fits, Doubtful, Refused };
struct WireMarks {
    bool areInputs = true;
    std::map<std::string, PortMark> ports{};
    std::string chosen{};  // where the wire would end now
    bool operator==(const WireMarks&) const = default;
};

QRectF cardFor(std::size_t inputs, std::size_t outputs);  // of a node that shows so many ports

// Draws a node: kind, title, what it does, health, rate, ports, badge. Belongs to the GraphScene; GUI thread.
// Its place and its texts are given to it, it asks nobody.
class NodeItem : public QGraphicsItem {
public:
    enum { Type = UserType + 1 };
    explicit NodeItem(engine::NodeId id);
    int type() const override { return Type; }
    const engine::NodeId& id() const { return m_id; }
    const NodeFace& face() const { return m_face; }

    void setFace(NodeFace face);
    bool setFigures(const NodeFigures& figures);  // whether anything seen has changed
    void setProblems(int problems, int warnings);
    void setWireMarks(std::optional<WireMarks> marks);
    void retheme();

    // The nearest input or output within reach of a point of the scene.
    std::optional<std::string> portNear(const QPointF& point, bool isInput, double reach) const;
    QPointF inputAt(const std::string& port) const;  // in scene units
    QPointF outputAt(const std::string& port) const;
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    QRectF card() const;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

    static constexpr double kPortReach = 12;
    static constexpr int kHealthWidth = 88;
    static int paints() { return s_paints; }

protected:
    void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverMoveEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

private:
    static constexpr double kPortRadius = 4.5;
    bool isDimmed() const;
    Tone kindTone() const;
    void paintInRun(QPainter& painter) const;
    void prepareTexts();
    void paintFlat(QPainter& painter, double scale);
    void paintSmallTitle(QPainter& painter, double scale, const QColor& color);
    void paintSmallRate(QPainter& painter, double scale) const;
    void paintPort(QPainter& painter, const QPointF& at, PortMark mark, bool isChosen) const;
    void paintPortNames(QPainter& painter) const;
    void paintSides(QPainter& painter) const;
    bool areSidesShown() const { return m_isHovered || isSelected(); }
    QPointF sideAt(std::size_t index) const;
    QPointF portAt(const std::vector<std::string>& ports, const std::string& port, double x) const;
    void paintCard(QPainter& painter, double scale) const;
    void paintTexts(QPainter& painter, double ratio) const;
    void paintHealth(QPainter& painter, double fromBottom) const;
    void paintPorts(QPainter& painter) const;
    void paintBadge(QPainter& painter) const;
    void paintAlerts(QPainter& painter) const;

    engine::NodeId m_id;
    NodeFace m_face;
    NodeFigures m_figures;
    QStaticText m_title, m_summary;
    bool m_hasTexts = false;   // those two
    QStaticText m_smallTitle;  // of the size that it has on the canvas, for one scale
    double m_smallScale = 0;
    std::optional<WireMarks> m_marks;
    int m_problems = 0, m_warnings = 0;
    bool m_isHovered = false;
    inline static int s_paints = 0;
};

}  // namespace ui
