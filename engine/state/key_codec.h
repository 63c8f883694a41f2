#pragma once

#include "base/result.h"
#include "data/column.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace engine {

// Key bytes as state_store.h describes them: a type tag, a null flag (1 = NULL, and then nothing follows),
// the payload. -0.0 is written as 0.0 and every NaN alike, so that equal keys have equal bytes. The exchange
// and the tables both use this form.
void appendNullKey(std::string& out, DataType type);
void appendBoolKey(std::string& out, bool value);
void appendIntegerKey(std::string& out, DataType type, std::int64_t value);  // Int64 and Time
void appendNumberKey(std::string& out, double value);
void appendTextKey(std::string& out, std::string_view value);
void appendKey(std::string& out, const Column& column, std::size_t row);

// The bits that equal doubles share.
std::uint64_t canonicalBits(double value);

// One column of a key, read back. `bits`: of the number, the time, or 0/1; `text` points into the key.
struct KeyPart {
    DataType type = DataType::Int64;
    bool isNull = false;
    std::uint64_t bits = 0;
    std::string_view text{};
};
// Takes the next part off the front of `key`; false when the bytes are not a key.
bool takeKeyPart(std::string_view& key, KeyPart& part);

}  // namespace engine
