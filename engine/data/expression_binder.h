#pragma once

#include "data/expression_functions.h"
#include "data/expression_node.h"
#include "data/expression_tree.h"

#include <string>
#include <variant>
#include <vector>

namespace engine {

// Checks names and types of a tree over a schema and makes its nodes. Used once, on one thread. Every
// function that gives a NodePtr gives null after the first mistake, which `error` then holds.
class ExpressionBinder {
public:
    explicit ExpressionBinder(const Schema& schema) : m_schema(schema) { }
    NodePtr bind(const ExpressionTree& tree);
    const ExpressionError& error() const { return m_error; }
    // What is wrong with the parts of a tree that bind() could not finish, because of a column whose type is
    // not known; false when something is.
    bool checkParts(const ExpressionTree& tree);

    NodePtr fail(std::string message, const ExpressionTree& at);
    bool bindAll(const std::vector<ExpressionTree>& trees, std::vector<NodePtr>& out);
    // Gives all of `nodes` one type: BIGINT becomes DOUBLE beside DOUBLE, a text literal a time beside a
    // time, NULL what the others are. False after a mistake.
    bool unify(const ExpressionTree& call, std::vector<NodePtr>& nodes);
    bool unifyAmong(const ExpressionTree& call, std::vector<NodePtr>& nodes,
                    const std::vector<std::size_t>& which);
    // The node as `type`, or null without an error when it is of another type.
    NodePtr converted(NodePtr node, DataType type);
    NodePtr needFlag(NodePtr node, const ExpressionTree& tree, std::string_view where);
    NodePtr castTo(const ExpressionTree& tree, NodePtr node, DataType type, bool failing);

private:
    NodePtr column(const ExpressionTree& tree);
    NodePtr function(const ExpressionTree& tree);
    NodePtr unknownFunction(const ExpressionTree& tree);
    const Schema& m_schema;
    ExpressionError m_error;
};

using BindFunction = NodePtr (*)(ExpressionBinder&, const ExpressionTree&);

// The argument types that a function takes, what it gives, and its kernel. The last argument of a variadic
// one repeats.
struct Overload {
    std::vector<DataType> args{};
    DataType result = DataType::String;
    Kernel kernel = nullptr;
    bool canFault = false;
    bool variadic = false;
};

// One row of the table of functions: what people read, and either a binder of its own or overloads.
struct FunctionDefinition {
    FunctionInfo info{};
    BindFunction bind = nullptr;
    std::vector<Overload> overloads{};
};
const FunctionDefinition* findFunction(std::string_view name);  // as the tree names it
std::vector<std::string> functionNames();

std::variant<NodePtr, ExpressionError> bindExpression(const ExpressionTree& tree, const Schema& schema);

}  // namespace engine
