#pragma once

#include "base/env.h"
#include "base/ids.h"

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace engine {

struct SqliteEnd {
    void operator()(sqlite3* connection) const;
    void operator()(sqlite3_stmt* statement) const;
};
using SqliteConnection = std::unique_ptr<sqlite3, SqliteEnd>;
using SqliteStatement = std::unique_ptr<sqlite3_stmt, SqliteEnd>;

// A name as SQL writes it, whatever it holds.
std::string sqlName(const std::string& name);

// The last failure of a connection, as a sentence with the path and what to do. Busy: another program holds
// the lock.
Error sqliteError(sqlite3* connection, const std::string& path);
Status runSql(sqlite3* connection, const std::string& path, const std::string& sql);
// Texts take the place of ?1, ?2 ... and have to outlive the statement's steps.
Result<SqliteStatement> prepareSql(sqlite3* connection, const std::string& path, const std::string& sql,
                                   std::initializer_list<const std::string*> texts = {});

// A connection to a database that can be written, or a sentence. Without `mayMake` the file must be there.
Result<SqliteConnection> openSqlite(Env& env, const std::string& path, bool mayMake);

// The one writing connection of a pipeline to a database file, and the one transaction that all of the
// pipeline's sinks write into: two would wait for each other, one for the lock and the other for rows that
// the first holds back. Who prepares an epoch commits what all have written so far. Every call but of() and
// lock() needs the lock; any thread.
class SqliteDatabase {
public:
    // The same object for the same pipeline and file, by whatever path or link, for as long as somebody holds
    // it.
    static std::shared_ptr<SqliteDatabase> of(FileSystem& files, const std::string& pipeline,
                                              const std::string& path);
    SqliteDatabase(std::string pipeline, std::string path);
    std::unique_lock<std::mutex> lock() { return std::unique_lock(m_mutex); }

    // A sink's row in the table of epochs. Who takes it raises the fence, and who had it before commits no
    // more.
    struct Place {
        std::optional<std::int64_t> epoch{};  // the last one written; nothing: the sink is new here
        std::int64_t fence = 0;
    };

    Status open(Env& env, bool mayMake);  // what is open stays so
    sqlite3* connection() { return m_connection.get(); }
    const std::string& path() const { return m_path; }
    Status begin();  // a transaction, unless there is one
    bool isInTransaction() const { return m_isInTransaction; }
    Result<Place> takePlace(const std::string& sink, bool isFresh);
    Status writeEpoch(const std::string& sink, std::int64_t fence, Epoch epoch);
    Status commit();
    // Whether the file and what lies beside it are still those that were opened.
    Status checkFile();
    // Of what just failed. What has been written since the last commit is gone then, but for Busy.
    Error failure();
    void rollBack();
    // Grows with each transaction that was lost: rows written before are gone.
    std::uint64_t lost() const { return m_lost; }

private:
    Error stillLocked();
    Status checkLog();
    const std::string m_pipeline, m_path;
    std::mutex m_mutex;
    Env* m_env = nullptr;  // guarded by m_mutex, as is all that follows
    SqliteConnection m_connection;
    bool m_isInTransaction = false;
    std::uint64_t m_lost = 0;
    std::optional<MonotonicTime> m_lockedSince;
    MonotonicTime m_committed{};
    std::array<std::uint64_t, 2> m_besides{};  // inodes of the log and its index; 0: not seen yet
};

}  // namespace engine
