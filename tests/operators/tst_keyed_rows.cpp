// labels: asan
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "grouping/group_key.h"
#include "grouping/keyed_rows.h"
#include "support/rows.h"
#endif

#include "test_main.h"

#include <map>
#include <vector>

namespace tst_keyed_rows {

using namespace engine;

namespace {

SchemaPtr rowSchema()
{
    static const auto kSchema =
        std::make_shared<Schema>(std::vector<Field>{{"k", DataType::String}, {"v", DataType::Int64}}, true);
    return kSchema;
}

KeyedRowsSetup setup()
{
    GroupLayout layout;
    layout.keys = {{"k", DataType::String}};
    layout.place();
    return {.name = "kept",
            .layout = std::make_shared<const GroupLayout>(layout),
            .columns = rowSchema()->fields(),
            .dataBytes = 8,
            .keyScratchBytes = 16,
            .rowScratchBytes = 8};
}

// What a table should hold: for each key its number for the operator and its rows in order.
struct Model {
    struct Key {
        std::int64_t data = 0;
        std::multimap<std::int64_t, std::int64_t> rows{};  // time, value
    };
    std::map<std::string, Key> keys{};

    std::string text() const
    {
        std::string out;
        for (const auto& [name, key] : keys) {
            out += name + "=" + std::to_string(key.data);
            for (const auto& [time, value] : key.rows)
                out += " " + std::to_string(time) + ":" + name + std::to_string(value);
            out += "\n";
        }
        return out;
    }
};

std::string textOf(const KeyedRows& table)
{
    std::map<std::string, std::string> lines;
    table.forEachKey([&](std::uint32_t key) {
        std::string line;
        std::string name = "none";
        for (std::uint32_t row = table.firstRow(key); row != KeyedRows::kNone; row = table.row(row).next) {
            name = std::string(table.form().text(table.values(row), 0));
            line += " " + std::to_string(table.row(row).timeUs) + ":" + name +
                std::to_string(static_cast<std::int64_t>(table.form().word(table.values(row), 1)));
        }
        lines[name] = name + "=" + std::to_string(table.data<std::int64_t>(key)) + line + "\n";
    });
    std::string out;
    for (const auto& [name, line] : lines) out += line;
    return out;
}

std::string textOf(const FrozenTable& frozen)
{
    KeyedRows table(setup());
    Status status = ok();
    frozen.visit([&](const StateRow& row) {
        if (status) status = table.restore(frozen.schema(), row);
    });
    return status ? textOf(table) : status.error().message;
}

}  // namespace

// Against a plain model: keys and rows that come and go, frozen and restored on the way.
class KeyedRowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void holdsWhatAPlainModelHolds()
    {
        Random random(11);
        KeyedRows table(setup());
        Model model;
        std::vector<std::pair<std::shared_ptr<const FrozenTable>, std::string>> frozen;
        for (std::int64_t step = 0; step < 20'000; ++step) {
            const std::string name = "a key that is longer than a word " + std::to_string(random.below(300));
            if (random.below(2) == 0)
                add(table, model, name, static_cast<std::int64_t>(random.below(50)) - 25, step);
            else
                drop(table, model, name);
            if (step % 2500 == 0) frozen.emplace_back(table.freeze(), model.text());
        }
        QCOMPARE(textOf(table), model.text());
        for (const auto& [then, text] : frozen) QCOMPARE(textOf(*then), text);
    }

    // The bytes of keys and rows that have gone are not kept for ever.
    void forgetsTexts()
    {
        KeyedRows table(setup());
        Model model;
        const std::string filler(1000, 'x');
        for (std::int64_t step = 0; step < 20'000; ++step) {
            const std::string name = filler + std::to_string(step);
            add(table, model, name, step, step);
            if (step >= 10) drop(table, model, filler + std::to_string(step - 10));
        }
        QVERIFY2(table.bytes() < (8u << 20), std::to_string(table.bytes()).c_str());
        QCOMPARE(textOf(table), model.text());
    }

    void refusesOtherColumnsAndDamagedBytes()
    {
        KeyedRows table(setup());
        Model model;
        add(table, model, "a", 1, 1);
        const auto frozen = table.freeze();
        KeyedRowsSetup other = setup();
        other.columns[1].type = DataType::Float64;
        KeyedRows others(other), damaged(setup());
        frozen->visit([&](const StateRow& row) {
            const Status refused = others.restore(frozen->schema(), row);
            QVERIFY(!refused && refused.error().message.find("other columns") != std::string::npos);
            const std::string_view cut = row.value.substr(0, row.value.size() - 1);
            const Status broken = damaged.restore(frozen->schema(), {row.key, row.groupKey, cut});
            QVERIFY(!broken && broken.error().code == ErrorCode::Corrupt);
        });
    }

private:
    static void add(KeyedRows& table, Model& model, const std::string& name, std::int64_t time,
                    std::int64_t value)
    {
        const std::vector<TestRow> rows{
            {{{DataType::String, name}, {DataType::Int64, value}}, time, kNoWatermark}};
        const std::uint32_t key = table.findOrAdd(textGroupKey(name));
        table.add(key, time, batchOf(rowSchema(), rows), 0);
        table.dataToChange<std::int64_t>(key) = value;
        model.keys[name].data = value;
        model.keys[name].rows.emplace(time, value);
    }

    // The first row of the key, and the key with its last row.
    static void drop(KeyedRows& table, Model& model, const std::string& name)
    {
        const GroupRow head = textGroupKey(name);
        std::uint32_t key = KeyedRows::kNone;
        table.find({&head, 1}, {&key, 1});
        QCOMPARE(key != KeyedRows::kNone, model.keys.contains(name));
        if (key == KeyedRows::kNone) return;
        table.eraseRow(table.firstRow(key));
        auto& rows = model.keys[name].rows;
        rows.erase(rows.begin());
        if (!rows.empty()) return;
        table.eraseKey(key);
        model.keys.erase(name);
    }
};

STREAMWRIGHT_TEST(KeyedRowsTest)

}  // namespace tst_keyed_rows
#include "tst_keyed_rows.moc"
