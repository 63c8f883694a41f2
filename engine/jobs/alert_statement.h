#pragma once

#include "jobs/alert_store.h"

#include <sqlite3.h>
#include <string_view>

namespace engine {

// One prepared statement while it runs. Values are bound in order; columns are read in order.
class AlertStore::Statement {
public:
    Statement(sqlite3* database, const std::string& sql)
    {
        m_code =
            sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()), &m_statement, nullptr);
    }
    ~Statement() { sqlite3_finalize(m_statement); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(std::string_view text)
    {
        return keep(sqlite3_bind_text(m_statement, ++m_bound, text.data(), static_cast<int>(text.size()),
                                      SQLITE_TRANSIENT));
    }
    Statement& bind(std::int64_t number) { return keep(sqlite3_bind_int64(m_statement, ++m_bound, number)); }
    Statement& bind(const std::optional<double>& number)
    {
        ++m_bound;
        return keep(number ? sqlite3_bind_double(m_statement, m_bound, *number)
                           : sqlite3_bind_null(m_statement, m_bound));
    }
    Statement& bindBytes(const std::string& bytes)
    {
        return keep(sqlite3_bind_blob(m_statement, ++m_bound, bytes.data(), static_cast<int>(bytes.size()),
                                      SQLITE_TRANSIENT));
    }
    bool next()  // false: no further row, or a failure
    {
        if (m_code != SQLITE_OK) return false;
        const int code = sqlite3_step(m_statement);
        m_read = 0;
        if (code != SQLITE_ROW && code != SQLITE_DONE) m_code = code;
        return code == SQLITE_ROW;
    }
    bool isGood() const { return m_code == SQLITE_OK; }

    bool isNull() const { return sqlite3_column_type(m_statement, m_read) == SQLITE_NULL; }
    std::string text()
    {
        const int column = m_read++;
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
        return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)))
                     : std::string();
    }
    std::string bytes()
    {
        const int column = m_read++;
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(m_statement, column));
        return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)))
                     : std::string();
    }
    std::int64_t integer() { return sqlite3_column_int64(m_statement, m_read++); }
    std::optional<double> number()
    {
        const bool isAbsent = isNull();
        const double value = sqlite3_column_double(m_statement, m_read++);
        return isAbsent ? std::optional<double>() : value;
    }

    AlertChange change()
    {
        AlertChange change;
        change.pipeline = text();
        change.pipelineName = text();
        change.rule = NodeId{text()};
        change.labels = text();
        change.at = Timestamp(Duration(integer()));
        change.from = text();
        change.to = text();
        change.reason = text();
        change.value = number();
        change.episode = text();
        change.severity = text();
        change.summary = text();
        change.kind = static_cast<AlertChange::Kind>(integer() & 3);
        return change;
    }
    AlertEpisode episode()
    {
        AlertEpisode episode;
        episode.last = change();
        episode.startedAt = Timestamp(Duration(integer()));
        episode.isOpen = integer() != 0;
        episode.condition = text();
        episode.threshold = number();
        episode.value = episode.last.value;
        if (isNull()) return episode;
        AlertAcknowledgement by;
        by.user = text();
        by.comment = text();
        by.at = Timestamp(Duration(integer()));
        episode.acknowledgement = std::move(by);
        return episode;
    }

private:
    Statement& keep(int code)
    {
        if (m_code == SQLITE_OK) m_code = code;
        return *this;
    }
    sqlite3_stmt* m_statement = nullptr;
    int m_code = SQLITE_OK, m_bound = 0, m_read = 0;
};

}  // namespace engine
