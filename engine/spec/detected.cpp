#include "spec/detected.h"

namespace engine {

namespace {

std::string delimiterInWords(const std::string& delimiter)
{
    if (delimiter == ",") return "a comma";
    if (delimiter == ";") return "a semicolon";
    if (delimiter == "\t") return "a tab";
    return delimiter == "|" ? "a bar" : "\"" + delimiter + "\"";
}

std::string counted(std::int64_t count, const char* one, const char* many)
{
    return std::to_string(count) + (count == 1 ? one : many);
}

}  // namespace

Json sourceParams(const Detected& detected)
{
    Json params = Json::object();
    if (detected.format != "json") params["format"] = detected.format;
    if (detected.format == "csv") {
        if (detected.delimiter != ",") params["delimiter"] = detected.delimiter;
        if (!detected.hasHeader) params["header"] = false;
    }
    Json columns = Json::array();
    for (const DetectedColumn& column : detected.columns) {
        Json row = Json::object();
        row["name"] = column.name;
        if (column.type != "string") row["type"] = column.type;
        if (!column.path.empty()) row["path"] = column.path;
        if (!column.encoding.empty()) row["encoding"] = column.encoding;
        if (column.isLenient) row["lenient"] = true;
        columns.push_back(std::move(row));
    }
    params["columns"] = std::move(columns);
    if (!detected.timeColumn.empty()) params["time_column"] = detected.timeColumn;
    return params;
}

std::string misfitsText(const DetectedColumn& column)
{
    return counted(column.misfits, " does not fit", " do not fit");
}

std::string detectedSentence(const Detected& detected)
{
    std::string text = "Lines of text";
    if (detected.format == "json") text = "JSON, one record a line";
    if (detected.format == "csv")
        text = std::string(detected.hasHeader ? "CSV with a header" : "CSV without a header") +
            ", fields separated by " + delimiterInWords(detected.delimiter);
    const auto columns = static_cast<std::int64_t>(detected.columns.size());
    text += ": ";
    if (detected.columnsLeftOut > 0) text += "the first " + std::to_string(columns) + " of ";
    text += counted(columns + detected.columnsLeftOut, " column", " columns") + " in " +
        counted(detected.records, " record", " records");
    if (detected.badRecords > 0) text += "; " + counted(detected.badRecords, " does not fit", " do not fit");
    return text + ".";
}

}  // namespace engine
