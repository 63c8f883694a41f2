#include "connectors/sqlite/sqlite_database.h"

#include "catalog/source_params.h"

#include <filesystem>
#include <sqlite3.h>
#include <vector>

namespace engine {

namespace {

constexpr Duration kTellLockedAfter = std::chrono::seconds(2);
// For others who wait for the lock: they ask every millisecond.
constexpr Duration kLeaveLockFree = std::chrono::milliseconds(2);

constexpr const char* kEpochTable =
    "CREATE TABLE IF NOT EXISTS _sp_commit(pipeline TEXT NOT NULL, sink TEXT NOT NULL, "
    "inc INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL, snap TEXT NOT NULL DEFAULT '', "
    "fence INTEGER NOT NULL, PRIMARY KEY(pipeline, sink))";

// The file by one name, however its path is spelled, be it there or not.
std::string oneNameOf(FileSystem& files, const std::string& path)
{
    const std::filesystem::path file = files.followLinks(path);
    std::error_code error;
    const auto directory = std::filesystem::canonical(directoryOf(file), error);
    return error ? path : (directory / file.filename()).string();
}

Status inWal(sqlite3* connection, const std::string& path)
{
    auto statement = prepareSql(connection, path, "PRAGMA journal_mode=WAL");
    if (!statement) return statement.error();
    if (sqlite3_step(statement->get()) != SQLITE_ROW) return sqliteError(connection, path);
    const auto* mode = reinterpret_cast<const char*>(sqlite3_column_text(statement->get(), 0));
    if (mode != nullptr && std::string_view(mode) == "wal") return ok();
    return Error{ErrorCode::Refused,
                 "The database " + path +
                     " cannot be switched to a write-ahead log, which its disk does not allow; choose a path "
                     "on another disk.",
                 path};
}

}  // namespace

std::shared_ptr<SqliteDatabase> SqliteDatabase::of(FileSystem& files, const std::string& pipeline,
                                                   const std::string& path)
{
    static std::mutex mutex;
    static std::vector<std::weak_ptr<SqliteDatabase>> open;  // guarded by mutex
    const std::string file = oneNameOf(files, path);
    const std::lock_guard lock(mutex);
    std::erase_if(open, [](const auto& each) { return each.expired(); });
    for (const auto& each : open) {
        auto shared = each.lock();
        std::error_code error;
        if (shared && shared->m_pipeline == pipeline &&
            (shared->m_path == file || std::filesystem::equivalent(shared->m_path, file, error)))
            return shared;
    }
    auto made = std::make_shared<SqliteDatabase>(pipeline, file);
    open.push_back(made);
    return made;
}

SqliteDatabase::SqliteDatabase(std::string pipeline, std::string path)
    : m_pipeline(std::move(pipeline)),
      m_path(std::move(path))
{
}

Status SqliteDatabase::open(Env& env, bool mayMake)
{
    if (m_connection) return ok();
    m_env = &env;
    auto connection = openSqlite(env, m_path, mayMake);
    if (!connection) return connection.error().code == ErrorCode::Busy ? stillLocked() : connection.error();
    for (const char* setting : {"PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=4096",
                                "PRAGMA cache_size=-16384", "PRAGMA trusted_schema=0"})
        TRY(runSql(connection->get(), m_path, setting));
    if (auto wal = inWal(connection->get(), m_path); !wal)
        return wal.error().code == ErrorCode::Busy ? stillLocked() : wal.error();
    m_connection = std::move(*connection);
    m_lockedSince.reset();
    return ok();
}

Error SqliteDatabase::stillLocked()
{
    const MonotonicTime now = m_env->clock.monotonic();
    if (!m_lockedSince) m_lockedSince = now;
    if (now - *m_lockedSince < kTellLockedAfter) return {ErrorCode::Busy, {}, m_path};
    return {ErrorCode::Busy,
            "The database " + m_path + " is locked by another program; rows wait until it is free.", m_path};
}

// What is written to a file that has lost its name is lost with it, and SQLite says nothing.
Status SqliteDatabase::checkFile()
{
    int hasMoved = 0;
    sqlite3_file_control(m_connection.get(), "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved);
    if (hasMoved == 0) return checkLog();
    rollBack();
    return Error{ErrorCode::Io,
                 "The database " + m_path + " was moved away or replaced while it was written; put it back.",
                 m_path};
}

// The same of the write-ahead log, where what was committed last lies. As long as nobody has begun another in
// its place, the database can still take in what it holds.
Status SqliteDatabase::checkLog()
{
    const auto inodeOf = [this](const char* ending) {
        const auto about = m_env->files.info(m_path + ending);
        return about ? about->inode : 0;
    };
    const std::array<std::uint64_t, 2> now{inodeOf("-wal"), inodeOf("-shm")};
    bool isGone = false;
    for (std::size_t i = 0; i < now.size(); ++i) {
        if (m_besides[i] == 0) m_besides[i] = now[i];
        isGone |= m_besides[i] != now[i];
    }
    if (!isGone) return ok();
    rollBack();
    const auto log = m_env->files.info(m_path + "-wal");
    const bool isKept = (!log || log->size == 0 || log->inode == m_besides[0]) &&
        sqlite3_wal_checkpoint_v2(m_connection.get(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) ==
            SQLITE_OK;
    return Error{ErrorCode::Io,
                 "The write-ahead log of the database " + m_path +
                     " was removed or replaced while it was written" +
                     (isKept ? "; what it held is in the database now."
                             : ", and what it held may be lost; put back a copy of the database with its "
                               "log, or start again with --fresh."),
                 m_path};
}

Status SqliteDatabase::begin()
{
    if (m_isInTransaction) return ok();
    waitUntil(m_env->clock, m_committed + kLeaveLockFree);
    TRY(checkFile());
    if (!runSql(m_connection.get(), m_path, "BEGIN IMMEDIATE")) return failure();
    m_lockedSince.reset();
    m_isInTransaction = true;
    return ok();
}

Result<SqliteDatabase::Place> SqliteDatabase::takePlace(const std::string& sink, bool isFresh)
{
    if (!runSql(m_connection.get(), m_path, kEpochTable)) return failure();
    Place place;
    auto read =
        prepareSql(m_connection.get(), m_path, "SELECT epoch FROM _sp_commit WHERE pipeline=?1 AND sink=?2",
                   {&m_pipeline, &sink});
    if (!read) return failure();
    if (sqlite3_step(read->get()) == SQLITE_ROW) place.epoch = sqlite3_column_int64(read->get(), 0);
    const std::string sql = "INSERT INTO _sp_commit(pipeline, sink, epoch, fence) VALUES(?1, ?2, 0, 1) "
                            "ON CONFLICT(pipeline, sink) DO UPDATE SET fence=fence+1" +
        std::string(isFresh ? ", epoch=0" : "") + " RETURNING fence";
    auto taken = prepareSql(m_connection.get(), m_path, sql, {&m_pipeline, &sink});
    if (!taken || sqlite3_step(taken->get()) != SQLITE_ROW) return failure();
    place.fence = sqlite3_column_int64(taken->get(), 0);
    if (sqlite3_step(taken->get()) != SQLITE_DONE) return failure();
    return place;
}

Status SqliteDatabase::writeEpoch(const std::string& sink, std::int64_t fence, Epoch epoch)
{
    auto update = prepareSql(m_connection.get(), m_path,
                             "UPDATE _sp_commit SET epoch=?3 WHERE pipeline=?1 AND sink=?2 AND fence=?4",
                             {&m_pipeline, &sink});
    if (!update) return failure();
    sqlite3_bind_int64(update->get(), 3, static_cast<std::int64_t>(epoch.value));
    sqlite3_bind_int64(update->get(), 4, fence);
    if (sqlite3_step(update->get()) != SQLITE_DONE) return failure();
    if (sqlite3_changes(m_connection.get()) == 1) return ok();
    rollBack();
    return Error{ErrorCode::Corrupt,
                 "Another run of this pipeline writes to the database " + m_path +
                     ", so this one has ended; only one of them may run.",
                 m_path};
}

Status SqliteDatabase::commit()
{
    TRY(checkFile());
    if (!runSql(m_connection.get(), m_path, "COMMIT")) return failure();
    m_isInTransaction = false;
    m_committed = m_env->clock.monotonic();
    return checkFile();
}

Error SqliteDatabase::failure()
{
    const Error error = sqliteError(m_connection.get(), m_path);
    if (error.code != ErrorCode::Busy) {
        rollBack();
        return error;
    }
    if (!m_isInTransaction) return stillLocked();
    rollBack();
    return {ErrorCode::Io, error.message, m_path};
}

void SqliteDatabase::rollBack()
{
    if (!m_isInTransaction) return;
    sqlite3_exec(m_connection.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    m_isInTransaction = false;
    ++m_lost;
}

}  // namespace engine
