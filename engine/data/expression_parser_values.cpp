#include "data/expression_parser.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace engine {

namespace {

// Words that end a value or join two, so that no column can have their name without quotes.
constexpr std::array<std::string_view, 18> kReserved{"AND",     "OR",   "NOT",    "IS",    "NULL", "IN",
                                                     "BETWEEN", "LIKE", "ESCAPE", "CASE",  "WHEN", "THEN",
                                                     "ELSE",    "END",  "TRUE",   "FALSE", "AS",   "FROM"};

bool isReserved(std::string_view upper)
{
    return std::find(kReserved.begin(), kReserved.end(), upper) != kReserved.end();
}

}  // namespace

bool ExpressionParser::number(ExpressionTree& out, bool negative, std::size_t offset)
{
    const Token& token = m_tokens[m_at++];
    out.offset = offset;
    out.length = token.offset + token.length - offset;
    const std::string text = (negative ? "-" : "") + token.text;
    const char* const end = text.data() + text.size();
    if (text.find_first_of(".eE") == std::string::npos) {
        std::int64_t value = 0;
        if (std::from_chars(text.data(), end, value).ec != std::errc())
            return fail("The number " + text.substr(0, 40) +
                            " does not fit into a BIGINT; write it with an exponent for a DOUBLE.",
                        token);
        out.literal = {DataType::Int64, value};
        return true;
    }
    double value = 0;
    if (std::from_chars(text.data(), end, value).ec != std::errc())
        return fail("The number " + text.substr(0, 40) + " does not fit into a DOUBLE.", token);
    out.literal = {DataType::Float64, value};
    return true;
}

bool ExpressionParser::constant(ExpressionTree& out)
{
    const Token& token = m_tokens[m_at++];
    const auto found = m_constants.find(token.text);
    if (found != m_constants.end()) {
        out.literal = found->second;
        return true;
    }
    std::vector<std::string> names;
    for (const auto& [name, value] : m_constants) names.push_back(name);
    const std::string nearest = nearestName(token.text, names);
    return fail("There is no parameter '" + token.text + "'" +
                    (nearest.empty() ? "; declare it under the pipeline's parameters."
                                     : "; did you mean ${" + nearest + "}?"),
                token);
}

bool ExpressionParser::wordValue(ExpressionTree& out)
{
    const Token& token = peek();
    if (token.upper == "TRUE" || token.upper == "FALSE") {
        out.literal = {DataType::Bool, token.upper == "TRUE"};
        ++m_at;
        return true;
    }
    if (token.upper == "NULL") {
        ++m_at;
        return true;
    }
    if (token.upper == "CASE") return caseOf(out);
    if (isReserved(token.upper)) return expected("a value (a column of that name goes in backticks)");
    if (isSign("(", 1)) return call(out);
    const TokenKind behind = peek(1).kind;
    if (token.upper == "TIMESTAMP" && behind == TokenKind::Text) return timestamp(out);
    if (token.upper == "INTERVAL" &&
        (behind == TokenKind::Text || behind == TokenKind::Number || isSign("-", 1)))
        return interval(out);
    out.kind = TreeKind::Column;
    out.name = token.text;
    ++m_at;
    return true;
}

}  // namespace engine
