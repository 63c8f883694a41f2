#pragma once

#include "data/expression_lexer.h"
#include "data/expression_tree.h"

#include <algorithm>
#include <initializer_list>

namespace engine {

// Recursive descent over the tokens of one formula. Functions that read give false after the first mistake,
// which `error` then holds. Used once, on one thread.
class ExpressionParser {
public:
    ExpressionParser(std::vector<Token> tokens, const Constants& constants);
    bool run(ExpressionTree& out);
    const ExpressionError& error() const { return m_error; }

private:
    const Token& peek(std::size_t ahead = 0) const
    {
        return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
    }
    bool isWord(std::string_view upper, std::size_t ahead = 0) const;
    bool isSign(std::string_view sign, std::size_t ahead = 0) const;
    bool takeWord(std::string_view upper);
    bool takeSign(std::string_view sign);
    bool needWord(std::string_view upper, std::string_view after);
    bool needSign(std::string_view sign, std::string_view after);
    bool expected(std::string_view what);
    bool fail(std::string message, const Token& token);

    // Makes `out` the call `name` of `children`, from the byte `offset` to the token read last.
    bool finish(ExpressionTree& out, std::string name, std::vector<ExpressionTree> children,
                std::size_t offset);
    bool wrapNot(ExpressionTree& out, bool negated, std::size_t offset);
    bool list(std::vector<ExpressionTree>& out);  // after '(', up to and with ')'

    bool any(ExpressionTree& out);
    bool joined(ExpressionTree& out, std::string_view word);
    bool negation(ExpressionTree& out);
    bool comparison(ExpressionTree& out);
    bool isTest(ExpressionTree& out, std::size_t offset);
    bool range(ExpressionTree& out);
    bool rangeTail(ExpressionTree& out, std::size_t offset, bool negated);
    bool chain(ExpressionTree& out, std::initializer_list<std::string_view> signs,
               bool (ExpressionParser::*below)(ExpressionTree&));
    bool sum(ExpressionTree& out);
    bool product(ExpressionTree& out);
    bool sign(ExpressionTree& out);
    bool primary(ExpressionTree& out);
    bool number(ExpressionTree& out, bool negative, std::size_t offset);
    bool constant(ExpressionTree& out);
    bool wordValue(ExpressionTree& out);
    bool timestamp(ExpressionTree& out);
    bool interval(ExpressionTree& out);
    bool caseOf(ExpressionTree& out);
    bool call(ExpressionTree& out);
    bool cast(ExpressionTree& out, const std::string& name, std::size_t offset);
    bool unitCall(ExpressionTree& out, const std::string& name, std::size_t offset);
    bool trim(ExpressionTree& out, std::size_t offset);
    bool textCall(ExpressionTree& out, const std::string& name, std::size_t offset);
    bool jsonCall(ExpressionTree& out, const std::string& name, std::size_t offset);
    bool plainCall(ExpressionTree& out, const std::string& name, std::size_t offset);
    bool typeName(DataType& type);
    bool unitName(TimeUnit& unit);

    std::vector<Token> m_tokens;
    const Constants& m_constants;
    std::size_t m_at = 0, m_depth = 0;
    bool m_inPosition = false;  // inside POSITION(... IN ...), where IN makes no list
    ExpressionError m_error;
};

}  // namespace engine
