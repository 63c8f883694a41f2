#include "data/expression_functions.h"

#include "data/expression_kernels.h"
#include "data/expression_operators.h"

#include <algorithm>

namespace engine {

namespace {

constexpr DataType kInt = DataType::Int64, kNum = DataType::Float64, kText = DataType::String;

// The one table of everything that a formula can call. clang-format would tear its rows apart.
// clang-format off
const FunctionDefinition kTable[] = {
    {{"+", "Operators", "a + b",
      "Sum of two numbers, or a time moved by an interval.", "1 + 2"},
     bindPlus, {}},
    {{"-", "Operators", "a - b",
      "Difference of two numbers, or a time moved back by an interval.", "3 - 2"},
     bindMinus, {}},
    {{"UNARY -", "Operators", "-a",
      "The number with its sign turned.", "-(1 + 2)"},
     bindNegate, {}},
    {{"*", "Operators", "a * b",
      "Product of two numbers.", "2 * 3"},
     bindArithmetic, {}},
    {{"/", "Operators", "a / b",
      "Quotient; of two BIGINT it is cut off toward zero, and dividing by zero rejects the row.",
      "7 / 2"},
     bindArithmetic, {}},
    {{"%", "Operators", "a % b",
      "Remainder, with the sign of a.", "7 % 3"},
     bindArithmetic, {}},
    {{"||", "Operators", "a || b",
      "Two texts joined.", "'a' || 'b'"},
     nullptr, {{{kText, kText}, kText, concatKernel, true, true}}},
    {{"=", "Operators", "a = b",
      "Whether two values are equal.", "1 = 1"},
     bindComparison, {}},
    {{"<>", "Operators", "a <> b",
      "Whether two values differ; also written !=.", "1 <> 2"},
     bindComparison, {}},
    {{"<", "Operators", "a < b",
      "Whether a is less; texts compare by bytes.", "1 < 2"},
     bindComparison, {}},
    {{"<=", "Operators", "a <= b",
      "Whether a is less or equal.", "1 <= 2"},
     bindComparison, {}},
    {{">", "Operators", "a > b",
      "Whether a is greater.", "2 > 1"},
     bindComparison, {}},
    {{">=", "Operators", "a >= b",
      "Whether a is greater or equal.", "2 >= 1"},
     bindComparison, {}},
    {{"AND", "Operators", "a AND b",
      "True when both are.", "TRUE AND FALSE"},
     bindLogic, {}},
    {{"OR", "Operators", "a OR b",
      "True when one is.", "TRUE OR FALSE"},
     bindLogic, {}},
    {{"NOT", "Operators", "NOT a",
      "The opposite; NULL stays NULL.", "NOT TRUE"},
     bindNot, {}},
    {{"IS NULL", "Operators", "a IS [NOT] NULL",
      "Whether there is no value.", "NULL IS NULL"},
     bindIsNull, {}},
    {{"IS TRUE", "Operators", "a IS [NOT] TRUE",
      "Whether the condition is true; never NULL.", "TRUE IS TRUE"},
     bindIsFlag, {}},
    {{"IS FALSE", "Operators", "a IS [NOT] FALSE",
      "Whether the condition is false; never NULL.", "FALSE IS FALSE"},
     bindIsFlag, {}},
    {{"IS DISTINCT FROM", "Operators", "a IS [NOT] DISTINCT FROM b",
      "Whether two values differ, NULL being equal to NULL.", "1 IS DISTINCT FROM NULL"},
     bindDistinct, {}},
    {{"IN", "Operators", "a [NOT] IN (b, c, ...)",
      "Whether a is one of the values.", "2 IN (1, 2)"},
     bindIn, {}},
    {{"BETWEEN", "Operators", "a [NOT] BETWEEN low AND high",
      "Whether a lies between the bounds, both included.", "2 BETWEEN 1 AND 3"},
     bindBetween, {}},
    {{"LIKE", "Operators", "text [NOT] LIKE pattern [ESCAPE sign]",
      "Whether the text fits the pattern: % is any text, _ one character.", "'abc' LIKE 'a%'"},
     bindLike, {}},

    {{"CASE", "Conditions", "CASE WHEN condition THEN value ... [ELSE value] END",
      "The value of the first condition that is true.", "CASE WHEN 1 < 2 THEN 'less' ELSE 'more' END"},
     bindCase, {}},
    {{"IF", "Conditions", "IF(condition, value, otherwise)",
      "One of two values; only the one taken is computed.", "IF(1 < 2, 'less', 'more')"},
     bindIf, {}},
    {{"COALESCE", "Conditions", "COALESCE(a, b, ...)",
      "The first value that is not NULL.", "COALESCE(NULL, 1)"},
     bindCoalesce, {}},
    {{"NULLIF", "Conditions", "NULLIF(a, b)",
      "a, or NULL when a equals b.", "NULLIF(1, 1)"},
     bindNullIf, {}},
    {{"GREATEST", "Conditions", "GREATEST(a, b, ...)",
      "The greatest value; NULL if one is NULL.", "GREATEST(1, 2)"},
     bindExtreme, {}},
    {{"LEAST", "Conditions", "LEAST(a, b, ...)",
      "The least value; NULL if one is NULL.", "LEAST(1, 2)"},
     bindExtreme, {}},

    {{"CAST", "Conversion", "CAST(value AS type)",
      "The value as BOOLEAN, BIGINT, DOUBLE, STRING or TIMESTAMP; what cannot be read rejects the row.",
      "CAST('12' AS BIGINT)"},
     bindCast, {}},
    {{"TRY_CAST", "Conversion", "TRY_CAST(value AS type)",
      "As CAST, but NULL for what cannot be read.", "TRY_CAST('x' AS BIGINT)"},
     bindCast, {}},

    {{"ABS", "Numbers", "ABS(number)",
      "The number without its sign.", "ABS(-2)"},
     nullptr, {{{kInt}, kInt, absIntegerKernel, true}, {{kNum}, kNum, absNumberKernel}}},
    {{"CEIL", "Numbers", "CEIL(number)",
      "The least whole number that is not less; CEIL(time TO unit) rounds a time up.", "CEIL(1.2)"},
     nullptr, {{{kInt}, kInt, sameIntegerKernel}, {{kNum}, kNum, ceilNumberKernel}}},
    {{"FLOOR", "Numbers", "FLOOR(number)",
      "The greatest whole number that is not greater; FLOOR(time TO unit) rounds a time down.",
      "FLOOR(1.8)"},
     nullptr, {{{kInt}, kInt, sameIntegerKernel}, {{kNum}, kNum, floorNumberKernel}}},
    {{"ROUND", "Numbers", "ROUND(number [, digits])",
      "Rounded to so many digits behind the point, halves away from zero, as the number is written.",
      "ROUND(2.345, 2)"},
     nullptr, {{{kInt}, kInt, sameIntegerKernel}, {{kInt, kInt}, kInt, roundIntegerKernel, true},
      {{kNum}, kNum, roundNumberKernel}, {{kNum, kInt}, kNum, roundNumberKernel}}},
    {{"SIGN", "Numbers", "SIGN(number)",
      "-1, 0 or 1.", "SIGN(-3)"},
     nullptr, {{{kInt}, kInt, signIntegerKernel}, {{kNum}, kNum, signNumberKernel}}},
    {{"SQRT", "Numbers", "SQRT(number)",
      "Square root; NaN below zero.", "SQRT(9)"},
     nullptr, {{{kNum}, kNum, sqrtKernel}}},
    {{"POWER", "Numbers", "POWER(base, exponent)",
      "The base raised to a power.", "POWER(2, 10)"},
     nullptr, {{{kNum, kNum}, kNum, powerKernel}}},
    {{"EXP", "Numbers", "EXP(number)",
      "e raised to a power.", "EXP(1)"},
     nullptr, {{{kNum}, kNum, expKernel}}},
    {{"LN", "Numbers", "LN(number)",
      "Natural logarithm.", "LN(10)"},
     nullptr, {{{kNum}, kNum, lnKernel}}},
    {{"LOG10", "Numbers", "LOG10(number)",
      "Logarithm to base 10.", "LOG10(1000)"},
     nullptr, {{{kNum}, kNum, log10Kernel}}},
    {{"MOD", "Numbers", "MOD(a, b)",
      "Remainder, with the sign of a.", "MOD(7, 3)"},
     bindArithmetic, {}},

    {{"UPPER", "Texts", "UPPER(text)",
      "In capital letters.", "UPPER('abc')"},
     nullptr, {{{kText}, kText, upperKernel, true}}},
    {{"LOWER", "Texts", "LOWER(text)",
      "In small letters.", "LOWER('ABC')"},
     nullptr, {{{kText}, kText, lowerKernel, true}}},
    {{"TRIM", "Texts", "TRIM([BOTH | LEADING | TRAILING] [signs FROM] text)",
      "Without spaces, or the given signs, at its ends.", "TRIM('  a ')"},
     nullptr, {{{kText}, kText, trimBothKernel}, {{kText, kText}, kText, trimBothKernel}}},
    {{"TRIM LEADING", "Texts", "TRIM(LEADING [signs FROM] text)",
      "Without spaces, or the given signs, at its start.", "TRIM(LEADING 'x' FROM 'xxa')"},
     nullptr, {{{kText}, kText, trimLeadingKernel}, {{kText, kText}, kText, trimLeadingKernel}}},
    {{"TRIM TRAILING", "Texts", "TRIM(TRAILING [signs FROM] text)",
      "Without spaces, or the given signs, at its end.", "TRIM(TRAILING 'x' FROM 'axx')"},
     nullptr, {{{kText}, kText, trimTrailingKernel}, {{kText, kText}, kText, trimTrailingKernel}}},
    {{"SUBSTRING", "Texts", "SUBSTRING(text, from [, length])",
      "A part of the text; positions start at 1, negative ones count from the end.",
      "SUBSTRING('hello', 2, 3)"},
     nullptr, {{{kText, kInt}, kText, substringKernel}, {{kText, kInt, kInt}, kText, substringKernel}}},
    {{"CHAR_LENGTH", "Texts", "CHAR_LENGTH(text)",
      "How many characters (code points) the text has.", "CHAR_LENGTH('abc')"},
     nullptr, {{{kText}, kInt, charLengthKernel}}},
    {{"POSITION", "Texts", "POSITION(part IN text)",
      "Where the part begins, from 1; 0 when it is not there.", "POSITION('b' IN 'abc')"},
     nullptr, {{{kText, kText}, kInt, positionKernel}}},
    {{"REPLACE", "Texts", "REPLACE(text, part, by)",
      "Every occurrence of the part replaced.", "REPLACE('aba', 'a', 'x')"},
     nullptr, {{{kText, kText, kText}, kText, replaceKernel, true}}},
    {{"CONCAT", "Texts", "CONCAT(a, b, ...)",
      "Texts joined; NULL if one is NULL.", "CONCAT('a', 'b')"},
     nullptr, {{{kText}, kText, concatKernel, true, true}}},
    {{"REGEXP_EXTRACT", "Texts", "REGEXP_EXTRACT(text, pattern [, group])",
      "What the regular expression (RE2) or one of its groups matches; NULL without a match.",
      "REGEXP_EXTRACT('a12', '[0-9]+')"},
     bindRegexpExtract, {}},
    {{"REGEXP_REPLACE", "Texts", "REGEXP_REPLACE(text, pattern, by)",
      "Every match of the regular expression (RE2) replaced by the literal text.",
      "REGEXP_REPLACE('a1b2', '[0-9]', '-')"},
     bindRegexpReplace, {}},
    {{"SPLIT_INDEX", "Texts", "SPLIT_INDEX(text, separator, index)",
      "One part of a separated text, counted from 0; NULL when there is none.",
      "SPLIT_INDEX('a;b', ';', 1)"},
     nullptr, {{{kText, kText, kInt}, kText, splitIndexKernel}}},
    {{"MD5", "Texts", "MD5(text)",
      "The MD5 sum in hexadecimal digits.", "MD5('abc')"},
     nullptr, {{{kText}, kText, md5Kernel}}},
    {{"SHA256", "Texts", "SHA256(text)",
      "The SHA-256 sum in hexadecimal digits.", "SHA256('abc')"},
     nullptr, {{{kText}, kText, sha256Kernel}}},

    {{"EXTRACT", "Times", "EXTRACT(unit FROM time)",
      "A part of a time, such as its HOUR; weeks are those of ISO 8601.",
      "EXTRACT(HOUR FROM TIMESTAMP '2024-05-01 12:00:00')"},
     bindExtract, {}},
    {{"FLOOR TO", "Times", "FLOOR(time TO unit)",
      "The start of the unit that the time lies in; weeks start on Sunday.",
      "FLOOR(TIMESTAMP '2024-05-01 12:34:56' TO HOUR)"},
     bindRoundTime, {}},
    {{"CEIL TO", "Times", "CEIL(time TO unit)",
      "The next start of a unit; weeks start on Sunday.",
      "CEIL(TIMESTAMP '2024-05-01 12:34:56' TO HOUR)"},
     bindRoundTime, {}},
    {{"TIMESTAMPDIFF", "Times", "TIMESTAMPDIFF(unit, from, to)",
      "How many whole units lie between two times.",
      "TIMESTAMPDIFF(DAY, TIMESTAMP '2024-05-01', TIMESTAMP '2024-05-03')"},
     bindTimestampDiff, {}},
    {{"TIMESTAMPADD", "Times", "TIMESTAMPADD(unit, count, time)",
      "A time moved by so many units.", "TIMESTAMPADD(MONTH, 1, TIMESTAMP '2024-01-31')"},
     bindTimestampAdd, {}},
    {{"DATE_FORMAT", "Times", "DATE_FORMAT(time, pattern)",
      "The time written by a pattern such as 'yyyy-MM-dd HH:mm'.",
      "DATE_FORMAT(TIMESTAMP '2024-05-01', 'dd.MM.yyyy')"},
     bindDateFormat, {}},
    {{"TO_TIMESTAMP_LTZ", "Times", "TO_TIMESTAMP_LTZ(number [, precision])",
      "The time of a number of seconds (precision 0) or milliseconds (precision 3, the default) "
      "since 1970, or of a text [and its pattern].", "TO_TIMESTAMP_LTZ(1714564800, 0)"},
     bindToTimestamp, {}},
    {{"UNIX_TIMESTAMP", "Times", "UNIX_TIMESTAMP([time])",
      "Seconds since 1970 of a time, or of now.", "UNIX_TIMESTAMP(TIMESTAMP '2024-05-01')"},
     bindUnixTimestamp, {}},
    {{"PROCTIME", "Times", "PROCTIME()",
      "The processing time: the engine's clock when the row is looked at.", "PROCTIME()"},
     bindProcessingTime, {}},

    {{"JSON_VALUE", "JSON", "JSON_VALUE(text, path [RETURNING type])",
      "A single value out of a JSON text, numbers as they are written; NULL when there is none.",
      "JSON_VALUE('{\"a\": {\"b\": 1}}', '$.a.b')"},
     bindJson, {}},
    {{"JSON_QUERY", "JSON", "JSON_QUERY(text, path)",
      "An object or array out of a JSON text; NULL when there is none.",
      "JSON_QUERY('{\"a\": [1, 2]}', '$.a')"},
     bindJson, {}},
    {{"JSON_EXISTS", "JSON", "JSON_EXISTS(text, path)",
      "Whether the path leads to something in a JSON text.", "JSON_EXISTS('{\"a\": 1}', '$.a')"},
     bindJson, {}},
};
// clang-format on

}  // namespace

const FunctionDefinition* findFunction(std::string_view name)
{
    const auto isIt = [name](const FunctionDefinition& row) { return row.info.name == name; };
    const auto* found = std::find_if(std::begin(kTable), std::end(kTable), isIt);
    return found == std::end(kTable) ? nullptr : found;
}

std::vector<std::string> functionNames()
{
    std::vector<std::string> out;
    for (const FunctionDefinition& row : kTable)
        if (row.info.name.find(' ') == std::string_view::npos && row.info.category != "Operators")
            out.emplace_back(row.info.name);
    return out;
}

std::span<const FunctionInfo> expressionFunctions()
{
    static const std::vector<FunctionInfo> infos = [] {
        std::vector<FunctionInfo> out;
        for (const FunctionDefinition& row : kTable) out.push_back(row.info);
        return out;
    }();
    return infos;
}

}  // namespace engine
