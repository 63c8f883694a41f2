#pragma once

#include <string>

namespace engine {

// A measured value as a person reads it, in sentences and beside them alike: four digits that count, with
// their zeros; whole numbers have all of theirs, and from 1,000 on there is one decimal. Any thread.
std::string readingText(double value);

}  // namespace engine
