#pragma once

#include "spec/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine {

struct DetectedColumn {
    std::string name{}, type = "string";
    std::string path{};      // in a record, where that is not the name
    std::string encoding{};  // of a timestamp
    bool isLenient = false;  // many values do not fit the type, and become NULL
    std::int64_t values = 0, nulls = 0, misfits = 0;
    bool operator==(const DetectedColumn&) const = default;
};

// What the beginning of a file says of the whole: how its records are written, their columns, and a few of
// them. A guess that a person looks at before it is taken.
struct Detected {
    std::string format = "text";  // json, csv or text
    std::string delimiter = ",";  // of csv
    bool hasHeader = true;        // of csv
    std::vector<DetectedColumn> columns{};
    std::int64_t columnsLeftOut = 0;                  // that were seen beyond the most that are taken
    std::string timeColumn{};                         // empty: none suggests itself
    std::vector<std::vector<std::string>> samples{};  // of each row a text for each column
    std::int64_t records = 0;                         // that were looked at
    std::int64_t badRecords = 0;                      // of them, that a source with these columns refuses
    std::string note{};                               // a sentence, where something should be known besides
    bool operator==(const Detected&) const = default;
};

// As parameters of a source of bytes; what is the default is left out.
Json sourceParams(const Detected& detected);

// "CSV with a header, fields separated by a semicolon: 4 columns in 512 records."; what was left out is said.
std::string detectedSentence(const Detected& detected);
std::string misfitsText(const DetectedColumn& column);  // "2 do not fit"

}  // namespace engine
