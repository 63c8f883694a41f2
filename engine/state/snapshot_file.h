#pragma once

#include "base/file_system.h"
#include "state/state_store.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace engine {

// Where rows of one key group of a table lie in a snapshot file. A group with many is there in several
// pieces.
struct SavedGroup {
    int keyGroup = 0;
    std::uint64_t offset = 0, length = 0, rows = 0;
    std::uint32_t crc = 0;  // CRC-32C of the bytes
    bool operator==(const SavedGroup&) const = default;
};
struct SavedTable {
    std::string node{};
    int instance = 0;
    TableSchema schema{};
    std::vector<SavedGroup> groups{};
    bool operator==(const SavedTable&) const = default;
};
struct TableToSave {
    std::string node{};
    int instance = 0;
    std::shared_ptr<const FrozenTable> table{};
};
struct SavedFile {
    std::string name{};  // in the checkpoint directory; empty when there was nothing to save
    std::uint64_t bytes = 0;
    std::vector<SavedTable> tables{};
    bool operator==(const SavedFile&) const = default;
};

// Writes the tables into `directory`/`name`: the magic "SWSNAP1\n", then for each table and key group its
// rows, each as the 32-bit lengths of key, group key and value and their bytes. Synced and renamed into
// place. Snapshot writer's thread.
Result<SavedFile> writeSnapshotFile(FileSystem& files, const std::string& directory, const std::string& name,
                                    const std::vector<TableToSave>& tables);

// Reads the groups of one file, one after the other into the same memory. On the stack of who restores.
class SnapshotReader {
public:
    SnapshotReader(std::unique_ptr<ReadableFile> file, std::string path)
        : m_file(std::move(file)),
          m_path(std::move(path))
    {
    }
    // All rows of a group, valid until the next is read; Corrupt when the bytes are not those that were
    // written.
    Result<std::span<const StateRow>> read(const SavedGroup& group);

private:
    Error corrupt(const char* what) const;
    std::unique_ptr<ReadableFile> m_file;
    std::string m_path, m_bytes;
    std::vector<StateRow> m_rows;
};

}  // namespace engine
