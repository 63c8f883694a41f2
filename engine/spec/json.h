#pragma once

#include "base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace engine {

using Json = nlohmann::ordered_json;  // keeps members in the order of the document

// Parses one JSON value of at most limits::kDocumentBytes and limits::kDocumentDepth. A member that occurs
// twice, invalid UTF-8 and anything after the value are errors; each is a sentence with line and column,
// `where` the path of the place.
Result<Json> parseJson(std::string_view text);

// The canonical form: two-space indent, an array or object on one line where that ends within 100 columns,
// else one member a line, numbers in shortest round-trip form. Ends with a line feed.
std::string writeJson(const Json& value);

// The same on one line, without the line feed; for messages and keys.
std::string compactJson(const Json& value);

// The text that reads back as exactly this number, and the shortest such: 80, 80.5, 1e+30.
std::string numberText(double number);

// The member of an object, or null if `object` is none or has no such member.
const Json* findMember(const Json& object, std::string_view name);

// Appends a member without looking for one of that name; the caller knows that there is none.
void appendMember(Json& object, std::string name, Json value);

// What kind of value it is, in words for a message: "a text", "a number", "a list".
const char* kindInWords(const Json& value);

}  // namespace engine
