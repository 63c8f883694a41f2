#include "connectors/sqlite/sqlite_table.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <sqlite3.h>

namespace engine {

namespace {

struct ColumnThere {
    std::string name{}, type{};
    bool mustBeGiven = false;
    bool isComputed = false;
};

// What a declared type makes of values, by SQLite's own rules.
enum class Affinity { Integer, Text, Any, Real, Numeric };

std::string lowered(std::string text)
{
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

Affinity affinityOf(const std::string& declared)
{
    const std::string type = lowered(declared);
    const auto has = [&](const char* part) { return type.find(part) != std::string::npos; };
    if (has("int")) return Affinity::Integer;
    if (has("char") || has("clob") || has("text")) return Affinity::Text;
    if (type.empty() || has("blob") || type == "any") return Affinity::Any;
    if (has("real") || has("floa") || has("doub")) return Affinity::Real;
    return Affinity::Numeric;
}

const char* sqlTypeOf(DataType type, bool timesAsEpochMs)
{
    switch (type) {
    case DataType::Bool: return "BOOLEAN";
    case DataType::Int64: return "INTEGER";
    case DataType::Float64: return "REAL";
    case DataType::Time: return timesAsEpochMs ? "INTEGER" : "TEXT";
    case DataType::String: return "TEXT";
    }
    return "";
}

// Whether the values come back as they were written.
bool keepsValues(Affinity affinity, DataType type, bool timesAsEpochMs)
{
    if (affinity == Affinity::Any) return true;
    const bool isNumber = affinity == Affinity::Integer || affinity == Affinity::Numeric;
    switch (type) {
    case DataType::Bool:
    case DataType::Int64: return isNumber;
    case DataType::Float64: return affinity == Affinity::Real || affinity == Affinity::Numeric;
    case DataType::Time:
        return timesAsEpochMs ? isNumber : affinity == Affinity::Text || affinity == Affinity::Numeric;
    case DataType::String: return affinity == Affinity::Text;
    }
    return false;
}

Error misfit(const std::string& path, std::string message)
{
    return {ErrorCode::Refused, std::move(message), path};
}

std::string tableText(const SqliteTable& table, const std::string& path)
{
    return "The table " + sqlName(table.name) + " in " + path;
}

std::string textAt(const SqliteStatement& statement, int column)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
    return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), column)))
                : std::string();
}

std::string keyNames(const SqliteTable& table)
{
    std::string names;
    for (const std::size_t key : table.keys)
        names += (names.empty() ? "" : ", ") + sqlName(table.schema->field(key).name);
    return names;
}

Status makeTable(sqlite3* connection, const std::string& path, const SqliteTable& table)
{
    std::string columns;
    for (const Field& field : table.schema->fields())
        columns += (columns.empty() ? "" : ", ") + sqlName(field.name) + " " +
            sqlTypeOf(field.type, table.timesAsEpochMs);
    if (!table.keys.empty()) columns += ", PRIMARY KEY(" + keyNames(table) + ")";
    return runSql(connection, path, "CREATE TABLE " + sqlName(table.name) + "(" + columns + ")");
}

// "table", "view"; nothing when there is none of the name.
Result<std::optional<std::string>> kindThere(sqlite3* connection, const std::string& path,
                                             const SqliteTable& table)
{
    auto statement = prepareSql(connection, path,
                                "SELECT type FROM sqlite_schema WHERE name=?1 COLLATE NOCASE AND type IN "
                                "('table', 'view')",
                                {&table.name});
    if (!statement) return statement.error();
    const int code = sqlite3_step(statement->get());
    if (code == SQLITE_ROW) return std::optional(textAt(*statement, 0));
    if (code != SQLITE_DONE) return sqliteError(connection, path);
    return std::optional<std::string>();
}

Result<std::map<std::string, ColumnThere>> columnsThere(sqlite3* connection, const std::string& path,
                                                        const SqliteTable& table)
{
    // A primary key without an index is another name of the rowid, which SQLite fills by itself.
    auto statement =
        prepareSql(connection, path,
                   "SELECT name, type, \"notnull\" AND dflt_value IS NULL AND NOT (pk AND NOT EXISTS "
                   "(SELECT 1 FROM pragma_index_list(?1) WHERE origin='pk')), hidden FROM "
                   "pragma_table_xinfo(?1)",
                   {&table.name});
    if (!statement) return statement.error();
    std::map<std::string, ColumnThere> columns;
    int code = sqlite3_step(statement->get());
    for (; code == SQLITE_ROW; code = sqlite3_step(statement->get())) {
        ColumnThere column{textAt(*statement, 0), textAt(*statement, 1),
                           sqlite3_column_int(statement->get(), 2) != 0,
                           sqlite3_column_int(statement->get(), 3) != 0};
        columns.emplace(lowered(column.name), std::move(column));
    }
    if (code != SQLITE_DONE) return sqliteError(connection, path);
    return columns;
}

Status checkColumns(const std::map<std::string, ColumnThere>& there, const std::string& path,
                    const SqliteTable& table)
{
    for (const Field& field : table.schema->fields()) {
        const auto found = there.find(lowered(field.name));
        const std::string wanted = sqlTypeOf(field.type, table.timesAsEpochMs);
        if (found == there.end())
            return misfit(path,
                          tableText(table, path) + " has no column " + sqlName(field.name) +
                              "; add it with ALTER TABLE " + sqlName(table.name) + " ADD COLUMN " +
                              sqlName(field.name) + " " + wanted + ", or choose another table.");
        if (found->second.isComputed)
            return misfit(path,
                          tableText(table, path) + " computes its column " + sqlName(field.name) +
                              " by itself; leave it out with select before the sink.");
        if (!keepsValues(affinityOf(found->second.type), field.type, table.timesAsEpochMs))
            return misfit(path,
                          tableText(table, path) + " has the column " + sqlName(field.name) + " as " +
                              found->second.type + ", but a " + std::string(dataTypeName(field.type)) +
                              " needs " + wanted +
                              "; choose another table, or another type before the sink.");
    }
    for (const auto& [key, column] : there) {
        const bool isGiven = std::any_of(table.schema->fields().begin(), table.schema->fields().end(),
                                         [&](const Field& field) { return lowered(field.name) == key; });
        if (column.mustBeGiven && !isGiven)
            return misfit(path,
                          tableText(table, path) + " has a column " + sqlName(column.name) +
                              " that must not be NULL, and the rows have none of that name; give it a "
                              "default, or add it to the rows with compute.");
    }
    return ok();
}

}  // namespace

Status checkTableThere(sqlite3* connection, const std::string& path, const SqliteTable& table)
{
    const auto kind = kindThere(connection, path, table);
    if (!kind) return kind.error();
    if (!*kind) return ok();
    if (**kind != "table")
        return misfit(
            path, sqlName(table.name) + " in " + path + " is a view; rows can only be written to a table.");
    const auto there = columnsThere(connection, path, table);
    if (!there) return there.error();
    TRY(checkColumns(*there, path, table));
    const auto insert = prepareInsert(connection, path, table);
    return insert ? ok() : Status(insert.error());
}

Status makeOrCheckTable(sqlite3* connection, const std::string& path, const SqliteTable& table)
{
    const auto kind = kindThere(connection, path, table);
    if (!kind) return kind.error();
    return *kind ? checkTableThere(connection, path, table) : makeTable(connection, path, table);
}

Result<SqliteStatement> prepareInsert(sqlite3* connection, const std::string& path, const SqliteTable& table)
{
    std::string names, values, updates;
    for (std::size_t i = 0; i < table.schema->size(); ++i) {
        const std::string name = sqlName(table.schema->field(i).name);
        names += (i ? ", " : "") + name;
        values += (i ? ", ?" : "?") + std::to_string(i + 1);
        if (std::find(table.keys.begin(), table.keys.end(), i) == table.keys.end())
            updates += (updates.empty() ? "" : ", ") + name + "=excluded." + name;
    }
    std::string sql = "INSERT INTO " + sqlName(table.name) + "(" + names + ") VALUES(" + values + ")";
    if (!table.keys.empty())
        sql += " ON CONFLICT(" + keyNames(table) + ") DO " +
            (updates.empty() ? "NOTHING" : "UPDATE SET " + updates);
    auto statement = prepareSql(connection, path, sql);
    if (statement || table.keys.empty() ||
        std::string_view(sqlite3_errmsg(connection)).find("ON CONFLICT") == std::string_view::npos)
        return statement;
    return misfit(path,
                  tableText(table, path) + " has no primary key and no unique index on (" + keyNames(table) +
                      "), which upsert needs; make one with CREATE UNIQUE INDEX, or choose other keys.");
}

}  // namespace engine
