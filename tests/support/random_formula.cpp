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
    switch (m_random.below(10)) {
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
        switch (m_random.below(9)) {
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
        switch (m_random.below(5)) {
        case 0: return "(" + number(depth - 1) + pick({" + ", " - ", " * "}) + number(depth - 1) + ")";
        case 1: return "(" + number(depth - 1) + pick({" / 4.0", " / 0.5"}) + ")";
        case 2: return "(" + decimal + " + " + column(DataType::Int64, "1") + ")";
        case 3: return pick({"FLOOR(", "CEIL(", "ABS("}) + number(depth - 1) + ")";
        default: return "COALESCE(" + decimal + ", 1.5)";
        }
    }
    return m_random.below(3) == 0 ? pick({"0.5", "-2.25", "3e0"}) : decimal;
}

std::string RandomFormula::text(int depth)
{
    const std::string word = column(DataType::String, "'x y'");
    if (depth > 0) {
        switch (m_random.below(5)) {
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
