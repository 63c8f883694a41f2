#pragma once

#include "connectors/sqlite/sqlite_sink.h"
#include "data/batch_builder.h"
#include "support/manual_clock.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <sqlite3.h>

using namespace engine;

inline SchemaPtr sensorSchema()
{
    return std::make_shared<const Schema>(std::vector<Field>{{"name", DataType::String},
                                                             {"n", DataType::Int64},
                                                             {"value", DataType::Float64},
                                                             {"on", DataType::Bool},
                                                             {"at", DataType::Time}});
}

inline constexpr std::int64_t kAtUs = 1'714'564'800'123'456;  // 2024-05-01T12:00:00.123456Z

inline RecordBatch sensorRows(std::int64_t first, std::int64_t count)
{
    BatchBuilder builder(sensorSchema());
    for (std::int64_t i = first; i < first + count; ++i) {
        builder.column(0).addText("s" + std::to_string(i));
        builder.column(1).addInteger(i);
        builder.column(2).addNumber(static_cast<double>(i) / 2);
        builder.column(3).addBool(i % 2 == 1);
        builder.column(4).addInteger(kAtUs);
        builder.endRow();
    }
    return builder.finish();
}

struct Refusals final : RefusedRows {
    std::vector<std::string> reasons{};
    void refuse(std::string reason, std::string) override { reasons.push_back(std::move(reason)); }
    void refuseRow(std::string reason, const RecordBatch&, std::uint32_t) override
    {
        reasons.push_back(std::move(reason));
    }
};

// A database in a folder of its own, a sink's surroundings, and a second program that looks at it. Header
// only, for the tests in this folder.
class SqliteFixture {
protected:
    void begin()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_refusals.reasons.clear();
    }
    QString file(const QString& name = "x.db") const { return m_directory->filePath(name); }
    SqliteSinkOptions options(std::vector<std::size_t> keys = {}) const
    {
        return {file().toStdString(), {"rows", sensorSchema(), std::move(keys), false}};
    }
    SinkContext context(const std::string& node = "output")
    {
        return {m_env, "", "pipeline", 0, &m_refusals, node};
    }
    void sql(const QByteArray& text);
    QString table(const QByteArray& query);  // rows as "a|b;c|d"
    // Opens, writes rows, prepares epoch 1.
    Status writeOnce(const SqliteSinkOptions& options, const RecordBatch& batch);

    std::unique_ptr<QTemporaryDir> m_directory;
    ManualClock m_clock{1'700'000'000'000'000};
    Env m_env{m_clock, systemFiles(), 1};
    Refusals m_refusals;
};

inline void SqliteFixture::sql(const QByteArray& text)
{
    sqlite3* connection = nullptr;
    sqlite3_open(file().toUtf8().constData(), &connection);
    const int code = sqlite3_exec(connection, text.constData(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) qWarning("%s: %s", text.constData(), sqlite3_errmsg(connection));
    sqlite3_close(connection);
    QCOMPARE(code, SQLITE_OK);
}

inline QString SqliteFixture::table(const QByteArray& query)
{
    sqlite3* connection = nullptr;
    sqlite3_open_v2(file().toUtf8().constData(), &connection, SQLITE_OPEN_READWRITE, nullptr);
    QString text;
    const auto row = [](void* into, int columns, char** values, char**) {
        auto& out = *static_cast<QString*>(into);
        if (!out.isEmpty()) out += ';';
        for (int i = 0; i < columns; ++i)
            out += (i ? "|" : "") + (values[i] ? QString::fromUtf8(values[i]) : QString("NULL"));
        return 0;
    };
    if (sqlite3_exec(connection, query.constData(), row, &text, nullptr) != SQLITE_OK)
        text = sqlite3_errmsg(connection);
    sqlite3_close(connection);
    return text;
}

inline Status SqliteFixture::writeOnce(const SqliteSinkOptions& options, const RecordBatch& batch)
{
    SqliteSink sink(options);
    SinkContext to = context();
    TRY(sink.open(to, {}));
    TRY(sink.write(batch));
    const auto staged = sink.prepare(Epoch{1}, EpochKind::Final);
    if (!staged) return staged.error();
    return sink.commit(Epoch{1}, *staged);
}
