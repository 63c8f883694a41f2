#include "catalog/sink_params.h"
#include "connectors/sqlite/sqlite_sink.h"

#include <algorithm>
#include <cctype>

namespace engine {
namespace {

struct SqliteSinkParams {
    PathText path{};
    std::string table{}, mode = "append", times = "iso8601";
    std::vector<ColumnRef> keys{};
};

std::string withoutCase(std::string name)
{
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

void checkNames(const SqliteSinkParams& values, const Schema& schema, const BindContext& context)
{
    constexpr std::size_t kColumnsMax = 2000;  // of a table, as SQLite is built
    const std::string table = withoutCase(values.table);
    if (table.starts_with("sqlite_") || table.starts_with("_sp_"))
        context.problem("table", "Names that begin with sqlite_ or _sp_ are taken; choose another one.");
    if (schema.size() > kColumnsMax)
        context.problem({},
                        "A table takes 2000 columns at most, and there are " + std::to_string(schema.size()) +
                            "; choose some with select.");
    std::vector<std::string> names;
    for (const Field& field : schema.fields()) names.push_back(withoutCase(field.name));
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end())
        context.problem({},
                        "Two columns are both called \"" + *twice +
                            "\" for SQLite, which does not tell capitals from small letters; give one "
                            "another name with select.");
}

std::optional<Binding> bindSqliteSink(const SqliteSinkParams& values, const BindContext& context)
{
    const bool isUpsert = values.mode == "upsert";
    context.summary([&] { return values.path.path + ", " + values.table + (isUpsert ? ", upsert" : ""); });
    SqliteSinkOptions options;
    options.path = values.path.path;
    options.table.name = values.table;
    options.table.schema = context.inputs[0];
    options.table.timesAsEpochMs = values.times == "epoch_ms";
    checkNames(values, *context.inputs[0], context);
    if (isUpsert && values.keys.empty())
        context.problem("keys", "Upsert needs the columns by which a row is found again.");
    for (const ColumnRef& key : values.keys) {
        const auto found = context.column("keys", key.name, *context.inputs[0]);
        auto& keys = options.table.keys;
        if (found && isUpsert && std::find(keys.begin(), keys.end(), *found) == keys.end())
            keys.push_back(*found);
    }
    if (context.hasProblems()) return {};
    Binding binding;
    binding.needs = {Distribution::Single, {}};
    binding.writes = {plainPath(values.path.path), false, values.table};
    if (isUpsert) binding.guarantee = SinkGuarantee::OnceByKey;
    binding.make = Factory<Sink>([options] { return std::make_unique<SqliteSink>(options); });
    binding.tryOut = [options](const TryContext& tried) { return SqliteSink(options).tryOut(tried); };
    return binding;
}

}  // namespace

void addSqliteSink(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "sqlite_sink";
    info.kind = ComponentKind::Sink;
    info.title = "SQLite";
    info.category = "Sinks";
    info.help =
        "Writes rows into a table of an SQLite database. The rows of a checkpoint become visible "
        "together, in one transaction; while it is open, other programs can read the database and not "
        "write to it. At least once: after a failure rows may be written again. A row that the table "
        "refuses is rejected with the reason. A table that is not there is made: boolean is BOOLEAN, "
        "bigint INTEGER, double REAL (NaN becomes NULL), string TEXT, timestamp TEXT or INTEGER. One "
        "that is there must have every column with a type that keeps the value.";
    info.inputs = {{"in", "The rows to write."}};
    info.outputs = {};
    info.repeatsRows = true;
    Params<SqliteSinkParams> params;
    params
        .field("path", &SqliteSinkParams::path,
               {.title = "Database",
                .help = "The file of the database; made if it is not there. Relative to the document.",
                .required = true,
                .change = Change::ByRestart})
        .field("table", &SqliteSinkParams::table,
               {.title = "Table",
                .help = "The table to write; made if it is not there.",
                .required = true,
                .change = Change::ByRestart})
        .field("mode", &SqliteSinkParams::mode,
               {.title = "Mode",
                .help = "Append adds each row; upsert replaces the row with the same keys.",
                .choices = {"append", "upsert"},
                .change = Change::ByRestart})
        .field("keys", &SqliteSinkParams::keys,
               {.title = "Keys",
                .help =
                    "The columns by which a row is found again. A table that is there needs a primary key "
                    "or unique index on exactly these.",
                .visibleWhen = "mode = upsert",
                .columnsOf = "in",
                .change = Change::ByRestart})
        .field("times", &SqliteSinkParams::times, timesHints());
    catalog.add(component(std::move(info), params, bindSqliteSink));
}

}  // namespace engine
