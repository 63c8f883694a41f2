#include "support/case_driver.h"

#include "support/node_harness.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sqlite3.h>

namespace engine {
namespace {

struct InputRows {
    int port = 0;
    SchemaPtr schema{};
    TestRows rows{};
    std::int64_t afterUs = kNoWatermark;
};

// One way to run a case. `restoreInto`: after every batch, in turn, how many instances there are then; empty:
// never.
struct Way {
    std::string name{};
    std::size_t batchRows = 1;
    int instances = 1;
    std::vector<int> restoreInto{};
    std::size_t chunkRows = 0;  // above 0: through the lanes
};

std::vector<Way> waysFor(const Binding& binding, const ComponentCase& one)
{
    const bool isSpread = binding.needs.kind == Distribution::ByKey ||
        (binding.needs.kind == Distribution::Any && binding.isStateless);
    const bool hasLanes = binding.partial && one.inputs.size() == 1 && one.delayUs;
    std::vector<Way> ways;
    for (const std::size_t rows : {std::size_t{2048}, std::size_t{3}, std::size_t{1}}) {
        const std::string batches = "batches of " + std::to_string(rows);
        ways.push_back({batches, rows});
        ways.push_back({batches + ", restored", rows, 1, {1}});
        if (isSpread) {
            ways.push_back({batches + ", four instances", rows, 4});
            ways.push_back({batches + ", rescaled", rows, 1, {4, 2, 1, 3}});
        }
        if (!hasLanes) continue;
        for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::size_t{2048}}) {
            const std::string lanes = "lanes, chunks of " + std::to_string(chunk) + ", " + batches;
            ways.push_back({lanes, rows, 1, {}, chunk});
            ways.push_back({lanes + ", restored", rows, 1, {1}, chunk});
        }
    }
    return ways;
}

std::string messagesOf(const std::vector<Diagnostic>& diagnostics)
{
    std::string text;
    for (const Diagnostic& one : diagnostics) text += "  " + one.param + ": " + one.message + '\n';
    return text;
}

std::string checkMessages(const std::vector<CaseMessage>& wanted, const std::vector<Diagnostic>& found,
                          Diagnostic::Severity severity)
{
    std::vector<Diagnostic> ofKind;
    std::ranges::copy_if(found, std::back_inserter(ofKind),
                         [&](const Diagnostic& d) { return d.severity == severity; });
    bool isSame = wanted.size() == ofKind.size();
    for (const CaseMessage& message : wanted)
        isSame = isSame && std::ranges::any_of(ofKind, [&](const Diagnostic& d) {
                     return d.param == message.param && d.message.find(message.text) != std::string::npos;
                 });
    return isSame ? std::string() : "  the messages are others:\n" + messagesOf(ofKind);
}

std::vector<DataType> typesOf(const Schema& schema)
{
    std::vector<DataType> types;
    for (const Field& field : schema.fields()) types.push_back(field.type);
    return types;
}

// The files of a case, in a directory of their own for as long as this lives.
class CaseFiles {
public:
    explicit CaseFiles(const ComponentCase& one)
    {
        if (one.files.empty()) return;
        std::string made = (std::filesystem::temp_directory_path() / "streamwright_case_XXXXXX").string();
        CHECK(mkdtemp(made.data()) != nullptr);
        m_directory = made;
        for (const auto& [name, text] : one.files) {
            const std::string path = made + "/" + name;
            if (name.ends_with(".sqlite"))
                makeDatabase(path, text);
            else
                std::ofstream(path) << text;
        }
    }
    ~CaseFiles()
    {
        if (!m_directory.empty()) std::filesystem::remove_all(m_directory);
    }
    CaseFiles(const CaseFiles&) = delete;
    CaseFiles& operator=(const CaseFiles&) = delete;
    const std::string& directory() const { return m_directory; }

private:
    static void makeDatabase(const std::string& path, const std::string& sql)
    {
        sqlite3* database = nullptr;
        CHECK(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
        CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(database);
    }
    std::string m_directory;
};

// One run of one case. The functions answer with an empty text or with what is wrong.
class CaseRun {
public:
    CaseRun(const ComponentCase& one, const Binding& binding, const std::vector<InputRows>& inputs,
            const std::string& directory)
        : m_case(one),
          m_directory(directory),
          m_binding(binding),
          m_inputs(inputs)
    {
    }

    std::string run(const Way& way)
    {
        TestWorld world(m_case.clockUs);
        world.baseDirectory = m_directory;
        NodeHarness node(m_binding, world, m_output, way.instances);
        std::size_t elements = 0;
        const auto restore = [&] {
            if (!way.restoreInto.empty())
                node.saveAndRestore(way.restoreInto[elements++ % way.restoreInto.size()]);
        };
        for (const InputRows& input : m_inputs) {
            if (way.chunkRows > 0) {
                for (std::size_t first = 0; first < input.rows.size(); first += way.chunkRows) {
                    const std::size_t count = std::min(way.chunkRows, input.rows.size() - first);
                    const std::int64_t after = first + count == input.rows.size()
                        ? input.afterUs
                        : input.rows[first + count].watermarkBefore;
                    const std::span<const TestRow> chunk(input.rows.data() + first, count);
                    node.giveChunk(laneBatchesOf(input.schema, chunk, way.batchRows),
                                   batchesOf(input.schema, chunk, way.batchRows, after), *m_case.delayUs,
                                   after);
                    restore();
                }
                continue;
            }
            for (const RecordBatch& batch :
                 batchesOf(input.schema, input.rows, way.batchRows, input.afterUs)) {
                node.give(input.port, batch);
                restore();
            }
            if (input.rows.empty()) node.advance(input.afterUs);
        }
        if (!m_case.staysOpen) {
            node.advance(kEndOfTime);
            restore();
            node.finish();
        }
        if (!node.error().empty()) return "  the run failed: " + node.error() + '\n';
        return checkOutputs(way) + checkRejected() + checkLate();
    }

private:
    std::string checkOutputs(const Way& way) const
    {
        std::string wrong;
        for (std::size_t port = 0; port < m_binding.outputs.size(); ++port) {
            const PortBinding& bound = m_binding.outputs[port];
            TestRows wanted;
            const auto table = std::ranges::find(m_case.outputs, bound.name, &CaseTable::port);
            if (table != m_case.outputs.end()) {
                std::vector<std::string> names;
                for (const Field& field : bound.schema->fields()) names.push_back(field.name);
                if (names != table->columns || bound.schema->hasEventTime() != table->hasTime)
                    return "  port " + bound.name + " has other columns than the case says\n";
                const auto rows = rowsOf(*table, typesOf(*bound.schema));
                if (!rows) return "  " + rows.error().message + '\n';
                wanted = *rows;
            }
            const bool isOrdered = m_case.isOrdered && way.instances == 1 && way.restoreInto.size() < 2;
            const std::string found =
                differenceOf(wanted, m_output.ports[port], isOrdered ? Order::Kept : Order::Free);
            if (!found.empty()) wrong += "  port " + bound.name + ":\n" + found;
        }
        for (const CaseTable& table : m_case.outputs)
            if (std::ranges::find(m_binding.outputs, table.port, &PortBinding::name) ==
                m_binding.outputs.end())
                wrong += "  there is no port " + table.port + '\n';
        return wrong;
    }

    // The named columns of the input and, behind them, what else is known of a row.
    std::string checkExtra(const std::optional<CaseTable>& table, const std::string& name,
                           const SchemaPtr& schema,
                           const std::vector<std::pair<std::string, DataType>>& extras,
                           const std::vector<TestRow>& found) const
    {
        if (!table)
            return found.empty()
                ? std::string()
                : "  " + name + " rows that the case does not say:\n" + differenceOf({}, found);
        const Schema& input = *schema;
        std::vector<DataType> types;
        std::vector<std::size_t> places;
        for (const std::string& column : table->columns) {
            if (const auto index = input.find(column)) {
                places.push_back(*index);
                types.push_back(input.field(*index).type);
                continue;
            }
            const auto extra = std::ranges::find(extras, column, &std::pair<std::string, DataType>::first);
            if (extra == extras.end()) return "  " + name + " rows have no column " + column + '\n';
            places.push_back(input.size() + static_cast<std::size_t>(extra - extras.begin()));
            types.push_back(extra->second);
        }
        const auto wanted = rowsOf(*table, types);
        if (!wanted) return "  " + wanted.error().message + '\n';
        TestRows chosen;
        for (const TestRow& row : found) {
            TestRow part;
            if (table->hasTime) part.at = row.at;
            for (const std::size_t place : places) part.values.push_back(row.values[place]);
            chosen.push_back(std::move(part));
        }
        const std::string wrong = differenceOf(*wanted, chosen);
        return wrong.empty() ? wrong : "  " + name + " rows:\n" + wrong;
    }

    std::string checkRejected() const
    {
        const SchemaPtr schema =
            m_output.rejected.empty() ? m_inputs.front().schema : m_output.rejected.front().schema;
        TestRows found;
        for (const RejectedTestRow& one : m_output.rejected) {
            found.push_back(one.row);
            found.back().values.push_back({DataType::String, one.reason});
        }
        return checkExtra(m_case.rejected, "rejected", schema, {{"reason", DataType::String}}, found);
    }

    std::string checkLate() const
    {
        TestRows found;
        for (const LateRow& one : m_output.late) {
            found.push_back(one.row);
            found.back().values.push_back({DataType::Time, one.windowEndUs});
            found.back().values.push_back({DataType::Time, one.watermarkUs});
        }
        const SchemaPtr schema = m_binding.lateColumns ? m_binding.lateColumns : m_inputs.front().schema;
        return checkExtra(m_case.late, "late", schema,
                          {{"window_end", DataType::Time}, {"watermark", DataType::Time}}, found);
    }

    const ComponentCase& m_case;
    const std::string& m_directory;
    const Binding& m_binding;
    const std::vector<InputRows>& m_inputs;
    NodeOutput m_output;
};

// Watermarks from the lines of all inputs: each holds from its place on, and the node has the least of its
// inputs. Inputs are given one after the other, so an earlier one stands at its last mark while a later one
// is read.
std::int64_t markRows(InputRows& input, const CaseTable& table, std::int64_t watermarkUs)
{
    for (std::size_t i = 0; i < table.marks.size(); ++i) {
        if (table.marks[i]) watermarkUs = std::max(watermarkUs, *table.marks[i]);
        if (i < input.rows.size()) input.rows[i].watermarkBefore = watermarkUs;
    }
    return watermarkUs;
}

Result<std::vector<InputRows>> inputsOf(const ComponentCase& one, const std::vector<PortInfo>& ports)
{
    std::vector<InputRows> inputs;
    for (std::size_t i = 0; i < one.inputs.size(); ++i) {
        const CaseTable& table = one.inputs[i];
        InputRows input;
        const auto port = std::ranges::find(ports, table.port, &PortInfo::name);
        if (port == ports.end())
            return Error{ErrorCode::BadData, "There is no input " + table.port + ".", {}};
        input.port = static_cast<int>(ports.size() == 1 ? i : static_cast<std::size_t>(port - ports.begin()));
        // A further table of a named port goes on where the one before it stopped.
        const auto before = std::ranges::find(inputs, input.port, &InputRows::port);
        input.schema = ports.size() > 1 && before != inputs.end() ? before->schema : schemaOf(table);
        auto rows = rowsOf(table, typesOf(*input.schema));
        if (!rows) return rows.error();
        input.rows = std::move(*rows);
        if (one.delayUs && one.inputs.size() == 1)
            input.afterUs = deriveWatermarks(input.rows, *one.delayUs);
        else
            input.afterUs = markRows(input, table, inputs.empty() ? kNoWatermark : inputs.back().afterUs);
        inputs.push_back(std::move(input));
    }
    return inputs;
}

// One for each edge into the only port, or one for each port.
std::vector<SchemaPtr> schemasOf(const std::vector<InputRows>& inputs, std::size_t ports)
{
    std::vector<SchemaPtr> schemas;
    for (const InputRows& input : inputs)
        if (ports == 1) schemas.push_back(input.schema);
    for (std::size_t port = 0; ports > 1 && port < ports; ++port) {
        const auto of = std::ranges::find(inputs, static_cast<int>(port), &InputRows::port);
        schemas.push_back(of != inputs.end() ? of->schema
                                             : std::make_shared<const Schema>(std::vector<Field>{}, true));
    }
    return schemas;
}

}  // namespace

std::string runCase(const Catalog& catalog, const std::string& component, const ComponentCase& one)
{
    const Component* found = catalog.find(component);
    if (!found) return "  there is no component " + component + '\n';
    const auto params = parseJson(one.params);
    if (!params) return "  params: " + params.error().message + '\n';
    const auto inputs = inputsOf(one, found->info.inputs);
    if (!inputs) return "  " + inputs.error().message + '\n';
    const std::vector<SchemaPtr> schemas = schemasOf(*inputs, found->info.inputs.size());
    std::vector<Diagnostic> diagnostics;
    const Constants constants;
    const BindContext context(catalog, schemas, constants, diagnostics);
    const std::optional<Binding> binding = found->bind(*params, context, diagnostics);
    std::string wrong = checkMessages(one.fails, diagnostics, Diagnostic::Problem) +
        checkMessages(one.warns, diagnostics, Diagnostic::Warning);
    if (!wrong.empty() || !one.fails.empty()) return wrong;
    if (!binding) return "  bind gave nothing, but no problem either\n";
    const CaseFiles files(one);
    for (const Way& way : waysFor(*binding, one)) {
        wrong = CaseRun(one, *binding, *inputs, files.directory()).run(way);
        if (!wrong.empty()) return way.name + ":\n" + wrong;
    }
    return {};
}

}  // namespace engine
