#include "ui/graph/clear_way.h"

#include "ui/graph/auto_layout.h"

#include <algorithm>
#include <cmath>

namespace ui {

double wayClear(const GraphScene& scene, const std::vector<QRectF>& cards,
                const std::set<engine::NodeId>& own)
{
    std::vector<QRectF> others;
    for (const auto& [id, item] : scene.nodes())
        if (!own.contains(id)) others.push_back(item->card().translated(item->pos()));
    const auto isLeft = [](const QRectF& one, const QRectF& other) { return one.left() < other.left(); };
    std::sort(others.begin(), others.end(), isLeft);
    double way = 0;
    for (;;) {  // each time past one card at least
        double missing = 0;
        for (const QRectF& card : cards) {
            const QRectF moved = card.translated(0, way);
            // All are equally wide.
            auto other = std::upper_bound(others.begin(), others.end(),
                                          moved.translated(-moved.width(), 0), isLeft);
            for (; other != others.end() && other->left() < moved.right(); ++other)
                if (other->intersects(moved))
                    missing = std::max(missing, other->bottom() + kRowGap - moved.top());
        }
        if (missing <= 0) break;
        way += std::ceil(missing / kGridStep) * kGridStep;
    }
    return way;
}

}  // namespace ui
