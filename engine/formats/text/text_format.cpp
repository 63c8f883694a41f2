#include "catalog/component.h"
#include "formats/shared/cell_text.h"
#include "formats/shared/line_framer.h"
#include "formats/shared/row_assembler.h"

#include <simdjson.h>

namespace engine {
namespace {

// Each line becomes a row of one text; empty lines are none, records that hold nothing are rows. Belongs to
// one lane.
class TextDecoder final : public Decoder {
public:
    explicit TextDecoder(const DecodeOptions& options) : m_rows(options) { }
    void decode(const RawChunk& chunk, DecodedChunk& into) override
    {
        const std::string_view text = chunk.bytes->view();
        const bool isAllUtf8 = simdjson::validate_utf8(text.data(), text.size());
        m_rows.begin(chunk.bytes, into);
        for (std::size_t at = 0; at < text.size(); ++into.lines) {
            const std::size_t end = chunk.records ? chunk.records->ends[static_cast<std::size_t>(into.lines)]
                                                  : std::min(text.find('\n', at), text.size());
            std::string_view line = text.substr(at, end - at);
            at = end + 1;
            if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
            if (line.empty() && !chunk.records) continue;
            ++into.records;
            if (!isAllUtf8 && !simdjson::validate_utf8(line.data(), line.size())) {
                into.rejects.push_back({into.lines, "The line is not valid UTF-8.", {}, rejectPreview(line)});
                continue;
            }
            if (m_rows.isNeeded(0)) m_rows.column(0).addText(line);
            m_rows.nextLine(into.lines);
            m_rows.endRow(0);
        }
        m_rows.finish();
    }

private:
    RowAssembler m_rows;
};

// The one column of each row as a line; NULL is an empty line. Belongs to one sink task.
class TextEncoder final : public Encoder {
public:
    explicit TextEncoder(const EncodeOptions& options) : m_options(options) { }
    void encode(const RecordBatch& batch, std::string& into) override
    {
        const Column& column = batch.column(0);
        forEachRow(batch, [&](std::uint32_t row) {
            if (!column.isNull(row) && column.type() == DataType::String)
                into += column.text(row);
            else if (!column.isNull(row))
                appendPlainCell(into, column, row, m_options);
            into += '\n';
        });
    }
    std::vector<std::uint32_t> brokenRows(const RecordBatch& batch) const override
    {
        std::vector<std::uint32_t> rows;
        const Column& column = batch.column(0);
        if (column.type() != DataType::String) return rows;
        forEachRow(batch, [&](std::uint32_t row) {
            if (!column.isNull(row) && column.text(row).find('\n') != std::string_view::npos)
                rows.push_back(row);
        });
        return rows;
    }

private:
    EncodeOptions m_options;
};

}  // namespace

void addTextFormat(Catalog& catalog)
{
    Format format;
    format.id = "text";
    format.title = "Text lines";
    format.framer = [](const DecodeOptions&) { return std::make_unique<LineFramer>(); };
    format.decoder = [](const DecodeOptions& checked)
        -> Result<std::function<std::unique_ptr<Decoder>(const DecodeOptions&)>> {
        if (checked.columns.size() != 1 || checked.columns[0].type != DataType::String)
            return Error{ErrorCode::InvalidSpec, "The format text has exactly one column, of type string.",
                         "columns"};
        return std::function<std::unique_ptr<Decoder>(const DecodeOptions&)>(
            [](const DecodeOptions& options) { return std::make_unique<TextDecoder>(options); });
    };
    format.encoder = [](const EncodeOptions& options) { return std::make_unique<TextEncoder>(options); };
    catalog.add(std::move(format));
}

}  // namespace engine
