// labels: asan tsan
// The open windows as a checkpoint takes them: frozen at once however many keys there are, and as they were
// however much is added since.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "data/batch_builder.h"
#include "grouping/group_key.h"
#include "operators/window/window_state.h"
#include "state/bytes.h"
#endif

#include "test_main.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>

namespace tst_window_state {

using namespace engine;

namespace {

using Contents = std::vector<std::string>;

// A window with all that a slice can hold: a key of text, a plain cell, distinct integers and distinct texts.
WindowLayoutPtr makeLayout()
{
    auto layout = std::make_shared<WindowLayout>();
    layout->sizeUs = layout->slideUs = 3'600'000'000;
    layout->keys = {{"key", DataType::String}};
    layout->aggregates = {
        {"n", AggregateKind::Count},
        {"total", AggregateKind::SumInteger},
        {"kinds", AggregateKind::CountDistinct},
        {.name = "words", .kind = AggregateKind::CountDistinct, .argumentType = DataType::String}};
    layout->place();
    return layout;
}

// One row for each of the keys `first` to `first + count`, all with one value, into the only slice.
void addRows(WindowState& state, std::size_t first, std::size_t count, std::int64_t value)
{
    std::vector<std::string> keys;
    ColumnBuilder values(DataType::Int64, count), words(DataType::String, count);
    for (std::size_t i = 0; i < count; ++i) {
        keys.push_back("key " + std::to_string(first + i));
        values.addInteger(value);
        words.addText("word " + std::to_string(value));
    }
    const Column numbers = values.finish();
    GroupedInput rows;
    rows.rows.resize(count);
    std::iota(rows.rows.begin(), rows.rows.end(), 0u);
    for (const std::string& key : keys) rows.keys.push_back(textGroupKey(key));
    rows.arguments.resize(4);
    rows.arguments[1].values = rows.arguments[2].values = numbers;
    rows.arguments[3].values = words.finish();
    rows.arrivals.assign(count, 0);
    rows.order = rows.arrivals.data();
    state.slice(0).add(rows, rows.rows);
}

void fillKeys(WindowState& state, std::size_t keys)
{
    constexpr std::size_t kAtATime = 2'000;
    for (std::size_t first = 0; first < keys; first += kAtATime)
        addRows(state, first, std::min(kAtATime, keys - first), 1);
}

Contents contentsOf(const FrozenTable& frozen)
{
    Contents all;
    frozen.visit(
        [&](const StateRow& row) { all.push_back(std::string(row.key) + '\n' + std::string(row.value)); });
    std::sort(all.begin(), all.end());
    return all;
}

// Of many freezes of a table that is written to all the time.
class FreezeTimer {
public:
    explicit FreezeTimer(std::size_t keys) : m_state(makeLayout()) { fillKeys(m_state, keys); }
    void measure(std::int64_t round)
    {
        addRows(m_state, 3, 1, round);
        std::vector<std::shared_ptr<const FrozenTable>> kept;
        kept.reserve(kFreezes);
        const auto began = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < kFreezes; ++i) kept.push_back(m_state.freeze());
        m_times.push_back(std::chrono::steady_clock::now() - began);
    }
    std::chrono::nanoseconds median()
    {
        const auto middle = m_times.begin() + static_cast<std::ptrdiff_t>(m_times.size() / 2);
        std::nth_element(m_times.begin(), middle, m_times.end());
        return *middle;
    }

private:
    static constexpr std::size_t kFreezes = 500;
    WindowState m_state;
    std::vector<std::chrono::nanoseconds> m_times;
};

}  // namespace

class TestWindowState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void freezeTakesNoLongerForManyKeys();
    void frozenStaysAsItWas();
    void frozenIsReadWhileWritten();
    void restoresWhatWasFrozen();
    void whatAFreezeStillHasIsCounted();
};

void TestWindowState::freezeTakesNoLongerForManyKeys()
{
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    QSKIP("a sanitizer's own bookkeeping grows with the memory it watches");
#endif
    FreezeTimer few(1'000), many(1'000'000);
    for (std::int64_t round = 0; round < 41; ++round) {
        few.measure(round);
        many.measure(round);
    }
    const auto atFew = few.median(), atMany = many.median();
    QVERIFY2(atMany <= 2 * atFew,
             qPrintable(QString("%1 ns against %2 ns").arg(atMany.count()).arg(atFew.count())));
}

void TestWindowState::frozenStaysAsItWas()
{
    WindowState state(makeLayout());
    std::vector<std::pair<std::shared_ptr<const FrozenTable>, Contents>> taken;
    for (std::int64_t round = 0; round < 20; ++round) {
        addRows(state, static_cast<std::size_t>(round) * 100, 400, round % 5);
        auto frozen = state.freeze();
        QCOMPARE(frozen->rows(), static_cast<std::size_t>(round) * 100 + 400);
        taken.emplace_back(frozen, contentsOf(*frozen));
    }
    for (const auto& [frozen, before] : taken) QVERIFY(contentsOf(*frozen) == before);
    QVERIFY(taken.front().second != taken.back().second);
}

void TestWindowState::frozenIsReadWhileWritten()
{
    WindowState state(makeLayout());
    fillKeys(state, 3'000);
    for (std::int64_t round = 0; round < 5; ++round) {
        const auto frozen = state.freeze();
        const Contents expected = contentsOf(*frozen);
        Contents read;
        std::thread reader([&] { read = contentsOf(*frozen); });
        for (std::size_t first = 0; first < 4'000; first += 500) addRows(state, first, 500, round + 10);
        reader.join();
        QVERIFY(read == expected);
    }
}

void TestWindowState::restoresWhatWasFrozen()
{
    WindowState state(makeLayout()), other(makeLayout());
    addRows(state, 0, 1'000, 1);
    addRows(state, 500, 1'000, 2);
    const auto frozen = state.freeze();
    frozen->visit([&](const StateRow& row) { QVERIFY(bool(other.restore(frozen->schema(), row))); });
    QVERIFY(contentsOf(*other.freeze()) == contentsOf(*frozen));
    frozen->visit([&](const StateRow& row) {
        if (row.value.size() < 12) return;
        const Status damaged = other.restore(
            frozen->schema(), {row.key, row.groupKey, row.value.substr(0, row.value.size() - 1)});
        QVERIFY(!damaged);
        QCOMPARE(damaged.error().code, ErrorCode::Corrupt);
    });
}

void TestWindowState::whatAFreezeStillHasIsCounted()
{
    WindowState state(makeLayout());
    fillKeys(state, 10'000);
    const std::size_t all = state.slices().begin()->second->frozenBytes();
    auto frozen = state.freeze();
    QCOMPARE(state.heldBytes(), std::size_t{0});
    addRows(state, 0, 10, 2);
    QVERIFY(state.heldBytes() > 0 && state.heldBytes() < all / 4);
    state.slices().clear();  // as a window that fires does
    QCOMPARE(state.heldBytes(), all);
    addRows(state, 0, 10, 2);
    state.slice(7'200'000'000);
    state.slices().erase(7'200'000'000);  // came behind the freeze
    QVERIFY(state.heldBytes() <= all);
    frozen.reset();
    QCOMPARE(state.heldBytes(), std::size_t{0});
}

STREAMWRIGHT_TEST(TestWindowState)

}  // namespace tst_window_state
#include "tst_window_state.moc"
