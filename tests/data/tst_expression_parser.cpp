// labels: asan
#include "base/limits.h"
#include "data/batch_builder.h"
#include "data/expression_functions.h"
#include "data/expression_tree.h"
#include "test_main.h"

#include <random>

namespace tst_expression_parser {

using namespace engine;

namespace {

const Schema& schema()
{
    static const Schema made({{"temperature", DataType::Float64},
                              {"sensor_id", DataType::String},
                              {"count", DataType::Int64},
                              {"time", DataType::Time},
                              {"a.b", DataType::Int64}});
    return made;
}

ExpressionError errorOf(std::string_view source, const Constants& constants = {})
{
    auto checked = Expression::check(source, schema(), constants);
    const auto* wrong = std::get_if<ExpressionError>(&checked);
    return wrong ? *wrong : ExpressionError{"no error", 0, 0};
}

// The tree with all its brackets.
std::string shape(const ExpressionTree& tree)
{
    if (tree.kind == TreeKind::Column) return tree.name;
    if (tree.kind == TreeKind::Interval)
        return "interval " + std::to_string(std::get<std::int64_t>(tree.literal.value));
    if (tree.kind == TreeKind::Literal) {
        if (const auto* number = std::get_if<std::int64_t>(&tree.literal.value))
            return std::to_string(*number);
        if (const auto* text = std::get_if<std::string>(&tree.literal.value)) return "'" + *text + "'";
        return tree.literal.isNull() ? "NULL" : "value";
    }
    std::string out = "(" + tree.name;
    for (const ExpressionTree& child : tree.children) out += " " + shape(child);
    return out + ")";
}

std::string shapeOf(std::string_view source)
{
    const auto parsed = parseExpression(source);
    const auto* tree = std::get_if<ExpressionTree>(&parsed);
    return tree ? shape(*tree) : "error: " + std::get<ExpressionError>(parsed).message;
}

}  // namespace

class TestExpressionParser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void precedence_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("expected");
        const std::pair<const char*, const char*> cases[] = {
            {"1 + 2 * 3", "(+ 1 (* 2 3))"},
            {"(1 + 2) * 3", "(* (+ 1 2) 3)"},
            {"1 - 2 - 3", "(- (- 1 2) 3)"},
            {"a or b and c or d", "(OR a (AND b c) d)"},
            {"not a = b", "(NOT (= a b))"},
            {"not a is null and b", "(AND (NOT (IS NULL a)) b)"},
            {"a = b is not null", "(NOT (IS NULL (= a b)))"},
            {"a between 1 and 2 and b", "(AND (BETWEEN a 1 2) b)"},
            {"a not in (1, 2)", "(NOT (IN a 1 2))"},
            {"-9223372036854775808", "-9223372036854775808"},
            {"- - a", "(UNARY - (UNARY - a))"},
            {"a || 'it''s'", "(|| a 'it's')"},
            {"'$${a}' || '$$${' || '$$' || '${b}'", "(|| (|| (|| '${a}' '$${') '$$') '${b}')"},
            {"`$${a}` + 1", "(+ ${a} 1)"},
            {"`order by` + a.b", "(+ order by a.b)"},
            {"case x when 1 then 2 end", "(CASE (= x 1) 2 NULL)"},
            {"position('a' in b)", "(POSITION 'a' b)"},
            {"interval '1 02:00:01.5' day to second", "interval 93601500000"},
            {"interval '1-6' year to month", "interval 18"},
            {"interval -'5' minute", "interval -300000000"},
            {"a -- a comment\n + /* another */ b", "(+ a b)"},
        };
        for (const auto& [source, expected] : cases)
            QTest::addRow("%s", expected) << QByteArray(source) << QByteArray(expected);
    }

    void precedence()
    {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, expected);
        QCOMPARE(QByteArray::fromStdString(shapeOf(source.toStdString())), expected);
    }

    // By it a window knows its formulas again.
    void textsAreWrittenAsTheyAreRead()
    {
        for (const char* source : {"'it''s $${a} $$${b} $ ${c}'", "`$${a}`", "'${'"}) {
            const auto first = parseExpression(source);
            QVERIFY2(std::holds_alternative<ExpressionTree>(first), source);
            const std::string text = formulaText(std::get<ExpressionTree>(first));
            const auto second = parseExpression(text);
            QVERIFY2(std::holds_alternative<ExpressionTree>(second), text.c_str());
            const auto &before = std::get<ExpressionTree>(first), &after = std::get<ExpressionTree>(second);
            QVERIFY2(after.literal.value == before.literal.value && after.name == before.name, text.c_str());
        }
    }

    void errorsHavePlaces_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("part");
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("length");
        QTest::addRow("empty") << QByteArray("  ") << QByteArray("empty") << 2 << 0;
        QTest::addRow("column") << QByteArray("temprature > 1") << QByteArray("did you mean \"temperature\"")
                                << 0 << 10;
        QTest::addRow("capitals") << QByteArray("1 < Count") << QByteArray("did you mean \"count\"") << 4
                                  << 5;
        QTest::addRow("far") << QByteArray("zzzzzz > 1") << QByteArray("the columns are temperature") << 0
                             << 6;
        QTest::addRow("function") << QByteArray("1 + UPER(sensor_id)") << QByteArray("did you mean UPPER")
                                  << 4 << 15;
        QTest::addRow("aggregate") << QByteArray("SUM(count)") << QByteArray("window") << 0 << 10;
        QTest::addRow("count star") << QByteArray("COUNT(*)") << QByteArray("window") << 6 << 1;
        QTest::addRow("end") << QByteArray("count +") << QByteArray("end of the formula; expected a value")
                             << 7 << 0;
        QTest::addRow("bracket") << QByteArray("(count") << QByteArray("')'") << 6 << 0;
        QTest::addRow("second value")
            << QByteArray("count 5") << QByteArray("Found the number 5; expected an operator") << 6 << 1;
        QTest::addRow("sign") << QByteArray("count ? 5") << QByteArray("'?'") << 6 << 1;
        QTest::addRow("text") << QByteArray("sensor_id = 'x") << QByteArray("not closed") << 12 << 1;
        QTest::addRow("types") << QByteArray("count + sensor_id") << QByteArray("CAST") << 8 << 9;
        QTest::addRow("range") << QByteArray("count > 9223372036854775808") << QByteArray("does not fit") << 8
                               << 19;
        QTest::addRow("interval") << QByteArray("time + INTERVAL 'x' DAY") << QByteArray("no such interval")
                                  << 16 << 3;
        QTest::addRow("constant") << QByteArray("count > ${limt}") << QByteArray("did you mean ${limit}") << 8
                                  << 7;
        QTest::addRow("behind $${") << QByteArray("'$${a}' || cont") << QByteArray("did you mean \"count\"")
                                    << 11 << 4;
        QTest::addRow("reserved") << QByteArray("count + then") << QByteArray("backticks") << 8 << 4;
        QTest::addRow("null") << QByteArray("NULL") << QByteArray("CAST(NULL") << 0 << 4;
    }

    void errorsHavePlaces()
    {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, part);
        QFETCH(int, offset);
        QFETCH(int, length);
        const Constants constants{{"limit", Scalar{DataType::Float64, 1.0}}};
        const ExpressionError error = errorOf(source.toStdString(), constants);
        QVERIFY2(error.message.find(part.toStdString()) != std::string::npos, error.message.c_str());
        QCOMPARE(static_cast<int>(error.offset), offset);
        QCOMPARE(static_cast<int>(error.length), length);
    }

    void constantsAreLiterals()
    {
        const Constants constants{{"limit", Scalar{DataType::Float64, 80.5}},
                                  {"name", Scalar{DataType::String, std::string("x' OR '1' = '1")}}};
        auto limit = Expression::check("temperature > ${limit}", schema(), constants);
        QVERIFY(std::holds_alternative<Expression>(limit));
        auto name = Expression::check("${name} || ''", schema(), constants);
        QVERIFY(std::holds_alternative<Expression>(name));
        QCOMPARE(std::get<std::string>(std::get<Expression>(name).constantValue()->value),
                 std::string("x' OR '1' = '1"));
    }

    void whatIsUsed()
    {
        const auto plain = Expression::compile("`a.b`", schema());
        QCOMPARE(plain->plainColumn(), std::optional<std::size_t>(4));
        const auto both = Expression::compile("count + a.b > temperature", schema());
        QCOMPARE(both->columnsUsed(), (std::vector<std::size_t>{0, 2, 4}));
        QVERIFY(!both->plainColumn());
        QCOMPARE(Expression::compile("nothing", schema()).error().code, ErrorCode::BadData);
    }

    void depthAndSizeAreBounded()
    {
        const auto repeated = [](std::string_view part, std::size_t times) {
            std::string out;
            for (std::size_t i = 0; i < times; ++i) out += part;
            return out;
        };
        QVERIFY(errorOf(repeated("(", 10'000) + "1" + repeated(")", 10'000)).message.find("nested") !=
                std::string::npos);
        QVERIFY(errorOf(repeated("NOT ", 10'000) + "TRUE").message.find("nested") != std::string::npos);
        QVERIFY(errorOf(repeated("-", 5'000) + "count").message.size() > 0);
        QVERIFY(errorOf("count" + repeated(" + 1", 10'000)).message.find("nested") != std::string::npos);
        QVERIFY(errorOf(repeated("UPPER(", 5'000)).message.find("nested") != std::string::npos);
        QVERIFY(errorOf(repeated("CASE WHEN ", 5'000)).message.find("nested") != std::string::npos);
        QVERIFY(errorOf(repeated("x", limits::kExpressionBytes + 1)).message.find("bytes") !=
                std::string::npos);
        QCOMPARE(errorOf("count = 0" + repeated(" OR count = 1", 3'000)).message, std::string("no error"));
        QCOMPARE(errorOf(repeated("(", 150) + "1" + repeated(")", 150)).message, std::string("no error"));
    }

    void mutatedFormulas()
    {
        BatchBuilder builder(std::make_shared<const Schema>(schema()));
        builder.column(0).addNumber(1.5);
        builder.column(1).addText("{\"a\": [1, \"x\"]}");
        builder.column(2).addInteger(3);
        builder.column(3).addInteger(1715776496789000);
        builder.column(4).addNull();
        builder.endRow();
        const RecordBatch batch = builder.finish();
        std::vector<std::string> seeds;
        for (const FunctionInfo& info : expressionFunctions()) seeds.emplace_back(info.example);
        for (const char* formula : {"temperature > 80 AND sensor_id LIKE 'h%' OR count IN (1, 2, 3)",
                                    "JSON_VALUE(sensor_id, '$.a[1]') = 'x'",
                                    "CASE WHEN count / 2 = 1 THEN 'a' ELSE sensor_id || '!' END",
                                    "time - INTERVAL '5' MINUTE < '2024-05-01 00:00:00'"})
            seeds.emplace_back(formula);
        std::mt19937 random(7);
        const std::string_view signs = "()',.+-*/%<>=|$`{} \"0aN\x80\xff";
        EvalContext context;
        int compiled = 0;
        for (int round = 0; round < 10'000; ++round) {
            std::string formula = seeds[random() % seeds.size()];
            for (int change = static_cast<int>(random() % 3); change >= 0; --change) {
                const std::size_t at = random() % (formula.size() + 1);
                const std::string& other = seeds[random() % seeds.size()];
                switch (random() % 4) {
                case 0: formula.insert(at, 1, signs[random() % signs.size()]); break;
                case 1: formula.erase(at, random() % 4); break;
                case 2: formula.insert(at, other.substr(random() % other.size(), random() % 12)); break;
                default:
                    if (at < formula.size()) formula[at] = static_cast<char>(random() % 256);
                    break;
                }
            }
            auto checked = Expression::check(formula, schema());
            if (const auto* wrong = std::get_if<ExpressionError>(&checked)) {
                QVERIFY2(wrong->offset + wrong->length <= formula.size() && !wrong->message.empty(),
                         formula.c_str());
                continue;
            }
            ++compiled;
            const Column column = std::get<Expression>(checked).evaluate(batch, context);
            QCOMPARE(column.size(), std::size_t{1});
        }
        QVERIFY(compiled > 500);
    }
};

STREAMWRIGHT_TEST(TestExpressionParser)

}  // namespace tst_expression_parser
#include "tst_expression_parser.moc"
