#pragma once

#include "catalog/component.h"
#include "support/case_file.h"

#include <string>

namespace engine {

// Runs one case in every way that its component allows: batches of 1, 3 and 2,048 rows; one instance and
// four; saved and restored after every batch, also into another number of instances; through the lanes where
// there is a partial phase. Empty when all of them give what the case says; else which way failed and how.
std::string runCase(const Catalog& catalog, const std::string& component, const ComponentCase& one);

}  // namespace engine
