#pragma once

#include "data/batch_builder.h"
#include "grouping/group_layout.h"

#include <string>
#include <string_view>

namespace engine {

// Keys as tables of groups look them up. A text is not copied.
GroupRow textGroupKey(std::string_view text);
GroupRow integerGroupKey(std::uint64_t word);
GroupRow nullGroupKey();

// The bytes of state/key_codec.h for the key of a group; none where nothing is grouped by.
void appendGroupKey(std::string& out, const GroupLayout& layout, const GroupRow& head);
// What GroupInput would have made of the key's columns; false when the bytes are damaged. Texts point into
// `bytes`.
bool readGroupKey(std::string_view bytes, const GroupLayout& layout, GroupRow& key);
// Puts the key's columns into the first columns of a row.
void putGroupKey(const GroupLayout& layout, const GroupRow& head, BatchBuilder& into);

}  // namespace engine
