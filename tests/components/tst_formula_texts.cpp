// labels: asan
// Formulas that make long texts: what they make at a time stays below a bound, and the rows are those of the
// reference evaluator all the same.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "base/limits.h"
#include "support/memory_job.h"
#include "support/random_pipeline.h"

#include <algorithm>
#include <array>
#endif

#include "test_main.h"

namespace tst_formula_texts {

using namespace engine;

namespace {

constexpr std::size_t kRows = 900;
constexpr std::int64_t kSecondUs = 1'000'000;

// Of a row with a text of 1 KiB: 8 KiB that go on, 24 KiB with what lies between.
const char* const kLong = "((s || s) || (s || s)) || ((s || s) || (s || s))";

ExpressionTree treeOf(const std::string& formula)
{
    return std::get<ExpressionTree>(parseExpression(formula));
}

// Event times go up and down by more than the delay, so some rows are late; some have no text, and for some
// a formula has no value.
GraphRows longRows(RefTable& table)
{
    GraphRows source;
    source.schema = std::make_shared<const Schema>(
        std::vector<Field>{{"k", DataType::Int64}, {"n", DataType::Int64}, {"s", DataType::String}}, true);
    source.delayUs = kSecondUs;
    table.columns = {"k", "n", "s"};
    for (std::size_t i = 0; i < kRows; ++i) {
        const auto number = static_cast<std::int64_t>(i);
        const std::int64_t at = number * 20'000 - (i % 37 == 0 ? 3 * kSecondUs : number % 5 * 100'000);
        const std::string text = std::to_string(i * 7919 % 1000) + std::string(1000 + i % 48, 'x');
        const bool hasText = i % 29 != 0;
        TestRow row;
        row.at = at;
        row.values = {{DataType::Int64, number % 3}, {DataType::Int64, number % 11}, {DataType::String, {}}};
        if (hasText) row.values[2].value = text;
        RefRow same;
        same.at = at;
        same.values.resize(3);
        same.values[0] = number % 3;
        same.values[1] = number % 11;
        if (hasText) same.values[2] = text;
        source.rows.push_back(std::move(row));
        table.rows.push_back(std::move(same));
    }
    source.afterUs = deriveWatermarks(source.rows, source.delayUs);
    refWatermarks(table, source.delayUs);
    return source;
}

std::string with(std::string text, const char* formula)
{
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@'))
        text.replace(at, 1, formula);
    return text;
}

const GraphWay kWays[] = {{2048}, {300}, {1}, {2048, 4}, {2048, 1, true}};

}  // namespace

class FormulaTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }
    void computeAndFilter();
    void windowsOfTexts();
    void whatIsMadeIsBounded();
    void aRowAloneIsAlwaysTaken();
    void aChunkInPartsIsLikeTheWhole();

private:
    Catalog m_catalog;
};

void FormulaTexts::computeAndFilter()
{
    RefTable table;
    const GraphRows source = longRows(table);
    const std::string condition = with("CHAR_LENGTH(@) % 7 <> 0 AND 100 / (n - 1) > -1000", kLong);
    const std::string route = with("SUBSTRING(@, 1, 1) < '5'", kLong);
    const std::vector<GraphNode> nodes{
        {"filter", R"({"condition": ")" + condition + R"("})", {{-1, 0}}},
        {"compute",
         with(R"json({"columns": [{"name": "long", "expression": "@"}, {"name": "n",
              "expression": "CHAR_LENGTH(@) / n"}, {"name": "other", "expression": "UPPER(@)"}]})json",
              kLong),
         {{0, 0}}},
        {"filter", R"({"condition": ")" + route + R"("})", {{1, 0}}}};
    std::vector<RefRows> rejects(3);
    table = refFilter(table, treeOf(condition), rejects[0]);
    const RefColumns columns{{"long", treeOf(kLong)},
                             {"n", treeOf(with("CHAR_LENGTH(@) / n", kLong))},
                             {"other", treeOf(with("UPPER(@)", kLong))}};
    table = refCompute(table, columns, true, rejects[1]);
    table = refFilter(table, treeOf(route), rejects[2]);
    QVERIFY(!rejects[0].empty() && !rejects[1].empty());
    for (const GraphWay& way : kWays) {
        const GraphResult result = runGraph(m_catalog, nodes, source, way);
        QCOMPARE(result.error, std::string());
        const std::string found = differenceOf(testRowsOf(table, *result.schema), result.rows);
        QVERIFY2(found.empty(), found.substr(0, 2000).c_str());
        for (std::size_t node = 0; node < 2; ++node)
            QCOMPARE(result.rejected[node].size(), rejects[node].size());
    }
}

void FormulaTexts::windowsOfTexts()
{
    RefTable table;
    const GraphRows source = longRows(table);
    const std::vector<GraphNode> nodes{
        {"compute", with(R"({"columns": [{"name": "long", "expression": "@"}]})", kLong), {{-1, 0}}},
        {"window",
         with(R"json({"kind": "tumbling", "size": "1s", "keys": ["k"], "aggregates": [
              {"function": "max", "argument": "SUBSTRING(@, 1, 9)", "name": "greatest"},
              {"function": "last", "argument": "UPPER(long)", "name": "last"},
              {"function": "count", "filter": "CHAR_LENGTH(@) % 2 = 0", "name": "n"}]})json",
              kLong),
         {{0, 0}}}};
    RefRows rejects;
    table = refCompute(table, {{"long", treeOf(kLong)}}, true, rejects);
    const RefColumns arguments{{"greatest", treeOf(with("SUBSTRING(@, 1, 9)", kLong))},
                               {"last", treeOf("UPPER(long)")}};
    table = refCompute(table, arguments, true, rejects);
    const RefWindow window{
        .sizeUs = kSecondUs,
        .slideUs = kSecondUs,
        .keys = {"k"},
        .aggregates = {{"greatest", "max", "greatest"},
                       {"last", "last", "last"},
                       {"n", "count", {}, treeOf(with("CHAR_LENGTH(@) % 2 = 0", kLong))}}};
    const RefWindowResult expected = refWindow(table, window);
    QVERIFY(!expected.late.empty());
    std::vector<GraphWay> ways(std::begin(kWays), std::end(kWays));
    ways.push_back({2048, 1, false, 1000});
    ways.push_back({2048, 1, true, 200});
    for (const GraphWay& way : ways) {
        const GraphResult result = runGraph(m_catalog, nodes, source, way);
        QCOMPARE(result.error, std::string());
        const std::string found = differenceOf(testRowsOf(expected.table, *result.schema), result.rows);
        QVERIFY2(found.empty(), found.substr(0, 2000).c_str());
        QCOMPARE(result.late.size(), expected.late.size());
    }
}

// Every batch that a compute passes on, and all that its formulas make for it.
void FormulaTexts::whatIsMadeIsBounded()
{
    RefTable table;
    const GraphRows source = longRows(table);
    const RecordBatch batch = batchOf(source.schema, source.rows, source.afterUs);
    const auto formula = Expression::compile(kLong, *source.schema);
    EvalContext context;
    context.texts.isBounded = true;
    formula->evaluate(batch, context);
    QVERIFY(context.texts.isExceeded);
    QVERIFY(context.texts.madeBytes <= limits::kFormulaTextBytes);

    PieceSize size;
    std::size_t pieces = 0;
    for (std::size_t first = 0; first < batch.rows();) {
        const std::size_t count = size.of(batch.rows() - first);
        const RecordBatch piece = batch.piece(first, count);
        context.texts = {0, count > 1};
        const Column column = formula->evaluate(piece, context);
        if (context.texts.isExceeded) {
            size.wasTooMuch(count);
            continue;
        }
        size.fitted(count);
        QVERIFY(column.textBuffer()->capacity() <= 3 * limits::kFormulaTextBytes);
        QCOMPARE(piece.watermarks().before, batch.watermarkBefore(piece.physicalRow(0)));
        first += count;
        ++pieces;
        if (first == batch.rows()) continue;
        QCOMPARE(piece.watermarks().after, batch.watermarkBefore(batch.physicalRow(first)));
    }
    QVERIFY(pieces > 4 && pieces < 40);
}

void FormulaTexts::aRowAloneIsAlwaysTaken()
{
    const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"s", DataType::String}}, false);
    const std::size_t most = limits::kStringResultBytes;
    TestRows rows;
    for (const std::size_t bytes : {most / 2, most / 2 + 1, std::size_t{3}})
        rows.push_back({.values = {{DataType::String, std::string(bytes, 'a')}}});
    const GraphRows source{schema, rows};
    const GraphResult result = runGraph(
        m_catalog, {{"compute", R"({"columns": [{"name": "twice", "expression": "s || s"}]})", {{-1, 0}}}},
        source, {});
    QCOMPARE(result.error, std::string());
    QCOMPARE(result.rows.size(), std::size_t{2});
    QCOMPARE(std::get<std::string>(result.rows[0].values[1].value).size(), most);
    QCOMPARE(result.rejected[0].size(), std::size_t{1});
    QVERIFY(result.rejected[0][0].reason.find("text longer than 16 MiB") != std::string::npos);
}

// In lanes a chunk comes to the merge in parts, further down a batch in pieces: windows fire at the same
// times, the same rows are late, and what came last is the same. Half of the texts are long, in no order, so
// that a lane and one that decodes again cut their pieces in other places.
void FormulaTexts::aChunkInPartsIsLikeTheWhole()
{
    const QString document = R"json({"format": 1,
  "id": "5d0c9f6e-2c4b-4a57-9e7c-1d6a1f7f1c11", "name": "Parts",
  "settings": {"checkpoint_interval": "1h", "threads": 2},
  "nodes": [
    {"id": "input", "component": "generator_source", "params": {"preset": "sensors", "rate": 0,
      "rows": 6000, "keys": 3, "time_step": "20ms", "disorder": "3s", "watermark_delay": "1s"}},
    {"id": "long", "component": "compute", "params": {"columns": [
      {"name": "text", "expression":
       "CASE WHEN humidity > 50 THEN REPLACE(sensor_id || 'a', 'a', '%1') ELSE sensor_id END"}]}},
    {"id": "again", "component": "%2", "params": %3},
    {"id": "by_time", "component": "window", "params": {"kind": "hopping", "size": "2s", "slide": "1s",
      "order": "%5", "keys": ["sensor_id"], "aggregates": [{"function": "count", "name": "n"},
        {"function": "first", "argument": "humidity", "name": "first"},
        {"function": "last", "argument": "humidity", "name": "last"}]}},
    {"id": "output", "component": "file_sink", "params": {"path": "/out/%4.json", "format": "json"}},
    {"id": "late", "component": "file_sink", "params": {"path": "/out/%4-late.json", "format": "json"}}],
  "edges": [["input.out", "long.in"], ["long.out", "again.in"], ["again.out", "by_time.in"],
    ["by_time.out", "output.in"], ["by_time.late", "less.in"], ["less.out", "late.in"]]})json";
    const QString nodes = QString(document).replace(
        R"({"id": "late",)",
        R"({"id": "less", "component": "select", "params": {"columns": [{"column": "sensor_id"},
           {"column": "ts"}, {"column": "late_by_ms"}]}}, {"id": "late",)");
    const auto linesOf = [&](bool isLong, const char* order, const char* again, const char* params) {
        MemoryJob job(7);
        const QString name = isLong ? "long" : "short";
        const Status begun = job.start(
            nodes.arg(QString(isLong ? 16'000 : 16, 'x'), again, params, name, order).toStdString());
        if (!begun || !job.runToEnd())
            qWarning("%s", begun ? job.failure().c_str() : begun.error().message.c_str());
        std::vector<std::string> lines = job.linesOf("/out/" + name.toStdString() + ".json");
        const std::vector<std::string> late = job.linesOf("/out/" + name.toStdString() + "-late.json");
        lines.insert(lines.end(), late.begin(), late.end());
        std::sort(lines.begin(), lines.end());
        return lines;
    };
    const char* const condition = R"({"condition": "CHAR_LENGTH(text || text) > 3"})";
    for (const auto& [order, again, params] :
         {std::array{"event_time", "filter", condition}, {"arrival", "filter", condition},
          {"event_time", "throttle", R"({"rate": 1e9})"}}) {
        const auto expected = linesOf(false, order, again, params),
                   found = linesOf(true, order, again, params);
        QVERIFY(expected.size() > 300);
        QVERIFY(std::ranges::any_of(expected, [](const std::string& line) {
            return line.find("late_by") != std::string::npos;
        }));
        QCOMPARE(found.size(), expected.size());
        QVERIFY(found == expected);
    }
}

STREAMWRIGHT_TEST(FormulaTexts)

}  // namespace tst_formula_texts
#include "tst_formula_texts.moc"
