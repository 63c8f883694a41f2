#include "support/random_pipeline.h"

#include "support/random_formula.h"
#include "support/random_join.h"
#include "support/random_keepers.h"
#include "support/random_window.h"

#include <nlohmann/json.hpp>

namespace engine {
namespace {

using Object = nlohmann::ordered_json;

ExpressionTree treeOf(const std::string& formula)
{
    auto parsed = parseExpression(formula);
    CHECK(std::holds_alternative<ExpressionTree>(parsed));
    return std::get<ExpressionTree>(std::move(parsed));
}

// Builds a pipeline node by node and keeps, beside it, what the reference makes of the rows so far.
class PipelineMaker {
public:
    explicit PipelineMaker(std::uint64_t seed) : m_random(seed) { }

    RandomPipeline make(bool withWindow)
    {
        const std::uint64_t shape = m_random.below(16);
        const bool hasJoin = shape % 4 == 3 || shape == 0;
        m_pipeline.isLinear = shape >= 4 && !hasJoin;
        makeRows();
        const std::size_t steps = m_random.below(4);
        for (std::size_t i = 0; i < steps; ++i) addStep();
        if (shape < 4) addSplitAndUnion();
        if (hasJoin) addJoin();
        if (withWindow && !hasJoin && m_random.below(5) < 2)
            addKeeper();
        else if (withWindow && !endsWith("window_join"))
            addWindow();
        else if (m_pipeline.nodes.empty())
            addFilter();
        m_pipeline.expected = std::move(m_table);
        return std::move(m_pipeline);
    }

private:
    bool endsWith(const char* component) const
    {
        return !m_pipeline.nodes.empty() && m_pipeline.nodes.back().component == component;
    }
    void makeRows()
    {
        m_fields = {{"k", DataType::String},  {"n", DataType::Int64},   {"m", DataType::Int64},
                    {"x", DataType::Float64}, {"flag", DataType::Bool}, {"t", DataType::Time}};
        const std::int64_t starts[] = {-20 * kSecond, 0, 1'700'000'000 * kSecond + 123'000};
        m_startUs = starts[m_random.below(3)];
        m_table = fill(m_pipeline.source, m_fields);
    }

    RefTable fill(GraphRows& source, const std::vector<Field>& fields)
    {
        source.schema = std::make_shared<const Schema>(fields, true);
        source.delayUs = static_cast<std::int64_t>(m_random.below(4)) * 500'000;
        const std::uint64_t disorderMs = 1 + m_random.below(4) * 1000;
        // Where inputs meet, which rows are late depends on how they interleave: there the delay covers the
        // disorder.
        if (!m_pipeline.isLinear) source.delayUs = static_cast<std::int64_t>(disorderMs + 1000) * 1000;
        std::int64_t at = m_startUs;
        const std::size_t count = m_random.below(300);
        for (std::size_t i = 0; i < count; ++i) {
            at += static_cast<std::int64_t>(m_random.below(400)) * 1000;
            if (m_random.below(60) == 0) at += 15 * kSecond;
            TestRow row;
            for (const Field& field : fields) row.values.push_back(randomValue(m_random, field.type));
            row.at = at - static_cast<std::int64_t>(m_random.below(disorderMs)) * 1000;
            // Often the last millisecond of a second, at which windows fall due, or the one before it.
            if (m_random.below(6) == 0)
                row.at = *row.at - (*row.at % kSecond + kSecond) % kSecond - 1000 -
                    static_cast<std::int64_t>(m_random.below(2)) * 1000;
            source.rows.push_back(std::move(row));
        }
        source.afterUs = deriveWatermarks(source.rows, source.delayUs);
        RefTable table;
        for (const Field& field : fields) table.columns.push_back(field.name);
        for (const TestRow& row : source.rows) {
            RefRow made{{}, *row.at};
            for (const Scalar& value : row.values) made.values.push_back(refValueOf(value));
            table.rows.push_back(std::move(made));
        }
        refWatermarks(table, source.delayUs);
        return table;
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

    // With a second source; what is so far is the left side.
    void addJoin()
    {
        const std::vector<Field> fields{{"rk", DataType::String},
                                        {"rn", DataType::Int64},
                                        {"rx", DataType::Float64},
                                        {"rflag", DataType::Bool},
                                        {"rt", DataType::Time}};
        const RefTable right = fill(m_pipeline.second.emplace(), fields);
        RandomJoin join = makeRandomJoin(m_random, m_table, m_fields, right, fields);
        m_table = std::move(join.result);
        m_fields = std::move(join.fields);
        m_pipeline.nodes.push_back({join.component, join.params, {{m_end, m_port}, {-2, 0}}});
        m_pipeline.rejected.push_back({m_table.columns, {}});
        m_end = static_cast<int>(m_pipeline.nodes.size()) - 1;
        m_port = 0;
    }

    void addAggregate(Object& into, RefWindow& window)
    {
        static const char* const kFunctions[] = {"count",   "sum",     "avg",        "min",
                                                 "max",     "first",   "last",       "stddev_samp",
                                                 "arg_min", "arg_max", "covar_samp", "count_distinct",
                                                 "median"};
        constexpr std::size_t kPlain = 8;
        RefAggregate aggregate;
        aggregate.function = kFunctions[m_random.below(m_isPlain ? kPlain : std::size(kFunctions))];
        const bool isArgument = aggregate.function.starts_with("arg_");
        const bool isOrdered = isArgument || aggregate.function == "first" || aggregate.function == "last";
        if (isOrdered && !m_pipeline.isLinear) aggregate.function = "count";
        const bool needsNumber =
            aggregate.function == "sum" || aggregate.function == "avg" || aggregate.function == "median";
        const bool needsDecimal = aggregate.function == "stddev_samp" || aggregate.function == "covar_samp";
        std::vector<std::string> names;
        for (const Field& field : m_fields) {
            const bool isDecimal = field.type == DataType::Float64;
            const bool isNumber = isDecimal || field.type == DataType::Int64;
            const bool isText = field.type == DataType::String;
            if (m_isPlain && isText && aggregate.function != "count") continue;
            if (needsDecimal ? isDecimal : needsNumber ? isNumber : field.type != DataType::Bool)
                names.push_back(field.name);
        }
        if (names.empty()) aggregate.function = "count";
        const bool isPlainCount = aggregate.function == "count" && (names.empty() || m_random.below(2) == 0);
        if (!isPlainCount) aggregate.argument = names[m_random.below(names.size())];
        if (aggregate.function == "covar_samp" || aggregate.function.starts_with("arg_"))
            aggregate.second = names[m_random.below(names.size())];
        aggregate.name = "a" + std::to_string(window.aggregates.size());
        Object json{{"function", aggregate.function == "count_distinct" ? "count" : aggregate.function}};
        if (!aggregate.argument.empty()) json["argument"] = aggregate.argument;
        if (aggregate.function == "count_distinct") json["distinct"] = true;
        if (!aggregate.second.empty()) json["argument2"] = aggregate.second;
        if (aggregate.function == "median") json["exactness"] = false;
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
        if (aggregate.argument.empty() || aggregate.function == "stddev_samp" || !aggregate.second.empty() ||
            divisor.empty() || m_random.below(6) != 0)
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
        if (m_pipeline.second) keepFromTouching(m_table, params, window);
        Object keys = Object::array();
        for (const Field& field : m_fields)
            if (field.type != DataType::Float64 && m_random.below(2) == 0 && keys.size() < 2) {
                keys.push_back(field.name);
                window.keys.push_back(field.name);
            }
        params["keys"] = keys;
        const std::vector<std::string> columns = m_table.columns;
        Object aggregates = Object::array();
        m_isPlain = m_random.below(2) == 0;
        const std::size_t count = 1 + m_random.below(4);
        for (std::size_t i = 0; i < count; ++i) addAggregate(aggregates, window);
        params["aggregates"] = aggregates;
        m_pipeline.judgesResults = window.kind == "count" || window.hasVersions();
        m_pipeline.hasLanes = window.kind != "session" && window.kind != "count" && !window.hasVersions();
        m_end = addNode("window", params, {{m_end, m_port}});
        RefWindowResult result = refWindow(m_table, window);
        m_table = std::move(result.table);
        m_pipeline.late = asTheyCame(std::move(result.late), columns);
        m_pipeline.refused = asTheyCame(std::move(m_pipeline.refused.rows), columns);
        m_pipeline.rejected.back() = {m_table.columns, std::move(result.failed)};
        m_pipeline.lastIsLate = true;
    }

    // A node that keeps rows for some time; a top_n sometimes behind a window.
    void addKeeper()
    {
        const RefTable before = m_table;
        RefKept result;
        switch (m_random.below(m_pipeline.isLinear ? 6 : 3)) {
        case 0: result = addOver(); break;
        case 1: result = addTopN(drawTopN(m_random, m_fields, m_pipeline.isLinear)); break;
        case 3: {
            const DrawnDeduplicate drawn = drawDeduplicate(m_random, m_fields);
            m_end = addNode("deduplicate", drawn.params, {{m_end, m_port}});
            result = refDeduplicate(m_table, drawn.keys, drawn.ttlUs);
            m_table = result.table;
            break;
        }
        default:
            addWindow();
            m_pipeline.lateBehind.columns = m_table.columns;
            m_pipeline.lateBehind.rows = addTopN(drawTopNBehindWindow(m_random, m_table.columns)).late;
            m_pipeline.lastIsLate = m_pipeline.hasLanes = false;
            return;
        }
        m_port = 0;
        m_pipeline.late = asTheyCame(std::move(result.late), before.columns);
        m_pipeline.lastIsLate = true;
    }

    RefKept addTopN(const DrawnTopN& drawn)
    {
        m_end = addNode("top_n", drawn.params, {{m_end, m_port}});
        RefKept result = refTopN(m_table, drawn.reference);
        m_table = result.table;
        return result;
    }

    RefKept addOver()
    {
        static const std::int64_t kMilliseconds[] = {1, 700, 3000, 20000};
        const std::int64_t preceding = kMilliseconds[m_random.below(4)];
        const std::vector<std::string> keys = drawKeys(m_random, m_fields);
        const std::vector<std::string> columns = m_table.columns;
        RefWindow drawn;
        Object aggregates = Object::array();
        for (std::size_t count = 1 + m_random.below(4); count > 0; --count) addAggregate(aggregates, drawn);
        const Object params{
            {"keys", keys}, {"preceding", std::to_string(preceding) + "ms"}, {"aggregates", aggregates}};
        m_end = addNode("over", params, {{m_end, m_port}});
        RefKept result = refOver(m_table, keys, preceding * 1000, drawn.aggregates);
        // Behind the columns that came stand those of arguments that the reference has worked out before.
        const auto withoutArguments = [&](RefRow& row) {
            row.values.erase(row.values.begin() + static_cast<std::ptrdiff_t>(columns.size()),
                             row.values.begin() + static_cast<std::ptrdiff_t>(m_table.columns.size()));
        };
        std::ranges::for_each(result.table.rows, withoutArguments);
        m_table = {columns, std::move(result.table.rows)};
        for (const RefAggregate& aggregate : drawn.aggregates) m_table.columns.push_back(aggregate.name);
        RefRows& refused = m_pipeline.refused.rows;
        refused.insert(refused.end(), result.failed.begin(), result.failed.end());
        m_pipeline.rejected.back() = asTheyCame(std::move(refused), columns);
        m_pipeline.refused = {};
        return result;
    }

    static constexpr std::int64_t kSecond = 1'000'000;
    Random m_random;
    RandomPipeline m_pipeline;
    std::int64_t m_startUs = 0;
    bool m_isPlain = false;  // aggregates that are drawn keep no more than numbers
    std::vector<Field> m_fields;
    RefTable m_table;
    int m_end = -1, m_port = 0;
};

}  // namespace

RandomPipeline makeRandomPipeline(std::uint64_t seed, bool withWindow)
{
    return PipelineMaker(seed).make(withWindow);
}

}  // namespace engine
