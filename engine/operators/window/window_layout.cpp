#include "operators/window/window_layout.h"

namespace engine {

std::string WindowLayout::geometry() const
{
    return "size " + std::to_string(sizeUs) + " us, slide " + std::to_string(slideUs) + " us, offset " +
        std::to_string(offsetUs) + " us" + (dependsOnArrival() ? ", by arrival" : "");
}

bool WindowLayout::sameState(const WindowLayout& other) const
{
    return geometry() == other.geometry() && GroupLayout::sameState(other);
}

}  // namespace engine
