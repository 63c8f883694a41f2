#pragma once

#include "data/expression.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine {

enum class TokenKind : std::uint8_t { End, Word, QuotedName, Number, Text, Constant, Sign };

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text{};   // a word as written, a name or text without its quotes, a sign, a number as written
    std::string upper{};  // of a word: in capitals
    std::size_t offset = 0, length = 0;
};

// Words may hold dots (a.b). The last token is End.
std::variant<std::vector<Token>, ExpressionError> tokensOf(std::string_view source);

}  // namespace engine
