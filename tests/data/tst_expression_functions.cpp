// links: engine_data
// labels: asan
#include "data/batch_builder.h"
#include "data/expression.h"
#include "data/expression_functions.h"
#include "data/expression_tree.h"

#include <QRegularExpression>
#include <QtTest>

#include <charconv>
#include <cmath>
#include <set>

using namespace engine;

namespace {

struct Case {
    const char* name;  // of the function or operator, as the table has it
    const char* formula;
    const char* expected;  // as text below; "fault: reason"; or "error: part of the sentence"
};

// Columns: i = 7, zero = 0, max = the greatest BIGINT, d = 2.5, s = 'Hello', t = 2024-05-15 12:34:56.789 (a
// Wednesday), b = TRUE; n, nd, ns, nt, nb are NULL.
const Case kCases[] = {
#include "data/expression_cases.inc"
};

SchemaPtr schema()
{
    static const auto made = std::make_shared<const Schema>(std::vector<Field>{{"i", DataType::Int64},
                                                                               {"zero", DataType::Int64},
                                                                               {"max", DataType::Int64},
                                                                               {"d", DataType::Float64},
                                                                               {"s", DataType::String},
                                                                               {"t", DataType::Time},
                                                                               {"b", DataType::Bool},
                                                                               {"n", DataType::Int64},
                                                                               {"nd", DataType::Float64},
                                                                               {"ns", DataType::String},
                                                                               {"nt", DataType::Time},
                                                                               {"nb", DataType::Bool}});
    return made;
}

RecordBatch oneRow(int copies)
{
    BatchBuilder builder(schema());
    for (int row = 0; row < copies; ++row) {
        builder.column(0).addInteger(7);
        builder.column(1).addInteger(0);
        builder.column(2).addInteger(std::numeric_limits<std::int64_t>::max());
        builder.column(3).addNumber(2.5);
        builder.column(4).addText("Hello");
        builder.column(5).addInteger(1715776496789000);
        builder.column(6).addBool(true);
        for (std::size_t column = 7; column < 12; ++column) builder.column(column).addNull();
        builder.endRow();
    }
    return builder.finish();
}

std::string textOf(const Column& column, std::size_t row)
{
    if (column.isNull(row)) return "NULL";
    switch (column.type()) {
    case DataType::Bool: return column.flags()[row] ? "true" : "false";
    case DataType::Float64: {
        if (std::isnan(column.numbers()[row])) return "nan";
        char text[40];
        const auto end = std::to_chars(text, text + sizeof text, column.numbers()[row]).ptr;
        std::string out(text, end);
        return out.find_first_of(".en") == std::string::npos ? out + ".0" : out;
    }
    case DataType::String: return "'" + std::string(column.text(row)) + "'";
    case DataType::Time: return "@" + std::to_string(column.integers()[row]);
    default: return std::to_string(column.integers()[row]);
    }
}

std::string outcome(const char* formula, const RecordBatch& batch)
{
    auto checked = Expression::check(formula, *schema());
    if (const auto* wrong = std::get_if<ExpressionError>(&checked)) return "error: " + wrong->message;
    const auto& expression = std::get<Expression>(checked);
    EvalContext context;
    context.processingTimeUs = 1'500'000;
    const Column column = expression.evaluate(batch, context);
    const std::size_t last = batch.physicalRow(batch.rows() - 1);
    if (!context.faults.empty()) {
        if (context.faults.size() != batch.rows()) return "faults in some rows only";
        return std::string("fault: ") + context.faults.front().reason;
    }
    if (expression.type() == DataType::Bool) {
        std::vector<std::uint32_t> rows;
        expression.select(batch, context, rows);
        const bool isTrue = !column.isNull(last) && column.flags()[last];
        if (rows.size() != (isTrue ? batch.rows() : 0)) return "select and evaluate differ";
    }
    return textOf(column, last);
}

}  // namespace

class TestExpressionFunctions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cases_data()
    {
        QTest::addColumn<QByteArray>("formula");
        QTest::addColumn<QByteArray>("expected");
        for (const Case& c : kCases)
            QTest::addRow("%s: %s", c.name, c.formula) << QByteArray(c.formula) << QByteArray(c.expected);
    }

    void cases()
    {
        QFETCH(QByteArray, formula);
        QFETCH(QByteArray, expected);
        const RecordBatch dense = oneRow(3);
        std::string got = outcome(formula.constData(), dense);
        if (expected.startsWith("error: ")) {
            const std::string part = expected.mid(7).toStdString();
            QVERIFY2(got.starts_with("error: ") && got.find(part) != std::string::npos, got.c_str());
            return;
        }
        QCOMPARE(QByteArray::fromStdString(got), expected);
        QCOMPARE(QByteArray::fromStdString(outcome(formula.constData(), dense.select({0, 2}))), expected);
    }

    void everyNameHasCases()
    {
        const QRegularExpression nullWord("\\b(NULL|n|nd|ns|nt|nb)\\b");
        for (const FunctionInfo& info : expressionFunctions()) {
            int plain = 0, null = 0, wrong = 0;
            for (const Case& c : kCases) {
                if (info.name != c.name) continue;
                const std::string expected = c.expected;
                if (expected.starts_with("error: "))
                    ++wrong;
                else if (QString::fromUtf8(c.formula).contains(nullWord))
                    ++null;
                else
                    ++plain;
            }
            const QByteArray name(info.name.data(), static_cast<int>(info.name.size()));
            QVERIFY2(plain + null >= 2, name + " has fewer than two cases with a value");
            QVERIFY2(null >= 1 || info.name == "PROCTIME", name + " has no case with NULL");
            QVERIFY2(wrong >= 1, name + " has no case of wrong types");
        }
    }

    void everyExampleIsRight()
    {
        for (const FunctionInfo& info : expressionFunctions()) {
            QVERIFY(!info.help.empty() && !info.signature.empty() && !info.category.empty());
            const auto checked = Expression::check(info.example, *schema());
            const auto* wrong = std::get_if<ExpressionError>(&checked);
            QVERIFY2(!wrong, wrong ? (std::string(info.example) + ": " + wrong->message).c_str() : "");
        }
    }
};

QTEST_GUILESS_MAIN(TestExpressionFunctions)
#include "tst_expression_functions.moc"
