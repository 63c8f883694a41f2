#include "data/expression_binder.h"

#include "data/time_text.h"

#include <algorithm>
#include <cctype>

namespace engine {

namespace {

std::string capitals(std::string_view text)
{
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

std::string typeText(const NodePtr& node)
{
    return node->isUntypedNull() ? "NULL" : capitals(dataTypeName(node->type()));
}

std::string article(const std::string& type) { return "a " + type; }

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1), previous(b.size() + 1), beforePrevious(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforePrevious[j - 2] + 1);
        }
        std::swap(beforePrevious, previous);
        std::swap(previous, row);
    }
    return previous[b.size()];
}

// Whether one of the overloads takes the arguments; the cost is how many must be converted, or nothing.
std::optional<std::size_t> costOf(const Overload& overload, const std::vector<NodePtr>& args)
{
    if (args.size() < overload.args.size() || (args.size() > overload.args.size() && !overload.variadic))
        return std::nullopt;
    std::size_t cost = 0;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const DataType want =
            overload.args.empty() ? DataType::String : overload.args[std::min(i, overload.args.size() - 1)];
        const NodePtr& arg = args[i];
        if (arg->isUntypedNull() || arg->type() == want) continue;
        const bool widens = want == DataType::Float64 && arg->type() == DataType::Int64;
        const bool readsTime = want == DataType::Time && arg->type() == DataType::String && arg->literal() &&
            !arg->literal()->isNull() && parseSqlTime(std::get<std::string>(arg->literal()->value));
        if (!widens && !readsTime) return std::nullopt;
        ++cost;
    }
    return cost;
}

bool isInterval(const ExpressionTree& tree)
{
    return tree.kind == TreeKind::Interval || (tree.name == "UNARY -" && isInterval(tree.children[0]));
}

bool takesSoMany(const FunctionDefinition& definition, std::size_t count)
{
    return std::any_of(
        definition.overloads.begin(), definition.overloads.end(), [count](const Overload& overload) {
            return count == overload.args.size() || (overload.variadic && count > overload.args.size());
        });
}

}  // namespace

std::string nearestName(std::string_view wrong, const std::vector<std::string>& names)
{
    const std::string upper = capitals(wrong.substr(0, 64));
    std::size_t best = std::max<std::size_t>(upper.size() / 3, 1) + 1;
    std::string out;
    for (const std::string& name : names) {
        if (name.size() > upper.size() + 8) continue;
        const std::size_t distance = editDistance(upper, capitals(name));
        if (distance >= best) continue;
        best = distance;
        out = name;
    }
    return out;
}

std::variant<NodePtr, ExpressionError> bindExpression(const ExpressionTree& tree, const Schema& schema)
{
    ExpressionBinder binder(schema);
    NodePtr root = binder.bind(tree);
    if (!root) {
        if (binder.error().isOpen()) binder.checkParts(tree);
        return binder.error();
    }
    if (root->isUntypedNull())
        return ExpressionError{"The formula is NULL without a type; write CAST(NULL AS DOUBLE), for example.",
                               tree.offset, tree.length};
    return root;
}

NodePtr ExpressionBinder::fail(std::string message, const ExpressionTree& at)
{
    m_error = {std::move(message), at.offset, at.length};
    return nullptr;
}

NodePtr ExpressionBinder::bind(const ExpressionTree& tree)
{
    switch (tree.kind) {
    case TreeKind::Literal:
        if (tree.literal.isNull() && tree.literal.type == DataType::String) return untypedNullNode();
        return literalNode(tree.literal);
    case TreeKind::Interval: return fail("An interval can only be added to a time or taken from one.", tree);
    case TreeKind::Column: return column(tree);
    case TreeKind::Call: break;
    }
    return function(tree);
}

NodePtr ExpressionBinder::column(const ExpressionTree& tree)
{
    if (const auto index = m_schema.find(tree.name)) return columnNode(*index, m_schema.field(*index).type);
    if (m_schema.mayHave(tree.name)) return fail({}, tree);
    std::vector<std::string> names;
    for (const Field& field : m_schema.fields()) names.push_back(field.name);
    const std::string nearest = nearestName(tree.name, names);
    std::string message = "There is no column \"" + tree.name + "\"";
    if (!nearest.empty()) {
        message += " (did you mean \"" + nearest + "\"?).";
    } else {
        message += names.empty() ? "; the input has no columns." : "; the columns are ";
        for (std::size_t i = 0; i < names.size() && i < 12; ++i) message += (i ? ", " : "") + names[i];
        if (!names.empty()) message += names.size() > 12 ? " and others." : ".";
    }
    return fail(std::move(message), tree);
}

bool ExpressionBinder::bindAll(const std::vector<ExpressionTree>& trees, std::vector<NodePtr>& out)
{
    for (const ExpressionTree& tree : trees) {
        NodePtr node = bind(tree);
        if (!node) return false;
        out.push_back(std::move(node));
    }
    return true;
}

NodePtr ExpressionBinder::converted(NodePtr node, DataType type)
{
    if (node->isUntypedNull()) return literalNode(Scalar{type, {}});
    if (node->type() == type) return node;
    if (type == DataType::Float64 && node->type() == DataType::Int64) return toNumber(std::move(node));
    const Scalar* literal = node->literal();
    if (type == DataType::Time && literal && literal->type == DataType::String && !literal->isNull())
        if (const auto time = parseSqlTime(std::get<std::string>(literal->value)))
            return literalNode(Scalar{DataType::Time, *time});
    return nullptr;
}

bool ExpressionBinder::unify(const ExpressionTree& call, std::vector<NodePtr>& nodes)
{
    std::vector<std::size_t> all(nodes.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    return unifyAmong(call, nodes, all);
}

bool ExpressionBinder::unifyAmong(const ExpressionTree& call, std::vector<NodePtr>& nodes,
                                  const std::vector<std::size_t>& which)
{
    const auto has = [&](DataType type) {
        return std::any_of(which.begin(), which.end(), [&](std::size_t i) {
            return !nodes[i]->isUntypedNull() && nodes[i]->type() == type;
        });
    };
    const NodePtr* known = nullptr;
    for (const std::size_t i : which)
        if (!known && !nodes[i]->isUntypedNull()) known = &nodes[i];
    if (!known) {
        fail("All values of " + call.name +
                 " are NULL; write CAST(NULL AS DOUBLE), for example, to say which type is meant.",
             call);
        return false;
    }
    const DataType type = has(DataType::Float64) ? DataType::Float64
        : has(DataType::Time)                    ? DataType::Time
                                                 : (*known)->type();
    for (const std::size_t i : which) {
        NodePtr node = converted(nodes[i], type);
        if (!node) {
            const std::string wanted = capitals(dataTypeName(type));
            const ExpressionTree& at = i < call.children.size() ? call.children[i] : call;
            if (type == DataType::Time && nodes[i]->literal() && nodes[i]->type() == DataType::String)
                fail("Found a text that is no time beside a TIMESTAMP; write it as '2024-05-01 12:00:00'.",
                     at);
            else
                fail("Found " + article(typeText(nodes[i])) + " beside " + article(wanted) + " in " +
                         call.name + "; convert one of them with CAST(... AS " + wanted + ").",
                     at);
            return false;
        }
        nodes[i] = std::move(node);
    }
    return true;
}

NodePtr ExpressionBinder::needFlag(NodePtr node, const ExpressionTree& tree, std::string_view where)
{
    if (NodePtr flag = converted(node, DataType::Bool)) return flag;
    return fail("Found " + article(typeText(node)) + "; expected a condition (BOOLEAN) " +
                    std::string(where) + ".",
                tree);
}

bool ExpressionBinder::checkParts(const ExpressionTree& tree)
{
    for (const ExpressionTree& part : tree.children)
        if (!isInterval(tree) && !checkParts(part)) return false;
    m_error = {};
    // An interval stands for nothing by itself; what it is added to looks after it.
    return isInterval(tree) || bind(tree) || m_error.isOpen();
}

NodePtr ExpressionBinder::unknownFunction(const ExpressionTree& tree)
{
    for (const std::string_view aggregate :
         {"COUNT", "SUM", "AVG", "MIN", "MAX", "STDDEV_POP", "STDDEV_SAMP", "FIRST_VALUE", "LAST_VALUE"})
        if (tree.name == aggregate)
            return fail(tree.name +
                            " works on many rows and a formula on one; use a window, or GREATEST and LEAST.",
                        tree);
    const std::string nearest = nearestName(tree.name, functionNames());
    return fail("There is no function '" + tree.name + "'" +
                    (nearest.empty() ? "." : "; did you mean " + nearest + "?"),
                tree);
}

NodePtr ExpressionBinder::function(const ExpressionTree& tree)
{
    const FunctionDefinition* definition = findFunction(tree.name);
    if (!definition) return unknownFunction(tree);
    if (definition->bind) return definition->bind(*this, tree);
    std::vector<NodePtr> args;
    if (!bindAll(tree.children, args)) {
        if (m_error.isOpen() && !takesSoMany(*definition, tree.children.size()))
            fail(tree.name + " does not take " + std::to_string(tree.children.size()) +
                     " arguments; expected " + std::string(definition->info.signature) + ".",
                 tree);
        return nullptr;
    }
    const Overload* chosen = nullptr;
    std::size_t least = 0;
    for (const Overload& overload : definition->overloads) {
        const auto cost = costOf(overload, args);
        if (!cost || (chosen && *cost >= least)) continue;
        chosen = &overload;
        least = *cost;
    }
    if (!chosen) {
        std::string found;
        for (const NodePtr& arg : args) found += (found.empty() ? "" : ", ") + typeText(arg);
        if (tree.name == "||")
            return fail("Found " + typeText(args[0]) + " || " + typeText(args[1]) +
                            "; expected STRING || STRING. CAST(... AS STRING) writes a value as text.",
                        tree);
        return fail("Found " + tree.name + "(" + found + "); expected " +
                        std::string(definition->info.signature) + ".",
                    tree);
    }
    for (std::size_t i = 0; i < args.size(); ++i)
        args[i] = converted(args[i], chosen->args[std::min(i, chosen->args.size() - 1)]);
    return callNode(chosen->result, chosen->kernel, std::move(args), {chosen->canFault, true, {}});
}

}  // namespace engine
