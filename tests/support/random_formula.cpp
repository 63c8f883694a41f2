#include "support/random_formula.h"

namespace engine {

std::string RandomFormula::pick(std::initializer_list<std::string> choices)
{
    return *(choices.begin() + m_random.below(choices.size()));
}

std::string RandomFormula::column(DataType type, const char* otherwise)
{
    std::vector<std::string> names;
    for (const Field& field : m_fields)
        if (field.type == type) names.push_back(field.name);
    return names.empty() ? otherwise : names[m_random.below(names.size())];
}

std::string RandomFormula::condition(int depth)
{
    if (depth > 0) {
        switch (m_random.below(6)) {
        case 0: return "(" + condition(depth - 1) + " AND " + condition(depth - 1) + ")";
        case 1: return "(" + condition(depth - 1) + " OR " + condition(depth - 1) + ")";
        case 2: return "NOT (" + condition(depth - 1) + ")";
        case 3: return "(" + condition(depth - 1) + ") IS " + pick({"TRUE", "FALSE", "NOT NULL", "NULL"});
        default: break;
        }
    }
    const std::string sign = pick({" = ", " <> ", " < ", " <= ", " > ", " >= "});
    const std::string whole = column(DataType::Int64, "3"), word = column(DataType::String, "'b'");
    switch (m_random.below(11)) {
    case 10: return time(depth) + sign + time(0);
    case 0: return text(depth) + sign + text(0);
    case 1: return number(depth) + sign + number(0);
    case 2: return whole + " BETWEEN " + pick({"-2", "0"}) + " AND " + column(DataType::Int64, "5");
    case 3: return word + " IN ('a', 'c', " + column(DataType::String, "'d'") + ")";
    case 4: return word + pick({" LIKE 'b%'", " LIKE '_'", " NOT LIKE '%e%'", " IS NULL", " IS NOT NULL"});
    case 5: return whole + " IS DISTINCT FROM " + column(DataType::Int64, "1");
    case 6: return column(DataType::Bool, "TRUE");
    case 7: return whole + sign + number(0);
    default: return integer(depth) + sign + integer(0);
    }
}

std::string RandomFormula::integer(int depth)
{
    const std::string whole = column(DataType::Int64, "4");
    if (depth > 0) {
        switch (m_random.below(13)) {
        case 9: return "EXTRACT(" + pick({"HOUR", "MINUTE", "SECOND"}) + " FROM " + time(depth - 1) + ")";
        case 10: return "TIMESTAMPDIFF(" + timeUnit() + ", " + time(depth - 1) + ", " + time(depth - 1) + ")";
        case 11: return "CAST(" + number(depth - 1) + " AS BIGINT)";
        case 12:
            return pick({"CAST(CAST(" + integer(depth - 1) + " AS STRING) AS BIGINT)",
                         "TRY_CAST(" + text(0) + " AS BIGINT)"});
        case 0: return "(" + integer(depth - 1) + pick({" + ", " - ", " * "}) + integer(depth - 1) + ")";
        case 1: return "(" + integer(depth - 1) + pick({" / ", " % "}) + integer(depth - 1) + ")";
        case 2:
            return "CASE WHEN " + condition(depth - 1) + " THEN " + integer(depth - 1) + " ELSE " +
                integer(depth - 1) + " END";
        case 3: return "COALESCE(" + whole + ", " + integer(depth - 1) + ")";
        case 4: return "ABS(" + integer(depth - 1) + ")";
        case 5: return "CHAR_LENGTH(" + text(depth - 1) + ")";
        case 6: return "NULLIF(" + whole + ", " + pick({"0", "1", "2"}) + ")";
        case 7: return pick({"GREATEST(", "LEAST("}) + whole + ", " + column(DataType::Int64, "2") + ", 1)";
        default:
            return "IF(" + condition(depth - 1) + ", " + integer(depth - 1) + ", " + pick({"0", "7", "-1"}) +
                ")";
        }
    }
    return m_random.below(3) == 0 ? pick({"0", "1", "2", "5", "1000"}) : whole;
}

std::string RandomFormula::number(int depth)
{
    const std::string decimal = column(DataType::Float64, "0.5");
    if (depth > 0) {
        switch (m_random.below(7)) {
        case 5: return "ROUND(" + decimal + pick({")", ", 1)", ", 0)"});
        case 6: return "CAST(" + integer(depth - 1) + " AS DOUBLE)";
        case 0: return "(" + number(depth - 1) + pick({" + ", " - ", " * "}) + number(depth - 1) + ")";
        case 1: return "(" + number(depth - 1) + pick({" / 4.0", " / 0.5"}) + ")";
        case 2: return "(" + decimal + " + " + column(DataType::Int64, "1") + ")";
        case 3: return pick({"FLOOR(", "CEIL(", "ABS("}) + number(depth - 1) + ")";
        default: return "COALESCE(" + decimal + ", 1.5)";
        }
    }
    return m_random.below(3) == 0 ? pick({"0.5", "-2.25", "3e0"}) : decimal;
}

std::string RandomFormula::timeUnit() { return pick({"SECOND", "MINUTE", "HOUR", "DAY"}); }

std::string RandomFormula::time(int depth)
{
    const std::string moment = column(DataType::Time, "TIMESTAMP '1970-01-02 03:04:05'");
    if (depth > 0) {
        switch (m_random.below(4)) {
        case 0: return pick({"FLOOR(", "CEIL("}) + time(depth - 1) + " TO " + timeUnit() + ")";
        case 1: return "TIMESTAMPADD(" + timeUnit() + ", " + pick({"1", "-3", "40"}) + ", " + moment + ")";
        case 2: return "(" + moment + pick({" + ", " - "}) + "INTERVAL '90' MINUTE)";
        default: return "COALESCE(" + moment + ", TIMESTAMP '1969-12-31 23:59:59')";
        }
    }
    return moment;
}

std::string RandomFormula::text(int depth)
{
    const std::string word = column(DataType::String, "'x y'"), whole = column(DataType::Int64, "2"),
                      decimal = column(DataType::Float64, "0.5");
    if (depth > 0) {
        switch (m_random.below(7)) {
        case 5:
            return "SUBSTRING(" + text(depth - 1) + ", " + pick({"1", "2", "0", "-2", whole}) +
                pick({")", ", 1)", ", 2)", ", " + whole + ")"});
        case 6: return "CAST(" + pick({whole, column(DataType::Bool, "TRUE"), decimal}) + " AS STRING)";
        case 0: return pick({"UPPER(", "LOWER(", "TRIM("}) + text(depth - 1) + ")";
        case 1: return "(" + text(depth - 1) + " || " + text(depth - 1) + ")";
        case 2: return "CONCAT(" + word + ", '-', " + word + ")";
        case 3: return "NULLIF(" + word + ", 'b')";
        default:
            return "CASE WHEN " + condition(depth - 1) + " THEN " + text(depth - 1) + " ELSE " + text(0) +
                " END";
        }
    }
    return m_random.below(4) == 0 ? pick({"'a'", "'b'", "'x'"}) : word;
}

}  // namespace engine
