// labels: asan tsan
#include "state/bytes.h"
#include "state/key_codec.h"
#include "state/keyed_state.h"
#include "state/row_store.h"

#include "base/env.h"
#include "test_main.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

namespace tst_keyed_state {

using namespace engine;

namespace {

struct Tally {
    std::int64_t count = 0;
    std::string note{};
    std::size_t heapBytes() const { return note.capacity(); }
    void save(std::string& out) const
    {
        appendWord(out, static_cast<std::uint64_t>(count));
        appendText(out, note);
    }
    bool load(std::string_view in)
    {
        std::uint64_t word = 0;
        std::string_view text;
        if (!takeWord(in, word) || !takeText(in, text)) return false;
        count = static_cast<std::int64_t>(word);
        note = text;
        return true;
    }
};

using Tallies = std::map<std::string, std::int64_t>;

const TableSchema kSchema{"tallies", 1, {{"key", DataType::String}}, {{"count", DataType::Int64}}};

Tallies contentsOf(const FrozenTable& frozen)
{
    Tallies found;
    frozen.visit([&](const StateRow& row) {
        Tally tally;
        QVERIFY(tally.load(row.value));
        QCOMPARE(QByteArray(tally.note.data()), QByteArray::number(qlonglong(tally.count)));
        found[std::string(row.key)] = tally.count;
    });
    return found;
}

std::string keyOf(std::uint64_t number)
{
    std::string key;
    appendTextKey(key, "key " + std::to_string(number));
    return key;
}

void fill(KeyedState<Tally>& state, std::uint64_t keys)
{
    for (std::uint64_t i = 0; i < keys; ++i) state.at(keyOf(i)).count = static_cast<std::int64_t>(i);
}

using Times = std::vector<std::chrono::nanoseconds>;

// Many of them: one alone takes less than a clock can tell. Kept, so that each copies what was written since.
std::chrono::nanoseconds timeOfFreezes(KeyedState<Tally>& state, int round)
{
    constexpr std::size_t kFreezes = 500;
    state.at(keyOf(3)).count = round;
    std::vector<std::shared_ptr<const FrozenTable>> kept;
    kept.reserve(kFreezes);
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < kFreezes; ++i) kept.push_back(state.freeze());
    return std::chrono::steady_clock::now() - began;
}

std::chrono::nanoseconds medianOf(Times& times)
{
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

}  // namespace

// The copy-on-write tables under operators' state.
class TestKeyedState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keyedStateIsLikeAMap();
    void frozenStaysAsItWas();
    void freezeCopiesNothing();
    void freezeTakesNoLongerForManyKeys();
    void frozenIsReadWhileWritten();
    void restores();
    void whatHangsOnCopiedValuesIsCounted();
};

void TestKeyedState::keyedStateIsLikeAMap()
{
    KeyedState<Tally> state(kSchema);
    Tallies expected;
    Random random(3);
    for (int step = 0; step < 60'000; ++step) {
        const std::string key = keyOf(random.below(3'000));
        if (random.below(3) == 0) {
            QCOMPARE(state.erase(key), expected.erase(key) == 1);
        } else {
            Tally& tally = state.at(key);
            tally.count = step;
            tally.note = std::to_string(step);
            expected[key] = step;
        }
        if (step % 5'000 == 0) QVERIFY(contentsOf(*state.freeze()) == expected);
    }
    QCOMPARE(state.rows(), expected.size());
    for (const auto& [key, count] : expected) {
        QVERIFY(state.peek(key));
        QCOMPARE(state.peek(key)->count, count);
    }
    QVERIFY(!state.peek(keyOf(5'000)));
    const std::string there = expected.begin()->first, missing = keyOf(5'000);
    const std::array<std::string_view, 2> keys{there, missing};
    std::array<Tally*, 2> found{};
    state.find(keys, found);
    QVERIFY(found[0] && found[0]->count == expected.begin()->second && !found[1]);
}

void TestKeyedState::frozenStaysAsItWas()
{
    KeyedState<Tally> state(kSchema);
    std::vector<std::pair<std::shared_ptr<const FrozenTable>, Tallies>> taken;
    Tallies now;
    Random random(4);
    for (int step = 0; step < 4'000; ++step) {
        const std::string key = keyOf(random.below(700));
        if (random.below(4) == 0) {
            state.erase(key);
            now.erase(key);
        } else {
            state.at(key) = {step, std::to_string(step)};
            now[key] = step;
        }
        if (step % 100 == 0) taken.emplace_back(state.freeze(), now);
    }
    for (const auto& [frozen, expected] : taken) {
        QCOMPARE(frozen->rows(), expected.size());
        QVERIFY(contentsOf(*frozen) == expected);
    }
}

void TestKeyedState::freezeCopiesNothing()
{
    KeyedState<Tally> state(kSchema);
    fill(state, 20'000);
    QCOMPARE(state.copiesMade(), std::size_t{0});
    const auto frozen = state.freeze();
    QCOMPARE(state.copiesMade(), std::size_t{0});
    state.at(keyOf(7)).count = 1;
    state.at(keyOf(7)).count = 2;
    QCOMPARE(state.copiesMade(), std::size_t{1});
}

void TestKeyedState::freezeTakesNoLongerForManyKeys()
{
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    QSKIP("a sanitizer's own bookkeeping grows with the memory it watches");
#endif
    KeyedState<Tally> few(kSchema), many(kSchema);
    fill(few, 1'000);
    fill(many, 1'000'000);
    Times ofFew, ofMany;
    for (int round = 0; round < 41; ++round) {
        ofFew.push_back(timeOfFreezes(few, round));
        ofMany.push_back(timeOfFreezes(many, round));
    }
    const auto atFew = medianOf(ofFew), atMany = medianOf(ofMany);
    QVERIFY2(atMany <= 2 * atFew,
             qPrintable(QString("%1 ns against %2 ns").arg(atMany.count()).arg(atFew.count())));
}

void TestKeyedState::frozenIsReadWhileWritten()
{
    KeyedState<Tally> state(kSchema);
    fill(state, 5'000);
    state.forEach([](std::string_view, const Tally&) { });
    for (int round = 0; round < 5; ++round) {
        const auto frozen = state.freeze();
        std::size_t rows = 0;
        std::thread reader([&] { frozen->visit([&](const StateRow& row) { rows += row.key.size() > 0; }); });
        for (std::uint64_t i = 0; i < 6'000; ++i) ++state.at(keyOf(i * 3 % 9'000)).count;
        for (std::uint64_t i = 0; i < 500; ++i) state.erase(keyOf(i));
        reader.join();
        QCOMPARE(rows, frozen->rows());
    }
}

void TestKeyedState::restores()
{
    KeyedState<Tally> state(kSchema), other(kSchema);
    for (std::uint64_t i = 0; i < 1'000; ++i)
        state.at(keyOf(i)) = {static_cast<std::int64_t>(i), std::to_string(i)};
    const auto frozen = state.freeze();
    frozen->visit([&](const StateRow& row) { QVERIFY(bool(other.restore(frozen->schema(), row))); });
    QVERIFY(contentsOf(*other.freeze()) == contentsOf(*frozen));
    const Status damaged = other.restore(kSchema, {keyOf(1), keyOf(1), "abc"});
    QVERIFY(!damaged);
    QCOMPARE(damaged.error().code, ErrorCode::Corrupt);
}

void TestKeyedState::whatHangsOnCopiedValuesIsCounted()
{
    constexpr std::size_t kNoteBytes = 10'000;
    KeyedState<Tally> state(kSchema);
    fill(state, 1'000);
    state.at(keyOf(3)).note.assign(kNoteBytes, 'x');
    auto frozen = state.freeze();
    QCOMPARE(state.heldBytes(), std::size_t{0});
    state.at(keyOf(3)).count = 0;
    const std::size_t copied = state.heldBytes();
    QVERIFY(copied >= kNoteBytes && copied < 3 * kNoteBytes + state.bytes() / 2);
    state.at(keyOf(3)).note.assign(2 * kNoteBytes, 'x');  // of the copy alone
    QCOMPARE(state.heldBytes(), copied);
    // A block that is not there any more is the freeze's alone.
    for (std::uint64_t i = 0; i < 1'000; ++i) state.erase(keyOf(i));
    QVERIFY(state.heldBytes() > 1'000 * sizeof(Tally));
    frozen.reset();
    QCOMPARE(state.heldBytes(), std::size_t{0});
}

STREAMWRIGHT_TEST(TestKeyedState)

}  // namespace tst_keyed_state
#include "tst_keyed_state.moc"
