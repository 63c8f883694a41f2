// labels: asan
// Tables in a snapshot file: a key group with many rows lies there in pieces, and comes back whole and in
// order.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "state/key_codec.h"
#include "state/snapshot_file.h"
#include "support/memory_files.h"
#endif

#include "test_main.h"

#include <map>

namespace tst_snapshot_file {

using namespace engine;

namespace {

// Rows as they are listed, with the number of each as its value.
class ListedTable final : public FrozenTable {
public:
    explicit ListedTable(std::vector<std::pair<std::string, std::string>> rows) : m_rows(std::move(rows)) { }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_rows.size(); }
    void visit(const std::function<void(const StateRow&)>& row) const override
    {
        for (const auto& [key, value] : m_rows) row({key, key, value});
    }

private:
    TableSchema m_schema{"listed", 1, {{"key", DataType::String}}, {{"value", DataType::String}}, {}};
    std::vector<std::pair<std::string, std::string>> m_rows;
};

std::string keyOf(int number)
{
    std::string key;
    appendTextKey(key, "key " + std::to_string(number));
    return key;
}

}  // namespace

class SnapshotFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aGroupWithManyRowsIsInPieces();
    void aRowLargerThanAPieceIsOne();

private:
    static SavedFile write(MemoryFiles& files, std::vector<std::pair<std::string, std::string>> rows)
    {
        if (!files.makeDirectories("/state")) return {};
        auto saved = writeSnapshotFile(files, "/state", "one.bin",
                                       {{"node", 0, std::make_shared<ListedTable>(std::move(rows))}});
        return saved ? std::move(*saved) : SavedFile{};
    }
    // By key, in the order in which they come.
    static std::map<std::string, std::vector<std::string>> read(MemoryFiles& files, const SavedFile& saved)
    {
        std::map<std::string, std::vector<std::string>> found;
        auto file = files.openToRead("/state/one.bin");
        if (!file) return found;
        SnapshotReader reader(std::move(*file), "one.bin");
        for (const SavedGroup& group : saved.tables[0].groups) {
            const auto rows = reader.read(group);
            if (!rows || rows->size() != group.rows) return {};
            for (const StateRow& row : *rows) {
                if (keyGroupOf(row.groupKey) != group.keyGroup) return {};
                found[std::string(row.key)].emplace_back(row.value);
            }
        }
        return found;
    }
};

void SnapshotFileTest::aGroupWithManyRowsIsInPieces()
{
    constexpr int kKeys = 300, kRows = 30'000;
    constexpr std::size_t kPieceMost = 128 << 10;
    std::vector<std::pair<std::string, std::string>> rows;
    std::map<std::string, std::vector<std::string>> expected;
    for (int i = 0; i < kRows; ++i) {
        const int key = i % 2 ? 0 : i % kKeys;  // half of all are in one group
        rows.emplace_back(keyOf(key), std::to_string(i) + std::string(40, '.'));
        expected[rows.back().first].push_back(rows.back().second);
    }
    MemoryFiles files;
    const SavedFile saved = write(files, rows);
    QCOMPARE(saved.tables.size(), std::size_t{1});
    std::map<int, int> pieces;
    std::uint64_t bytes = 8, inAll = 0;
    for (const SavedGroup& group : saved.tables[0].groups) {
        ++pieces[group.keyGroup];
        QCOMPARE(group.offset, bytes);
        QVERIFY(group.length < kPieceMost + 200);
        bytes += group.length;
        inAll += group.rows;
    }
    QCOMPARE(saved.bytes, bytes);
    QCOMPARE(inAll, std::uint64_t{kRows});
    QVERIFY(pieces[keyGroupOf(keyOf(0))] > 5);
    QVERIFY(pieces.size() > 50);
    QVERIFY(read(files, saved) == expected);
}

void SnapshotFileTest::aRowLargerThanAPieceIsOne()
{
    std::vector<std::pair<std::string, std::string>> rows;
    for (int i = 0; i < 3; ++i) rows.emplace_back(keyOf(1), std::string(300'000, static_cast<char>('a' + i)));
    MemoryFiles files;
    const SavedFile saved = write(files, rows);
    QCOMPARE(saved.tables[0].groups.size(), std::size_t{3});
    const auto found = read(files, saved);
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(found.begin()->second == std::vector({rows[0].second, rows[1].second, rows[2].second}));
}

STREAMWRIGHT_TEST(SnapshotFileTest)

}  // namespace tst_snapshot_file
#include "tst_snapshot_file.moc"
