#include "detect/detect.h"

#include "detect/header_line.h"
#include "detect/value_census.h"

#include <algorithm>
#include <limits>
#include <map>

namespace engine {

namespace {

constexpr std::size_t kSampleRows = 20;
constexpr std::size_t kRecordsJudged = 10'000;
constexpr std::size_t kRecordsTried = 200;   // when delimiters are compared
constexpr std::size_t kColumnsMax = 500;     // a record with more members is data, not a record
constexpr std::size_t kCellCharacters = 80;  // of a sample

constexpr std::uint64_t kLargestBigint = std::numeric_limits<std::int64_t>::max();

using Fields = std::vector<std::string>;

std::vector<std::string_view> linesOf(std::string_view bytes, bool isWhole)
{
    std::vector<std::string_view> lines;
    std::size_t begin = 0;
    while (begin < bytes.size()) {
        const std::size_t end = bytes.find('\n', begin);
        if (end == std::string_view::npos && !isWhole && !lines.empty()) break;
        std::string_view line = bytes.substr(begin, end == std::string_view::npos ? end : end - begin);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.find_first_not_of(" \t") != std::string_view::npos) lines.push_back(line);
        if (end == std::string_view::npos) break;
        begin = end + 1;
    }
    return lines;
}

std::string shortened(std::string text)
{
    if (text.size() <= kCellCharacters) return text;
    std::size_t at = kCellCharacters;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    return text.substr(0, at) + "…";
}

void suggestTime(Detected& detected, const std::vector<ValueCensus>& values)
{
    int best = 0;
    for (std::size_t i = 0; i < detected.columns.size(); ++i) {
        const DetectedColumn& column = detected.columns[i];
        if (column.type != "timestamp" || column.nulls * 20 > column.values || column.isLenient) continue;
        const int score = 1 + (values[i].isAscending() ? 2 : 0) + (soundsLikeTime(column.name) ? 1 : 0);
        if (score <= best) continue;
        best = score;
        detected.timeColumn = column.name;
    }
}

// Whether a source with these columns refuses a record because of what this column holds in it.
bool isRefused(const Detected& detected, std::size_t column, const ValueCensus& all, const ValueCensus& one)
{
    if (one.isEmpty()) return detected.columns[column].name == detected.timeColumn;
    return !detected.columns[column].isLenient && all.isMisfit(one);
}

bool refusesSome(const Detected& detected, const DetectedColumn& column)
{
    const bool isTime = column.name == detected.timeColumn;
    return (isTime && column.nulls > 0) || (column.misfits > 0 && !column.isLenient);
}

bool refusesSome(const Detected& detected)
{
    return std::any_of(detected.columns.begin(), detected.columns.end(),
                       [&](const DetectedColumn& column) { return refusesSome(detected, column); });
}

// Every member of JSON records by its path, in the order in which they were first seen.
class JsonColumns {
public:
    void add(const Json& record)
    {
        ++m_records;
        m_seen.clear();
        addMembers(record, {});
        if (m_samples.size() < kSampleRows) m_samples.push_back(m_seen);
    }
    void finish(Detected& detected)
    {
        addObjects();
        detected.columnsLeftOut = static_cast<std::int64_t>(m_leftOut.size());
        std::map<std::string, int> uses;
        for (const std::string& path : m_paths) ++uses[lastOf(path)];
        for (std::size_t i = 0; i < m_paths.size(); ++i) {
            const std::string& path = m_paths[i];
            std::string name = lastOf(path);
            if (uses[name] > 1) {
                name = path;
                std::replace(name.begin(), name.end(), '.', '_');
            }
            DetectedColumn column = m_values[i].column(name);
            if (name != path) column.path = path;
            column.nulls = m_records - column.values;
            detected.columns.push_back(std::move(column));
        }
        for (const auto& sample : m_samples) {
            Fields row(m_paths.size());
            for (const auto& [place, text] : sample) row[place] = text;
            detected.samples.push_back(std::move(row));
        }
        suggestTime(detected, m_values);
    }

    bool isRefusedIn(const Detected& detected, const Json& record) const
    {
        for (std::size_t i = 0; i < m_paths.size(); ++i) {
            if (!refusesSome(detected, detected.columns[i])) continue;
            ValueCensus one;
            if (const Json* value = valueAt(record, m_paths[i])) count(*value, one);
            if (isRefused(detected, i, m_values[i], one)) return true;
        }
        return false;
    }

private:
    static const Json* valueAt(const Json& record, std::string_view path)
    {
        const Json* at = &record;
        while (at && !path.empty()) {
            const std::size_t end = std::min(path.find('.'), path.size());
            at = findMember(*at, path.substr(0, end));
            path.remove_prefix(std::min(end + 1, path.size()));
        }
        return at;
    }
    static void count(const Json& value, ValueCensus& census)
    {
        if (value.is_boolean()) census.addFlag();
        const bool isWhole = value.is_number_integer() &&
            !(value.is_number_unsigned() && value.get<std::uint64_t>() > kLargestBigint);
        if (value.is_number()) census.addNumber(value.get<double>(), isWhole);
        if (value.is_string()) census.addText(value.get_ref<const std::string&>());
        if (value.is_structured()) census.addOthers(1);
    }
    static std::string lastOf(const std::string& path) { return path.substr(path.rfind('.') + 1); }

    void addMembers(const Json& object, const std::string& prefix)
    {
        for (const auto& [name, value] : object.items()) {
            // A path cannot name these; the whole object can still be taken as a text.
            if (name.empty() || name.find_first_of(".[]") != std::string::npos) continue;
            const std::string path = prefix.empty() ? name : prefix + "." + name;
            if (!value.is_object() || value.empty()) {
                addValue(path, value);
                continue;
            }
            if (m_objects.size() < kColumnsMax || m_objects.contains(path)) ++m_objects[path];
            addMembers(value, path);
        }
    }
    // Where other records have a value, whose column then refuses or takes the object.
    void addObjects()
    {
        for (const auto& [path, count] : m_objects)
            if (const auto found = m_places.find(path);
                found != m_places.end() && !m_values[found->second].isEmpty())
                m_values[found->second].addOthers(count);
    }
    void addValue(const std::string& path, const Json& value)
    {
        const auto [found, isNew] = m_places.try_emplace(path, m_paths.size());
        if (isNew && m_paths.size() >= kColumnsMax) {
            m_places.erase(found);
            m_leftOut.insert(path);
            return;
        }
        if (isNew) {
            m_paths.push_back(path);
            m_values.emplace_back();
        }
        count(value, m_values[found->second]);
        if (m_samples.size() < kSampleRows && !value.is_null())
            m_seen[found->second] =
                shortened(value.is_string() ? value.get<std::string>() : compactJson(value));
    }

    std::map<std::string, std::size_t> m_places;
    std::map<std::string, std::int64_t> m_objects;  // by path, how many there were
    std::vector<std::string> m_paths;
    std::vector<ValueCensus> m_values;
    std::set<std::string> m_leftOut;            // paths beyond the most columns
    std::map<std::size_t, std::string> m_seen;  // of the record that is being added
    std::vector<std::map<std::size_t, std::string>> m_samples;
    std::int64_t m_records = 0;
};

std::optional<Json> objectIn(std::string_view line)
{
    if (line.find('{') == std::string_view::npos) return {};
    auto record = parseJson(line);
    if (!record || !record->is_object()) return {};
    return std::move(*record);
}

// Nothing when too few lines are JSON objects.
std::optional<Detected> asJson(const std::vector<std::string_view>& lines)
{
    Detected detected;
    detected.format = "json";
    JsonColumns columns;
    const std::size_t count = std::min(lines.size(), kRecordsJudged);
    for (std::size_t i = 0; i < count; ++i) {
        if (const auto record = objectIn(lines[i]))
            columns.add(*record);
        else
            ++detected.badRecords;
        if (i == 20 && detected.badRecords > 10) return {};
    }
    detected.records = static_cast<std::int64_t>(count);
    if (detected.badRecords * 2 >= detected.records) return {};
    columns.finish(detected);
    if (detected.columns.empty()) return {};
    // Only now is it known which values the columns refuse.
    for (std::size_t i = 0; i < count && refusesSome(detected); ++i)
        if (const auto record = objectIn(lines[i]))
            detected.badRecords += columns.isRefusedIn(detected, *record);
    return detected;
}

// Records of at most `most`; fields in quotes may hold delimiters and line feeds. A last record that is cut
// off is left out.
std::vector<Fields> csvRecords(std::string_view bytes, char delimiter, bool isWhole, std::size_t most)
{
    std::vector<Fields> records;
    Fields fields;
    std::string field;
    bool isQuoted = false, isStart = true;
    for (std::size_t i = 0; i < bytes.size() && records.size() < most; ++i) {
        const char c = bytes[i];
        if (isQuoted) {
            if (c != '"')
                field += c;
            else if (i + 1 < bytes.size() && bytes[i + 1] == '"')
                field += bytes[++i];
            else
                isQuoted = false;
        } else if (c == '"' && isStart) {
            isQuoted = true;
            isStart = false;
        } else if (c == delimiter) {
            fields.push_back(std::move(field));
            field.clear();
            isStart = true;
        } else if (c == '\n') {
            if (!field.empty() && field.back() == '\r') field.pop_back();
            fields.push_back(std::move(field));
            field.clear();
            isStart = true;
            if (fields.size() > 1 || !fields[0].empty()) records.push_back(std::move(fields));
            fields.clear();
        } else {
            field += c;
            isStart = false;
        }
    }
    if (isWhole && records.size() < most && (!field.empty() || !fields.empty())) {
        fields.push_back(std::move(field));
        records.push_back(std::move(fields));
    }
    return records;
}

std::size_t usualWidth(const std::vector<Fields>& records)
{
    std::map<std::size_t, std::size_t> counts;
    for (const Fields& fields : records) ++counts[fields.size()];
    std::size_t width = 0, most = 0;
    for (const auto& [fields, count] : counts)
        if (count > most) {
            most = count;
            width = fields;
        }
    return most * 10 >= records.size() * 8 ? width : 0;
}

std::optional<Detected> asCsv(std::string_view bytes, bool isWhole)
{
    char delimiter = 0;
    std::size_t width = 1;
    for (const char tried : {',', ';', '\t', '|'}) {
        const std::size_t fields = usualWidth(csvRecords(bytes, tried, isWhole, kRecordsTried));
        if (fields <= width) continue;
        width = fields;
        delimiter = tried;
    }
    if (delimiter == 0) return {};
    const std::vector<Fields> records = csvRecords(bytes, delimiter, isWhole, kRecordsJudged);
    Detected detected;
    detected.format = "csv";
    detected.delimiter = std::string(1, delimiter);
    HeaderLine header = headerLine(records, width);
    detected.hasHeader = header.isThere;
    detected.note = std::move(header.why);
    std::vector<ValueCensus> values(width);
    for (std::size_t i = detected.hasHeader ? 1 : 0; i < records.size(); ++i) {
        ++detected.records;
        if (records[i].size() != width) {
            ++detected.badRecords;
            continue;
        }
        for (std::size_t column = 0; column < width; ++column) values[column].addField(records[i][column]);
        if (detected.samples.size() < kSampleRows) {
            detected.samples.push_back(records[i]);
            for (std::string& cell : detected.samples.back()) cell = shortened(std::move(cell));
        }
    }
    for (std::size_t column = 0; column < width; ++column)
        detected.columns.push_back(values[column].column(
            detected.hasHeader ? records.front()[column] : "column_" + std::to_string(column + 1)));
    suggestTime(detected, values);
    const auto isRefusedRecord = [&](const Fields& record) {
        for (std::size_t column = 0; column < record.size() && record.size() == width; ++column) {
            ValueCensus one;
            one.addField(record[column]);
            if (isRefused(detected, column, values[column], one)) return true;
        }
        return false;
    };
    if (refusesSome(detected))
        detected.badRecords +=
            std::count_if(records.begin() + detected.hasHeader, records.end(), isRefusedRecord);
    return detected;
}

Detected asText(const std::vector<std::string_view>& lines)
{
    Detected detected;
    detected.records = static_cast<std::int64_t>(lines.size());
    detected.columns.push_back({.name = "line", .values = detected.records});
    for (std::size_t i = 0; i < std::min(lines.size(), kSampleRows); ++i)
        detected.samples.push_back({shortened(std::string(lines[i]))});
    const char first = lines.front().find_first_of("[{") == 0 ? lines.front()[0] : ' ';
    if (first != ' ')
        detected.note = "This looks like one JSON value over many lines. A source reads a record from each "
                        "line, so write it that way first.";
    return detected;
}

}  // namespace

Result<Detected> detect(std::string_view bytes, bool isWhole)
{
    const auto refused = [](const char* message) { return Error{ErrorCode::BadData, message, {}}; };
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (bytes.starts_with("\x1F\x8B") || bytes.starts_with("\x28\xB5\x2F\xFD"))
        return refused("The file is compressed; unpack it first.");
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
        return refused("The file is in UTF-16; only UTF-8 can be read.");
    if (bytes.find('\0') != std::string_view::npos)
        return refused("The file holds binary data, not lines of text.");
    const std::vector<std::string_view> lines = linesOf(bytes, isWhole);
    if (lines.empty()) return refused("The file is empty, so there is nothing to judge by.");
    if (auto detected = asJson(lines)) return std::move(*detected);
    if (lines.front().find_first_of("[{") != 0)
        if (auto detected = asCsv(bytes, isWhole)) return std::move(*detected);
    return asText(lines);
}

}  // namespace engine
