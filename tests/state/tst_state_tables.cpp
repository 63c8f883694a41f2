// labels: asan tsan
#include "state/bytes.h"
#include "state/key_codec.h"
#include "state/key_hash.h"
#include "state/row_store.h"
#include "state/slot_index.h"

#include "base/env.h"
#include "test_main.h"

#include <map>
#include <thread>
#include <vector>

namespace tst_state_tables {

using namespace engine;

namespace {

void writeRow(RowStore& rows, std::size_t row, std::uint64_t value)
{
    std::memcpy(rows.write(row), &value, sizeof value);
}

void appendRow(RowStore& rows, std::uint64_t value) { std::memcpy(rows.append(), &value, sizeof value); }

std::vector<std::uint64_t> contentsOf(const FrozenRows& frozen)
{
    std::vector<std::uint64_t> values;
    for (std::size_t row = 0; row < frozen.size(); ++row) values.push_back(loadWord(frozen.read(row)));
    return values;
}

}  // namespace

// The parts that operators' state is made of: rows that are frozen and copied on write, an index, key bytes.
class TestStateTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void indexIsLikeAMap();
    void frozenStaysAsItWas();
    void freezeCopiesNothing();
    void copiesAreCountedAsLongAsTheyAreHeld();
    void frozenIsReadWhileWritten();
    void equalKeysHaveEqualBytes();
    void damagedKeysAreRefused();
    void rowStoreKeepsRows();
};

void TestStateTables::indexIsLikeAMap()
{
    SlotIndex index(16);
    std::map<std::uint64_t, std::uint32_t> expected;
    std::vector<std::uint64_t> words;
    Random random(3);
    const auto hashOf = [&](std::uint32_t row) { return words[row] % 64; };  // many collide
    for (int step = 0; step < 3'000; ++step) {
        const std::uint64_t word = random.below(1'000);
        const auto there = index.find(word % 64, [&](std::uint32_t row) { return words[row] == word; });
        const auto known = expected.find(word);
        QCOMPARE(there, known == expected.end() ? SlotIndex::kNone : known->second);
        if (there != SlotIndex::kNone) continue;
        const auto row = static_cast<std::uint32_t>(words.size());
        expected[word] = row;
        words.push_back(word);
        index.insert(word % 64, row, words.size(), hashOf);
    }
    QVERIFY(expected.size() > 800);
}

void TestStateTables::frozenStaysAsItWas()
{
    RowStore rows(24);
    std::vector<std::uint64_t> now;
    std::vector<std::pair<FrozenRows, std::vector<std::uint64_t>>> taken;
    Random random(4);
    for (std::uint64_t step = 0; step < 20'000; ++step) {
        if (now.empty() || random.below(3) == 0) {
            appendRow(rows, step);
            now.push_back(step);
        } else {
            const std::size_t row = random.below(now.size());
            writeRow(rows, row, step);
            now[row] = step;
        }
        if (step % 500 == 0) taken.emplace_back(rows.freeze(), now);
    }
    for (const auto& [frozen, expected] : taken) QVERIFY(contentsOf(frozen) == expected);
}

void TestStateTables::freezeCopiesNothing()
{
    RowStore rows(24);
    for (std::uint64_t i = 0; i < 20'000; ++i) appendRow(rows, i);
    QCOMPARE(rows.copiesMade(), std::size_t{0});
    const FrozenRows frozen = rows.freeze();
    QCOMPARE(rows.copiesMade(), std::size_t{0});
    writeRow(rows, 7, 1);
    writeRow(rows, 7, 2);
    QCOMPARE(rows.copiesMade(), std::size_t{1});
    QCOMPARE(loadWord(frozen.read(7)), std::uint64_t{7});
}

void TestStateTables::copiesAreCountedAsLongAsTheyAreHeld()
{
    RowStore rows(24);
    for (std::uint64_t i = 0; i < 20'000; ++i) appendRow(rows, i);
    const std::size_t bytes = rows.bytes();
    {
        const FrozenRows older = rows.freeze();
        QCOMPARE(rows.heldBytes(), std::size_t{0});
        for (std::uint64_t i = 0; i < 20'000; ++i) writeRow(rows, i, 1);
        QCOMPARE(rows.heldBytes(), bytes);
        const FrozenRows newer = rows.freeze();
        writeRow(rows, 7, 2);
        QVERIFY(rows.heldBytes() > bytes);  // both are read still
        QCOMPARE(rows.bytes(), bytes);
    }
    QCOMPARE(rows.heldBytes(), std::size_t{0});
    const FrozenRows next = rows.freeze();
    writeRow(rows, 7, 3);
    QVERIFY(rows.heldBytes() > 0 && rows.heldBytes() < bytes / 10);
}

void TestStateTables::frozenIsReadWhileWritten()
{
    RowStore rows(24);
    for (std::uint64_t i = 0; i < 5'000; ++i) appendRow(rows, i);
    for (std::uint64_t round = 0; round < 5; ++round) {
        const FrozenRows frozen = rows.freeze();
        const std::vector<std::uint64_t> expected = contentsOf(frozen);
        std::vector<std::uint64_t> read;
        std::thread reader([&] { read = contentsOf(frozen); });
        for (std::uint64_t i = 0; i < 6'000; ++i) writeRow(rows, i * 3 % 5'000, i + round);
        for (std::uint64_t i = 0; i < 500; ++i) appendRow(rows, i);
        reader.join();
        QVERIFY(read == expected);
    }
}

void TestStateTables::equalKeysHaveEqualBytes()
{
    const auto bytesOf = [](double value) {
        std::string key;
        appendNumberKey(key, value);
        return key;
    };
    QCOMPARE(bytesOf(-0.0), bytesOf(0.0));
    QCOMPARE(bytesOf(std::nan("1")), bytesOf(-std::nan("2")));
    QVERIFY(bytesOf(1.5) != bytesOf(2.5));
    std::string null, empty;
    appendNullKey(null, DataType::String);
    appendTextKey(empty, "");
    QVERIFY(null != empty);
    for (std::size_t a = 0; a < 40; ++a)
        for (std::size_t b = 0; b < 40; ++b) {
            const std::string one(a, 'x');
            std::string two(b, 'x');
            QCOMPARE(a == b && sameBytes(one.data(), two.data(), a), a == b);
            if (a != b) QVERIFY(hashText(one) != hashText(two));
            if (a == b && a > 0) {
                two[a / 2] = 'y';
                QVERIFY(!sameBytes(one.data(), two.data(), a));
            }
        }
}

void TestStateTables::damagedKeysAreRefused()
{
    std::string key;
    appendBoolKey(key, true);
    appendIntegerKey(key, DataType::Time, -5);
    appendNullKey(key, DataType::Float64);
    appendTextKey(key, "abc");
    KeyPart part;
    std::string_view rest = key;
    QVERIFY(takeKeyPart(rest, part) && part.type == DataType::Bool && part.bits == 1);
    QVERIFY(takeKeyPart(rest, part) && part.type == DataType::Time &&
            static_cast<std::int64_t>(part.bits) == -5);
    QVERIFY(takeKeyPart(rest, part) && part.isNull && part.type == DataType::Float64);
    QVERIFY(takeKeyPart(rest, part) && part.text == "abc" && rest.empty());
    for (std::size_t size = 0; size < key.size(); ++size) {
        std::string_view cut(key.data(), size);
        while (!cut.empty() && takeKeyPart(cut, part)) { }
    }
    std::string_view wrong = "\x09\x00";
    QVERIFY(!takeKeyPart(wrong, part));
}

void TestStateTables::rowStoreKeepsRows()
{
    for (const std::size_t expected : {std::size_t{1}, std::size_t{1'000'000}}) {
        RowStore rows(24, expected);
        for (std::uint64_t i = 0; i < 3'000; ++i) std::memcpy(rows.append(), &i, 8);
        const FrozenRows frozen = rows.freeze();
        const std::uint64_t changed = 99;
        for (std::size_t row = 0; row < 3'000; row += 7) std::memcpy(rows.write(row), &changed, 8);
        for (std::uint64_t i = 0; i < 3'000; ++i) {
            QCOMPARE(loadWord(frozen.read(i)), i);
            QCOMPARE(loadWord(rows.read(i)), i % 7 ? i : changed);
        }
    }
}

STREAMWRIGHT_TEST(TestStateTables)

}  // namespace tst_state_tables
#include "tst_state_tables.moc"
