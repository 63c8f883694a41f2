// labels: asan
#include "data/batch_builder.h"
#include "data/expression.h"
#include "test_main.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace tst_expression_batches {

using namespace engine;

namespace {

constexpr std::size_t kRows = 700;

RecordBatch randomBatch(unsigned seed)
{
    std::mt19937 random(seed);
    BatchBuilder builder(std::make_shared<const Schema>(std::vector<Field>{{"i", DataType::Int64},
                                                                           {"j", DataType::Int64},
                                                                           {"d", DataType::Float64},
                                                                           {"s", DataType::String},
                                                                           {"b", DataType::Bool},
                                                                           {"t", DataType::Time}}));
    const char* texts[] = {"", "alpha", "Beta", "gamma ray", "{\"a\": 5}", "12", "äö"};
    for (std::size_t row = 0; row < kRows; ++row) {
        const auto null = [&](std::size_t column) {
            const bool yes = random() % 5 == 0 && column != 1;
            if (yes) builder.column(column).addNull();
            return yes;
        };
        if (!null(0)) builder.column(0).addInteger(static_cast<std::int64_t>(random() % 21) - 10);
        if (!null(1)) builder.column(1).addInteger(static_cast<std::int64_t>(random() % 5));
        if (!null(2)) builder.column(2).addNumber(static_cast<double>(random() % 1000) / 8 - 60);
        if (!null(3)) builder.column(3).addText(texts[random() % 7]);
        if (!null(4)) builder.column(4).addBool(random() % 2 == 0);
        if (!null(5)) builder.column(5).addInteger(static_cast<std::int64_t>(random()) * 1000);
        builder.endRow();
    }
    return builder.finish();
}

bool sameSlot(const Column& a, std::size_t rowA, const Column& b, std::size_t rowB)
{
    if (a.isNull(rowA) || b.isNull(rowB)) return a.isNull(rowA) && b.isNull(rowB);
    switch (a.type()) {
    case DataType::Bool: return a.flags()[rowA] == b.flags()[rowB];
    case DataType::Float64:
        return a.numbers()[rowA] == b.numbers()[rowB] ||
            (std::isnan(a.numbers()[rowA]) && std::isnan(b.numbers()[rowB]));
    case DataType::String: return a.text(rowA) == b.text(rowB);
    default: return a.integers()[rowA] == b.integers()[rowB];
    }
}

bool faultsAt(const EvalContext& context, std::uint32_t row)
{
    return std::any_of(context.faults.begin(), context.faults.end(),
                       [row](const RowFault& fault) { return fault.physicalRow == row; });
}

const char* const kFormulas[] = {
    "i + j * 2",
    "i / j",
    "d / j - i",
    "i % 3 = 0",
    "i > 3",
    "i > 0 AND j < 3 AND d > -20",
    "i > 0 AND i / j > 1",
    "b OR i / j > 1 OR s = '12'",
    "NOT b OR i IS NULL",
    "s LIKE '%a%' AND i IN (1, 2, 3, NULL)",
    "CASE WHEN i > 5 THEN s WHEN i < 0 THEN 'neg' WHEN i / j > 0 THEN UPPER(s) END",
    "COALESCE(s, CAST(d AS STRING), 'none')",
    "COALESCE(i, 10 / j)",
    "COALESCE(4, i) <> 4",
    "10 < COALESCE(4, i) + j",
    "COALESCE('4', s) = s",
    "IF(b, i, j) BETWEEN 0 AND 4",
    "CAST(s AS BIGINT) + 1",
    "TRY_CAST(s AS DOUBLE) IS NOT NULL",
    "SUBSTRING(s || s, 2, 4)",
    "TRIM(LEADING 'a' FROM s)",
    "JSON_VALUE(s, '$.a') = '5'",
    "t > '1970-01-02' OR t IS NULL",
    "FLOOR(t TO HOUR) + INTERVAL '1' MONTH",
    "NULLIF(i, j)",
    "GREATEST(i, j, d)",
    "i IS DISTINCT FROM j",
    "REGEXP_EXTRACT(s, '[a-z]+')",
    "1 < i",
    "s > 'b'",
    "b = TRUE AND NOT b IS FALSE",
    "5",
    "i = NULL",
    "ROUND(d, 1)",
    "DATE_FORMAT(t, 'HH:mm')",
    "CASE WHEN b THEN i END",
    "b AND (i > 0 OR d > 0)"};

}  // namespace

class TestExpressionBatches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Each row alone, all rows together, and a selection of them give the same values and faults.
    void rowsDoNotDependOnEachOther()
    {
        const RecordBatch batch = randomBatch(3);
        std::vector<std::uint32_t> chosen;
        for (std::uint32_t row = 0; row < kRows; ++row)
            if (row % 3 != 1) chosen.push_back(row);
        const RecordBatch some = batch.select(chosen);
        EvalContext all, part, single;
        for (const char* formula : kFormulas) {
            const auto expression = Expression::compile(formula, *batch.schema());
            QVERIFY2(expression, expression ? "" : expression.error().message.c_str());
            const Column whole = expression->evaluate(batch, all);
            const Column selected = expression->evaluate(some, part);
            for (std::uint32_t row = 0; row < kRows; row += 7) {
                const Column alone = expression->evaluate(batch.slice(row, 1), single);
                QCOMPARE(faultsAt(all, row), !single.faults.empty());
                if (!single.faults.empty()) continue;
                QVERIFY2(sameSlot(whole, row, alone, 0), formula);
                if (row % 3 != 1) QVERIFY2(sameSlot(selected, row, alone, 0), formula);
            }
            QVERIFY(std::all_of(part.faults.begin(), part.faults.end(),
                                [](const RowFault& fault) { return fault.physicalRow % 3 != 1; }));
        }
    }

    void selectIsWhereItIsTrue()
    {
        const RecordBatch batch = randomBatch(4);
        std::vector<std::uint32_t> chosen;
        for (std::uint32_t row = 0; row < kRows; row += 2) chosen.push_back(row);
        EvalContext context, other;
        for (const RecordBatch& input : {batch, batch.select(chosen)}) {
            for (const char* formula : kFormulas) {
                const auto expression = Expression::compile(formula, *batch.schema());
                if (expression->type() != DataType::Bool) continue;
                const Column column = expression->evaluate(input, context);
                std::vector<std::uint32_t> expected, rows{99};
                forEachRow(input, [&](std::uint32_t row) {
                    if (!column.isNull(row) && column.flags()[row] && !faultsAt(context, row))
                        expected.push_back(row);
                });
                expression->select(input, other, rows);
                QVERIFY2(rows == expected, formula);
                QCOMPARE(other.faults.size(), context.faults.size());
            }
        }
    }

    void nullSlotsAreZeroAndResultsStay()
    {
        const RecordBatch batch = randomBatch(5);
        const auto sum = Expression::compile("i + 1000", *batch.schema());
        const auto text = Expression::compile("s || '!'", *batch.schema());
        EvalContext context;
        const Column first = sum->evaluate(batch, context), firstText = text->evaluate(batch, context);
        const std::vector<std::int64_t> copy(first.integers().begin(), first.integers().end());
        for (int round = 0; round < 5; ++round) {
            const Column again = text->evaluate(batch, context);
            const auto other = Expression::compile("j * 3 - i", *batch.schema());
            other->evaluate(batch, context);
        }
        for (std::size_t row = 0; row < kRows; ++row) {
            if (first.isNull(row)) QCOMPARE(first.integers()[row], std::int64_t{0});
            QCOMPARE(first.integers()[row], copy[row]);
            if (!firstText.isNull(row))
                QCOMPARE(std::string(firstText.text(row)), std::string(batch.column(3).text(row)) + "!");
            else
                QVERIFY(firstText.text(row).empty());
        }
    }

    void emptyBatch()
    {
        const RecordBatch batch = randomBatch(6);
        EvalContext context;
        std::vector<std::uint32_t> rows;
        for (const char* formula : kFormulas) {
            const auto expression = Expression::compile(formula, *batch.schema());
            QCOMPARE(expression->evaluate(batch.select({}), context).size(), kRows);
            QCOMPARE(expression->evaluate(batch.slice(0, 0), context).size(), std::size_t{0});
            QVERIFY(context.faults.empty());
        }
    }
};

STREAMWRIGHT_TEST(TestExpressionBatches)

}  // namespace tst_expression_batches
#include "tst_expression_batches.moc"
