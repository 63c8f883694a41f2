#include "state/key_codec.h"

#include "data/key_bytes.h"
#include "state/bytes.h"

#include <bit>
#include <cmath>
#include <limits>

namespace engine {
namespace {

void appendHead(std::string& out, DataType type, bool isNull)
{
    out.push_back(static_cast<char>(type));
    out.push_back(isNull ? '\1' : '\0');
}

}  // namespace

std::uint64_t canonicalBits(double value)
{
    if (std::isnan(value)) return std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
    return value == 0 ? 0 : std::bit_cast<std::uint64_t>(value);
}

void appendNullKey(std::string& out, DataType type) { appendHead(out, type, true); }

void appendBoolKey(std::string& out, bool value)
{
    appendHead(out, DataType::Bool, false);
    out.push_back(value ? '\1' : '\0');
}

void appendIntegerKey(std::string& out, DataType type, std::int64_t value)
{
    appendHead(out, type, false);
    appendWord(out, static_cast<std::uint64_t>(value));
}

void appendNumberKey(std::string& out, double value)
{
    appendHead(out, DataType::Float64, false);
    appendWord(out, canonicalBits(value));
}

void appendTextKey(std::string& out, std::string_view value)
{
    appendHead(out, DataType::String, false);
    appendText(out, value);
}

void appendKey(std::string& out, const Column& column, std::size_t row)
{
    if (column.type() == DataType::Float64 && !column.isNull(row))
        return appendNumberKey(out, column.numbers()[row]);
    appendKeyBytes(column, row, out);
}

bool takeKeyPart(std::string_view& key, KeyPart& part)
{
    if (key.size() < 2 || static_cast<std::uint8_t>(key[0]) > static_cast<std::uint8_t>(DataType::String))
        return false;
    part = {static_cast<DataType>(key[0]), key[1] != 0, 0, {}};
    key.remove_prefix(2);
    if (part.isNull) return true;
    if (part.type == DataType::String) return takeText(key, part.text);
    if (part.type != DataType::Bool) return takeWord(key, part.bits);
    if (key.empty()) return false;
    part.bits = key[0] != 0;
    key.remove_prefix(1);
    return true;
}

}  // namespace engine
