#include "support/random_pipeline.h"

#include <limits>

namespace engine {
namespace {

Scalar scalarOf(const RefValue& value, DataType type)
{
    Scalar out{type, {}};
    if (const bool* flag = std::get_if<bool>(&value)) out.value = *flag;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        if (type == DataType::Float64)
            out.value = static_cast<double>(*integer);
        else
            out.value = *integer;
    }
    if (const double* number = std::get_if<double>(&value)) out.value = *number;
    if (const auto* text = std::get_if<std::string>(&value)) out.value = *text;
    return out;
}

}  // namespace

TestRows testRowsOf(const RefTable& table, const Schema& schema)
{
    TestRows out;
    for (const RefRow& row : table.rows) {
        CHECK(row.values.size() == schema.size());
        TestRow made{.at = row.at};
        for (std::size_t i = 0; i < schema.size(); ++i)
            made.values.push_back(scalarOf(row.values[i], schema.field(i).type));
        out.push_back(std::move(made));
    }
    return out;
}

TestRows testRowsOf(const RefTable& table)
{
    std::vector<Field> fields;
    for (const std::string& name : table.columns) fields.push_back({name, DataType::String});
    return testRowsOf(table, Schema(std::move(fields)));
}

std::string textOf(const RandomPipeline& pipeline)
{
    std::string text;
    for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
        const GraphNode& node = pipeline.nodes[i];
        text += "  node " + std::to_string(i) + ": " + node.component + " of";
        for (const auto& [from, port] : node.inputs)
            text += " " + std::to_string(from) + "." + std::to_string(port);
        text += "  " + node.params + '\n';
    }
    for (const GraphRows* source : {&pipeline.source, pipeline.second ? &*pipeline.second : nullptr}) {
        if (!source) continue;
        text += "  delay " + std::to_string(source->delayUs) + " us, rows:\n";
        std::size_t shown = 0;
        for (const TestRow& row : source->rows)
            if (++shown <= 40) text += "    " + rowText(row) + '\n';
    }
    return text;
}

RefValue refValueOf(const Scalar& value)
{
    if (const bool* flag = std::get_if<bool>(&value.value)) return *flag;
    if (const auto* integer = std::get_if<std::int64_t>(&value.value)) return *integer;
    if (const double* number = std::get_if<double>(&value.value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
    return std::monostate{};
}

Scalar randomValue(Random& random, DataType type)
{
    static const char* const kWords[] = {"a", "b", "c", "bee", "", " \xc3\xa9t\xc3\xa9 "};
    Scalar value{type, {}};
    if (random.below(8) == 0) return value;
    switch (type) {
    case DataType::Bool: value.value = random.below(2) == 0; break;
    case DataType::Int64:
        value.value = static_cast<std::int64_t>(random.below(12)) - 4;
        if (random.below(200) == 0) value.value = std::numeric_limits<std::int64_t>::max() - 1;
        break;
    case DataType::Float64: value.value = static_cast<double>(random.below(200)) * 0.25 - 10; break;
    case DataType::Time:
        value.value = static_cast<std::int64_t>(random.below(1'000'000)) * 250'000 - 100'000'000'000;
        break;
    case DataType::String: value.value = std::string(kWords[random.below(6)]); break;
    }
    return value;
}

}  // namespace engine
