#pragma once

#include "control/client/engine_client.h"
#include "ui/document/pipeline_document.h"

#include <QPainter>

namespace ui {

// A small drawing of a pipeline: boxes with the colour of their kind and what joins them. Made once, painted
// by whoever owns it; GUI thread.
class GraphSketch {
public:
    GraphSketch(const engine::PipelineSpec& spec, const engine::EngineClient& client);
    void paint(QPainter& painter, const QRectF& rect) const;

private:
    struct Box {
        QPointF at{};
        int tone = 0;
    };
    std::vector<Box> m_boxes;
    std::vector<std::pair<std::size_t, std::size_t>> m_lines;
    QRectF m_bounds;
};

}  // namespace ui
