#include "catalog/component.h"
#include "formats/csv/csv_decoder.h"
#include "formats/csv/csv_encoder.h"

namespace engine {
namespace {

Result<std::vector<TimeReader>> timeReaders(const DecodeOptions& options)
{
    std::vector<TimeReader> readers;
    for (const DecodeColumn& column : options.columns) {
        auto reader = TimeReader::make(column.type == DataType::Time ? column.encoding : std::string());
        if (!reader)
            return Error{ErrorCode::InvalidSpec, "Column \"" + column.name + "\": " + reader.error().message,
                         column.name};
        readers.push_back(std::move(*reader));
    }
    return readers;
}

}  // namespace

void addCsvFormat(Catalog& catalog)
{
    Format format;
    format.id = "csv";
    format.title = "CSV";
    format.framer = [](const DecodeOptions& options) {
        return std::make_unique<CsvFramer>(options.delimiter[0], options.hasHeader);
    };
    format.decoder = [](const DecodeOptions& checked)
        -> Result<std::function<std::unique_ptr<Decoder>(const DecodeOptions&)>> {
        if (checked.delimiter.size() != 1 || checked.delimiter.find_first_of("\"\r\n") != std::string::npos)
            return Error{ErrorCode::InvalidSpec,
                         "The delimiter is one character that is no quote, such as a comma or a semicolon.",
                         "delimiter"};
        auto times = timeReaders(checked);
        if (!times) return times.error();
        return std::function<std::unique_ptr<Decoder>(const DecodeOptions&)>(
            [times = std::move(*times)](const DecodeOptions& options) {
                return std::make_unique<CsvDecoder>(options, times);
            });
    };
    format.encoder = [](const EncodeOptions& options) { return std::make_unique<CsvEncoder>(options); };
    catalog.add(std::move(format));
}

}  // namespace engine
