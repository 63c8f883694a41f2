#include "formats/json/json_decoder.h"

#include "formats/json/json_shape.h"

#include <algorithm>
#include <cstring>

namespace engine {

namespace {

std::string_view withoutBlanksBehind(std::string_view text)
{
    while (!text.empty() && isJsonBlank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view withoutBlanks(std::string_view text)
{
    while (!text.empty() && isJsonBlank(text.front())) text.remove_prefix(1);
    return withoutBlanksBehind(text);
}

bool isBlank(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return isJsonBlank(c); });
}

// From `at` to the line feed behind it, which is left out, or the end.
std::size_t lineEndOf(std::string_view text, std::size_t at)
{
    const void* found = at < text.size() ? std::memchr(text.data() + at, '\n', text.size() - at) : nullptr;
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : text.size();
}

}  // namespace

std::unique_ptr<Decoder> makeJsonDecoder(const DecodeOptions& options, JsonStep plan)
{
    return std::make_unique<JsonDecoder>(options, std::move(plan));
}

JsonDecoder::JsonDecoder(const DecodeOptions& options, JsonStep plan)
    : m_options(options),
      m_plan(std::move(plan)),
      m_rows(options)
{
#ifdef SIMDJSON_THREADS_ENABLED
    m_parser.threaded = false;
#endif
}

void JsonDecoder::decode(const RawChunk& chunk, DecodedChunk& into)
{
    m_into = &into;
    m_text = chunk.bytes->view();
    m_done = 0;
    m_lines = 0;
    m_hasEscapes.reset();
    m_rows.begin(chunk.bytes, into);
    if (!decodeByTemplates()) decodeStream();
    decodeLines();
    m_rows.finish();
    into.lines = m_lines;
}

// False when the rest of the chunk had better be read by the parser: its lines are not alike.
bool JsonDecoder::decodeByTemplates()
{
    if (m_chunksToSkip > 0 && m_chunksToSkip--) return false;
    constexpr std::uint64_t kMissesAllowed = 8, kTakenPerMiss = 4;
    constexpr std::uint32_t kSkipMax = 64;
    const std::size_t lastLineEnd = m_text.rfind('\n');
    const char* const end = m_text.data() + (lastLineEnd == std::string_view::npos ? 0 : lastLineEnd + 1);
    std::uint64_t taken = 0, misses = 0;
    while (m_text.data() + m_done < end) {
        std::uint64_t rows = 0;
        m_rows.nextLine(m_lines);
        for (JsonTemplate& shape : m_templates)
            m_done = static_cast<std::size_t>(shape.take(m_text.data() + m_done, end, m_rows, rows) -
                                              m_text.data());
        m_lines += rows;
        m_into->records += rows;
        taken += rows;
        if (rows > 0) continue;
        if (++misses > kMissesAllowed + taken / kTakenPerMiss) {
            m_chunksToSkip = m_skipNext;
            m_skipNext = std::min(m_skipNext * 2, kSkipMax);
            return false;
        }
        const std::size_t begin = m_done;
        if (decodeNextLine()) learn(m_text.substr(begin, lineEndOf(m_text, begin) - begin));
    }
    m_skipNext = 1;
    return true;
}

void JsonDecoder::learn(std::string_view line)
{
    constexpr std::size_t kTemplatesMax = 4;
    JsonTemplate made;
    if (!made.learn(line, m_plan, m_options.timeColumn)) return;
    if (m_templates.size() < kTemplatesMax)
        m_templates.push_back(std::move(made));
    else
        m_templates[m_nextTemplate++ % kTemplatesMax] = std::move(made);
}

// Takes whole lines until the first one that is not plainly one good record.
void JsonDecoder::decodeStream()
{
    constexpr std::size_t kLeastBatch = 64;
    m_streamBegin = m_done;
    const std::string_view text = m_text.substr(m_done);
    simdjson::ondemand::document_stream stream;
    const std::size_t batch = std::max(text.size(), kLeastBatch);
    if (m_parser.iterate_many(text.data(), text.size(), batch).get(stream) != simdjson::SUCCESS) return;
    auto at = stream.begin();
    const auto end = stream.end();
    while (at != end && takeDocument(at, end)) continue;
}

bool JsonDecoder::takeDocument(simdjson::ondemand::document_stream::iterator& at,
                               const simdjson::ondemand::document_stream::iterator& end)
{
    auto document = *at;
    if (document.error() != simdjson::SUCCESS) return false;
    const std::size_t start = m_streamBegin + at.current_index();
    if (start < m_done || start >= m_text.size()) return false;
    const std::string_view before = m_text.substr(m_done, start - m_done);
    if (!isBlank(before)) return false;
    const std::size_t lineEnd = lineEndOf(m_text, start);
    const std::string_view line = withoutBlanksBehind(m_text.substr(start, lineEnd - start));
    if (line.empty() || line.back() != '}' || isTooDeep(line)) return false;
    Object object;
    if (document.get_object().get(object) != simdjson::SUCCESS || !takeRow(object)) {
        m_rows.dropRow();
        return false;
    }
    ++at;
    // Where the next document begins, this one has ended; in between only blanks may be, from the line's end
    // on. The stream keeps silent about a rest that is no document, so the last one's line is looked at.
    const std::size_t next = at != end ? m_streamBegin + at.current_index() : m_text.size();
    const bool isWhole = at != end ? next >= lineEnd : jsonShapeOf(line) == JsonShape::Record;
    if (!isWhole || !isBlank(m_text.substr(lineEnd, next - lineEnd))) {
        m_rows.dropRow();
        return false;
    }
    if (!before.empty())
        m_lines += static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
    m_rows.nextLine(m_lines++);
    m_rows.endRow(m_eventTimeUs);
    ++m_into->records;
    m_done = std::min(lineEnd + 1, m_text.size());
    return true;
}

void JsonDecoder::decodeLines()
{
    while (m_done < m_text.size()) decodeNextLine();
}

// True when the line has become a row.
bool JsonDecoder::decodeNextLine()
{
    const std::size_t lineEnd = lineEndOf(m_text, m_done);
    const std::string_view line = withoutBlanks(m_text.substr(m_done, lineEnd - m_done));
    m_into->records += !line.empty();
    const bool isRow = !line.empty() && decodeLine(line);
    ++m_lines;
    m_done = std::min(lineEnd + 1, m_text.size());
    return isRow;
}

bool JsonDecoder::decodeLine(std::string_view line)
{
    simdjson::ondemand::document document;
    const auto error =
        m_parser.iterate(line.data(), line.size(), line.size() + Buffer::kPadding).get(document);
    if (error == simdjson::UTF8_ERROR) return reject(line, "The line is not valid UTF-8.");
    switch (jsonShapeOf(line)) {
    case JsonShape::Record: break;
    case JsonShape::NotObject:
        return reject(line, "The line is not a JSON object: it does not begin with a brace.");
    case JsonShape::Unclosed:
        return reject(line, "The line is not JSON: its record does not end; a record must lie on one line.");
    case JsonShape::MoreBehind: return reject(line, "There is something behind the record on its line.");
    case JsonShape::TooDeep:
        return reject(line, "The record is nested deeper than " + std::to_string(limits::kJsonDepth) + ".");
    }
    if (error == simdjson::UNESCAPED_CHARS)
        return reject(line, "The line is not JSON: a text in it holds a control character.");
    Object object;
    if (error != simdjson::SUCCESS || document.get_object().get(object) != simdjson::SUCCESS)
        return reject(line, "The line is not JSON.");
    if (takeRow(object)) {
        m_rows.nextLine(m_lines);
        m_rows.endRow(m_eventTimeUs);
        return true;
    }
    m_rows.dropRow();
    return reject(line, reasonOf(),
                  m_faultStep ? m_options.columns[m_faultStep->column].name : std::string());
}

bool JsonDecoder::chunkHasEscapes()
{
    if (!m_hasEscapes) m_hasEscapes = m_text.find('\\') != std::string_view::npos;
    return *m_hasEscapes;
}

bool JsonDecoder::reject(std::string_view line, std::string reason, std::string column)
{
    m_into->rejects.push_back({m_lines, std::move(reason), std::move(column), rejectPreview(line)});
    return false;
}

std::string JsonDecoder::reasonOf() const
{
    const std::string name =
        m_faultStep ? "Column \"" + m_options.columns[m_faultStep->column].name + "\"" : std::string();
    const DataType type = m_faultStep ? m_options.columns[m_faultStep->column].type : DataType::String;
    const std::string found = shownShort(m_faultToken);
    switch (m_fault) {
    case Fault::NotJson: return "The line is not JSON.";
    case Fault::WrongType: return name + " takes " + wantedInWords(type) + ", but " + found + " was found.";
    case Fault::OutOfRange: return name + ": the number " + found + " is out of range.";
    case Fault::NoNumber: return name + ": " + found + " is no number as JSON writes them.";
    case Fault::BadTime: return name + ": " + found + " is not a time that can be read.";
    case Fault::Missing: return name + " is required, but it is missing or null.";
    case Fault::BadText: return name + ": the text " + found + " has an escape that JSON does not know.";
    case Fault::Duplicate: return name + " is in the record more than once.";
    case Fault::NoTime:
        return "The record has no event time: column \"" + m_options.columns[*m_options.timeColumn].name +
            "\" is missing or null.";
    case Fault::None: break;
    }
    return {};
}

}  // namespace engine
