#pragma once

#include "operators/lookup/lookup_spec.h"
#include "state/slot_index.h"
#include "state/text_arena.h"

#include <condition_variable>
#include <mutex>
#include <span>
#include <thread>

namespace engine {

// A CSV file in memory, found by key. Immutable once loaded; any thread.
class CsvTable {
public:
    // A sentence with the line where the file is not what the columns say.
    static Result<std::shared_ptr<const CsvTable>> load(FileSystem& files, const std::string& path,
                                                        const LookupSpec& spec);
    // The rows of a key as bytes of state/row_bytes.h, in the order of the file.
    std::span<const std::string_view> find(std::string_view key) const;
    std::size_t rows() const { return m_rows.size(); }
    std::size_t bytes() const;

private:
    struct Group {
        std::uint64_t hash = 0;
        std::string_view key{};
        std::uint32_t first = 0, count = 0;
    };
    struct Loaded {
        std::string_view key{}, row{};
    };
    class Reader;
    void index(std::vector<Loaded> loaded);
    TextArena m_text;
    std::vector<std::string_view> m_rows;
    std::vector<Group> m_groups;
    SlotIndex m_index;
};

// The table of an operator: loaded when it opens, and loaded anew by a thread of its own when it is asked to
// look and the file has changed. What cannot be loaded anew leaves the table as it was, and is logged.
class CsvLoader {
public:
    CsvLoader(FileSystem& files, std::string path, LookupSpecPtr spec);
    ~CsvLoader();
    Status open();
    void look();                                    // the task's thread
    std::shared_ptr<const CsvTable> table() const;  // likewise
    std::uint64_t looks() const;                    // that are over

private:
    void work();
    void reload();
    FileSystem& m_files;
    const std::string m_path;
    const LookupSpecPtr m_spec;
    FileInfo m_loaded{};        // of the thread, once it runs
    std::string m_complaint{};  // likewise: the last that was logged
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::shared_ptr<const CsvTable> m_table;  // guarded by m_mutex, as is all that follows
    bool m_mustLook = false, m_isEnding = false;
    std::uint64_t m_looks = 0;
    std::jthread m_thread;
};

}  // namespace engine
