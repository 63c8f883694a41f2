#include "connectors/sqlite/sqlite_database.h"

#include "catalog/source_params.h"

#include <algorithm>
#include <array>
#include <sqlite3.h>
#include <sys/vfs.h>

namespace engine {

namespace {

constexpr int kBusyAsks = 100;  // then it is told, and tried again
constexpr Duration kAskEvery = std::chrono::milliseconds(1);

// SQLite's own asks less and less often, and misses the moment for which others leave the lock free.
int askAgain(void* clock, int asked)
{
    if (asked == kBusyAsks) return 0;
    const auto& time = *static_cast<const Clock*>(clock);
    waitUntil(time, time.monotonic() + kAskEvery);
    return 1;
}

// Locks between machines are not to be trusted, and WAL needs memory that its users share.
bool isOnNetwork(const std::string& directory)
{
    constexpr std::array<std::uint32_t, 7> kNetworkDisks{0x6969, 0x517B,     0xFF534D42, 0xFE534D42,
                                                         0x564C, 0x65735546, 0x01021997};
    struct statfs disk { };
    if (::statfs(directory.c_str(), &disk) != 0) return false;
    return std::find(kNetworkDisks.begin(), kNetworkDisks.end(), static_cast<std::uint32_t>(disk.f_type)) !=
        kNetworkDisks.end();
}

Status checkPlaceOf(Env& env, const std::string& path, bool mayMake)
{
    const std::string directory = directoryOf(path);
    const auto about = env.files.info(directory);
    if (!about || !about->isDirectory)
        return Error{ErrorCode::Refused,
                     "There is no directory " + directory + "; make it, or choose another path.", path};
    if (isOnNetwork(directory))
        return Error{ErrorCode::Refused,
                     "The database " + path +
                         " would lie on a network or user-space disk, where its locks cannot be relied on; "
                         "choose a path on a local disk.",
                     path};
    const auto file = env.files.info(path);
    if (file && !file->isRegular)
        return Error{ErrorCode::Refused, path + " is no file; choose another path for the database.", path};
    if (!file && !mayMake)
        return Error{ErrorCode::Corrupt,
                     "The database " + path +
                         " that the run before wrote is gone; put it back, or start again with --fresh.",
                     path};
    return ok();
}

}  // namespace

void SqliteEnd::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

void SqliteEnd::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

std::string sqlName(const std::string& name)
{
    std::string quoted = "\"";
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

Error sqliteError(sqlite3* connection, const std::string& path)
{
    const int code = sqlite3_errcode(connection) & 0xFF;
    const std::string why = std::string(" (") + sqlite3_errmsg(connection) + ")";
    const std::string database = "The database " + path;
    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::Busy, database + " is locked by another program; rows wait until it is free.",
                path};
    case SQLITE_FULL:
        return {ErrorCode::Full, database + " cannot grow, for the disk is full" + why + "; make room on it.",
                path};
    case SQLITE_NOTADB:
        return {ErrorCode::Refused,
                path + " is no SQLite database; choose another path, or move the file away.", path};
    case SQLITE_CORRUPT:
        return {ErrorCode::Corrupt,
                database + " is damaged" + why +
                    "; put a copy in its place, or move it away and start again with --fresh.",
                path};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return {ErrorCode::Refused,
                database + " is read-only" + why +
                    "; let this user write the file and its directory, or choose another path.",
                path};
    case SQLITE_CANTOPEN:
        return {ErrorCode::Refused,
                database + " cannot be opened" + why + "; let this user write the file and its directory.",
                path};
    case SQLITE_IOERR:
        return {ErrorCode::Io, database + " cannot be read or written" + why + "; look at its disk.", path};
    default: return {ErrorCode::Io, database + " refuses" + why + ".", path};
    }
}

Status runSql(sqlite3* connection, const std::string& path, const std::string& sql)
{
    if (sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return ok();
    return sqliteError(connection, path);
}

Result<SqliteStatement> prepareSql(sqlite3* connection, const std::string& path, const std::string& sql,
                                   std::initializer_list<const std::string*> texts)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection, sql.c_str(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    SqliteStatement made(statement);
    if (code != SQLITE_OK) return sqliteError(connection, path);
    int index = 0;
    for (const std::string* text : texts)
        if (sqlite3_bind_text(statement, ++index, text->data(), static_cast<int>(text->size()),
                              SQLITE_STATIC) != SQLITE_OK)
            return sqliteError(connection, path);
    return made;
}

Result<SqliteConnection> openSqlite(Env& env, const std::string& path, bool mayMake)
{
    TRY(checkPlaceOf(env, path, mayMake));
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | (mayMake ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    SqliteConnection connection(raw);
    CHECK(raw != nullptr);
    if (code != SQLITE_OK) return sqliteError(raw, path);
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_handler(raw, askAgain, &env.clock);
    // The file is read with the first statement only: now it shows whether it is a database at all.
    TRY(runSql(raw, path, "PRAGMA schema_version"));
    if (sqlite3_db_readonly(raw, "main") == 1)
        return Error{ErrorCode::Refused,
                     "The database " + path +
                         " is read-only; let this user write the file and its directory, or choose another "
                         "path.",
                     path};
    return connection;
}

}  // namespace engine
