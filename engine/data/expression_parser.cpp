#include "data/expression_parser.h"

#include "base/limits.h"

#include <algorithm>
#include <array>
#include <utility>

namespace engine {

namespace {

std::string described(const Token& token)
{
    switch (token.kind) {
    case TokenKind::End: return "the end of the formula";
    case TokenKind::Text: return "the text '" + token.text.substr(0, 40) + "'";
    case TokenKind::Number: return "the number " + token.text.substr(0, 40);
    case TokenKind::Constant: return "the parameter ${" + token.text.substr(0, 40) + "}";
    default: return "'" + token.text.substr(0, 40) + "'";
    }
}

}  // namespace

ExpressionParser::ExpressionParser(std::vector<Token> tokens, const Constants& constants)
    : m_tokens(std::move(tokens)),
      m_constants(constants)
{
}

bool ExpressionParser::run(ExpressionTree& out)
{
    if (peek().kind == TokenKind::End) return fail("The formula is empty; expected a value.", peek());
    if (!any(out)) return false;
    return peek().kind == TokenKind::End || expected("an operator or the end of the formula");
}

bool ExpressionParser::isWord(std::string_view upper, std::size_t ahead) const
{
    return peek(ahead).kind == TokenKind::Word && peek(ahead).upper == upper;
}

bool ExpressionParser::isSign(std::string_view sign, std::size_t ahead) const
{
    return peek(ahead).kind == TokenKind::Sign && peek(ahead).text == sign;
}

bool ExpressionParser::takeWord(std::string_view upper)
{
    const bool found = isWord(upper);
    m_at += found;
    return found;
}

bool ExpressionParser::takeSign(std::string_view sign)
{
    const bool found = isSign(sign);
    m_at += found;
    return found;
}

bool ExpressionParser::needWord(std::string_view upper, std::string_view after)
{
    return takeWord(upper) || expected(std::string(upper) + " " + std::string(after));
}

bool ExpressionParser::needSign(std::string_view sign, std::string_view after)
{
    return takeSign(sign) || expected("'" + std::string(sign) + "' " + std::string(after));
}

bool ExpressionParser::expected(std::string_view what)
{
    return fail("Found " + described(peek()) + "; expected " + std::string(what) + ".", peek());
}

bool ExpressionParser::fail(std::string message, const Token& token)
{
    m_error = {std::move(message), token.offset, token.length};
    return false;
}

bool ExpressionParser::finish(ExpressionTree& out, std::string name, std::vector<ExpressionTree> children,
                              std::size_t offset)
{
    const Token& last = m_tokens[m_at - 1];
    std::size_t height = 0;
    for (const ExpressionTree& child : children) height = std::max(height, child.height + 1);
    if (height > limits::kExpressionDepth) {
        m_error = {"The formula is nested more than " + std::to_string(limits::kExpressionDepth) +
                       " deep; compute a part of it in a column of its own.",
                   offset, last.offset + last.length - offset};
        return false;
    }
    ExpressionTree tree;
    tree.kind = TreeKind::Call;
    tree.name = std::move(name);
    tree.children = std::move(children);
    tree.offset = offset;
    tree.length = last.offset + last.length - offset;
    tree.height = height;
    tree.type = out.type;
    tree.unit = out.unit;
    out = std::move(tree);
    return true;
}

bool ExpressionParser::wrapNot(ExpressionTree& out, bool negated, std::size_t offset)
{
    if (!negated) return true;
    std::vector<ExpressionTree> children;
    children.push_back(std::move(out));
    out = {};
    return finish(out, "NOT", std::move(children), offset);
}

bool ExpressionParser::list(std::vector<ExpressionTree>& out)
{
    if (takeSign(")")) return true;
    for (;;) {
        if (!any(out.emplace_back())) return false;
        if (takeSign(")")) return true;
        if (!takeSign(",")) return expected("',' or ')'");
    }
}

bool ExpressionParser::any(ExpressionTree& out)
{
    if (m_depth >= limits::kExpressionDepth)
        return fail("The formula is nested more than " + std::to_string(limits::kExpressionDepth) +
                        " deep; compute a part of it in a column of its own.",
                    peek());
    ++m_depth;
    const bool fine = joined(out, "OR");
    --m_depth;
    return fine;
}

bool ExpressionParser::joined(ExpressionTree& out, std::string_view word)
{
    const bool isOr = word == "OR";
    const std::size_t offset = peek().offset;
    if (!(isOr ? joined(out, "AND") : negation(out))) return false;
    if (!isWord(word)) return true;
    std::vector<ExpressionTree> children;
    children.push_back(std::move(out));
    while (takeWord(word))
        if (!(isOr ? joined(children.emplace_back(), "AND") : negation(children.emplace_back())))
            return false;
    out = {};
    return finish(out, std::string(word), std::move(children), offset);
}

bool ExpressionParser::negation(ExpressionTree& out)
{
    const std::size_t first = m_at;
    while (takeWord("NOT")) { }
    const std::size_t last = m_at;
    if (!comparison(out)) return false;
    for (std::size_t i = last; i > first; --i)
        if (!wrapNot(out, true, m_tokens[i - 1].offset)) return false;
    return true;
}

bool ExpressionParser::comparison(ExpressionTree& out)
{
    static constexpr std::array<std::string_view, 6> kSigns{"=", "<>", "<=", ">=", "<", ">"};
    const std::size_t offset = peek().offset;
    if (!range(out)) return false;
    for (;;) {
        if (takeWord("IS")) {
            if (!isTest(out, offset)) return false;
            continue;
        }
        const auto sign =
            std::find_if(kSigns.begin(), kSigns.end(), [this](std::string_view s) { return isSign(s); });
        if (sign == kSigns.end()) return true;
        ++m_at;
        std::vector<ExpressionTree> children;
        children.push_back(std::move(out));
        if (!range(children.emplace_back())) return false;
        out = {};
        if (!finish(out, std::string(*sign), std::move(children), offset)) return false;
    }
}

bool ExpressionParser::isTest(ExpressionTree& out, std::size_t offset)
{
    bool negated = takeWord("NOT");
    std::vector<ExpressionTree> children;
    children.push_back(std::move(out));
    out = {};
    std::string name = "IS NULL";
    if (takeWord("TRUE")) {
        name = "IS TRUE";
    } else if (takeWord("FALSE")) {
        name = "IS FALSE";
    } else if (takeWord("DISTINCT")) {
        if (!needWord("FROM", "after IS DISTINCT") || !range(children.emplace_back())) return false;
        name = "IS DISTINCT FROM";
    } else if (!takeWord("NULL") && !takeWord("UNKNOWN")) {
        return expected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS");
    }
    return finish(out, std::move(name), std::move(children), offset) && wrapNot(out, negated, offset);
}

bool ExpressionParser::range(ExpressionTree& out)
{
    const std::size_t offset = peek().offset;
    if (!sum(out)) return false;
    for (;;) {
        const bool negated = isWord("NOT") && (isWord("IN", 1) || isWord("BETWEEN", 1) || isWord("LIKE", 1));
        if (!isWord("IN", negated) && !isWord("BETWEEN", negated) && !isWord("LIKE", negated)) return true;
        m_at += negated;
        if (m_inPosition && !negated && isWord("IN")) return true;
        if (!rangeTail(out, offset, negated)) return false;
    }
}

bool ExpressionParser::rangeTail(ExpressionTree& out, std::size_t offset, bool negated)
{
    std::vector<ExpressionTree> children;
    children.push_back(std::move(out));
    out = {};
    std::string name = m_tokens[m_at++].upper;
    if (name == "IN") {
        if (!needSign("(", "after IN")) return false;
        const bool inPosition = std::exchange(m_inPosition, false);
        const bool fine = list(children);
        m_inPosition = inPosition;
        if (!fine) return false;
        if (children.size() == 1)
            return fail("IN has an empty list; expected at least one value.", m_tokens[m_at - 1]);
    } else if (name == "BETWEEN") {
        const bool symmetric = takeWord("SYMMETRIC");
        if (!symmetric) takeWord("ASYMMETRIC");
        if (symmetric)
            return fail("BETWEEN SYMMETRIC is not known; order the bounds with LEAST and GREATEST.",
                        m_tokens[m_at - 1]);
        if (!sum(children.emplace_back()) || !needWord("AND", "between the two bounds of BETWEEN") ||
            !sum(children.emplace_back()))
            return false;
    } else {
        if (!sum(children.emplace_back())) return false;
        if (takeWord("ESCAPE") && !sum(children.emplace_back())) return false;
    }
    return finish(out, std::move(name), std::move(children), offset) && wrapNot(out, negated, offset);
}

bool ExpressionParser::chain(ExpressionTree& out, std::initializer_list<std::string_view> signs,
                             bool (ExpressionParser::*below)(ExpressionTree&))
{
    const std::size_t offset = peek().offset;
    if (!(this->*below)(out)) return false;
    for (;;) {
        const auto found =
            std::find_if(signs.begin(), signs.end(), [this](std::string_view s) { return isSign(s); });
        if (found == signs.end()) return true;
        ++m_at;
        std::vector<ExpressionTree> children;
        children.push_back(std::move(out));
        if (!(this->*below)(children.emplace_back())) return false;
        out = {};
        if (!finish(out, std::string(*found), std::move(children), offset)) return false;
    }
}

bool ExpressionParser::sum(ExpressionTree& out) { return chain(out, {"+", "-"}, &ExpressionParser::product); }
bool ExpressionParser::product(ExpressionTree& out)
{
    return chain(out, {"*", "/", "%", "||"}, &ExpressionParser::sign);
}

bool ExpressionParser::sign(ExpressionTree& out)
{
    const std::size_t first = m_at;
    std::size_t minuses = 0;
    while (isSign("-") || isSign("+")) minuses += isSign("-") ? (++m_at, 1u) : (++m_at, 0u);
    const std::size_t offset = m_tokens[first].offset;
    if (minuses && peek().kind == TokenKind::Number) {
        // The least BIGINT has no positive counterpart, so the sign belongs to the literal.
        if (!number(out, true, offset)) return false;
        --minuses;
    } else if (!primary(out)) {
        return false;
    }
    if (minuses > limits::kExpressionDepth)
        return fail("There are too many signs before this value.", m_tokens[first]);
    for (; minuses > 0; --minuses) {
        std::vector<ExpressionTree> children;
        children.push_back(std::move(out));
        out = {};
        if (!finish(out, "UNARY -", std::move(children), offset)) return false;
    }
    return true;
}

bool ExpressionParser::primary(ExpressionTree& out)
{
    const Token& token = peek();
    out.offset = token.offset;
    out.length = token.length;
    switch (token.kind) {
    case TokenKind::Number: return number(out, false, token.offset);
    case TokenKind::Text:
        out.literal = {DataType::String, token.text};
        ++m_at;
        return true;
    case TokenKind::Constant: return constant(out);
    case TokenKind::QuotedName:
        if (isSign("(", 1))
            return fail("Found a quoted name before '('; functions are written without quotes.", token);
        out.kind = TreeKind::Column;
        out.name = token.text;
        ++m_at;
        return true;
    case TokenKind::Word: return wordValue(out);
    case TokenKind::Sign:
        if (token.text == "(") {
            ++m_at;
            const bool inPosition = std::exchange(m_inPosition, false);
            const bool fine = any(out) && (takeSign(")") || expected("an operator or ')'"));
            m_inPosition = inPosition;
            return fine;
        }
        break;
    case TokenKind::End: break;
    }
    return expected("a value");
}

std::variant<ExpressionTree, ExpressionError> parseExpression(std::string_view source,
                                                              const Constants& constants)
{
    if (source.size() > limits::kExpressionBytes)
        return ExpressionError{"The formula has " + std::to_string(source.size()) + " bytes; at most " +
                                   std::to_string(limits::kExpressionBytes) + " are read.",
                               0, source.size()};
    auto tokens = tokensOf(source);
    if (auto* wrong = std::get_if<ExpressionError>(&tokens)) return std::move(*wrong);
    ExpressionParser parser(std::move(std::get<0>(tokens)), constants);
    ExpressionTree tree;
    if (!parser.run(tree)) return parser.error();
    return tree;
}

}  // namespace engine
