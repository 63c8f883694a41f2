#pragma once

#include "catalog/component.h"
#include "operators/pattern/pattern_text.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

// What a formula asks of the rows that a variable has taken: one of them by its place, or an aggregate over
// all. `value` is one of the values that are kept of each row.
struct PatternReference {
    enum Kind : std::uint8_t { First, Last, Count, Sum, Average, Least, Greatest, MatchTime } kind = Last;
    std::optional<std::size_t> variable{};  // nothing: all rows of the match
    std::size_t value = 0;
    std::uint32_t offset = 0;  // of First and Last
    DataType type = DataType::Int64;
    bool operator==(const PatternReference&) const = default;
};

// A formula over references: its schema has a column for each.
struct PatternFormula {
    std::vector<PatternReference> references{};
    SchemaPtr schema{};
    std::optional<Expression> expression{};
};

// When a row is one of a variable. `ofRow` looks at the row alone, and is asked once when it comes; `ofMatch`
// at the rows before it too. Neither: every row is.
struct PatternCondition {
    std::string text{};  // in one way of writing it
    std::optional<Expression> ofRow{};
    std::optional<PatternFormula> ofMatch{};
};

struct PatternOrder {
    std::size_t column = 0;
    bool isDescending = false;
};

// A pattern as bound. Immutable; shared by all instances.
struct PatternSpec {
    enum class After { PastLastRow, NextRow, ToFirst, ToLast } after = After::PastLastRow;
    std::size_t skipTo = 0;     // the variable, of ToFirst and ToLast
    std::int64_t withinUs = 0;  // 0: without an end
    // Of rows that must not come for so long behind a match. A row keeps its bit behind those of the
    // variables.
    std::optional<Expression> absent{};
    std::string absentText{};
    std::int64_t absentUs = 0;
    SchemaPtr input{}, output{};
    std::vector<std::size_t> keys{};
    std::vector<PatternOrder> order{};
    std::vector<PatternVariable> variables{};
    std::vector<PatternCondition> conditions{};  // of each variable
    std::vector<Expression> values{};            // what is kept of a row
    std::vector<std::string> valueTexts{};
    std::vector<PatternReference> references{};  // of all measures, which see them behind the keys
    SchemaPtr matchSchema{};                     // keys, then the references
    std::vector<Expression> measures{};          // over matchSchema
    std::vector<std::string> measureNames{};
    std::string fingerprint{};
};
inline std::uint64_t absentBit(const PatternSpec& spec) { return std::uint64_t{1} << spec.variables.size(); }
using PatternSpecPtr = std::shared_ptr<const PatternSpec>;

}  // namespace engine
