#include "operators/lookup/sqlite_client.h"

#include "data/time_text.h"
#include "state/key_codec.h"
#include "state/row_bytes.h"

#include <sqlite3.h>

namespace engine {
namespace {

constexpr int kLockedMs = 2;              // between two tries of a database that is locked
constexpr int kLockedTries = 1000;        // two seconds: then it is a failed look-up
constexpr int kStepsBetweenLooks = 1000;  // of SQLite's machine, before it sees that nobody waits any more

std::string quoted(const std::string& name)
{
    std::string text = "\"";
    for (const char c : name) {
        if (c == '"') text += '"';
        text += c;
    }
    return text + '"';
}

// SQLite has no way to be told when a lock goes: it asks again. On a thread of the look-ups, never a task's.
int whileLocked(void* isEnding, int tries)
{
    if (tries >= kLockedTries || *static_cast<const std::atomic<bool>*>(isEnding)) return 0;
    sqlite3_sleep(kLockedMs);
    return 1;
}

int isInVain(void* isEnding) { return *static_cast<const std::atomic<bool>*>(isEnding) ? 1 : 0; }

std::string_view textAt(sqlite3_stmt* statement, int place)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, place));
    return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, place)))
                : std::string_view();
}

std::optional<std::int64_t> timeFrom(sqlite3_stmt* statement, int place, const std::string& encoding)
{
    if (sqlite3_column_type(statement, place) != SQLITE_INTEGER)
        return parseSqlTime(textAt(statement, place));
    std::int64_t value = sqlite3_column_int64(statement, place);
    const std::int64_t unit = encoding == "epoch_us" ? 1 : encoding == "epoch_s" ? 1'000'000 : 1000;
    if (__builtin_mul_overflow(value, unit, &value)) return {};
    return value;
}

}  // namespace

SqliteClient::SqliteClient(std::string path, LookupSpecPtr spec, const std::atomic<bool>& isEnding)
    : m_path(std::move(path)),
      m_spec(std::move(spec)),
      m_isEnding(isEnding)
{
}

SqliteClient::~SqliteClient() { close(); }

void SqliteClient::close()
{
    sqlite3_finalize(m_statement);
    sqlite3_close(m_connection);
    m_statement = nullptr;
    m_connection = nullptr;
}

Error SqliteClient::failure(const char* what) const
{
    const int code = m_connection ? sqlite3_errcode(m_connection) : SQLITE_NOMEM;
    const bool isBusy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    return {isBusy ? ErrorCode::Unavailable : ErrorCode::Refused,
            "The database " + m_path + " " + what + ": " +
                (m_connection ? sqlite3_errmsg(m_connection) : "no memory") +
                (isBusy ? "; another program holds it." : "."),
            m_path};
}

Status SqliteClient::open()
{
    close();
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(m_path.c_str(), &m_connection, flags, nullptr) != SQLITE_OK) {
        const Error error = failure("cannot be opened");
        close();
        return error;
    }
    // SQLite takes them as it may change what they point at; neither function does.
    auto* isEnding = const_cast<std::atomic<bool>*>(&m_isEnding);
    sqlite3_busy_handler(m_connection, whileLocked, isEnding);
    sqlite3_progress_handler(m_connection, kStepsBetweenLooks, isInVain, isEnding);
    std::string sql = "SELECT ";
    for (const DecodeColumn& column : m_spec->columns)
        sql += (&column == &m_spec->columns.front() ? "" : ", ") +
            ("t." + quoted(column.path.empty() ? column.name : column.path));
    sql += " FROM " + quoted(m_spec->table) + " AS t WHERE ";
    for (std::size_t i = 0; i < m_spec->keys.size(); ++i)
        sql +=
            (i ? " AND " : "") + ("t." + quoted(m_spec->keys[i].tableName)) + " = ?" + std::to_string(i + 1);
    if (sqlite3_prepare_v3(m_connection, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &m_statement, nullptr) ==
        SQLITE_OK)
        return ok();
    const Error error = failure("cannot be asked");
    close();
    return error;
}

bool SqliteClient::bind(std::string_view key)
{
    KeyPart part;
    int status = SQLITE_OK;
    for (int i = 1; status == SQLITE_OK && takeKeyPart(key, part); ++i) {
        switch (part.type) {
        case DataType::Bool:
        case DataType::Int64:
            status = sqlite3_bind_int64(m_statement, i, static_cast<std::int64_t>(part.bits));
            break;
        case DataType::Float64:
            status = sqlite3_bind_double(m_statement, i, std::bit_cast<double>(part.bits));
            break;
        case DataType::Time: {
            std::string text;
            appendIso8601Millis(text, static_cast<std::int64_t>(part.bits));
            status =
                sqlite3_bind_text64(m_statement, i, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
            break;
        }
        case DataType::String:
            status = sqlite3_bind_text64(m_statement, i, part.text.data(), part.text.size(), SQLITE_TRANSIENT,
                                         SQLITE_UTF8);
            break;
        }
    }
    return status == SQLITE_OK;
}

bool SqliteClient::takeValue(int place, const DecodeColumn& column, std::string& into, std::string& reason)
{
    const int kind = sqlite3_column_type(m_statement, place);
    const bool isWhole = kind == SQLITE_INTEGER;
    std::optional<std::int64_t> time;
    bool fits = kind != SQLITE_NULL;
    if (column.type == DataType::Bool || column.type == DataType::Int64) fits = isWhole;
    if (column.type == DataType::Float64) fits = isWhole || kind == SQLITE_FLOAT;
    if (column.type == DataType::String) fits = fits && kind != SQLITE_BLOB;
    if (column.type == DataType::Time && fits) {
        time = timeFrom(m_statement, place, column.encoding);
        fits = time.has_value();
    }
    into.push_back(fits ? '\0' : '\1');
    if (!fits && (kind == SQLITE_NULL ? column.required : !column.lenient)) {
        reason = "The column \"" + column.name + "\" of the table " + m_spec->table + " holds " +
            (kind == SQLITE_NULL ? "no value"
                                 : "a value that is no " + std::string(dataTypeName(column.type))) +
            ".";
        return false;
    }
    if (!fits) return true;
    switch (column.type) {
    case DataType::Bool: into.push_back(sqlite3_column_int64(m_statement, place) != 0 ? '\1' : '\0'); break;
    case DataType::Int64: appendInteger(into, sqlite3_column_int64(m_statement, place)); break;
    case DataType::Float64:
        appendWord(into, std::bit_cast<std::uint64_t>(sqlite3_column_double(m_statement, place)));
        break;
    case DataType::Time: appendInteger(into, *time); break;
    case DataType::String: {
        const std::string_view text = textAt(m_statement, place);
        appendWord(into, text.size());
        into.append(text);
        break;
    }
    }
    return true;
}

bool SqliteClient::takeRow(std::string& into, std::string& reason)
{
    for (std::size_t i = 0; i < m_spec->columns.size(); ++i)
        if (!takeValue(static_cast<int>(i), m_spec->columns[i], into, reason)) return false;
    return true;
}

LookupAnswer SqliteClient::ask(std::string_view key)
{
    LookupAnswer answer;
    const auto failed = [&answer](std::string reason) {
        answer.rows.clear();
        answer.isFailed = true;
        answer.reason = std::move(reason);
    };
    int hasMoved = 0;
    if (m_connection) sqlite3_file_control(m_connection, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved);
    if (!m_statement || hasMoved != 0)
        if (const Status opened = open(); !opened) {
            failed(opened.error().message);
            return answer;
        }
    int step = bind(key) ? SQLITE_ROW : SQLITE_ERROR;
    while (step == SQLITE_ROW && (step = sqlite3_step(m_statement)) == SQLITE_ROW) {
        std::string reason;
        if (takeRow(answer.rows.emplace_back(), reason)) continue;
        failed(std::move(reason));
        break;
    }
    const bool isBroken = step != SQLITE_DONE && step != SQLITE_ROW;
    if (isBroken) failed(failure("cannot be read").message);
    sqlite3_reset(m_statement);
    if (isBroken) close();
    return answer;
}

}  // namespace engine
