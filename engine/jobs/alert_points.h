#pragma once

#include "spec/messages.h"

#include <string>
#include <vector>

namespace engine {

// Fewer values of the same time: of the older half every second one goes until there are at most `most`.
void thinPoints(std::vector<AlertPoint>& points, std::size_t most);

// As they lie in the table: two words for each point, as this computer has them.
std::string bytesOf(const std::vector<AlertPoint>& points);
std::vector<AlertPoint> pointsOf(const std::string& bytes);

}  // namespace engine
