#include "grouping/group_key.h"

#include "state/key_codec.h"
#include "state/key_hash.h"

#include <bit>

namespace engine {

static constexpr std::uint64_t kNullHash = 0x5851F42D4C957F2Dull;

GroupRow textGroupKey(std::string_view text)
{
    return {hashText(text), reinterpret_cast<std::uint64_t>(text.data()),
            static_cast<std::uint32_t>(text.size()), 0, 0};
}

GroupRow integerGroupKey(std::uint64_t word) { return {mixBits(word), word, 8, 0, 0}; }

GroupRow nullGroupKey() { return {kNullHash, 0, GroupRow::kNullLength, 0, 0}; }

void appendGroupKey(std::string& out, const GroupLayout& layout, const GroupRow& head)
{
    if (layout.keyForm == KeyForm::Nothing) return;
    if (layout.keyForm == KeyForm::Encoded)
        out.append(head.text());
    else if (head.length == GroupRow::kNullLength)
        appendNullKey(out, layout.keys[0].type);
    else if (layout.keyForm == KeyForm::Text)
        appendTextKey(out, head.text());
    else
        appendIntegerKey(out, layout.keys[0].type, static_cast<std::int64_t>(head.word));
}

// What GroupInput would have made of the key's columns.
bool readGroupKey(std::string_view bytes, const GroupLayout& layout, GroupRow& key)
{
    key = {0, 0, 0, 0, 0};
    if (layout.keyForm == KeyForm::Nothing) return bytes.empty();
    KeyPart part;
    if (layout.keyForm == KeyForm::Encoded)
        part.text = bytes;
    else if (!takeKeyPart(bytes, part) || part.type != layout.keys[0].type)
        return false;
    if (part.isNull)
        key = nullGroupKey();
    else if (layout.keyForm == KeyForm::Integer)
        key = integerGroupKey(part.bits);
    else
        key = textGroupKey(part.text);
    return true;
}

void putGroupKey(const GroupLayout& layout, const GroupRow& head, BatchBuilder& into)
{
    if (layout.keyForm == KeyForm::Nothing) return;
    if (head.length == GroupRow::kNullLength) return into.column(0).addNull();
    if (layout.keyForm == KeyForm::Text) return into.column(0).addText(head.text());
    if (layout.keyForm == KeyForm::Integer)
        return into.column(0).addInteger(static_cast<std::int64_t>(head.word));
    std::string_view bytes = head.text();
    for (std::size_t index = 0; index < layout.keys.size(); ++index) {
        KeyPart part;
        CHECK(takeKeyPart(bytes, part));
        ColumnBuilder& column = into.column(index);
        if (part.isNull)
            column.addNull();
        else if (part.type == DataType::String)
            column.addText(part.text);
        else if (part.type == DataType::Float64)
            column.addNumber(std::bit_cast<double>(part.bits));
        else if (part.type == DataType::Bool)
            column.addBool(part.bits != 0);
        else
            column.addInteger(static_cast<std::int64_t>(part.bits));
    }
}

}  // namespace engine
