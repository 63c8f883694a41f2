#pragma once

#include <span>
#include <string>

namespace engine {

// The names of the IANA time zone database (2025b, with its links to older names), the same on every machine:
// whether a document is right must not depend on what is installed.
std::span<const std::string> timeZoneNames();

}  // namespace engine
