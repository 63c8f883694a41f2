#include "data/expression_kernels.h"
#include "data/expression_operators.h"
#include "data/time_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace engine {

namespace {

// What a cast reads from one text, or nothing.
std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

std::optional<bool> readFlag(std::string_view text)
{
    const auto is = [text](std::string_view word) {
        return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                          [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
    };
    for (const std::string_view word : {"true", "t", "yes", "y", "1"})
        if (is(word)) return true;
    for (const std::string_view word : {"false", "f", "no", "n", "0"})
        if (is(word)) return false;
    return std::nullopt;
}

// A sign, digits, and perhaps a fraction, which is cut off.
std::optional<std::int64_t> readInteger(std::string_view text)
{
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc()) return std::nullopt;
    const char* at = read.ptr;
    if (at != end && *at == '.') ++at;
    while (at != end && *at >= '0' && *at <= '9') ++at;
    return at == end ? std::optional<std::int64_t>(value) : std::nullopt;
}

std::optional<double> readNumber(std::string_view text)
{
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    std::string_view size = text.starts_with('-') ? text.substr(1) : text;
    const double sign = text.starts_with('-') ? -1 : 1;
    if (size == "Infinity") return sign * std::numeric_limits<double>::infinity();
    if (size == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (size.empty() || (!(size[0] >= '0' && size[0] <= '9') && size[0] != '.')) return std::nullopt;
    double value = 0;
    const auto read = std::from_chars(size.data(), size.data() + size.size(), value);
    if (read.ptr != size.data() + size.size()) return std::nullopt;
    if (read.ec == std::errc::result_out_of_range) {
        // Too near zero or too far from it, which the sign of the exponent tells.
        const std::size_t e = size.find_first_of("eE");
        const bool tiny = e != std::string_view::npos && e + 1 < size.size() && size[e + 1] == '-';
        return sign * (tiny ? 0.0 : std::numeric_limits<double>::infinity());
    }
    if (read.ec != std::errc()) return std::nullopt;
    return sign * value;
}

bool isFailing(const Call& call) { return *static_cast<const bool*>(call.state); }

template <class Read, class Set>
void readRows(Call& call, const char* reason, Read read, Set set)
{
    const bool failing = isFailing(call);
    call.eachValid([&](std::uint32_t row) {
        if (const auto value = read(trimmed(call[0].text(row))))
            set(row, *value);
        else if (failing)
            call.out.fault(row, reason, call[0].text(row));
        else
            call.out.setNull(row);
    });
}

void textToFlag(Call& call)
{
    readRows(call, "text is no BOOLEAN", readFlag,
             [&](std::uint32_t row, bool value) { call.out.setFlag(row, value); });
}

void textToInteger(Call& call)
{
    readRows(call, "text is no BIGINT", readInteger,
             [&](std::uint32_t row, std::int64_t value) { call.out.setInteger(row, value); });
}

void textToNumber(Call& call)
{
    readRows(call, "text is no DOUBLE", readNumber,
             [&](std::uint32_t row, double value) { call.out.setNumber(row, value); });
}

void textToTime(Call& call)
{
    readRows(call, "text is no TIMESTAMP", parseSqlTime,
             [&](std::uint32_t row, std::int64_t value) { call.out.setInteger(row, value); });
}

void flagToText(Call& call)
{
    call.eachValid([&](std::uint32_t row) { call.out.setText(row, call[0].flag(row) ? "TRUE" : "FALSE"); });
}

void integerToText(Call& call)
{
    char text[32];
    call.eachValid([&](std::uint32_t row) {
        const auto end = std::to_chars(text, text + sizeof text, call[0].integer(row)).ptr;
        call.out.setText(row, {text, static_cast<std::size_t>(end - text)});
    });
}

void numberToText(Call& call)
{
    char text[40];
    call.eachValid([&](std::uint32_t row) {
        const double value = call[0].number(row);
        if (std::isnan(value)) return call.out.setText(row, "NaN");
        if (std::isinf(value)) return call.out.setText(row, value > 0 ? "Infinity" : "-Infinity");
        const auto end = std::to_chars(text, text + sizeof text, value).ptr;
        call.out.setText(row, {text, static_cast<std::size_t>(end - text)});
    });
}

void timeToText(Call& call)
{
    std::string made;
    call.eachValid([&](std::uint32_t row) {
        made.clear();
        appendSqlTime(made, call[0].integer(row));
        call.out.setText(row, made);
    });
}

// As Java does it: cut off toward zero, held at the bounds, and 0 for NaN.
void numberToInteger(Call& call)
{
    call.eachValid([&](std::uint32_t row) {
        const double value = call[0].number(row);
        constexpr double kBound = 9223372036854775808.0;
        using Bounds = std::numeric_limits<std::int64_t>;
        call.out.setInteger(row,
                            std::isnan(value)     ? 0
                                : value >= kBound ? Bounds::max()
                                : value < -kBound ? Bounds::min()
                                                  : static_cast<std::int64_t>(value));
    });
}

void flagToInteger(Call& call)
{
    call.eachValid([&](std::uint32_t row) { call.out.setInteger(row, call[0].flag(row)); });
}

void flagToNumber(Call& call)
{
    call.eachValid([&](std::uint32_t row) { call.out.setNumber(row, call[0].flag(row)); });
}

void integerToFlag(Call& call)
{
    call.eachValid([&](std::uint32_t row) { call.out.setFlag(row, call[0].integer(row) != 0); });
}

void numberToFlag(Call& call)
{
    call.eachValid([&](std::uint32_t row) { call.out.setFlag(row, call[0].number(row) != 0); });
}

Kernel castKernel(DataType from, DataType to)
{
    switch (from) {
    case DataType::Bool:
        return to == DataType::String ? flagToText
            : to == DataType::Int64   ? flagToInteger
            : to == DataType::Float64 ? flagToNumber
                                      : Kernel{};
    case DataType::Int64:
        return to == DataType::String ? integerToText : to == DataType::Bool ? integerToFlag : Kernel{};
    case DataType::Float64:
        return to == DataType::String ? numberToText
            : to == DataType::Int64   ? numberToInteger
            : to == DataType::Bool    ? numberToFlag
                                      : Kernel{};
    case DataType::Time: return to == DataType::String ? timeToText : Kernel{};
    case DataType::String: break;
    }
    return to == DataType::Bool   ? textToFlag
        : to == DataType::Int64   ? textToInteger
        : to == DataType::Float64 ? textToNumber
                                  : textToTime;
}

// The greater or the less of all arguments; NULL if one is.
template <bool greatest>
void extremeKernel(Call& call)
{
    const auto better = [](const auto& a, const auto& b) { return greatest ? b < a : a < b; };
    call.eachValid([&](std::uint32_t row) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < call.args.size(); ++i) {
            const Vector& a = call[i];
            const Vector& b = call[best];
            bool wins = false;
            switch (a.type()) {
            case DataType::Float64: {
                // NaN counts as the greatest, as it does where rows are sorted.
                const double x = a.number(row), y = b.number(row);
                wins = std::isnan(x) ? greatest && !std::isnan(y) : std::isnan(y) ? !greatest : better(x, y);
                break;
            }
            case DataType::String: wins = better(a.text(row), b.text(row)); break;
            case DataType::Bool: wins = better(a.flag(row), b.flag(row)); break;
            default: wins = better(a.integer(row), b.integer(row)); break;
            }
            if (wins) best = i;
        }
        const Vector& value = call[best];
        switch (value.type()) {
        case DataType::Float64: call.out.setNumber(row, value.number(row)); break;
        case DataType::String: call.out.setText(row, value.text(row)); break;
        case DataType::Bool: call.out.setFlag(row, value.flag(row)); break;
        default: call.out.setInteger(row, value.integer(row)); break;
        }
    });
}

}  // namespace

NodePtr ExpressionBinder::castTo(const ExpressionTree& tree, NodePtr node, DataType type, bool failing)
{
    if (node->isUntypedNull()) return literalNode(Scalar{type, {}});
    if (node->type() == type) return node;
    if (node->type() == DataType::Int64 && type == DataType::Float64) return toNumber(std::move(node));
    const Kernel kernel = castKernel(node->type(), type);
    if (!kernel) {
        std::string hint = "there is no such conversion";
        if (type == DataType::Time)
            hint = "TO_TIMESTAMP_LTZ(number, 3) makes a time of a number";
        else if (node->type() == DataType::Time)
            hint = "UNIX_TIMESTAMP(time) gives its seconds";
        return fail("Found a " + std::string(dataTypeName(node->type())) + " to be cast to " +
                        std::string(dataTypeName(type)) + "; " + hint + ".",
                    tree);
    }
    KernelTraits traits{failing && node->type() == DataType::String, true,
                        std::make_shared<const bool>(failing)};
    return callNode(type, kernel, {std::move(node)}, std::move(traits));
}

NodePtr bindCast(ExpressionBinder& binder, const ExpressionTree& tree)
{
    NodePtr node = binder.bind(tree.children[0]);
    return node ? binder.castTo(tree, std::move(node), tree.type, tree.name == "CAST") : nullptr;
}

NodePtr bindExtreme(ExpressionBinder& binder, const ExpressionTree& tree)
{
    std::vector<NodePtr> nodes;
    if (tree.children.empty())
        return binder.fail("Expected at least one argument: " + tree.name + "(a, b, ...).", tree);
    if (!binder.bindAll(tree.children, nodes) || !binder.unify(tree, nodes)) return nullptr;
    const DataType type = nodes[0]->type();
    return callNode(type, tree.name == "GREATEST" ? extremeKernel<true> : extremeKernel<false>,
                    std::move(nodes), {type == DataType::String, true, {}});
}

}  // namespace engine
