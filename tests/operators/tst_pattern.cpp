// labels: asan
// Random patterns over random rows, against one that writes all possibilities down.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/env.h"
#include "reference/pattern_reference.h"
#include "support/memory_job.h"
#include "support/node_harness.h"
#endif

#include "test_main.h"

#include <algorithm>

namespace tst_pattern {

using namespace engine;

#ifndef Q_MOC_RUN  // nor every text
namespace {

constexpr std::size_t kEndlessly = 1'000'000;

const SchemaPtr kSchema = std::make_shared<const Schema>(
    std::vector<Field>{{"k", DataType::Int64}, {"v", DataType::Int64}, {"id", DataType::Int64}}, true);

struct Row {
    std::int64_t key = 0, value = 0, id = 0, atUs = 0;
    bool isNull = false;
};

// The condition of a variable as SQL, and worked out by hand.
struct Condition {
    std::string text{};
    std::function<bool(const std::vector<Row>& rows, const ReferenceMatch& before, std::size_t own)> holds{};
};

const char* const kNames[] = {"A", "B", "C", "D"};

// Of the rows that a variable has taken, the n-th from the end; the row that is tried is one of its own.
const Row* lastOf(const std::vector<Row>& rows, const ReferenceMatch& before, std::size_t variable,
                  std::size_t own, std::size_t back)
{
    std::vector<const Row*> taken;
    for (std::size_t i = 0; i < before.variables.size(); ++i)
        if (before.variables[i] == variable) taken.push_back(&rows[before.first + i]);
    if (variable == own) taken.push_back(&rows[before.first + before.variables.size()]);
    return back < taken.size() ? taken[taken.size() - 1 - back] : nullptr;
}

Condition drawCondition(Random& random, std::size_t own, std::size_t variables)
{
    const std::string name = kNames[own];
    const auto value = static_cast<std::int64_t>(random.below(4));
    const auto current = [](const auto& rows, const auto& before) -> const Row& {
        return rows[before.first + before.variables.size()];
    };
    switch (random.below(6)) {
    case 0: return {};
    case 1:
        return {"v <= " + std::to_string(value), [=](const auto& rows, const auto& before, std::size_t) {
                    return !current(rows, before).isNull && current(rows, before).value <= value;
                }};
    case 2:
        return {name + ".v <> " + std::to_string(value),
                [=](const auto& rows, const auto& before, std::size_t) {
                    return !current(rows, before).isNull && current(rows, before).value != value;
                }};
    case 3:
        return {"LAST(" + name + ".v, 1) IS NULL OR " + name + ".v >= LAST(" + name + ".v, 1)",
                [](const auto& rows, const auto& before, std::size_t of) {
                    const Row* other = lastOf(rows, before, of, of, 1);
                    const Row* here = lastOf(rows, before, of, of, 0);
                    return !other || other->isNull || (!here->isNull && here->value >= other->value);
                }};
    case 4: {
        const std::size_t other = random.below(variables);
        return {"v <> " + std::string(kNames[other]) + ".v OR " + kNames[other] + ".v IS NULL",
                [=](const auto& rows, const auto& before, std::size_t of) {
                    const Row* there = lastOf(rows, before, other, of, 0);
                    if (!there || there->isNull) return true;
                    return !current(rows, before).isNull && current(rows, before).value != there->value;
                }};
    }
    default:
        return {"SUM(" + name + ".v) <= 4", [](const auto& rows, const auto& before, std::size_t of) {
                    std::int64_t sum = 0;
                    bool isAny = false;
                    for (std::size_t i = 0; const Row* row = lastOf(rows, before, of, of, i); ++i) {
                        if (row->isNull) continue;
                        sum += row->value;
                        isAny = true;
                    }
                    return isAny && sum <= 4;
                }};
    }
}

// A pattern as a document says it, and as the reference takes it.
struct Drawn {
    std::string params{};
    ReferencePattern pattern{};
    std::vector<Condition> conditions{};
    std::size_t variables() const { return pattern.variables.size(); }
};

std::string drawQuantifier(Random& random, ReferencePattern::Variable& of, bool isLast)
{
    const auto least = random.below(3), most = least + random.below(3);
    const std::string pair = "{" + std::to_string(least) + "," + std::to_string(most) + "}";
    struct Choice {
        std::string text;
        std::size_t least, most;
    };
    const Choice choices[] = {{"", 1, 1},
                              {"", 1, 1},
                              {"*", 0, kEndlessly},
                              {"+", 1, kEndlessly},
                              {"?", 0, 1},
                              {"{2}", 2, 2},
                              {"{1,}", 1, kEndlessly},
                              {most > 0 ? pair : "", most > 0 ? least : 1, most > 0 ? most : 1}};
    const Choice& chosen = choices[random.below(std::size(choices))];
    of = {chosen.least, chosen.most, false};
    const bool isOptional = of.least == 0 && of.most == 1;
    const bool isReluctant = !chosen.text.empty() && !isOptional && (isLast || random.below(2) == 0);
    of.isGreedy = !isReluctant && !isOptional && of.least != of.most;
    return chosen.text + (isReluctant ? "?" : "");
}

std::string measureOf(const std::string& name, const std::string& expression)
{
    return "{\"name\": \"" + name + "\", \"expression\": \"" + expression + "\"}";
}

// What follows the variables in a document.
std::string drawAfter(Random& random, ReferencePattern& pattern)
{
    constexpr const char* kAfter[] = {"past_last_row", "next_row", "to_first", "to_last"};
    auto after = random.below(4);
    pattern.skipTo = random.below(pattern.variables.size());
    if (after >= 2 && pattern.skipTo == 0) after = 1;
    pattern.after = static_cast<ReferencePattern::After>(after);
    std::string text = "\"after_match\": \"" + std::string(kAfter[after]) + "\"";
    if (after >= 2) text += ", \"skip_to\": \"" + std::string(kNames[pattern.skipTo]) + "\"";
    const auto seconds = static_cast<std::int64_t>(random.below(12));
    if (seconds == 0 || seconds > 6) return text;
    pattern.withinUs = seconds * 1'000'000;
    return text + ", \"within\": \"" + std::to_string(seconds) + "s\"";
}

Drawn drawPattern(Random& random)
{
    Drawn drawn;
    const std::size_t count = 1 + random.below(4);
    drawn.pattern.variables.resize(count);
    std::string text, define, measures = measureOf("from", "FIRST(id)") + ", " + measureOf("to", "id");
    for (std::size_t i = 0; i < count; ++i) {
        const std::string name = kNames[i];
        text += (i ? " " : "") + name + drawQuantifier(random, drawn.pattern.variables[i], i + 1 == count);
        drawn.conditions.push_back(drawCondition(random, i, count));
        if (!drawn.conditions[i].text.empty())
            define += std::string(define.empty() ? "" : ", ") + "{\"variable\": \"" + name +
                "\", \"condition\": \"" + drawn.conditions[i].text + "\"}";
        measures += ", " + measureOf("n" + name, "COUNT(" + name + ".id)") + ", " +
            measureOf("l" + name, "LAST(" + name + ".v)") + ", " +
            measureOf("s" + name, "SUM(" + name + ".v)");
    }
    const auto isFree = [](const auto& each) { return each.least == 0; };
    if (std::ranges::all_of(drawn.pattern.variables, isFree)) return drawPattern(random);
    drawn.params = "{\"keys\": [\"k\"], \"pattern\": \"" + text + "\", \"define\": [" + define +
        "], \"measures\": [" + measures + "], " + drawAfter(random, drawn.pattern) + "}";
    return drawn;
}

TestRows drawRows(Random& random)
{
    TestRows rows;
    const std::size_t count = random.below(24);
    std::int64_t now = -5'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        now += static_cast<std::int64_t>(random.below(3)) * 500'000;
        const std::int64_t at = now - static_cast<std::int64_t>(random.below(4)) * 500'000;
        const auto key = static_cast<std::int64_t>(random.below(3));
        const auto value = static_cast<std::int64_t>(random.below(4));
        TestRow row;
        row.at = at;
        row.values.push_back(Scalar{DataType::Int64, key});
        if (random.below(12) == 0)
            row.values.push_back(Scalar{DataType::Int64});
        else
            row.values.push_back(Scalar{DataType::Int64, value});
        row.values.push_back(Scalar{DataType::Int64, static_cast<std::int64_t>(i)});
        rows.push_back(std::move(row));
    }
    return rows;
}

// What the reference makes of one key's rows.
void addMatches(const Drawn& drawn, const std::vector<Row>& rows, TestRows& into)
{
    ReferencePattern pattern = drawn.pattern;
    pattern.holds = [&](const ReferenceMatch& before, std::size_t variable) {
        const Condition& condition = drawn.conditions[variable];
        return !condition.holds || condition.holds(rows, before, variable);
    };
    std::vector<std::int64_t> times;
    for (const Row& row : rows) times.push_back(row.atUs);
    const auto number = [](std::int64_t value) { return Scalar{DataType::Int64, value}; };
    for (const ReferenceMatch& match : pattern.matchesIn(times)) {
        const Row& last = rows[match.first + match.variables.size() - 1];
        TestRow made{{number(last.key), number(rows[match.first].id), number(last.id)}, last.atUs};
        for (std::size_t variable = 0; variable < drawn.variables(); ++variable) {
            Scalar latest{DataType::Int64}, sum{DataType::Int64};
            std::int64_t count = 0;
            for (std::size_t i = 0; i < match.variables.size(); ++i) {
                if (match.variables[i] != variable) continue;
                const Row& row = rows[match.first + i];
                ++count;
                latest.value = std::monostate{};
                if (row.isNull) continue;
                latest = number(row.value);
                sum = number(row.value + (sum.isNull() ? 0 : std::get<std::int64_t>(sum.value)));
            }
            made.values.insert(made.values.end(), {number(count), latest, sum});
        }
        into.push_back(std::move(made));
    }
}

TestRows expectedOf(const Drawn& drawn, const TestRows& rows, std::size_t& late)
{
    TestRows expected;
    late = 0;
    for (std::int64_t key = 0; key < 3; ++key) {
        std::vector<Row> own;
        for (const TestRow& row : rows) {
            if (std::get<std::int64_t>(row.values[0].value) != key) continue;
            if (*row.at <= row.watermarkBefore) {
                ++late;
                continue;
            }
            const bool isNull = row.values[1].isNull();
            own.push_back({key, isNull ? 0 : std::get<std::int64_t>(row.values[1].value),
                           std::get<std::int64_t>(row.values[2].value), *row.at, isNull});
        }
        std::ranges::stable_sort(own, {}, &Row::atUs);
        addMatches(drawn, own, expected);
    }
    return expected;
}

}  // namespace
#endif

class PatternTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomPatternsAgree();
    void whatIsKeptIsCountedAndForgotten();
};

#ifndef Q_MOC_RUN
void PatternTest::randomPatternsAgree()
{
    const int patterns =
        qEnvironmentVariableIntValue("PATTERNS") > 0 ? qEnvironmentVariableIntValue("PATTERNS") : 400;
    std::size_t matches = 0, lateRows = 0;
    for (int seed = 1; seed <= patterns; ++seed) {
        Random random(static_cast<std::uint64_t>(seed));
        const Drawn drawn = drawPattern(random);
        const std::string where = "seed " + std::to_string(seed) + ": " + drawn.params + "\n";
        TestRows rows = drawRows(random);
        const std::int64_t after = deriveWatermarks(rows, 1'000'000);
        std::size_t late = 0;
        const TestRows expected = expectedOf(drawn, rows, late);
        matches += expected.size();
        lateRows += late;
        std::vector<Diagnostic> diagnostics;
        const Constants constants;
        const std::vector<SchemaPtr> inputs{kSchema};
        const BindContext context(builtinComponents(), inputs, constants, diagnostics);
        const auto params = parseJson(drawn.params);
        QVERIFY2(bool(params), where.c_str());
        const auto binding = builtinComponents().find("pattern")->bind(*params, context, diagnostics);
        QVERIFY2(binding.has_value(), (where + (diagnostics.empty() ? "" : diagnostics[0].message)).c_str());
        for (const std::size_t batchRows : {std::size_t{1}, std::size_t{4}, std::size_t{2048}})
            for (const bool restores : {false, true}) {
                TestWorld world;
                NodeOutput output;
                NodeHarness node(*binding, world, output, 1);
                std::size_t element = 0;
                for (const RecordBatch& batch : batchesOf(kSchema, rows, batchRows, after)) {
                    node.give(0, batch);
                    constexpr int kInstances[] = {4, 2, 1, 3};
                    if (restores) node.saveAndRestore(kInstances[element++ % 4]);
                }
                node.advance(kEndOfTime);
                node.finish();
                QVERIFY2(node.error().empty(), (where + node.error()).c_str());
                const std::string wrong = differenceOf(expected, output.ports[0]);
                QVERIFY2(wrong.empty(),
                         (where + "batches of " + std::to_string(batchRows) + '\n' + wrong).c_str());
                QVERIFY2(output.late.size() == late, where.c_str());
            }
    }
    QVERIFY2(matches > static_cast<std::size_t>(patterns) &&
                 lateRows > static_cast<std::size_t>(patterns) / 4,
             (std::to_string(matches) + " matches, " + std::to_string(lateRows) + " late").c_str());
}

// `within` bounds the state: rows that began nothing, and those whose time is over, are let go.
void PatternTest::whatIsKeptIsCountedAndForgotten()
{
    std::vector<Diagnostic> diagnostics;
    const Constants constants;
    const std::vector<SchemaPtr> inputs{kSchema};
    const BindContext context(builtinComponents(), inputs, constants, diagnostics);
    const auto params = parseJson(R"json({"keys": ["k"], "pattern": "A B+ C", "within": "10s",
        "define": [{"variable": "A", "condition": "v = 1"}, {"variable": "B", "condition": "B.v > 1"},
                   {"variable": "C", "condition": "C.v = 0 AND C.id > A.id"}],
        "measures": [{"name": "n", "expression": "COUNT(B.v)"}]})json");
    const auto binding = builtinComponents().find("pattern")->bind(*params, context, diagnostics);
    QVERIFY(binding.has_value());
    TestWorld world;
    StateStore state;
    NodeMetrics metrics;
    struct : Timers, Output {
        void wakeAt(Timestamp) override { }
        void push(RecordBatch, int) override { }
        void reject(const RecordBatch&, std::uint32_t, std::string_view, std::string_view) override { }
        void late(const RecordBatch&, std::uint32_t, std::int64_t, std::int64_t) override { }
    } nobody;
    OperatorContext operatorContext{state, metrics, world.env, nobody};
    const auto op = std::get<Factory<Operator>>(binding->make)();
    QVERIFY(bool(op->open(operatorContext)));
    const std::size_t empty = state.bytes();
    const auto give = [&](std::int64_t value, std::int64_t atUs) {
        const auto number = [](std::int64_t of) { return Scalar{DataType::Int64, of}; };
        const TestRows rows{{{number(7), number(value), number(atUs)}, atUs}};
        QVERIFY(bool(op->process(0, batchOf(kSchema, rows), nobody)));
    };
    const auto advance = [&](std::int64_t atUs) { QVERIFY(bool(op->advance(atUs, nobody))); };
    give(5, 1'000'000);
    QCOMPARE(state.rows(), std::size_t{1});
    QVERIFY(state.bytes() > empty);
    advance(1'000'000);
    QCOMPARE(state.rows(), std::size_t{0});  // begins nothing
    give(1, 2'000'000);
    give(2, 3'000'000);
    advance(11'999'000);
    QCOMPARE(state.rows(), std::size_t{2});
    advance(12'000'000);
    QCOMPARE(state.rows(), std::size_t{0});
    QVERIFY(state.bytes() <= empty + 20'000);
    for (int i = 0; i < 5'000; ++i) give(2, 20'000'000 + i * 1'000);
    QVERIFY(state.bytes() > empty + 5'000 * sizeof(std::int64_t) * 4);
    advance(kEndOfTime);
    QCOMPARE(state.rows(), std::size_t{0});
    QVERIFY(state.bytes() <= empty + 20'000);
}

#endif

STREAMWRIGHT_TEST(PatternTest)

}  // namespace tst_pattern
#include "tst_pattern.moc"
