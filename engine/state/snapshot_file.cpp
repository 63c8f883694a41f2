#include "state/snapshot_file.h"

#include "base/kill_points.h"

#include <array>
#include <cstring>

namespace engine {

namespace {

constexpr std::string_view kMagic = "SWSNAP1\n";

void appendLength(std::string& into, std::size_t length)
{
    const auto value = static_cast<std::uint32_t>(length);
    char bytes[4];
    std::memcpy(bytes, &value, 4);
    into.append(bytes, 4);
}

// Takes the rows of one table, by key group, and writes them piece by piece: never more than kPieceBytes and
// one row of each group is in memory. On the snapshot writer's thread.
class GroupedRows {
public:
    GroupedRows(SavedTable& saved, WritableFile& file, std::uint64_t& offset)
        : m_saved(saved),
          m_file(file),
          m_offset(offset)
    {
    }
    void add(const StateRow& row)
    {
        if (!m_status) return;
        const auto index = static_cast<std::size_t>(keyGroupOf(row.groupKey));
        Piece& piece = m_pieces[index];
        const std::size_t bytes = row.key.size() + row.groupKey.size() + row.value.size();
        if (piece.rows > 0 && piece.bytes.size() + bytes > kPieceBytes) write(index);
        appendLength(piece.bytes, row.key.size());
        appendLength(piece.bytes, row.groupKey.size());
        appendLength(piece.bytes, row.value.size());
        piece.bytes.append(row.key).append(row.groupKey).append(row.value);
        ++piece.rows;
    }
    Status finish()
    {
        for (std::size_t index = 0; index < m_pieces.size(); ++index)
            if (m_status && m_pieces[index].rows > 0) write(index);
        return m_status;
    }

private:
    static constexpr std::size_t kPieceBytes = 128 << 10;
    struct Piece {
        std::string bytes{};
        std::uint64_t rows = 0;
    };
    void write(std::size_t group)
    {
        Piece& piece = m_pieces[group];
        m_saved.groups.push_back(
            {static_cast<int>(group), m_offset, piece.bytes.size(), piece.rows, crc32c(piece.bytes)});
        m_offset += piece.bytes.size();
        m_status = m_file.append(piece.bytes);
        piece.bytes.clear();
        piece.rows = 0;
    }

    SavedTable& m_saved;
    WritableFile& m_file;
    std::uint64_t& m_offset;
    std::array<Piece, limits::kKeyGroups> m_pieces{};
    Status m_status = ok();
};

Result<SavedTable> writeTable(const TableToSave& from, WritableFile& file, std::uint64_t& offset)
{
    SavedTable saved{from.node, from.instance, from.table->schema(), {}};
    GroupedRows rows(saved, file, offset);
    from.table->visit([&](const StateRow& row) { rows.add(row); });
    TRY(rows.finish());
    return saved;
}

}  // namespace

Result<SavedFile> writeSnapshotFile(FileSystem& files, const std::string& directory, const std::string& name,
                                    const std::vector<TableToSave>& tables)
{
    SavedFile saved;
    bool some = false;
    for (const TableToSave& table : tables) some = some || table.table->rows() > 0;
    if (!some) return saved;
    saved.name = name;
    const std::string path = directory + "/" + name, temporary = path + ".tmp";
    auto file = files.create(temporary);
    if (!file) return file.error();
    TRY((*file)->append(kMagic));
    saved.bytes = kMagic.size();
    killPoint("write");
    for (const TableToSave& table : tables) {
        auto written = writeTable(table, **file, saved.bytes);
        if (!written) return written.error();
        saved.tables.push_back(std::move(*written));
    }
    killPoint("sync");
    TRY((*file)->sync());
    TRY((*file)->close());
    killPoint("synced");
    TRY(files.rename(temporary, path));
    return saved;
}

Error SnapshotReader::corrupt(const char* what) const
{
    return {ErrorCode::Corrupt,
            "The saved state in " + m_path + " is damaged (" + what +
                "); restore the file from a copy, or start afresh with --fresh.",
            m_path};
}

Result<std::span<const StateRow>> SnapshotReader::read(const SavedGroup& group)
{
    auto size = m_file->size();
    if (!size) return size.error();
    if (group.offset > *size || group.length > *size - group.offset) return corrupt("it is too short");
    m_bytes.resize(group.length);
    std::size_t have = 0;
    while (have < m_bytes.size()) {
        auto got = m_file->readAt(group.offset + have, m_bytes.data() + have, m_bytes.size() - have);
        if (!got) return got.error();
        if (*got == 0) return corrupt("it is too short");
        have += *got;
    }
    if (crc32c(m_bytes) != group.crc) return corrupt("a checksum is wrong");
    const std::string_view all(m_bytes);
    m_rows.clear();
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < group.rows; ++i) {
        std::uint32_t lengths[3];
        if (all.size() - at < sizeof lengths) return corrupt("a row is cut off");
        std::memcpy(lengths, all.data() + at, sizeof lengths);
        at += sizeof lengths;
        const std::size_t keyBytes = lengths[0], groupBytes = lengths[1], valueBytes = lengths[2];
        if (all.size() - at < keyBytes + groupBytes + valueBytes) return corrupt("a row is cut off");
        m_rows.push_back({all.substr(at, keyBytes), all.substr(at + keyBytes, groupBytes),
                          all.substr(at + keyBytes + groupBytes, valueBytes)});
        at += keyBytes + groupBytes + valueBytes;
    }
    return std::span<const StateRow>(m_rows);
}

}  // namespace engine
