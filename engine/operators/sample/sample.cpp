#include "base/hash.h"
#include "catalog/component.h"
#include "data/key_bytes.h"
#include "state/bytes.h"
#include "state/state_store.h"

#include <cmath>
#include <cstdio>

namespace engine {
namespace {

struct SampleParams {
    double fraction = 0.1;
    std::vector<ColumnRef> keys{};
    std::int64_t seed = 0;
    std::int64_t every = 0;
};

// Keeps a row when the hash of its key columns lies below the fraction: the choice depends on nothing but the
// row, so it is the same however rows are batched and spread. One for each instance, on its task's thread;
// keeps nothing.
class FractionSample final : public Operator {
public:
    FractionSample(std::vector<std::size_t> columns, double fraction, std::uint64_t seed)
        : m_columns(std::move(columns)),
          m_seed(seed),
          m_isAll(fraction >= 1),
          m_bound(m_isAll ? 0 : static_cast<std::uint64_t>(std::ldexp(fraction, 64)))
    {
    }

    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        m_rows.clear();
        forEachRow(batch, [&](std::uint32_t row) {
            m_bytes.clear();
            appendWord(m_bytes, m_seed);
            for (const std::size_t column : m_columns) appendKeyBytes(batch.column(column), row, m_bytes);
            if (m_isAll || stableHash(m_bytes) < m_bound) m_rows.push_back(row);
        });
        if (!m_rows.empty()) out.push(batch.select(m_rows));
        return Flow::Done;
    }

private:
    std::vector<std::size_t> m_columns;
    std::uint64_t m_seed;
    bool m_isAll;
    std::uint64_t m_bound;
    std::string m_bytes;
    std::vector<std::uint32_t> m_rows;
};

const TableSchema& counterSchema()
{
    static const TableSchema schema{.name = "counter", .valueColumns = {{"rows", DataType::Int64}}};
    return schema;
}

class FrozenCounter final : public FrozenTable {
public:
    explicit FrozenCounter(std::uint64_t count) { appendWord(m_value, count); }
    const TableSchema& schema() const override { return counterSchema(); }
    std::size_t rows() const override { return 1; }
    void visit(const std::function<void(const StateRow&)>& row) const override { row({{}, {}, m_value}); }

private:
    std::string m_value;
};

// How many rows a sample of every n-th row has seen: a table of one row. Belongs to the instance's task.
class CounterTable final : public StateTable {
public:
    const TableSchema& schema() const override { return counterSchema(); }
    std::size_t rows() const override { return 1; }
    std::size_t bytes() const override { return sizeof *this; }
    std::shared_ptr<const FrozenTable> freeze() override { return std::make_shared<FrozenCounter>(count); }
    Status restore(const TableSchema&, const StateRow& row) override
    {
        if (row.value.size() != 8)
            return Error{ErrorCode::Corrupt, "The saved counter of a sample is damaged.", {}};
        count = 0;
        for (std::size_t i = 8; i-- > 0;) count = count << 8 | static_cast<unsigned char>(row.value[i]);
        return ok();
    }

    std::uint64_t count = 0;
};

// Keeps the first of every n rows, in the order in which they come. One instance alone, so that the count is
// one.
class EverySample final : public Operator {
public:
    explicit EverySample(std::uint64_t every) : m_every(every) { }

    Status open(OperatorContext& context) override
    {
        m_table = &context.state.table<CounterTable>(counterSchema().name);
        return ok();
    }

    Result<Flow> process(int, const RecordBatch& batch, Output& out) override
    {
        m_rows.clear();
        forEachRow(batch, [&](std::uint32_t row) {
            if (m_table->count++ % m_every == 0) m_rows.push_back(row);
        });
        if (!m_rows.empty()) out.push(batch.select(m_rows));
        return Flow::Done;
    }

private:
    std::uint64_t m_every;
    CounterTable* m_table = nullptr;
    std::vector<std::uint32_t> m_rows;
};

std::string percent(double fraction)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g %% of rows", fraction * 100);
    return text;
}

std::string summaryOf(const SampleParams& params)
{
    if (params.every <= 0) return percent(params.fraction);
    return params.every == 1 ? "every row" : "every " + std::to_string(params.every) + " rows";
}

std::optional<Binding> bindSample(const SampleParams& params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
    const SchemaPtr& input = context.inputs[0];
    context.output("out", input);
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < params.keys.size(); ++i)
        if (const auto found = context.column("keys[" + std::to_string(i) + "]", params.keys[i].name, *input))
            columns.push_back(*found);
    if (context.hasProblems()) return {};
    if (columns.empty())
        for (std::size_t i = 0; i < input->size(); ++i) columns.push_back(i);
    Binding binding;
    binding.outputs = {{"out", input}};
    ColumnUse use;
    for (std::size_t i = 0; i < input->size(); ++i) use.passes.emplace_back(i);
    if (params.every > 0) {
        binding.needs.kind = Distribution::Single;
        binding.passesRows = true;
        binding.make = Factory<Operator>([every = static_cast<std::uint64_t>(params.every)] {
            return std::make_unique<EverySample>(every);
        });
    } else {
        use.uses = columns;
        binding.isStateless = true;
        binding.make = Factory<Operator>(
            [columns, fraction = params.fraction, seed = static_cast<std::uint64_t>(params.seed)] {
                return std::make_unique<FractionSample>(columns, fraction, seed);
            });
    }
    binding.columns = std::move(use);
    return binding;
}

}  // namespace

void addSample(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "sample";
    info.title = "Sample";
    info.category = "Rows";
    info.help = "Keeps a share of the rows, chosen by a hash of their key columns, or the first of every n "
                "rows. The same "
                "rows are chosen in every run.";
    info.inputs = {{"in", "The rows to choose from."}};
    info.outputs = {{"out", "The chosen rows."}};
    Params<SampleParams> params;
    params.field("fraction", &SampleParams::fraction,
                 {.title = "Share",
                  .help = "From 0 (none) to 1 (all rows).",
                  .min = 0,
                  .max = 1,
                  .visibleWhen = "every = 0"});
    params.field("keys", &SampleParams::keys,
                 {.title = "Chosen by",
                  .help = "Rows that are equal in these columns are kept or dropped together. Empty: "
                          "all columns.",
                  .visibleWhen = "every = 0",
                  .columnsOf = "in"});
    params.field("seed", &SampleParams::seed,
                 {.title = "Seed",
                  .help = "Another number chooses other rows.",
                  .advanced = true,
                  .visibleWhen = "every = 0"});
    params.field("every", &SampleParams::every,
                 {.title = "Every",
                  .help = "Above 0: keeps the first of every so many rows instead of a share.",
                  .unit = "rows",
                  .min = 0});
    catalog.add(component(std::move(info), params, bindSample));
}

}  // namespace engine
