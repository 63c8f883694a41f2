#pragma once

#include "operators/lookup/lookup_pool.h"
#include "operators/lookup/lookup_spec.h"

struct sqlite3;
struct sqlite3_stmt;

namespace engine {

// Looks a key up in a table of an SQLite database, which it opens for reading alone, and anew when the file
// was replaced. One for each thread of a pool, on that thread.
class SqliteClient final : public LookupClient {
public:
    SqliteClient(std::string path, LookupSpecPtr spec, const std::atomic<bool>& isEnding);
    ~SqliteClient() override;
    LookupAnswer ask(std::string_view key) override;
    // Opens the database and looks for the table and its columns; a sentence where that fails.
    Status open();

private:
    void close();
    bool bind(std::string_view key);
    bool takeRow(std::string& into, std::string& reason);
    bool takeValue(int place, const DecodeColumn& column, std::string& into, std::string& reason);
    Error failure(const char* what) const;
    const std::string m_path;
    const LookupSpecPtr m_spec;
    const std::atomic<bool>& m_isEnding;
    sqlite3* m_connection = nullptr;
    sqlite3_stmt* m_statement = nullptr;
};

}  // namespace engine
