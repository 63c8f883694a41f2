#include "catalog/source_params.h"
#include "operators/lookup/csv_table.h"
#include "operators/lookup/http_client.h"
#include "operators/lookup/lookup_operator.h"
#include "operators/lookup/sqlite_client.h"

#include <algorithm>

namespace engine {
namespace {

struct LookupParams {
    std::vector<ColumnRef> keys{}, tableKeys{};
    std::string source = "csv", kind = "left", onFailure = "fail";
    PathText path{};
    std::string table{}, url{}, delimiter = ",";
    SecretRef token{};
    std::vector<ColumnParams> columns{};
    Duration refresh{10'000'000}, timeout{5'000'000}, cacheTtl{60'000'000};
    std::int64_t cacheRows = 10'000;
    int concurrency = 8;
};

std::string at(const char* list, std::size_t index, const char* member = "")
{
    return std::string(list) + "[" + std::to_string(index) + "]" + member;
}

void readKeys(const LookupParams& params, const BindContext& context, LookupSpec& spec)
{
    const Schema& input = *context.inputs[0];
    const bool isHttp = params.source == "http";
    if (!isHttp && !params.tableKeys.empty() && params.tableKeys.size() != params.keys.size())
        context.problem("table_keys",
                        "There are " + std::to_string(params.keys.size()) + " keys and " +
                            std::to_string(params.tableKeys.size()) +
                            " names for them in the table; give one for each, or none.");
    for (std::size_t i = 0; i < params.keys.size(); ++i) {
        const std::string& name = params.keys[i].name;
        const auto column = context.column(at("keys", i), name, input);
        if (!column) continue;
        if (std::ranges::find(spec.keys, *column, &LookupKey::inputColumn) != spec.keys.end())
            context.problem(at("keys", i), "The column \"" + name + "\" is there twice.");
        const bool isNamed = !isHttp && i < params.tableKeys.size();
        spec.keys.push_back(
            {*column, name, isNamed ? params.tableKeys[i].name : name, input.field(*column).type});
    }
}

void readColumns(const LookupParams& params, const BindContext& context, LookupSpec& spec)
{
    const Schema& input = *context.inputs[0];
    std::vector<Field> fields = input.fields(), added;
    OpenColumns open = input.open();
    open.any |= context.isWrong("columns");
    for (std::size_t i = 0; i < params.columns.size(); ++i) {
        const ColumnParams& column = params.columns[i];
        const auto type = dataTypeFromName(column.type);
        if (!type || context.isWrong(at("columns", i, ".type"))) {
            open.names.push_back(column.name);
            continue;
        }
        if (std::ranges::find(fields, column.name, &Field::name) != fields.end())
            context.problem(at("columns", i, ".name"),
                            "There is a column \"" + column.name +
                                "\" already; give this one another name, and write where it stands in the "
                                "table as its path.");
        if (params.source == "sqlite" && !column.encoding.empty() && !column.encoding.starts_with("epoch_") &&
            column.encoding != "iso8601")
            context.problem(at("columns", i, ".encoding"),
                            "A time in an SQLite table is epoch_ms, epoch_s, epoch_us or iso8601.");
        fields.push_back({column.name, *type});
        added.push_back({column.name, *type});
        spec.columns.push_back(
            {column.name, *type, column.path, column.encoding, column.lenient, column.required});
    }
    spec.input = context.inputs[0];
    spec.added = std::make_shared<const Schema>(added);
    const Schema known(std::move(fields), input.hasEventTime());
    spec.output = std::make_shared<const Schema>(known.withOpen(std::move(open)));
    context.output("out", spec.output);
}

// The format that takes a table's records or a service's answers apart.
void readFormat(const LookupParams& params, const BindContext& context, LookupSpec& spec)
{
    const bool isCsv = spec.source == LookupSpec::Source::Csv;
    const Format* format = context.catalog.findFormat(isCsv ? "csv" : "json");
    CHECK(format);
    spec.decode.delimiter = params.delimiter;
    for (const LookupKey& key : spec.keys)
        if (isCsv) spec.decode.columns.push_back({key.tableName, key.type, {}, {}, false, false});
    spec.decode.columns.insert(spec.decode.columns.end(), spec.columns.begin(), spec.columns.end());
    std::vector<Field> fields;
    for (const DecodeColumn& column : spec.decode.columns) fields.push_back({column.name, column.type});
    spec.decode.schema = std::make_shared<const Schema>(std::move(fields));
    auto decoder = format->decoder(spec.decode);
    if (!decoder) {
        const bool isDelimiter = decoder.error().where == "delimiter";
        context.problem(isDelimiter ? "delimiter" : "columns", decoder.error().message);
        return;
    }
    spec.framer = format->framer;
    spec.decoder = std::move(*decoder);
}

void readSource(const LookupParams& params, const BindContext& context, LookupSpec& spec)
{
    spec.path = params.path.path;
    spec.table = params.table;
    spec.urlText = params.url;
    spec.tokenName = params.token.name;
    if (params.source == "sqlite") {
        spec.source = LookupSpec::Source::Sqlite;
        return;
    }
    if (params.source == "http") {
        spec.source = LookupSpec::Source::Http;
        auto url = parseUrl(params.url, spec.keys);
        if (!url)
            context.problem("url", url.error().message);
        else
            spec.url = std::move(*url);
        if (!spec.tokenName.empty() && params.url.starts_with("http://"))
            context.warning("token",
                            "The token goes over the network unencrypted; use https:// if it can be.");
    }
    readFormat(params, context, spec);
}

Status tryOut(const LookupSpecPtr& spec, const TryContext& context)
{
    const std::string path = pathFrom(context.baseDirectory, spec->path);
    const std::atomic<bool> isEnding = false;
    if (spec->source == LookupSpec::Source::Sqlite) return SqliteClient(path, spec, isEnding).open();
    if (spec->source == LookupSpec::Source::Http) return ok();
    const auto table = CsvTable::load(context.env.files, path, *spec);
    return table ? ok() : Status(table.error());
}

std::string summaryOf(const LookupParams& params)
{
    if (params.source == "http") return params.url;
    return params.source == "sqlite" ? params.path.path + ", " + params.table : params.path.path;
}

std::optional<Binding> bindLookup(const LookupParams& params, const BindContext& context)
{
    context.summary([&] { return summaryOf(params); });
    auto spec = std::make_shared<LookupSpec>();
    readKeys(params, context, *spec);
    readColumns(params, context, *spec);
    if (context.hasProblems()) return {};
    readSource(params, context, *spec);
    if (context.hasProblems()) return {};
    spec->isInner = params.kind == "inner";
    spec->onFailure = params.onFailure == "null" ? LookupSpec::OnFailure::Null
        : params.onFailure == "reject"           ? LookupSpec::OnFailure::Reject
                                                 : LookupSpec::OnFailure::Fail;
    spec->refreshUs = params.refresh.count();
    spec->cacheRows = params.cacheRows;
    spec->cacheTtlUs = params.cacheTtl.count();
    spec->timeoutUs = params.timeout.count();
    spec->concurrency = params.concurrency;

    Binding binding;
    binding.outputs = {{"out", spec->output}};
    binding.needs.kind = Distribution::Single;
    binding.passesRows = true;
    ColumnUse use;
    for (const LookupKey& key : spec->keys) use.uses.push_back(key.inputColumn);
    std::ranges::sort(use.uses);
    for (std::size_t i = 0; i < spec->output->size(); ++i)
        use.passes.push_back(i < spec->input->size() ? std::optional(i) : std::nullopt);
    binding.columns = std::move(use);
    const LookupSpecPtr fixed = std::move(spec);
    binding.make = Factory<Operator>([fixed] { return std::make_unique<LookupOperator>(fixed); });
    binding.tryOut = [fixed](const TryContext& tried) { return tryOut(fixed, tried); };
    return binding;
}

void addTableParams(Params<LookupParams>& params)
{
    params
        .field("keys", &LookupParams::keys,
               {.title = "Keys",
                .help = "The columns by which a row is looked up. A NULL in one of them matches nothing.",
                .required = true,
                .columnsOf = "in"})
        .field("source", &LookupParams::source,
               {.title = "Table in",
                .help = "csv: a file with a header, held in memory. sqlite: a table of a database. http: a "
                        "service that answers a GET for one key with a JSON object; 404 and 204 mean that "
                        "it has no such key.",
                .choices = {"csv", "sqlite", "http"},
                .change = Change::ByRestart})
        .field("path", &LookupParams::path,
               {.title = "File",
                .help = "The CSV or the database. Relative to the document.",
                .required = true,
                .visibleWhen = "source = csv | sqlite",
                .change = Change::ByRestart})
        .field("table", &LookupParams::table,
               {.title = "Table",
                .help = "The table or view of the database. An index on the keys makes it fast.",
                .required = true,
                .visibleWhen = "source = sqlite",
                .change = Change::ByRestart})
        .field("table_keys", &LookupParams::tableKeys,
               {.title = "Keys in the table",
                .help = "What the table calls the keys, in their order. Empty: the same names.",
                .visibleWhen = "source = csv | sqlite",
                .change = Change::ByRestart})
        .field("url", &LookupParams::url,
               {.title = "URL",
                .help = "Where to ask, each key in braces: https://host/machines/{machine_id}. Values are "
                        "percent-encoded.",
                .required = true,
                .visibleWhen = "source = http",
                .change = Change::ByRestart})
        .field("token", &LookupParams::token,
               {.title = "Bearer token",
                .help = "The name of the secret that is sent as a bearer token. Empty: none is sent.",
                .visibleWhen = "source = http",
                .change = Change::ByRestart})
        .records("columns", &LookupParams::columns, columnParams(),
                 {.title = "Columns to add",
                  .help = "What is taken from the table; the path is the table's own name for it, or where "
                          "it lies in the answer, such as owner.name.",
                  .required = true,
                  .change = Change::ByRestart});
}

void addMatchParams(Params<LookupParams>& params)
{
    params
        .field("kind", &LookupParams::kind,
               {.title = "Rows without a match",
                .help = "left: they go on with NULLs. inner: they are left out. A key with several rows in "
                        "a CSV or a database gives several rows.",
                .choices = {"left", "inner"}})
        .field("on_failure", &LookupParams::onFailure,
               {.title = "When a look-up fails",
                .help = "That is no answer, or none that can be used. fail: the job starts again from its "
                        "last checkpoint and asks again. null: the row goes on with NULLs. reject: it goes "
                        "to the rejected port.",
                .choices = {"fail", "null", "reject"},
                .visibleWhen = "source = sqlite | http"})
        .field("refresh", &LookupParams::refresh,
               {.title = "Look for changes every",
                .help = "How often it is looked whether the file has changed; it is then loaded anew. "
                        "Replace it by renaming, so that it is never found half written. 0s: never.",
                .min = 0,
                .visibleWhen = "source = csv"})
        .field("delimiter", &LookupParams::delimiter,
               {.title = "Delimiter",
                .help = "The character between two fields.",
                .advanced = true,
                .visibleWhen = "source = csv",
                .change = Change::ByRestart})
        .field("cache_rows", &LookupParams::cacheRows,
               {.title = "Answers kept",
                .help = "So many rows of answers are kept for later rows, also that there is none for a "
                        "key; failures are not. 0: each is asked for anew.",
                .min = 0,
                .max = 100'000'000,
                .visibleWhen = "source = sqlite | http"})
        .field("cache_ttl", &LookupParams::cacheTtl,
               {.title = "Kept for",
                .help = "An answer that is older is asked for anew. 0s: it is kept until others need room.",
                .min = 0,
                .visibleWhen = "source = sqlite | http"})
        .field("concurrency", &LookupParams::concurrency,
               {.title = "At the same time",
                .help = "So many look-ups are under way at most. The order of the rows stays.",
                .min = 1,
                .max = 64,
                .advanced = true,
                .visibleWhen = "source = sqlite | http"})
        .field("timeout", &LookupParams::timeout,
               {.title = "Timeout",
                .help = "Without an answer after this time the look-up has failed.",
                .min = 0.001,
                .max = 3600,
                .advanced = true,
                .visibleWhen = "source = http"});
}

}  // namespace

void addLookup(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "lookup";
    info.title = "Lookup";
    info.category = "Rows";
    info.help = "Adds columns from a table to each row: a CSV file, a table of an SQLite database, or what a "
                "service answers over HTTP. The order of the rows stays. What is looked up is what the table "
                "holds at that moment, so the same rows may give others later.";
    info.inputs = {{"in", "The rows to look up."}};
    info.outputs = {{"out", "The same rows with the columns of the table behind them."}};
    Params<LookupParams> params;
    addTableParams(params);
    addMatchParams(params);
    catalog.add(component(std::move(info), params, bindLookup));
}

}  // namespace engine
