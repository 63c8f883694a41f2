// labels: asan tsan
// Aggregates that keep values or sketches of them: how near they come, and that how they were put together
// makes no difference.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "data/batch_builder.h"
#include "grouping/aggregate_cells.h"
#include "grouping/group_key.h"
#include "grouping/group_table.h"
#endif

#include "test_main.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>

namespace tst_aggregate_objects {

using namespace engine;

namespace {

GroupLayoutPtr layoutOf(AggregateKind kind, DataType type, double fraction = 0.5)
{
    auto layout = std::make_shared<GroupLayout>();
    layout->keys = {{"key", DataType::Int64}};
    Aggregate aggregate;
    aggregate.name = "it";
    aggregate.kind = kind;
    aggregate.argumentType = type;
    aggregate.resultType = kind == AggregateKind::Percentile ? DataType::Float64
        : kind == AggregateKind::DistinctSketch              ? DataType::Int64
                                                             : DataType::String;
    aggregate.fraction = fraction;
    aggregate.limit = 5;
    aggregate.width = 10;
    layout->aggregates.push_back(aggregate);
    layout->place();
    return layout;
}

// One group's rows, as a node would prepare them.
void addTo(GroupTable& table, const std::vector<double>& values, std::int64_t firstOrder = 0)
{
    BatchBuilder builder(std::make_shared<Schema>(std::vector<Field>{{"v", DataType::Float64}}, true));
    for (const double value : values) {
        builder.column(0).addNumber(value);
        builder.endRow(0);
    }
    GroupedInput input;
    input.batch = builder.finish();
    input.arguments.resize(1);
    input.arguments[0].values = input.batch.column(0);
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t row = 0; row < values.size(); ++row) {
        input.rows.push_back(row);
        input.keys.push_back(integerGroupKey(7));
        input.arrivals.push_back(firstOrder + row);
        chosen.push_back(row);
    }
    input.order = input.arrivals.data();
    table.add(input, chosen);
}

std::string resultOf(const GroupTable& table, const GroupLayout& layout)
{
    ColumnBuilder into(layout.aggregates[0].resultType);
    if (!finishCell(layout.aggregates[0], table.row(0), into)) return "failed";
    const Column column = into.finish();
    if (column.isNull(0)) return "null";
    if (column.type() == DataType::Float64) return std::to_string(column.numbers()[0]);
    if (column.type() == DataType::Int64) return std::to_string(column.integers()[0]);
    return std::string(column.text(0));
}

std::string savedOf(const FrozenGroups& frozen, const GroupLayout& layout)
{
    std::string saved;
    saveAggregate(layout.aggregates[0], frozen.rows.read(0), {}, saved);
    return saved;
}

std::vector<double> valuesOf(std::uint32_t seed, std::size_t count, double range)
{
    std::mt19937_64 random(seed);
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(std::floor(static_cast<double>(random() % (1u << 30)) / (1u << 30) * range) -
                         range / 3);
    return values;
}

constexpr AggregateKind kKinds[] = {AggregateKind::Percentile, AggregateKind::DistinctSketch,
                                    AggregateKind::TopValues,  AggregateKind::Histogram,
                                    AggregateKind::CollectSet, AggregateKind::CollectList};

}  // namespace

class AggregateObjects : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void howTheyArePutTogetherMakesNoDifference()
    {
        for (const AggregateKind kind : kKinds)
            for (const double range : {5.0, 300.0, 1e9}) {
                const GroupLayoutPtr layout = layoutOf(kind, DataType::Float64, 0.9);
                const std::vector<double> values = valuesOf(1, 9000, range);
                GroupTable whole(layout, 1), parts(layout, 1), restored(layout, 1);
                addTo(whole, values);
                for (std::size_t begin = 0; begin < values.size();) {
                    const std::size_t size = std::min<std::size_t>(1 + begin / 3, values.size() - begin);
                    GroupTable part(layout, 1);
                    const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
                    addTo(part, {first, first + static_cast<std::ptrdiff_t>(size)});
                    parts.merge(part, static_cast<std::int64_t>(begin));
                    begin += size;
                }
                QCOMPARE(resultOf(parts, *layout), resultOf(whole, *layout));
                const std::uint32_t row = restored.rowOf(integerGroupKey(7));
                QVERIFY(restored.load(layout->aggregates[0], row, savedOf(parts.freeze(), *layout)));
                QCOMPARE(resultOf(restored, *layout), resultOf(whole, *layout));
            }
    }

    void percentilesAreExactOrNear()
    {
        for (const std::size_t count : {std::size_t{4096}, std::size_t{200000}})
            for (const double fraction : {0.0, 0.01, 0.5, 0.95, 0.999, 1.0}) {
                const GroupLayoutPtr layout =
                    layoutOf(AggregateKind::Percentile, DataType::Float64, fraction);
                std::vector<double> values = valuesOf(3, count, 1e9);
                GroupTable table(layout, 1);
                addTo(table, values);
                std::ranges::sort(values);
                const double place = fraction * static_cast<double>(count - 1);
                const double low = values[static_cast<std::size_t>(place)];
                const double high = values[std::min(static_cast<std::size_t>(place) + 1, count - 1)];
                const double found = std::stod(resultOf(table, *layout));
                if (count <= 4096)
                    QVERIFY(std::fabs(found - (low + (high - low) * (place - std::floor(place)))) < 1e-3);
                else
                    QVERIFY2(std::fabs(found - low) <= 0.0101 * std::fabs(low),
                             resultOf(table, *layout).c_str());
            }
    }

    void theSketchCountsToTwoPercent()
    {
        const GroupLayoutPtr layout = layoutOf(AggregateKind::DistinctSketch, DataType::Float64);
        GroupTable table(layout, 1);
        std::size_t count = 0;
        for (const std::size_t until : {1u, 10u, 200u, 300u, 3000u, 10000u, 300000u}) {
            std::vector<double> values;
            for (; count < until; ++count) values.push_back(static_cast<double>(count) * 1.5);
            addTo(table, values);
            addTo(table, values);
            const double found = std::stod(resultOf(table, *layout));
            const double expected = static_cast<double>(count);
            QVERIFY2(std::fabs(found - expected) <= (until <= 10 ? 0.0 : 0.05 * expected),
                     (std::to_string(until) + ": " + std::to_string(found)).c_str());
        }
    }

    void whatIsFrozenStaysAsItWas()
    {
        for (const AggregateKind kind : kKinds) {
            const GroupLayoutPtr layout = layoutOf(kind, DataType::Float64);
            GroupTable table(layout, 1);
            addTo(table, valuesOf(5, 200, 100));
            const FrozenGroups frozen = table.freeze();
            const std::string before = savedOf(frozen, *layout);
            std::thread reader([&] {
                for (int round = 0; round < 50; ++round)
                    if (savedOf(frozen, *layout) != before) std::abort();
            });
            for (std::uint32_t round = 0; round < 50; ++round)
                addTo(table, valuesOf(round, 100, 1e6), -100 * static_cast<std::int64_t>(round));
            reader.join();
            QCOMPARE(savedOf(frozen, *layout), before);
            QVERIFY(savedOf(table.freeze(), *layout) != before);
        }
    }

    void whatAFreezeStillHasIsCounted()
    {
        const auto layout = layoutOf(AggregateKind::Percentile, DataType::Float64);
        GroupTable table(layout, 4);
        addTo(table, valuesOf(1, 5'000, 1e6));
        const std::size_t before = table.bytes();
        auto frozen = std::make_unique<FrozenGroups>(table.freeze());
        QCOMPARE(table.heldBytes(), std::size_t{0});
        addTo(table, {1});
        QVERIFY2(table.heldBytes() > before / 2, qPrintable(QString::number(table.heldBytes())));
        const std::size_t copied = table.heldBytes();
        addTo(table, {2});  // changes the copy
        QCOMPARE(table.heldBytes(), copied);
        frozen.reset();
        QCOMPARE(table.heldBytes(), std::size_t{0});
    }

    void damageIsFound()
    {
        for (const AggregateKind kind : kKinds) {
            const GroupLayoutPtr layout = layoutOf(kind, DataType::Float64);
            GroupTable table(layout, 1);
            addTo(table, {1.5, 20.0, 3.0});
            const std::string saved = savedOf(table.freeze(), *layout);
            std::size_t refused = 0;
            for (std::size_t size = 0; size < saved.size(); ++size) {
                GroupTable restored(layout, 1);
                const std::uint32_t row = restored.rowOf(integerGroupKey(7));
                refused +=
                    !restored.load(layout->aggregates[0], row, std::string_view(saved).substr(0, size));
            }
            QVERIFY(refused >= saved.size() / 2);
        }
    }
};

STREAMWRIGHT_TEST(AggregateObjects)

}  // namespace tst_aggregate_objects
#include "tst_aggregate_objects.moc"
