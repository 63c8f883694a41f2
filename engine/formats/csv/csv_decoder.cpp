#include "formats/csv/csv_decoder.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <simdjson.h>

namespace engine {

namespace {

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool isWord(std::string_view text, std::string_view lower)
{
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
}

template <class T>
std::errc readNumber(std::string_view text, T& value)
{
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && at != end ? std::errc::invalid_argument : error;
}

}  // namespace

CsvDecoder::CsvDecoder(const DecodeOptions& options, std::vector<TimeReader> times)
    : m_options(options),
      m_times(std::move(times)),
      m_rows(options),
      m_delimiter(options.delimiter[0])
{
}

void CsvDecoder::decode(const RawChunk& chunk, DecodedChunk& into)
{
    m_into = &into;
    const std::string_view text = chunk.bytes->view();
    useHeader(chunk.header);
    m_isAllUtf8 = simdjson::validate_utf8(text.data(), text.size());
    m_rows.begin(chunk.bytes, into);
    m_line = 0;
    m_mayBeEmptyLine = !chunk.records;
    if (chunk.records) return decodeRecords(text, chunk.records->ends);
    CsvWalker walker(m_delimiter);
    std::size_t start = 0;
    std::uint64_t lineOfRecord = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isEnd = walker.endsRecord(text[i]);
        lineOfRecord += text[i] == '\n';
        if (!isEnd) continue;
        decodeRecord(text.substr(start, i - start));
        start = i + 1;
        m_line = lineOfRecord;
    }
    if (start < text.size()) {
        decodeRecord(text.substr(start));
        lineOfRecord += text.back() != '\n';
    }
    m_rows.finish();
    into.lines = lineOfRecord;
}

void CsvDecoder::decodeRecords(std::string_view text, const std::vector<std::uint32_t>& ends)
{
    std::size_t start = 0;
    for (const std::uint32_t end : ends) {
        decodeRecord(text.substr(start, end - start));
        start = end + std::size_t{1};
        ++m_line;
    }
    m_rows.finish();
    m_into->lines = m_line;
}

void CsvDecoder::useHeader(const std::shared_ptr<const std::string>& header)
{
    if (!m_places.empty() && header == m_header) return;
    m_header = header;
    m_places.assign(m_options.columns.size(), {});
    m_fieldsWanted = m_options.columns.size();
    if (!header) {
        for (std::size_t i = 0; i < m_places.size(); ++i) m_places[i] = i;
        return;
    }
    split(*header);
    m_fieldsWanted = m_fields.size();
    for (std::size_t field = m_fields.size(); field-- > 0;) {
        const std::string_view name = textOf(m_fields[field]);
        for (std::size_t i = 0; i < m_places.size(); ++i) {
            const DecodeColumn& column = m_options.columns[i];
            if ((column.path.empty() ? column.name : column.path) == name) m_places[i] = field;
        }
    }
}

void CsvDecoder::decodeRecord(std::string_view record)
{
    if (!record.empty() && record.back() == '\r') record.remove_suffix(1);
    if (record.empty() && m_mayBeEmptyLine && m_fieldsWanted != 1) return;
    ++m_into->records;
    m_reason.clear();
    m_reasonColumn.clear();
    if (takeRow(record)) {
        m_rows.nextLine(m_line);
        return m_rows.endRow(m_eventTimeUs);
    }
    m_rows.dropRow();
    m_into->rejects.push_back(
        {m_line, std::move(m_reason), std::move(m_reasonColumn), rejectPreview(record)});
}

// Cuts a record into m_fields; false with a reason when its quotes are wrong.
bool CsvDecoder::split(std::string_view record)
{
    m_fields.clear();
    std::size_t at = 0;
    while (true) {
        CsvField field;
        if (at < record.size() && record[at] == '"') {
            field.isQuoted = true;
            const std::size_t begin = ++at;
            while (true) {
                at = record.find('"', at);
                if (at == std::string_view::npos)
                    return fail("A quoted field does not end.", m_options.columns.size());
                if (at + 1 == record.size() || record[at + 1] != '"') break;
                field.hasDoubled = true;
                at += 2;
            }
            field.text = record.substr(begin, at - begin);
            ++at;
            if (at < record.size() && record[at] != m_delimiter)
                return fail("There is text behind the closing quote of field " +
                                std::to_string(m_fields.size() + 1) + ".",
                            m_options.columns.size());
        } else {
            const std::size_t end = std::min(record.find(m_delimiter, at), record.size());
            field.text = record.substr(at, end - at);
            at = end;
        }
        m_fields.push_back(field);
        if (at >= record.size()) return true;
        ++at;
    }
}

bool CsvDecoder::takeRow(std::string_view record)
{
    if (!m_isAllUtf8 && !simdjson::validate_utf8(record.data(), record.size()))
        return fail("The record is not valid UTF-8.", m_options.columns.size());
    if (!split(record)) return false;
    if (m_fields.size() != m_fieldsWanted)
        return fail("The record has " + std::to_string(m_fields.size()) +
                        (m_fields.size() == 1 ? " field where " : " fields where ") +
                        std::to_string(m_fieldsWanted) +
                        (m_fieldsWanted == 1 ? " is expected." : " are expected."),
                    m_options.columns.size());
    m_hasEventTime = false;
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        if (!m_rows.isNeeded(i)) continue;
        if (!m_places[i]) {
            if (!wrong(i, "The header has no column \"" + m_options.columns[i].name + "\".")) return false;
        } else if (!takeColumn(i, m_fields[*m_places[i]])) {
            return false;
        }
    }
    if (m_options.timeColumn && !m_hasEventTime)
        return fail("The record has no event time: column \"" +
                        m_options.columns[*m_options.timeColumn].name + "\" is empty.",
                    *m_options.timeColumn);
    return true;
}

bool CsvDecoder::takeColumn(std::size_t index, const CsvField& field)
{
    const DecodeColumn& column = m_options.columns[index];
    if (field.text.empty() && !field.isQuoted) {
        if (column.required)
            return fail("Column \"" + column.name + "\" is required, but it is empty.", index);
        m_rows.column(index).addNull();
        return true;
    }
    if (column.type == DataType::String) {
        m_rows.column(index).addText(textOf(field));
        return true;
    }
    const std::string_view text = trimmed(field.text);
    return column.type == DataType::Time ? takeTime(index, text) : takeValue(index, text);
}

bool CsvDecoder::takeValue(std::size_t index, std::string_view text)
{
    ColumnBuilder& column = m_rows.column(index);
    auto error = std::errc::invalid_argument;
    if (column.type() == DataType::Int64) {
        std::int64_t value = 0;
        error = readNumber(text, value);
        if (error == std::errc{}) return column.addInteger(value), true;
    } else if (column.type() == DataType::Float64) {
        double value = 0;
        error = readNumber(text, value);
        if (error == std::errc{}) return column.addNumber(value), true;
    } else if (isWord(text, "true") || isWord(text, "false")) {
        return column.addBool(text.size() == 4), true;
    }
    const std::string& name = m_options.columns[index].name;
    if (error == std::errc::result_out_of_range)
        return wrong(index, "Column \"" + name + "\": the number " + shownShort(text) + " is out of range.");
    return wrong(index,
                 "Column \"" + name + "\" takes " + wantedInWords(column.type()) + ", but \"" +
                     shownShort(text) + "\" was found.");
}

bool CsvDecoder::takeTime(std::size_t index, std::string_view text)
{
    const auto timeUs = m_times[index].fromDigits(text);
    if (!timeUs)
        return wrong(index,
                     "Column \"" + m_options.columns[index].name + "\": \"" + shownShort(text) +
                         "\" is not a time that can be read.");
    m_rows.column(index).addInteger(*timeUs);
    if (m_options.timeColumn == index) {
        m_eventTimeUs = *timeUs;
        m_hasEventTime = true;
    }
    return true;
}

// Doubled quotes become one; valid until the next call.
std::string_view CsvDecoder::textOf(const CsvField& field)
{
    if (!field.hasDoubled) return field.text;
    m_scratch.clear();
    for (std::size_t i = 0; i < field.text.size(); ++i) {
        m_scratch += field.text[i];
        if (field.text[i] == '"') ++i;
    }
    return m_scratch;
}

bool CsvDecoder::wrong(std::size_t index, std::string reason)
{
    if (!m_options.columns[index].lenient) return fail(std::move(reason), index);
    m_rows.column(index).addNull();
    return true;
}

// `column` past the last: none is to blame.
bool CsvDecoder::fail(std::string reason, std::size_t column)
{
    m_reason = std::move(reason);
    if (column < m_options.columns.size()) m_reasonColumn = m_options.columns[column].name;
    return false;
}

}  // namespace engine
