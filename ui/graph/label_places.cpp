#include "ui/graph/label_places.h"

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kCell = 128;  // of the raster in which room for labels is looked for

// Rectangles by the cells that they touch.
class TakenRoom {
public:
    void add(const QRectF& rect)
    {
        forEachCell(rect, [&](std::pair<int, int> cell) {
            m_cells[cell].push_back(rect);
            return false;
        });
    }
    bool isFree(const QRectF& rect) const
    {
        return !forEachCell(rect, [&](std::pair<int, int> cell) {
            const auto found = m_cells.find(cell);
            return found != m_cells.end() &&
                std::any_of(found->second.begin(), found->second.end(),
                            [&](const QRectF& taken) { return taken.intersects(rect); });
        });
    }

private:
    template<class Visit> static bool forEachCell(const QRectF& rect, Visit visit)
    {
        const auto at = [](double place) { return static_cast<int>(std::floor(place / kCell)); };
        for (int x = at(rect.left()); x <= at(rect.right()); ++x)
            for (int y = at(rect.top()); y <= at(rect.bottom()); ++y)
                if (visit({x, y})) return true;
        return false;
    }
    std::map<std::pair<int, int>, std::vector<QRectF>> m_cells;
};

}  // namespace

void placeLabels(const std::map<engine::NodeId, NodeItem*>& nodes,
                 const std::map<engine::EdgeSpec, EdgeItem*>& edges)
{
    TakenRoom taken;
    for (const auto& [id, item] : nodes) taken.add(item->card().translated(item->pos()));
    for (const auto& [edge, item] : edges) {
        const QList<QRectF> places = item->labelPlaces();
        const auto free = std::find_if(places.begin(), places.end(), [&](const QRectF& place) {
            return taken.isFree(place.adjusted(1, 1, -1, -1));
        });
        item->setLabel(free == places.end() ? places.front() : *free);
        taken.add(item->label());
    }
}

}  // namespace ui
