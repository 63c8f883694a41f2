#include "ui/graph/auto_layout.h"
#include "ui/graph/node_item.h"
#include "ui/plain_text.h"

#include <QPainter>

// How a node paints its ports.
namespace ui {

void NodeItem::paintPorts(QPainter& painter) const
{
    const auto paintSide = [&](const std::vector<std::string>& ports, bool areInputs) {
        for (const std::string& port : ports) {
            PortMark mark = PortMark::None;
            const bool isMarked = m_marks && m_marks->areInputs == areInputs;
            if (isMarked)
                if (const auto found = m_marks->ports.find(port); found != m_marks->ports.end())
                    mark = found->second;
            paintPort(painter, portAt(ports, port, areInputs ? 0 : kNodeWidth), mark,
                      isMarked && m_marks->chosen == port);
        }
    };
    paintSide(m_face.inputs, true);
    paintSide(m_face.outputs, false);
    const bool isWiring = m_marks && !m_marks->chosen.empty();
    if ((m_isHovered || isWiring) && m_face.outputs.size() + m_face.inputs.size() > 2)
        paintPortNames(painter);
    if (areSidesShown()) paintSides(painter);
}

void NodeItem::paintSides(QPainter& painter) const
{
    for (std::size_t i = 0; i < m_face.sides.size(); ++i)
        paintPort(painter, sideAt(i), PortMark::None, false);
    painter.setPen(theme().readable(Tone::TextSoft, Tone::Ground));
    painter.setFont(theme().font(TypeSize::Small));
    for (std::size_t i = 0; i < m_face.sides.size(); ++i)
        painter.drawText(QRectF(sideAt(i) + QPointF(-32, 7), QSizeF(64, 16)), Qt::AlignCenter,
                         plainLine(QString::fromStdString(m_face.sides[i]), 12));
}

// A disc fits, a diamond fits in shape only, a bar does not: told apart without their colours.
void NodeItem::paintPort(QPainter& painter, const QPointF& at, PortMark mark, bool isChosen) const
{
    const double radius = kPortRadius + (mark == PortMark::None ? 0 : 1.5) + (isChosen ? 2 : 0);
    if (isChosen) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme().color(Tone::Accent), 2));
        painter.drawEllipse(at, radius + 2, radius + 2);
    }
    if (mark == PortMark::Refused) {
        painter.setPen(QPen(theme().color(Tone::TextFaint), 2));
        painter.drawLine(at - QPointF(4, 0), at + QPointF(4, 0));
        return;
    }
    painter.setPen(QPen(theme().color(mark == PortMark::None ? Tone::TextFaint : Tone::Card), 1.5));
    painter.setBrush(theme().color(mark == PortMark::Fits           ? Tone::Ok
                                       : mark == PortMark::Doubtful ? Tone::Warning
                                                                    : Tone::Card));
    if (mark == PortMark::Doubtful) {
        const QPointF right(radius, 0), up(0, radius);
        painter.drawPolygon(QPolygonF({at - right, at - up, at + right, at + up}));
    } else {
        painter.drawEllipse(at, radius, radius);
    }
}

void NodeItem::paintPortNames(QPainter& painter) const
{
    painter.setPen(theme().readable(Tone::TextSoft, Tone::Card));
    painter.setFont(theme().font(TypeSize::Small));
    for (const std::string& port : m_face.inputs) {
        const QPointF at = portAt(m_face.inputs, port, 0);
        painter.drawText(QRectF(at.x() + 10, at.y() - 8, 80, 16), Qt::AlignLeft | Qt::AlignVCenter,
                         plainLine(QString::fromStdString(port), 40));
    }
    for (const std::string& port : m_face.outputs) {
        const QPointF at = portAt(m_face.outputs, port, kNodeWidth);
        painter.drawText(QRectF(at.x() - 90, at.y() - 8, 80, 16), Qt::AlignRight | Qt::AlignVCenter,
                         plainLine(QString::fromStdString(port), 40));
    }
}

}  // namespace ui
