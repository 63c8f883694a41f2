#pragma once

#include "spec/component_info.h"

#include <span>
#include <string>

namespace engine {

// The catalogue as a page: docs/components.md is exactly this.
std::string componentsMarkdown(std::span<const ComponentInfo> components);

// One component as text for a terminal.
std::string componentText(const ComponentInfo& component);

Json componentJson(const ComponentInfo& component);

}  // namespace engine
