#pragma once

#include <string>
#include <string_view>

namespace engine {

// What a sink alone may write: one file, the numbered files of a name ("out.json" stands for out-0-1.json and
// the like, and not for itself), or a table of a database.
struct WrittenPlace {
    std::string path{};  // as plainPath() gives it; empty: nobody gets in anybody's way
    bool isNumbered = false;
    std::string table{};

    bool meets(const WrittenPlace& other) const;  // some file or table is written by both
    // Whether a reader of that path or pattern takes files of this place as they come.
    bool isReadBy(const std::string& pattern) const;
    std::string text() const;  // for a sentence: a/out.json, table "readings" of a.db
};

}  // namespace engine
