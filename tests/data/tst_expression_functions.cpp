// labels: asan
#include "data/batch_builder.h"
#include "data/expression.h"
#include "data/expression_functions.h"
#include "data/expression_tree.h"
#include "test_main.h"

#include <QRegularExpression>

#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace tst_expression_functions {

using namespace engine;

namespace {

struct Case {
    const char* name;  // of the function or operator, as the table has it
    const char* formula;
    const char* expected;  // as text below; "fault: reason"; or "error: part of the sentence"
    const char* tag = "";  // what it shows: "null" (an operand is NULL), "bound", or "type" (a wrong one)
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

    // Those of semantics.md section 5; the symbols and IN, BETWEEN ... as the table has them.
    void everyNameIsThere()
    {
        const char* const names = "+ - * / % = <> < <= > >= AND OR NOT IN BETWEEN LIKE CASE CAST TRY_CAST "
                                  "COALESCE NULLIF IF GREATEST "
                                  "LEAST ABS CEIL FLOOR ROUND SIGN SQRT POWER EXP LN LOG10 MOD UPPER LOWER "
                                  "TRIM SUBSTRING CHAR_LENGTH "
                                  "POSITION REPLACE CONCAT || REGEXP_EXTRACT REGEXP_REPLACE SPLIT_INDEX MD5 "
                                  "SHA256 EXTRACT TIMESTAMPDIFF "
                                  "TIMESTAMPADD DATE_FORMAT TO_TIMESTAMP_LTZ UNIX_TIMESTAMP JSON_VALUE "
                                  "JSON_QUERY JSON_EXISTS PROCTIME INTERVAL";
        std::set<QByteArray> there;
        for (const FunctionInfo& info : expressionFunctions())
            there.insert(QByteArray(info.name.data(), static_cast<int>(info.name.size())));
        QList<QByteArray> wanted = QByteArray(names).split(' ');
        wanted << "IS NULL"
               << "FLOOR TO"
               << "CEIL TO";
        for (const QByteArray& name : wanted) QVERIFY2(there.contains(name), name);
    }

    void everyNameHasCases()
    {
        const QRegularExpression nullWord("\\b(NULL|n|nd|ns|nt|nb)\\b");
        for (const FunctionInfo& info : expressionFunctions()) {
            std::map<QByteArray, int> tagged;
            int plain = 0;
            for (const Case& c : kCases) {
                if (info.name != c.name) continue;
                const QByteArray tag(c.tag), expected(c.expected);
                ++tagged[tag];
                plain += tag != "type" && !expected.startsWith("error: ");
                // A tag says what is so.
                if (tag == "type") QVERIFY2(expected.startsWith("error: "), c.formula);
                if (tag == "null") QVERIFY2(QString::fromUtf8(c.formula).contains(nullWord), c.formula);
                if (tag == "bound") QVERIFY2(!expected.startsWith("error: "), c.formula);
            }
            const QByteArray name(info.name.data(), static_cast<int>(info.name.size()));
            QVERIFY2(plain >= 3, name + " has fewer than three cases with a result");
            QVERIFY2(tagged["null"] >= 1, name + " has no case with NULL");
            QVERIFY2(tagged["bound"] >= 1, name + " has no case at a bound");
            QVERIFY2(tagged["type"] >= 1, name + " has no case of a wrong type");
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

STREAMWRIGHT_TEST(TestExpressionFunctions)

}  // namespace tst_expression_functions
#include "tst_expression_functions.moc"
