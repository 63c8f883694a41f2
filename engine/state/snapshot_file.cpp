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

struct GroupBytes {
    std::string bytes{};
    std::uint64_t rows = 0;
};

SavedTable tableOf(const TableToSave& from, WritableFile& file, std::uint64_t& offset, Status& status)
{
    std::array<GroupBytes, limits::kKeyGroups> groups;
    from.table->visit([&](const StateRow& row) {
        GroupBytes& group = groups[static_cast<std::size_t>(keyGroupOf(row.groupKey))];
        appendLength(group.bytes, row.key.size());
        appendLength(group.bytes, row.groupKey.size());
        appendLength(group.bytes, row.value.size());
        group.bytes.append(row.key).append(row.groupKey).append(row.value);
        ++group.rows;
    });
    SavedTable saved{from.node, from.instance, from.table->schema(), {}};
    for (int i = 0; i < limits::kKeyGroups && status; ++i) {
        const GroupBytes& group = groups[static_cast<std::size_t>(i)];
        if (group.rows == 0) continue;
        saved.groups.push_back({i, offset, group.bytes.size(), group.rows, crc32c(group.bytes)});
        offset += group.bytes.size();
        status = file.append(group.bytes);
    }
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
        Status status = ok();
        saved.tables.push_back(tableOf(table, **file, saved.bytes, status));
        if (!status) return status.error();
    }
    TRY((*file)->sync());
    TRY((*file)->close());
    TRY(files.rename(temporary, path));
    return saved;
}

Status readSnapshotGroup(ReadableFile& file, const std::string& path, const SavedGroup& group,
                         const std::function<Status(const StateRow&)>& row)
{
    const auto corrupt = [&](const char* what) {
        return Error{ErrorCode::Corrupt,
                     "The saved state in " + path + " is damaged (" + what +
                         "); restore the file from a copy, or start afresh with --fresh.",
                     path};
    };
    auto size = file.size();
    if (!size) return size.error();
    if (group.offset > *size || group.length > *size - group.offset) return corrupt("it is too short");
    std::string bytes(group.length, '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
        auto got = file.readAt(group.offset + have, bytes.data() + have, bytes.size() - have);
        if (!got) return got.error();
        if (*got == 0) return corrupt("it is too short");
        have += *got;
    }
    if (crc32c(bytes) != group.crc) return corrupt("a checksum is wrong");
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < group.rows; ++i) {
        std::uint32_t lengths[3];
        if (bytes.size() - at < sizeof lengths) return corrupt("a row is cut off");
        std::memcpy(lengths, bytes.data() + at, sizeof lengths);
        at += sizeof lengths;
        if (bytes.size() - at < std::size_t{lengths[0]} + lengths[1] + lengths[2])
            return corrupt("a row is cut off");
        const std::string_view all(bytes);
        const StateRow each{all.substr(at, lengths[0]), all.substr(at + lengths[0], lengths[1]),
                            all.substr(at + lengths[0] + lengths[1], lengths[2])};
        at += std::size_t{lengths[0]} + lengths[1] + lengths[2];
        TRY(row(each));
    }
    return ok();
}

}  // namespace engine
