#include "catalog/sink_params.h"
#include "connectors/console/line_writer.h"

#include <algorithm>
#include <optional>

namespace engine {
namespace {

struct ConsoleParams {
    std::string format = "json", times = "iso8601", nonFinite = "null";
};

// Columns of a table as wide as what came so far, so that rows below each other line up.
std::string aligned(const std::string& csvLike, std::vector<std::size_t>& widths)
{
    std::string out;
    std::size_t column = 0, at = 0;
    while (at <= csvLike.size()) {
        const std::size_t end = std::min(csvLike.find('\t', at), csvLike.size());
        const std::size_t length = end - at;
        if (column == widths.size()) widths.push_back(0);
        widths[column] = std::max(widths[column], length);
        out.append(csvLike, at, length);
        if (end < csvLike.size()) out.append(widths[column] - length + 2, ' ');
        ++column;
        at = end + 1;
    }
    return out;
}

// Prints rows to standard output: JSON lines, or a table. Where the program has none for them they end here,
// to be seen where they come in. Belongs to its sink task.
class ConsoleSink final : public Sink {
public:
    ConsoleSink(std::unique_ptr<Encoder> encoder, bool isTable)
        : m_encoder(std::move(encoder)),
          m_isTable(isTable)
    {
    }
    Status open(SinkContext& context, const std::string&) override
    {
        if (context.env.consoleFile < 0) return ok();
        m_clock = &context.env.clock;
        m_lines.emplace(context.env.consoleFile, "standard output");
        std::string head;
        m_encoder->header(head);
        if (m_isTable) putTable(head);
        return ok();
    }
    Status write(const RecordBatch& batch) override
    {
        constexpr std::size_t kKeptBytes = 16 << 10;
        if (!m_lines) return ok();
        if (m_lines->text().size() >= kKeptBytes) TRY(flush());
        if (!m_isTable) {
            m_encoder->encode(batch, m_lines->text());
            return ok();
        }
        std::string rows;
        m_encoder->encode(batch, rows);
        putTable(rows);
        return ok();
    }
    Status flush() override { return m_lines ? m_lines->write(*m_clock) : ok(); }

private:
    void putTable(const std::string& lines)
    {
        for (std::size_t at = 0; at < lines.size();) {
            const std::size_t end = std::min(lines.find('\n', at), lines.size());
            m_lines->text() += aligned(lines.substr(at, end - at), m_widths) + '\n';
            at = end + 1;
        }
    }
    std::unique_ptr<Encoder> m_encoder;
    bool m_isTable;
    const Clock* m_clock = nullptr;
    std::optional<LineWriter> m_lines;  // none: nobody reads them
    std::vector<std::size_t> m_widths;
};

std::optional<Binding> bindConsole(const ConsoleParams& values, const BindContext& context)
{
    context.summary([] { return "shown in the rows panel"; });
    const bool isTable = values.format == "table";
    const Format* format = context.catalog.findFormat(isTable ? "csv" : "json");
    CHECK(format && format->encoder);  // both belong to the program
    EncodeOptions encode;
    encode.schema = context.inputs[0];
    encode.timesAsEpochMs = values.times == "epoch_ms";
    encode.nonFiniteAsText = values.nonFinite == "text";
    encode.delimiter = "\t";
    Binding binding;
    binding.needs = {Distribution::Single, {}};
    binding.make = Factory<Sink>([make = format->encoder, encode, isTable] {
        return std::make_unique<ConsoleSink>(make(encode), isTable);
    });
    return binding;
}

}  // namespace

void addConsoleSink(Catalog& catalog)
{
    ComponentInfo info;
    info.id = "console_sink";
    info.kind = ComponentKind::Sink;
    info.title = "Console";
    info.category = "Sinks";
    info.help =
        "Prints rows to standard output. In the window they are not printed: select the node, and the "
        "rows panel shows the last ones.";
    info.inputs = {{"in", "The rows to print."}};
    info.outputs = {};
    Params<ConsoleParams> params;
    params
        .field("format", &ConsoleParams::format,
               {.title = "Format",
                .help = "JSON, one row a line, or a table.",
                .choices = {"json", "table"},
                .change = Change::ByRestart})
        .field("times", &ConsoleParams::times, timesHints())
        .field("non_finite", &ConsoleParams::nonFinite, nonFiniteHints());
    catalog.add(component(std::move(info), params, bindConsole));
}

}  // namespace engine
