#pragma once

#include "data/batch_builder.h"
#include "grouping/group_layout.h"
#include "state/key_hash.h"

#include <string>
#include <string_view>

namespace engine {

// Keys as tables of groups look them up. A text is not copied.
GroupRow textGroupKey(std::string_view text);
GroupRow integerGroupKey(std::uint64_t word);
GroupRow nullGroupKey();

inline bool isTextKey(KeyForm form) { return form == KeyForm::Text || form == KeyForm::Encoded; }

template <bool kText>
bool sameGroupKey(const GroupRow& a, const GroupRow& b)
{
    if (a.hash != b.hash || a.length != b.length) return false;
    if constexpr (!kText) return a.word == b.word;
    if (a.length == GroupRow::kNullLength) return true;
    return sameBytes(reinterpret_cast<const char*>(a.word), reinterpret_cast<const char*>(b.word), a.length);
}

// The bytes of state/key_codec.h for the key of a group; none where nothing is grouped by.
void appendGroupKey(std::string& out, const GroupLayout& layout, const GroupRow& head);
// What GroupInput would have made of the key's columns; false when the bytes are damaged. Texts point into
// `bytes`.
bool readGroupKey(std::string_view bytes, const GroupLayout& layout, GroupRow& key);
// Puts the key's columns into the first columns of a row.
void putGroupKey(const GroupLayout& layout, const GroupRow& head, BatchBuilder& into);

}  // namespace engine
