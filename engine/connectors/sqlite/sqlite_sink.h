#pragma once

#include "catalog/component.h"
#include "connectors/sqlite/sqlite_table.h"

namespace engine {

struct SqliteSinkOptions {
    std::string path{};
    SqliteTable table{};
};

// Writes rows into a table of a database. All rows of an epoch become visible together, when it is prepared:
// durable before the checkpoint is decided, so that a failure repeats rows and loses none. Belongs to its
// sink task.
class SqliteSink final : public Sink {
public:
    explicit SqliteSink(SqliteSinkOptions options) : m_options(std::move(options)) { }
    ~SqliteSink() override;
    Status open(SinkContext& context, const std::string& resumeFrom) override;
    Status write(const RecordBatch& batch) override;
    Status flush() override { return ok(); }
    Result<std::string> prepare(Epoch epoch, EpochKind kind) override;
    // Whether a run could write here; leaves nothing behind.
    Status tryOut(const TryContext& context);

private:
    void setPath(const std::string& baseDirectory);
    Status takeDatabase(bool isFresh, std::int64_t wantedEpoch);
    Status writeRow(const RecordBatch& batch, std::uint32_t row);
    int bindValue(int index, const Column& column, std::uint32_t row);
    Status refuse(const RecordBatch& batch, std::uint32_t row, const std::string& why);

    SqliteSinkOptions m_options;
    std::string m_node;
    RefusedRows* m_refused = nullptr;
    std::shared_ptr<SqliteDatabase> m_database;
    SqliteStatement m_insert;
    std::int64_t m_fence = 0;
    std::int64_t m_epoch = 0;          // the last one written into the database
    std::uint32_t m_rowsTaken = 0;     // of the batch being written
    std::uint64_t m_lostBefore = 0;    // what the database counted when it took the first of these rows
    bool m_hasRows = false;            // written since the last epoch
    std::vector<std::string> m_times;  // as text, until the statement was stepped
};

}  // namespace engine
