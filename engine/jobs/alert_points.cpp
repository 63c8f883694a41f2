#include "jobs/alert_points.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace engine {

void thinPoints(std::vector<AlertPoint>& points, std::size_t most)
{
    while (points.size() > std::max<std::size_t>(most, 2)) {
        std::size_t index = 0;
        const std::size_t half = points.size() / 2;
        std::erase_if(points, [&](const AlertPoint&) { return index++ < half && index % 2 == 0; });
    }
}

std::string bytesOf(const std::vector<AlertPoint>& points)
{
    std::string bytes;
    bytes.reserve(points.size() * 16);
    for (const AlertPoint& point : points) {
        const std::array<std::uint64_t, 2> words{
            static_cast<std::uint64_t>(point.at.time_since_epoch().count()),
            std::bit_cast<std::uint64_t>(point.value)};
        bytes.append(reinterpret_cast<const char*>(words.data()), sizeof(words));
    }
    return bytes;
}

std::vector<AlertPoint> pointsOf(const std::string& bytes)
{
    std::vector<AlertPoint> points;
    std::array<std::uint64_t, 2> words{};
    for (std::size_t at = 0; at + sizeof(words) <= bytes.size(); at += sizeof(words)) {
        std::memcpy(words.data(), bytes.data() + at, sizeof(words));
        points.push_back(
            {Timestamp(Duration(static_cast<std::int64_t>(words[0]))), std::bit_cast<double>(words[1])});
    }
    return points;
}

}  // namespace engine
