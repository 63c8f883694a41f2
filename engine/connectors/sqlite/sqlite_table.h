#pragma once

#include "connectors/sqlite/sqlite_database.h"
#include "data/schema.h"

#include <string>
#include <vector>

namespace engine {

// A table as a sink wants it. BOOLEAN, INTEGER, REAL and TEXT stand for boolean, bigint, double and string; a
// time is TEXT (2024-05-01T12:00:00.123Z) or INTEGER (milliseconds since 1970).
struct SqliteTable {
    std::string name{};
    SchemaPtr schema{};
    std::vector<std::size_t> keys{};  // empty: rows are appended; else those with equal keys replaced
    bool timesAsEpochMs = false;
};

// Makes the table if it is not there; else a sentence where the rows do not fit into it.
Status makeOrCheckTable(sqlite3* connection, const std::string& path, const SqliteTable& table);
// The same without making it.
Status checkTableThere(sqlite3* connection, const std::string& path, const SqliteTable& table);
// Takes one row: its columns are ?1, ?2 ...
Result<SqliteStatement> prepareInsert(sqlite3* connection, const std::string& path, const SqliteTable& table);

}  // namespace engine
