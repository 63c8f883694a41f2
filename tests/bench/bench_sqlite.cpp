// How many rows a second the SQLite sink appends, beside a bare loop of the C API over the same values: a
// window's output (sensor, start, end, count, two averages), a transaction for each 500,000 rows, both
// durable. Prints one JSON line. bench_sqlite [ROWS] [DIRECTORY]
#include "connectors/sqlite/sqlite_sink.h"
#include "data/batch_builder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sqlite3.h>

namespace {

using namespace engine;

constexpr std::int64_t kRowsAnEpoch = 500'000;
constexpr std::int64_t kStartUs = 1'714'564'800'000'000;

SchemaPtr windowSchema()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"sensor_id", DataType::String},
                                                             {"window_start", DataType::Time},
                                                             {"window_end", DataType::Time},
                                                             {"n", DataType::Int64},
                                                             {"average", DataType::Float64},
                                                             {"most", DataType::Float64}});
}

std::vector<RecordBatch> windowRows()
{
    std::vector<RecordBatch> batches;
    BatchBuilder builder(windowSchema());
    for (std::int64_t i = 0; i < 100 * static_cast<std::int64_t>(limits::kBatchRows); ++i) {
        builder.column(0).addText("sensor-" + std::to_string(i % 5000));
        builder.column(1).addInteger(kStartUs + i / 5000 * 1'000'000);
        builder.column(2).addInteger(kStartUs + (i / 5000 + 1) * 1'000'000);
        builder.column(3).addInteger(i % 37);
        builder.column(4).addNumber(20.0 + static_cast<double>(i % 1000) / 7);
        builder.column(5).addNumber(90.0 - static_cast<double>(i % 100) / 3);
        builder.endRow();
        if (builder.isFull()) batches.push_back(builder.finish());
    }
    return batches;
}

double secondsSince(MonotonicTime begin)
{
    return static_cast<double>((systemEnv().clock.monotonic() - begin).count()) / 1e6;
}

void require(bool isRight, const char* what)
{
    if (isRight) return;
    std::fprintf(stderr, "bench_sqlite: %s\n", what);
    std::exit(1);
}

double throughSink(const std::string& path, const std::vector<RecordBatch>& batches, std::int64_t rows)
{
    SqliteSink sink({path, {"windows", windowSchema(), {}, false}});
    SinkContext context{systemEnv(), "", "bench", 0};
    require(bool(sink.open(context, {})), "the sink does not open");
    const MonotonicTime begin = systemEnv().clock.monotonic();
    std::uint64_t epoch = 0;
    std::int64_t inEpoch = 0;
    std::size_t next = 0;
    for (std::int64_t done = 0; done < rows; ++next) {
        const RecordBatch& batch = batches[next % batches.size()];
        require(bool(sink.write(batch)), "the sink does not write");
        done += static_cast<std::int64_t>(batch.rows());
        inEpoch += static_cast<std::int64_t>(batch.rows());
        if (inEpoch < kRowsAnEpoch && done < rows) continue;
        require(bool(sink.prepare(Epoch{++epoch}, EpochKind::Ordinary)), "the sink does not commit");
        inEpoch = 0;
    }
    return static_cast<double>(rows) / secondsSince(begin);
}

double bareLoop(const std::string& path, std::int64_t rows)
{
    sqlite3* connection = nullptr;
    sqlite3_stmt* insert = nullptr;
    require(sqlite3_open(path.c_str(), &connection) == SQLITE_OK, "no database");
    const auto run = [&](const char* sql) {
        require(sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    };
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE windows(sensor_id TEXT, window_start "
        "TEXT, window_end TEXT, n INTEGER, average REAL, most REAL)");
    sqlite3_prepare_v2(connection, "INSERT INTO windows VALUES(?,?,?,?,?,?)", -1, &insert, nullptr);
    const MonotonicTime begin = systemEnv().clock.monotonic();
    run("BEGIN");
    char name[32];
    for (std::int64_t i = 0; i < rows; ++i) {
        const int length = std::snprintf(name, sizeof name, "sensor-%d", static_cast<int>(i % 5000));
        sqlite3_bind_text(insert, 1, name, length, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, "2024-05-01T12:00:00.000Z", 24, SQLITE_STATIC);
        sqlite3_bind_text(insert, 3, "2024-05-01T12:00:01.000Z", 24, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 4, i % 37);
        sqlite3_bind_double(insert, 5, 20.0 + static_cast<double>(i % 1000) / 7);
        sqlite3_bind_double(insert, 6, 90.0 - static_cast<double>(i % 100) / 3);
        sqlite3_step(insert);
        sqlite3_reset(insert);
        if ((i + 1) % kRowsAnEpoch == 0 && i + 1 < rows) run("COMMIT; BEGIN");
    }
    run("COMMIT");
    const double rate = static_cast<double>(rows) / secondsSince(begin);
    sqlite3_finalize(insert);
    sqlite3_close(connection);
    return rate;
}

}  // namespace

int main(int count, char** words)
{
    const std::int64_t rows = count > 1 ? std::atoll(words[1]) : 3'000'000;
    const std::string directory = count > 2 ? words[2] : "/tmp";
    const std::vector<RecordBatch> batches = windowRows();
    constexpr int kRounds = 3;
    std::vector<double> sink, bare;
    for (int round = 0; round < kRounds; ++round)
        for (const bool isBare : {true, false}) {
            const std::string path = directory + "/bench_sqlite.db";
            for (const char* end : {"", "-wal", "-shm"}) (void)systemFiles().remove(path + end);
            (isBare ? bare : sink)
                .push_back(isBare ? bareLoop(path, rows) : throughSink(path, batches, rows));
            for (const char* end : {"", "-wal", "-shm"}) (void)systemFiles().remove(path + end);
        }
    std::sort(sink.begin(), sink.end());
    std::sort(bare.begin(), bare.end());
    std::printf(
        "{\"bench\": \"sqlite_append\", \"rows\": %lld, \"rows_per_second\": %.0f, \"bare_loop\": %.0f, "
        "\"share_of_bare\": %.2f}\n",
        static_cast<long long>(rows), sink[kRounds / 2], bare[kRounds / 2],
        sink[kRounds / 2] / bare[kRounds / 2]);
    return 0;
}
