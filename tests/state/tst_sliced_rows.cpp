// labels: asan tsan
// Rows that are kept by time and key: found, dropped with their slice, and as they were when frozen.
#include "data/batch_builder.h"
#include "state/key_codec.h"
#include "state/sliced_rows.h"

#include "test_main.h"

#include <string>
#include <thread>
#include <vector>

namespace tst_sliced_rows {

using namespace engine;

namespace {

const std::vector<Field> kColumns{{"name", DataType::String},
                                  {"count", DataType::Int64},
                                  {"share", DataType::Float64},
                                  {"flag", DataType::Bool},
                                  {"seen", DataType::Time}};

struct Row {
    std::string name{};
    std::int64_t timeUs = 0;
    std::optional<std::int64_t> count{};
};

RecordBatch batchOf(const std::vector<Row>& rows)
{
    BatchBuilder builder(std::make_shared<Schema>(kColumns, true));
    for (const Row& row : rows) {
        builder.column(0).addText(row.name);
        row.count ? builder.column(1).addInteger(*row.count) : builder.column(1).addNull();
        builder.column(2).addNumber(0.5 * static_cast<double>(row.timeUs));
        builder.column(3).addBool(row.timeUs % 2 != 0);
        builder.column(4).addNull();
        builder.endRow(row.timeUs);
    }
    return builder.finish();
}

std::string keyOf(std::string_view name)
{
    std::string key;
    appendTextKey(key, name);
    return key;
}

SlicedRows emptyRows() { return {"left", {{"name", DataType::String}}, kColumns, 10}; }

void addAll(SlicedRows& to, const std::vector<Row>& rows)
{
    const RecordBatch batch = batchOf(rows);
    for (std::uint32_t row = 0; row < rows.size(); ++row)
        to.add(keyOf(rows[row].name), rows[row].timeUs, batch, row);
}

// "time order mark name count" of each row of a key between two times.
QStringList found(SlicedRows& rows, std::string_view name, std::int64_t from, std::int64_t to)
{
    QStringList list;
    rows.forEach(keyOf(name), from, to, [&](RowSlice& slice, std::uint32_t index) {
        const KeptRow& row = slice.row(index);
        const char* values = slice.values(index);
        const QString count = rows.form().isNull(values, 1)
            ? QString("null")
            : QString::number(static_cast<std::int64_t>(rows.form().word(values, 1)));
        const std::string text(rows.form().text(values, 0));
        list << QString("%1 %2 %3 %4 %5")
                    .arg(row.timeUs)
                    .arg(row.order)
                    .arg(row.mark)
                    .arg(QString::fromStdString(text), count);
    });
    return list;
}

std::vector<std::array<std::string, 3>> savedRows(const FrozenTable& frozen)
{
    std::vector<std::array<std::string, 3>> rows;
    frozen.visit([&](const StateRow& row) {
        rows.push_back({std::string(row.key), std::string(row.groupKey), std::string(row.value)});
    });
    return rows;
}

// "time count" of the last row of a key up to a time.
QString lastOf(SlicedRows& rows, std::string_view name, std::int64_t to)
{
    const std::string key = keyOf(name);
    const SlicedRows::Place place = rows.last(hashText(key), key, to);
    if (!place.slice) return {};
    const auto count = static_cast<std::int64_t>(rows.form().word(place.slice->values(place.row), 1));
    return QString("%1 %2").arg(place.slice->row(place.row).timeUs).arg(count);
}

}  // namespace

class SlicedRowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsByKeyAndTime()
    {
        SlicedRows rows = emptyRows();
        addAll(rows,
               {{"a", 5, 1}, {"b", 6, 2}, {"a", 19, std::nullopt}, {"a", -1, 4}, {"a", 5, 5}, {"", 5, 6}});
        QCOMPARE(rows.rows(), std::size_t{6});
        QCOMPARE(rows.slices().size(), std::size_t{3});
        QCOMPARE(found(rows, "a", -1, 19),
                 QStringList({"-1 3 0 a 4", "5 0 0 a 1", "5 4 0 a 5", "19 2 0 a null"}));
        QCOMPARE(found(rows, "a", 0, 18), QStringList({"5 0 0 a 1", "5 4 0 a 5"}));
        QCOMPARE(found(rows, "a", 6, 5), QStringList());
        QCOMPARE(found(rows, "", 5, 5), QStringList({"5 5 0  6"}));
        QCOMPARE(found(rows, "c", -100, 100), QStringList());
    }

    void slicesGoWhole()
    {
        SlicedRows rows = emptyRows();
        addAll(rows, {{"a", -10, 1}, {"a", -1, 2}, {"a", 9, 3}, {"a", 10, 4}});
        rows.dropBefore(0);
        QCOMPARE(found(rows, "a", -100, 100), QStringList({"9 2 0 a 3", "10 3 0 a 4"}));
        rows.dropBefore(9);
        QCOMPARE(rows.rows(), std::size_t{2});
        rows.dropBefore(10);
        QCOMPARE(rows.rows(), std::size_t{1});
        addAll(rows, {{"a", 3, 5}});  // a slice that was dropped may come again
        QCOMPARE(found(rows, "a", -100, 100), QStringList({"3 4 0 a 5", "10 3 0 a 4"}));
    }

    void aFrozenTableStaysAsItWas()
    {
        SlicedRows rows = emptyRows();
        addAll(rows, {{"a", 1, 1}, {"b", 2, 2}});
        const auto frozen = rows.freeze();
        const auto before = savedRows(*frozen);
        std::thread reader([&] {
            for (int round = 0; round < 100; ++round)
                if (savedRows(*frozen) != before) std::abort();
        });
        for (int round = 0; round < 200; ++round) {
            addAll(rows, {{"a", 3, round}, {"c", 4, round}, {"d", 100 + round, round}});
            rows.forEach(keyOf("a"), 0, 10,
                         [](RowSlice& slice, std::uint32_t row) { slice.setMark(row, 7); });
        }
        rows.dropBefore(1000);
        reader.join();
        QCOMPARE(savedRows(*frozen), before);
        QCOMPARE(frozen->rows(), std::size_t{2});
    }

    void whatAFreezeStillHasIsCounted()
    {
        SlicedRows rows = emptyRows();
        addAll(rows, {{"a", 1, 1}, {"b", 12, 2}});
        auto frozen = rows.freeze();
        const std::size_t first = rows.slices().begin()->second.frozenBytes();
        QCOMPARE(rows.heldBytes(), std::size_t{0});
        rows.dropBefore(10);
        QCOMPARE(rows.heldBytes(), first);
        frozen.reset();
        QCOMPARE(rows.heldBytes(), std::size_t{0});
    }

    void comesBackWhole()
    {
        SlicedRows rows = emptyRows();
        addAll(rows,
               {{"a", 5, 1}, {"long enough not to be short", 6, 2}, {"a", 19, std::nullopt}, {"a", 4, 9}});
        rows.forEach(keyOf("a"), 5, 5, [](RowSlice& slice, std::uint32_t row) { slice.setMark(row, 3); });
        SlicedRows restored = emptyRows();
        const auto frozen = rows.freeze();
        for (const auto& [key, group, value] : savedRows(*frozen)) {
            QVERIFY(key.starts_with(group) && group.size() < key.size());
            QVERIFY(restored.restore(frozen->schema(), {key, group, value}));
        }
        QCOMPARE(savedRows(*restored.freeze()), savedRows(*frozen));
        QCOMPARE(found(restored, "a", 0, 20), found(rows, "a", 0, 20));
        QCOMPARE(restored.nextOrder(), std::int64_t{4});
    }

    void slicesBeginAtTheOrigin()
    {
        SlicedRows rows("left", {{"name", DataType::String}}, kColumns, 10, 13);
        QCOMPARE(rows.sliceOf(13), std::int64_t{13});
        QCOMPARE(rows.sliceOf(12), std::int64_t{3});
        QCOMPARE(rows.sliceOf(-8), std::int64_t{-17});
    }

    // Only the last row of each key stays of slices that are over, also when it comes back from a file.
    void theLastRowsOutliveTheirSlices()
    {
        SlicedRows rows = emptyRows();
        addAll(rows, {{"a", 5, 1}, {"b", 6, 2}, {"a", 7, 3}, {"a", 7, 4}, {"a", 19, 5}, {"a", -30, 6}});
        QCOMPARE(lastOf(rows, "a", 100), QString("19 5"));
        QCOMPARE(lastOf(rows, "a", 18), QString("7 4"));
        QCOMPARE(lastOf(rows, "a", -31), QString());
        rows.keepLastBefore(9);
        QCOMPARE(lastOf(rows, "a", 6), QString("5 1"));
        rows.keepLastBefore(10);
        QCOMPARE(rows.rows(), std::size_t{3});
        QCOMPARE(lastOf(rows, "a", 6), QString());
        QCOMPARE(lastOf(rows, "a", 18), QString("7 4"));
        QCOMPARE(lastOf(rows, "a", 19), QString("19 5"));
        QCOMPARE(lastOf(rows, "b", 50), QString("6 2"));
        addAll(rows, {{"b", 6, 7}, {"b", 5, 8}});  // late ones: of equal times the one that came last
        rows.keepLastBefore(20);
        QCOMPARE(rows.rows(), std::size_t{2});
        QCOMPARE(rows.slices().size(), std::size_t{1});
        QCOMPARE(lastOf(rows, "b", 50), QString("6 7"));
        QCOMPARE(lastOf(rows, "a", 50), QString("19 5"));

        SlicedRows restored = emptyRows();
        const auto frozen = rows.freeze();
        for (const auto& [key, group, value] : savedRows(*frozen))
            QVERIFY(restored.restore(frozen->schema(), {key, group, value}));
        QCOMPARE(restored.slices().size(), std::size_t{1});
        QCOMPARE(lastOf(restored, "a", 50), QString("19 5"));
        QCOMPARE(savedRows(*restored.freeze()), savedRows(*frozen));
    }

    void textsOfFormerRowsGoAgain()
    {
        SlicedRows rows = emptyRows();
        const std::string longText(10'000, 'x');
        std::size_t most = 0;
        for (std::int64_t round = 0; round < 2000; ++round) {
            const RecordBatch batch = batchOf({{longText + std::to_string(round), round * 10, round}});
            rows.add(keyOf("a"), round * 10, batch, 0);
            rows.keepLastBefore(round * 10);
            most = std::max(most, rows.bytes());
        }
        QVERIFY2(most < (4 << 20), qPrintable(QString::number(most)));
        QCOMPARE(lastOf(rows, "a", 1'000'000), QString("19990 1999"));
    }

    void damageIsFound()
    {
        SlicedRows rows = emptyRows();
        addAll(rows, {{"a", 5, 1}});
        const auto frozen = rows.freeze();
        const auto [key, group, value] = savedRows(*frozen)[0];
        for (std::size_t size = 0; size < value.size(); ++size) {
            SlicedRows restored = emptyRows();
            const std::string_view part = std::string_view(value).substr(0, size);
            QVERIFY(!restored.restore(frozen->schema(), {key, group, part}));
        }
        for (std::size_t size = 0; size < key.size(); ++size) {
            SlicedRows restored = emptyRows();
            const std::string_view part = std::string_view(key).substr(0, size);
            QVERIFY(!restored.restore(frozen->schema(), {part, group, value}));
        }
        SlicedRows others("left", {{"name", DataType::String}}, {{"name", DataType::String}}, 10);
        const Status refused = others.restore(frozen->schema(), {key, group, value});
        QVERIFY(!refused && refused.error().code == ErrorCode::InvalidSpec);
    }
};

STREAMWRIGHT_TEST(SlicedRowsTest)

}  // namespace tst_sliced_rows
#include "tst_sliced_rows.moc"
