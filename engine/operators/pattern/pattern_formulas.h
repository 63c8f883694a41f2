#pragma once

#include "data/expression_tree.h"
#include "operators/pattern/pattern_spec.h"

#include <string>
#include <string_view>

namespace engine {

// Takes what a formula asks of the rows of a match (A.price, LAST(A.price, 1), SUM(B.amount)) out of it: each
// becomes a column that the matcher fills in. Lives for one call of bind; values kept of rows are shared by
// all formulas of a pattern.
class PatternFormulas {
public:
    PatternFormulas(const BindContext& context, PatternSpec& spec) : m_context(context), m_spec(spec) { }

    // A condition of the variable. A mistake becomes a problem at `param`.
    void readCondition(const std::string& param, const FormulaText& text, std::size_t variable);
    // Adds a measure; its type, or nothing with a problem at `param`.
    std::optional<DataType> readMeasure(const std::string& param, const FormulaText& text);
    // Once all measures are read.
    void finish();

private:
    struct Reading {
        std::vector<PatternReference>& references;
        bool isMeasure = false;
        std::optional<std::size_t> own{};  // the variable that is defined
        bool isOfRow = true;               // nothing but the row itself was asked for
        ExpressionError error{};
        bool isOpen = false;
    };
    std::optional<ExpressionTree> parse(const std::string& param, const FormulaText& text) const;
    bool rewrite(ExpressionTree& tree, Reading& reading);
    bool reference(ExpressionTree& tree, Reading& reading, PatternReference::Kind kind);
    bool inner(ExpressionTree& tree, Reading& reading, std::optional<std::size_t>& variable, bool& hasColumn);
    bool offsetOf(const ExpressionTree& tree, Reading& reading, std::uint32_t& offset) const;
    bool keep(const ExpressionTree& tree, Reading& reading, std::size_t& value);
    bool put(ExpressionTree& tree, Reading& reading, PatternReference made);
    bool fail(Reading& reading, std::string message, const ExpressionTree& at) const;
    std::optional<std::size_t> variableOf(std::string_view name) const;
    Schema schemaOf(const std::vector<PatternReference>& references, std::size_t before) const;
    void stripVariables(ExpressionTree& tree) const;

    const BindContext& m_context;
    PatternSpec& m_spec;
};

}  // namespace engine
