#include "operators/window/window_layout.h"

namespace engine {
namespace {

std::string micros(const char* name, std::int64_t us)
{
    return std::string(name) + " " + std::to_string(us) + " us";
}

}  // namespace

std::int64_t WindowLayout::nextEarly(std::int64_t startUs, std::int64_t watermarkUs) const
{
    if (earlyUs == 0) return kEndOfTime;
    if (watermarkUs < SliceGrid::dueOf(startUs + earlyUs)) return startUs + earlyUs;
    const std::int64_t passed = watermarkUs - SliceGrid::dueOf(startUs);
    return startUs + (passed / earlyUs + 1) * earlyUs;
}

std::string WindowLayout::geometry() const
{
    const std::string order = dependsOnArrival() ? ", by arrival" : "";
    if (kind == WindowKind::Session) return micros("gap", gapUs) + order;
    if (kind == WindowKind::Count)
        return std::to_string(rows) + " rows, slide " + std::to_string(slideRows) + order;
    return micros("size", sizeUs) + ", " +
        micros(kind == WindowKind::Cumulative ? "step" : "slide", slideUs) + ", " +
        micros("offset", offsetUs) + order;
}

std::string WindowLayout::geometryNames() const
{
    switch (kind) {
    case WindowKind::Cumulative: return "size, step or offset";
    case WindowKind::Session: return "gap";
    case WindowKind::Count: return "number of rows";
    default: return "size, slide or offset";
    }
}

bool WindowLayout::sameState(const WindowLayout& other) const
{
    return geometry() == other.geometry() && GroupLayout::sameState(other);
}

}  // namespace engine
