#include "formats/csv/csv_framer.h"

namespace engine {

bool CsvWalker::endsRecord(char c)
{
    if (m_state == State::InQuotes) {
        if (c == '"') m_state = State::AfterQuote;
        return false;
    }
    if (c == '\n') {
        m_state = State::FieldStart;
        return true;
    }
    if (c == m_delimiter)
        m_state = State::FieldStart;
    else if (c == '"' && m_state != State::InField)
        m_state = State::InQuotes;  // opening, or the second of two quotes
    else
        m_state = State::InField;
    return false;
}

std::optional<std::size_t> CsvFramer::prologue(std::string_view bytes, bool isEnd)
{
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (bytes.size() < kMark.size() && !isEnd && kMark.substr(0, bytes.size()) == bytes) return {};
    const std::size_t mark = bytes.substr(0, kMark.size()) == kMark ? kMark.size() : 0;
    if (!m_hasHeader) return mark;
    CsvWalker walker(m_delimiter);
    std::size_t end = mark;
    while (end < bytes.size() && !walker.endsRecord(bytes[end])) ++end;
    if (end == bytes.size() && !isEnd) return {};
    std::string_view header = bytes.substr(mark, end - mark);
    if (!header.empty() && header.back() == '\r') header.remove_suffix(1);
    m_header = std::make_shared<const std::string>(header);
    return std::min(end + 1, bytes.size());
}

std::size_t CsvFramer::lastRecordEnd(std::string_view bytes, std::size_t scanned)
{
    if (scanned == 0) m_walker.reset();
    m_isInsideRecord = false;
    std::size_t found = 0;
    for (std::size_t i = scanned; i < bytes.size(); ++i)
        if (m_walker.endsRecord(bytes[i])) found = i + 1;
    return found;
}

std::size_t CsvFramer::firstRecordEnd(std::string_view bytes, std::size_t scanned)
{
    if (scanned == 0 && !m_isInsideRecord) m_walker.reset();
    m_isInsideRecord = true;
    for (std::size_t i = scanned; i < bytes.size(); ++i) {
        if (!m_walker.endsRecord(bytes[i])) continue;
        m_isInsideRecord = false;
        return i + 1;
    }
    return 0;
}

}  // namespace engine
