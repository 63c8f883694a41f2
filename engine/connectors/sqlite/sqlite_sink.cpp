#include "connectors/sqlite/sqlite_sink.h"

#include "data/time_text.h"

#include <charconv>
#include <sqlite3.h>

namespace engine {

SqliteSink::~SqliteSink()
{
    if (!m_database) return;
    const auto lock = m_database->lock();
    m_insert.reset();
}

void SqliteSink::setPath(const std::string& baseDirectory)
{
    // Never the bare name: ":memory:" and "" would be no files.
    if (m_options.path.empty() || m_options.path.front() != '/')
        m_options.path = (baseDirectory.empty() ? "." : baseDirectory) + "/" + m_options.path;
}

Status SqliteSink::open(SinkContext& context, const std::string& resumeFrom)
{
    std::int64_t epoch = 0;
    const auto read = std::from_chars(resumeFrom.data(), resumeFrom.data() + resumeFrom.size(), epoch);
    if (!resumeFrom.empty() && read.ec != std::errc())
        return Error{ErrorCode::Corrupt,
                     "The saved state of a SQLite sink cannot be read; start again with --fresh.",
                     {}};
    const std::string table(read.ptr, resumeFrom.data() + resumeFrom.size());
    const std::string is = " " + m_options.table.name;
    // SQLite does not tell capitals from small letters in names; without one it was saved by an earlier
    // version.
    if (!table.empty() && sqlite3_stricmp(table.c_str(), is.c_str()) != 0)
        return Error{ErrorCode::Refused,
                     "The run that is gone on with was writing to another table (" + table.substr(1) +
                         "), and table says " + m_options.table.name +
                         " now; put the old table back, or start with --fresh.",
                     {}};
    if (!m_database) {
        setPath(context.baseDirectory);
        m_node = context.node;
        m_refused = context.refused;
        m_times.resize(m_options.table.schema->size());
        m_database = SqliteDatabase::of(context.env.files, context.pipeline, m_options.path);
    }
    const auto lock = m_database->lock();
    TRY(m_database->open(context.env, epoch == 0));
    TRY(m_database->begin());
    if (auto taken = takeDatabase(resumeFrom.empty(), epoch); !taken) {
        m_database->rollBack();
        return taken;
    }
    return m_database->commit();
}

Status SqliteSink::takeDatabase(bool isFresh, std::int64_t wantedEpoch)
{
    sqlite3* connection = m_database->connection();
    TRY(makeOrCheckTable(connection, m_options.path, m_options.table));
    auto insert = prepareInsert(connection, m_options.path, m_options.table);
    if (!insert) return insert.error();
    auto place = m_database->takePlace(m_node, isFresh);
    if (!place) return place.error();
    if (place->epoch.value_or(0) < wantedEpoch)
        return Error{ErrorCode::Corrupt,
                     "The database " + m_options.path + " holds less than the run before wrote (checkpoint " +
                         std::to_string(place->epoch.value_or(0)) + " instead of " +
                         std::to_string(wantedEpoch) +
                         "); put the newer one back, or start again with --fresh.",
                     m_options.path};
    m_insert = std::move(*insert);
    m_fence = place->fence;
    m_epoch = wantedEpoch;
    return ok();
}

Status SqliteSink::write(const RecordBatch& batch)
{
    const auto lock = m_database->lock();
    TRY(m_database->begin());
    if (!m_hasRows) m_lostBefore = m_database->lost();
    m_hasRows = true;
    const auto rows = static_cast<std::uint32_t>(batch.rows());
    for (; m_rowsTaken < rows; ++m_rowsTaken) TRY(writeRow(batch, m_rowsTaken));
    m_rowsTaken = 0;
    return ok();
}

int SqliteSink::bindValue(int index, const Column& column, std::uint32_t row)
{
    sqlite3_stmt* insert = m_insert.get();
    if (column.isNull(row)) return sqlite3_bind_null(insert, index);
    switch (column.type()) {
    case DataType::Bool: return sqlite3_bind_int(insert, index, column.flags()[row]);
    case DataType::Int64: return sqlite3_bind_int64(insert, index, column.integers()[row]);
    case DataType::Float64: return sqlite3_bind_double(insert, index, column.numbers()[row]);
    case DataType::Time: {
        const std::int64_t timeUs = column.integers()[row];
        if (m_options.table.timesAsEpochMs)
            return sqlite3_bind_int64(insert, index, floorToMilliseconds(timeUs) / kMillisecondUs);
        std::string& text = m_times[static_cast<std::size_t>(index - 1)];
        text.clear();
        appendIso8601Millis(text, timeUs);
        return sqlite3_bind_text(insert, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    case DataType::String: {
        const std::string_view text = column.text(row);
        return sqlite3_bind_text64(insert, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    }
    return SQLITE_OK;
}

Status SqliteSink::writeRow(const RecordBatch& batch, std::uint32_t row)
{
    for (const std::size_t key : m_options.table.keys)
        if (batch.column(key).isNull(row))
            return refuse(batch, row,
                          "The key column \"" + batch.schema()->field(key).name +
                              "\" is NULL; upsert needs a value in each key column.");
    int code = SQLITE_OK;
    for (std::size_t i = 0; i < batch.columns() && code == SQLITE_OK; ++i)
        code = bindValue(static_cast<int>(i) + 1, batch.column(i), row);
    if (code == SQLITE_OK) code = sqlite3_step(m_insert.get());
    if (code == SQLITE_DONE) {
        sqlite3_reset(m_insert.get());
        return ok();
    }
    const int kind = code & 0xFF;
    const bool isRowsFault = kind == SQLITE_CONSTRAINT || kind == SQLITE_MISMATCH || kind == SQLITE_TOOBIG;
    const std::string why = sqlite3_errmsg(m_database->connection());
    // A rule of the table may have rolled back all rows before, too.
    const bool isStillOpen = sqlite3_get_autocommit(m_database->connection()) == 0;
    if (isRowsFault && isStillOpen) {
        sqlite3_reset(m_insert.get());
        return refuse(batch, row, "The database refuses the row: " + why + ".");
    }
    const Error error = m_database->failure();
    sqlite3_reset(m_insert.get());
    return error;
}

Status SqliteSink::refuse(const RecordBatch& batch, std::uint32_t row, const std::string& why)
{
    if (m_refused != nullptr) m_refused->refuseRow(why, batch, row);
    return ok();
}

Result<std::string> SqliteSink::prepare(Epoch epoch, EpochKind)
{
    const auto lock = m_database->lock();
    if (m_hasRows && m_database->lost() != m_lostBefore)
        return Error{ErrorCode::Io,
                     "Rows for the database " + m_options.path +
                         " were rolled back together with those of another sink that failed.",
                     m_options.path};
    if (m_database->isInTransaction()) {
        TRY(m_database->writeEpoch(m_node, m_fence, epoch));
        TRY(m_database->commit());
        m_epoch = static_cast<std::int64_t>(epoch.value);
    } else {
        TRY(m_database->checkFile());
    }
    m_hasRows = false;
    return std::to_string(m_epoch) + " " + m_options.table.name;
}

Status SqliteSink::tryOut(const TryContext& context)
{
    setPath(context.baseDirectory);
    if (context.isFresh && !context.env.files.exists(m_options.path)) {
        const std::string directory = directoryOf(m_options.path);
        const auto about = context.env.files.info(directory);
        if (about && about->isDirectory) return context.env.files.tryWriting(directory);
    }
    auto connection = openSqlite(context.env, m_options.path, false);
    if (connection) return checkTableThere(connection->get(), m_options.path, m_options.table);
    return connection.error();
}

}  // namespace engine
