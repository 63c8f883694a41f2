#include "support/random_pipeline.h"

#include "support/random_formula.h"
#include "support/random_window.h"

namespace engine {
namespace {

using Object = nlohmann::ordered_json;

ExpressionTree treeOf(const std::string& formula)
{
    auto parsed = parseExpression(formula);
    CHECK(std::holds_alternative<ExpressionTree>(parsed));
    return std::get<ExpressionTree>(std::move(parsed));
}

RefValue refValueOf(const Scalar& value)
{
    if (const bool* flag = std::get_if<bool>(&value.value)) return *flag;
    if (const auto* integer = std::get_if<std::int64_t>(&value.value)) return *integer;
    if (const double* number = std::get_if<double>(&value.value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
    return std::monostate{};
}

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

// Builds a pipeline node by node and keeps, beside it, what the reference makes of the rows so far.
class PipelineMaker {
public:
    explicit PipelineMaker(std::uint64_t seed) : m_random(seed) { }

    RandomPipeline make(bool withWindow)
    {
        m_pipeline.isLinear = m_random.below(4) != 0;
        makeRows();
        const std::size_t steps = m_random.below(4);
        for (std::size_t i = 0; i < steps; ++i) addStep();
        if (!m_pipeline.isLinear) addSplitAndUnion();
        if (withWindow)
            addWindow();
        else if (m_pipeline.nodes.empty())
            addFilter();
        m_pipeline.expected = std::move(m_table);
        return std::move(m_pipeline);
    }

private:
    Scalar randomValue(DataType type)
    {
        static const char* const kWords[] = {"a", "b", "c", "bee", "", " \xc3\xa9t\xc3\xa9 "};
        Scalar value{type, {}};
        if (m_random.below(8) == 0) return value;
        switch (type) {
        case DataType::Bool: value.value = m_random.below(2) == 0; break;
        case DataType::Int64:
            value.value = static_cast<std::int64_t>(m_random.below(12)) - 4;
            if (m_random.below(200) == 0) value.value = std::numeric_limits<std::int64_t>::max() - 1;
            break;
        case DataType::Float64: value.value = static_cast<double>(m_random.below(200)) * 0.25 - 10; break;
        case DataType::Time:
            value.value = static_cast<std::int64_t>(m_random.below(1'000'000)) * 250'000 - 100'000'000'000;
            break;
        case DataType::String: value.value = std::string(kWords[m_random.below(6)]); break;
        }
        return value;
    }

    void makeRows()
    {
        m_fields = {{"k", DataType::String},  {"n", DataType::Int64},   {"m", DataType::Int64},
                    {"x", DataType::Float64}, {"flag", DataType::Bool}, {"t", DataType::Time}};
        GraphRows& source = m_pipeline.source;
        source.schema = std::make_shared<const Schema>(m_fields, true);
        const std::int64_t kSecond = 1'000'000;
        const std::int64_t starts[] = {-20 * kSecond, 0, 1'700'000'000 * kSecond + 123'000};
        source.delayUs = static_cast<std::int64_t>(m_random.below(4)) * 500'000;
        const std::uint64_t disorderMs = 1 + m_random.below(4) * 1000;
        // Where inputs meet, which rows are late depends on how they interleave: there the delay covers the
        // disorder.
        if (!m_pipeline.isLinear) source.delayUs = static_cast<std::int64_t>(disorderMs + 1000) * 1000;
        std::int64_t at = starts[m_random.below(3)];
        const std::size_t count = m_random.below(300);
        for (std::size_t i = 0; i < count; ++i) {
            at += static_cast<std::int64_t>(m_random.below(400)) * 1000;
            if (m_random.below(60) == 0) at += 15 * kSecond;
            TestRow row;
            for (const Field& field : m_fields) row.values.push_back(randomValue(field.type));
            row.at = at - static_cast<std::int64_t>(m_random.below(disorderMs)) * 1000;
            // Often the last millisecond of a second, at which windows fall due, or the one before it.
            if (m_random.below(6) == 0)
                row.at = *row.at - (*row.at % kSecond + kSecond) % kSecond - 1000 -
                    static_cast<std::int64_t>(m_random.below(2)) * 1000;
            source.rows.push_back(std::move(row));
        }
        source.afterUs = deriveWatermarks(source.rows, source.delayUs);
        for (const Field& field : m_fields) m_table.columns.push_back(field.name);
        for (const TestRow& row : source.rows) {
            RefRow made{{}, *row.at};
            for (const Scalar& value : row.values) made.values.push_back(refValueOf(value));
            m_table.rows.push_back(std::move(made));
        }
        refWatermarks(m_table, source.delayUs);
    }

    int addNode(std::string component, const Object& params, std::vector<std::pair<int, int>> inputs)
    {
        m_pipeline.nodes.push_back({std::move(component), params.dump(), std::move(inputs)});
        m_pipeline.rejected.push_back({m_table.columns, {}});
        return static_cast<int>(m_pipeline.nodes.size()) - 1;
    }

    // Of the node added last.
    RefRows& rejects() { return m_pipeline.rejected.back().rows; }

    void addStep()
    {
        switch (m_random.below(3)) {
        case 0: return addFilter();
        case 1: return addCompute();
        default: return addSelect();
        }
    }

    void addFilter()
    {
        const std::string condition = RandomFormula(m_random, m_fields).condition(3);
        m_end = addNode("filter", {{"condition", condition}}, {{m_end, m_port}});
        m_port = 0;
        m_table = refFilter(m_table, treeOf(condition), rejects());
    }

    void addCompute()
    {
        RandomFormula formula(m_random, m_fields);
        const std::vector<std::pair<std::string, DataType>> targets[] = {
            {{"n", DataType::Int64}, {"y", DataType::Float64}},
            {{"w", DataType::String}, {"q", DataType::Int64}},
            {{"flag", DataType::Bool}, {"m", DataType::Int64}},
            {{"t", DataType::Time}, {"late", DataType::Time}},
            {{"x", DataType::Float64}}};
        Object columns = Object::array();
        RefColumns reference;
        std::vector<Field> fields = m_fields;
        for (const auto& [name, type] : targets[m_random.below(5)]) {
            const std::string source = type == DataType::Int64 ? formula.integer(3)
                : type == DataType::Float64                    ? formula.number(3)
                : type == DataType::Bool                       ? formula.condition(3)
                : type == DataType::Time                       ? formula.time(3)
                                                               : formula.text(3);
            columns.push_back({{"name", name}, {"expression", source}});
            reference.emplace_back(name, treeOf(source));
            auto there =
                std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
            if (there == fields.end())
                fields.push_back({name, type});
            else
                there->type = type;
        }
        m_end = addNode("compute", {{"columns", columns}}, {{m_end, m_port}});
        m_port = 0;
        m_table = refCompute(m_table, reference, true, rejects());
        m_fields = std::move(fields);
    }

    void addSelect()
    {
        Object columns = Object::array();
        std::vector<std::pair<std::string, std::string>> reference;
        std::vector<Field> fields;
        for (std::size_t i = m_fields.size(); i-- > 0;) {
            if (m_fields.size() > 3 && m_random.below(6) == 0) continue;
            columns.push_back({{"column", m_fields[i].name}});
            reference.emplace_back(m_fields[i].name, m_fields[i].name);
            fields.push_back(m_fields[i]);
        }
        if (fields.empty()) return;
        m_end = addNode("select", {{"columns", columns}}, {{m_end, m_port}});
        m_port = 0;
        m_table = refSelect(m_table, reference);
        m_fields = std::move(fields);
    }

    void addSplitAndUnion()
    {
        RandomFormula formula(m_random, m_fields);
        const std::string first = formula.condition(2), second = formula.condition(1);
        const Object routes = Object::array(
            {{{"port", "one"}, {"condition", first}}, {{"port", "two"}, {"condition", second}}});
        const int split = addNode("split", {{"routes", routes}}, {{m_end, m_port}});
        std::vector<RefTable> parts = refSplit(m_table, {treeOf(first), treeOf(second)}, rejects());
        const std::string condition = formula.condition(2);
        const int filter = addNode("filter", {{"condition", condition}}, {{split, 1}});
        parts[1] = refFilter(parts[1], treeOf(condition), rejects());
        m_end = addNode("union", Object::object(), {{split, 0}, {filter, 0}, {split, 2}});
        m_port = 0;
        m_table = refUnion(parts);
    }

    void addAggregate(Object& into, RefWindow& window)
    {
        static const char* const kFunctions[] = {"count", "sum",  "avg",         "min",           "max",
                                                 "first", "last", "stddev_samp", "count_distinct"};
        RefAggregate aggregate;
        aggregate.function = kFunctions[m_random.below(9)];
        const bool isOrdered = aggregate.function == "first" || aggregate.function == "last";
        if (isOrdered && !m_pipeline.isLinear) aggregate.function = "count";
        const bool needsNumber = aggregate.function == "sum" || aggregate.function == "avg";
        std::vector<std::string> names;
        for (const Field& field : m_fields) {
            const bool isDecimal = field.type == DataType::Float64;
            const bool isNumber = isDecimal || field.type == DataType::Int64;
            if (aggregate.function == "stddev_samp" ? isDecimal
                    : needsNumber                   ? isNumber
                                                    : field.type != DataType::Bool)
                names.push_back(field.name);
        }
        if (names.empty()) aggregate.function = "count";
        const bool isPlainCount = aggregate.function == "count" && (names.empty() || m_random.below(2) == 0);
        if (!isPlainCount) aggregate.argument = names[m_random.below(names.size())];
        aggregate.name = "a" + std::to_string(window.aggregates.size());
        Object json{{"function", aggregate.function == "count_distinct" ? "count" : aggregate.function}};
        if (!aggregate.argument.empty()) json["argument"] = aggregate.argument;
        if (aggregate.function == "count_distinct") json["distinct"] = true;
        if (m_random.below(3) == 0) {
            std::string filter = m_fields[0].name + " IS NOT NULL";
            for (const Field& field : m_fields)
                if (field.type == DataType::Int64) filter = field.name + " > 0";
            json["filter"] = filter;
            aggregate.filter = treeOf(filter);
        }
        if (aggregate.function == "avg" && m_random.below(2) == 0) {
            json["as_double"] = true;
            aggregate.asDouble = true;
        }
        addFaults(json, aggregate);
        json["name"] = aggregate.name;
        into.push_back(std::move(json));
        window.aggregates.push_back(std::move(aggregate));
    }

    // Sometimes the argument is a formula that has no value for some rows: to the reference a column, which a
    // step before has worked out or refused a row for.
    void addFaults(Object& json, RefAggregate& aggregate)
    {
        std::string divisor;
        for (const Field& field : m_fields)
            if (field.type == DataType::Int64) divisor = field.name;
        if (aggregate.argument.empty() || aggregate.function == "stddev_samp" || divisor.empty() ||
            m_random.below(6) != 0)
            return;
        const std::string formula = "100 / " + divisor;
        json["argument"] = formula;
        const std::string where = json.value("filter", "");
        aggregate.argument = "argument of " + aggregate.name;
        const std::string guarded =
            where.empty() ? formula : "CASE WHEN " + where + " THEN " + formula + " END";
        m_table = refCompute(m_table, {{aggregate.argument, treeOf(guarded)}}, true, m_pipeline.refused.rows);
    }

    // Of rows that a window has not taken: as they came to it.
    static RefTable asTheyCame(RefRows rows, const std::vector<std::string>& columns)
    {
        for (RefRow& row : rows) row.values.resize(columns.size());
        return {columns, std::move(rows)};
    }

    void addWindow()
    {
        RefWindow window;
        Object params = drawWindow(m_random, m_pipeline.isLinear, window);
        Object keys = Object::array();
        for (const Field& field : m_fields)
            if (field.type != DataType::Float64 && m_random.below(2) == 0 && keys.size() < 2) {
                keys.push_back(field.name);
                window.keys.push_back(field.name);
            }
        params["keys"] = keys;
        const std::vector<std::string> columns = m_table.columns;
        Object aggregates = Object::array();
        const std::size_t count = 1 + m_random.below(4);
        for (std::size_t i = 0; i < count; ++i) addAggregate(aggregates, window);
        params["aggregates"] = aggregates;
        m_pipeline.hasLanes = window.kind != "session" && window.kind != "count" && !window.hasVersions();
        m_end = addNode("window", params, {{m_end, m_port}});
        RefWindowResult result = refWindow(m_table, window);
        m_table = std::move(result.table);
        m_pipeline.late = asTheyCame(std::move(result.late), columns);
        m_pipeline.refused = asTheyCame(std::move(m_pipeline.refused.rows), columns);
        m_pipeline.rejected.back() = {m_table.columns, std::move(result.failed)};
    }

    Random m_random;
    RandomPipeline m_pipeline;
    std::vector<Field> m_fields;
    RefTable m_table;
    int m_end = -1, m_port = 0;
};

}  // namespace

RandomPipeline makeRandomPipeline(std::uint64_t seed, bool withWindow)
{
    return PipelineMaker(seed).make(withWindow);
}

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
    text += "  delay " + std::to_string(pipeline.source.delayUs) + " us, rows:\n";
    std::size_t shown = 0;
    for (const TestRow& row : pipeline.source.rows)
        if (++shown <= 40) text += "    " + rowText(row) + '\n';
    return text;
}

}  // namespace engine
