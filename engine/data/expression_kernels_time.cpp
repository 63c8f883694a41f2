#include "data/expression_kernels.h"
#include "data/time_text.h"

#include <cmath>

namespace engine {

namespace {

constexpr const char* kOutOfRange = "time out of range";

void setTime(Call& call, std::uint32_t row, std::optional<std::int64_t> time)
{
    if (time)
        call.out.setInteger(row, *time);
    else
        call.out.fault(row, kOutOfRange);
}

TimeUnit unitOf(const Call& call) { return *static_cast<const TimeUnit*>(call.state); }

KernelTraits withUnit(const ExpressionTree& tree, bool canFault)
{
    return {canFault, true, std::make_shared<const TimeUnit>(tree.unit)};
}

void extractUnitKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        call.out.setInteger(row, extractUnit(call[0].integer(row), unitOf(call)));
    });
}

void floorUnitKernel(Call& call)
{
    call.eachValid(
        [&](std::uint32_t row) { setTime(call, row, floorToUnit(call[0].integer(row), unitOf(call))); });
}

void ceilUnitKernel(Call& call)
{
    call.eachValid(
        [&](std::uint32_t row) { setTime(call, row, ceilToUnit(call[0].integer(row), unitOf(call))); });
}

void differenceKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        call.out.setInteger(row, unitsBetween(call[0].integer(row), call[1].integer(row), unitOf(call)));
    });
}

void addUnitsKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        setTime(call, row, addUnits(call[1].integer(row), call[0].integer(row), unitOf(call)));
    });
}

// The pattern in the last argument: prepared, or compiled for the row and kept while the next row has the
// same.
class TimePatternOf {
public:
    explicit TimePatternOf(const Call& call)
        : m_call(call),
          m_ready(static_cast<const TimePattern*>(call.state))
    {
    }
    const TimePattern* at(std::uint32_t row)
    {
        if (m_ready) return m_ready;
        const std::string_view text = m_call.args.back().text(row);
        if (!m_any || text != m_text) {
            auto pattern = TimePattern::compile(text);
            m_last = pattern ? std::optional<TimePattern>(*pattern) : std::nullopt;
            m_text = text;
            m_any = true;
        }
        return m_last ? &*m_last : nullptr;
    }

private:
    const Call& m_call;
    const TimePattern* m_ready;
    std::optional<TimePattern> m_last;
    std::string m_text;
    bool m_any = false;
};

void formatKernel(Call& call)
{
    TimePatternOf patterns(call);
    std::string made;
    call.eachValid([&](std::uint32_t row) {
        const TimePattern* pattern = patterns.at(row);
        if (!pattern) return call.out.fault(row, "bad time pattern");
        made.clear();
        pattern->append(made, call[0].integer(row));
        call.out.setText(row, made);
    });
}

void parsePatternKernel(Call& call)
{
    TimePatternOf patterns(call);
    call.eachValid([&](std::uint32_t row) {
        const TimePattern* pattern = patterns.at(row);
        if (!pattern) return call.out.fault(row, "bad time pattern");
        if (const auto time = pattern->parse(call[0].text(row)))
            call.out.setInteger(row, *time);
        else
            call.out.setNull(row);
    });
}

void parseTimeKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        if (const auto time = parseSqlTime(call[0].text(row)))
            call.out.setInteger(row, *time);
        else
            call.out.setNull(row);
    });
}

void fromSecondsKernel(Call& call)
{
    call.eachValid(
        [&](std::uint32_t row) { setTime(call, row, addUnits(0, call[0].integer(row), TimeUnit::Second)); });
}

void fromMillisecondsKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        setTime(call, row, addUnits(0, call[0].integer(row), TimeUnit::Millisecond));
    });
}

// A DOUBLE loses what is behind its point, as when it is cast.
void wholeNumberKernel(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        const double value = call[0].number(row);
        if (value > -9.2e18 && value < 9.2e18)
            call.out.setInteger(row, static_cast<std::int64_t>(value));
        else
            call.out.fault(row, kOutOfRange);
    });
}

void secondsKernel(Call& call)
{
    call.eachValid(
        [&](std::uint32_t row) { call.out.setInteger(row, floorDivide(call[0].integer(row), kSecondUs)); });
}

bool preparePattern(ExpressionBinder& binder, const ExpressionTree& tree, const NodePtr& node,
                    KernelTraits& traits)
{
    const Scalar* literal = node->literal();
    if (!literal || literal->isNull()) return true;
    auto pattern = TimePattern::compile(std::get<std::string>(literal->value));
    if (!pattern) {
        binder.fail(pattern.error().message, tree);
        return false;
    }
    traits.state = std::make_shared<const TimePattern>(std::move(*pattern));
    return true;
}

NodePtr unitNode(ExpressionBinder& binder, const ExpressionTree& tree, DataType result, Kernel kernel,
                 bool canFault, std::initializer_list<DataType> types)
{
    if (!argumentCount(binder, tree, types.size(), types.size())) return nullptr;
    std::vector<NodePtr> nodes;
    for (const DataType type : types) {
        NodePtr node = argument(binder, tree, nodes.size(), type);
        if (!node) return nullptr;
        nodes.push_back(std::move(node));
    }
    return callNode(result, kernel, std::move(nodes), withUnit(tree, canFault));
}

}  // namespace

NodePtr argument(ExpressionBinder& binder, const ExpressionTree& tree, std::size_t index, DataType type)
{
    NodePtr node = binder.bind(tree.children[index]);
    if (!node) return nullptr;
    if (NodePtr fitting = binder.converted(node, type)) return fitting;
    const FunctionDefinition* definition = findFunction(tree.name);
    return binder.fail("Found a " + std::string(dataTypeName(node->type())) + ", expected a " +
                           std::string(dataTypeName(type)) +
                           " here: " + std::string(definition ? definition->info.signature : tree.name) + ".",
                       tree.children[index]);
}

bool argumentCount(ExpressionBinder& binder, const ExpressionTree& tree, std::size_t least, std::size_t most)
{
    if (tree.children.size() >= least && tree.children.size() <= most) return true;
    const FunctionDefinition* definition = findFunction(tree.name);
    binder.fail("Found " + std::to_string(tree.children.size()) + " arguments; expected " +
                    std::string(definition ? definition->info.signature : tree.name) + ".",
                tree);
    return false;
}

NodePtr bindExtract(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return unitNode(binder, tree, DataType::Int64, extractUnitKernel, false, {DataType::Time});
}

NodePtr bindRoundTime(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return unitNode(binder, tree, DataType::Time, tree.name == "FLOOR TO" ? floorUnitKernel : ceilUnitKernel,
                    true, {DataType::Time});
}

NodePtr bindTimestampDiff(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return unitNode(binder, tree, DataType::Int64, differenceKernel, false, {DataType::Time, DataType::Time});
}

NodePtr bindTimestampAdd(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return unitNode(binder, tree, DataType::Time, addUnitsKernel, true, {DataType::Int64, DataType::Time});
}

NodePtr bindDateFormat(ExpressionBinder& binder, const ExpressionTree& tree)
{
    if (!argumentCount(binder, tree, 2, 2)) return nullptr;
    NodePtr time = argument(binder, tree, 0, DataType::Time);
    NodePtr pattern = time ? argument(binder, tree, 1, DataType::String) : nullptr;
    KernelTraits traits{true, true, {}};
    if (!pattern || !preparePattern(binder, tree.children[1], pattern, traits)) return nullptr;
    return callNode(DataType::String, formatKernel, {std::move(time), std::move(pattern)}, std::move(traits));
}

NodePtr bindToTimestamp(ExpressionBinder& binder, const ExpressionTree& tree)
{
    if (!argumentCount(binder, tree, 1, 2)) return nullptr;
    NodePtr value = binder.bind(tree.children[0]);
    if (!value) return nullptr;
    KernelTraits traits{true, true, {}};
    if (value->type() == DataType::String && !value->isUntypedNull()) {
        if (tree.children.size() == 1) return callNode(DataType::Time, parseTimeKernel, {std::move(value)});
        NodePtr pattern = argument(binder, tree, 1, DataType::String);
        if (!pattern || !preparePattern(binder, tree.children[1], pattern, traits)) return nullptr;
        return callNode(DataType::Time, parsePatternKernel, {std::move(value), std::move(pattern)},
                        std::move(traits));
    }
    std::int64_t precision = 3;
    if (tree.children.size() > 1) {
        NodePtr node = argument(binder, tree, 1, DataType::Int64);
        if (!node) return nullptr;
        const Scalar* literal = node->literal();
        if (literal && !literal->isNull()) precision = std::get<std::int64_t>(literal->value);
        if (!literal || literal->isNull() || (precision != 0 && precision != 3))
            return binder.fail("Expected the precision 0 (seconds) or 3 (milliseconds).", tree.children[1]);
    }
    if (value->type() == DataType::Float64)
        value = callNode(DataType::Int64, wholeNumberKernel, {std::move(value)}, traits);
    value = binder.converted(value, DataType::Int64);
    if (!value)
        return binder.fail(
            "Found a value that is neither number nor text; expected TO_TIMESTAMP_LTZ(number [, precision]).",
            tree.children[0]);
    return callNode(DataType::Time, precision == 0 ? fromSecondsKernel : fromMillisecondsKernel,
                    {std::move(value)}, traits);
}

NodePtr bindUnixTimestamp(ExpressionBinder& binder, const ExpressionTree& tree)
{
    if (!argumentCount(binder, tree, 0, 1)) return nullptr;
    if (tree.children.empty()) return processingTimeNode(true);
    NodePtr time = argument(binder, tree, 0, DataType::Time);
    return time ? callNode(DataType::Int64, secondsKernel, {std::move(time)}) : nullptr;
}

NodePtr bindProcessingTime(ExpressionBinder& binder, const ExpressionTree& tree)
{
    return argumentCount(binder, tree, 0, 0) ? processingTimeNode(false) : nullptr;
}

}  // namespace engine
