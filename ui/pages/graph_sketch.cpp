#include "ui/pages/graph_sketch.h"

#include "ui/component_look.h"
#include "ui/graph/auto_layout.h"

#include <QPainterPath>

#include <algorithm>

namespace ui {

GraphSketch::GraphSketch(const engine::PipelineSpec& spec, const engine::EngineClient& client)
{
    const Layout given = stateFromSpec(spec).layout;
    const bool hasAll = std::all_of(spec.nodes.begin(), spec.nodes.end(),
                                    [&](const engine::NodeSpec& node) { return given.contains(node.id); });
    const Layout layout = hasAll ? given : autoLayout(spec);
    std::map<engine::NodeId, std::size_t> places;
    for (const engine::NodeSpec& node : spec.nodes) {
        const auto at = layout.find(node.id);
        if (at == layout.end()) continue;
        places[node.id] = m_boxes.size();
        m_boxes.push_back({at->second, static_cast<int>(lookOf(client.component(node.component)).tone)});
        m_bounds |= QRectF(at->second, QSizeF(kNodeWidth, kNodeHeight));
    }
    for (const engine::EdgeSpec& edge : spec.edges) {
        const auto from = places.find(edge.from.node), to = places.find(edge.to.node);
        if (from != places.end() && to != places.end()) m_lines.emplace_back(from->second, to->second);
    }
}

void GraphSketch::paint(QPainter& painter, const QRectF& rect) const
{
    if (m_boxes.empty()) return;
    constexpr double kGreatestScale = 0.32;
    const double scale =
        std::min({rect.width() / m_bounds.width(), rect.height() / m_bounds.height(), kGreatestScale});
    const QPointF origin = rect.center() - m_bounds.center() * scale;
    const auto boxOf = [&](std::size_t index) {
        // Boxes are drawn narrower than they are, so that the lines between them can be seen.
        const QRectF full(origin + m_boxes[index].at * scale, QSizeF(kNodeWidth, kNodeHeight) * scale);
        return full.adjusted(full.width() * 0.06, 0, -full.width() * 0.06, 0);
    };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme().color(Tone::TextFaint), 1.25));
    for (const auto& [from, to] : m_lines) {
        const QPointF begin(boxOf(from).right(), boxOf(from).center().y());
        const QPointF end(boxOf(to).left(), boxOf(to).center().y());
        const double bend = std::max(std::abs(end.x() - begin.x()) / 2, 6.0);
        QPainterPath path(begin);
        path.cubicTo(begin + QPointF(bend, 0), end - QPointF(bend, 0), end);
        painter.drawPath(path);
    }
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const QRectF box = boxOf(i);
        const double strip = std::max(2.0, box.width() * 0.08), radius = std::max(1.5, box.height() * 0.14);
        QPainterPath outline;
        outline.addRoundedRect(box, radius, radius);
        painter.fillPath(outline, theme().color(Tone::Raised));
        painter.save();
        painter.setClipPath(outline);
        painter.fillRect(QRectF(box.left(), box.top(), strip, box.height()),
                         theme().color(static_cast<Tone>(m_boxes[i].tone)));
        const double left = box.left() + strip + box.width() * 0.12, width = box.right() - left;
        const double thickness = std::max(1.0, box.height() * 0.1);
        painter.fillRect(QRectF(left, box.top() + box.height() * 0.3, width * 0.8, thickness),
                         theme().color(Tone::TextFaint));
        painter.fillRect(QRectF(left, box.top() + box.height() * 0.6, width * 0.5, thickness),
                         theme().color(Tone::Line));
        painter.restore();
        painter.setPen(QPen(theme().color(Tone::Line), 1));
        painter.drawPath(outline);
    }
    painter.restore();
}

}  // namespace ui
