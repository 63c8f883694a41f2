#pragma once

#include "data/column.h"

#include <span>
#include <string>

namespace engine {

class RecordBatch;

// The bytes by which a key is known in checkpoints and spread over instances. For each column: the DataType,
// a null flag (1: NULL, and nothing follows), then 8 little-endian bytes, 1 byte (Bool), or a 32-bit
// little-endian length and the text. Appends.
void appendKeyBytes(const Column& column, std::size_t physicalRow, std::string& into);

}  // namespace engine
