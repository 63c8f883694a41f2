#pragma once

#include "component/format.h"

#include <memory>
#include <string>

namespace engine {

// Walks over CSV bytes and tells where records end: a quote opens only at the beginning of a field, and
// inside quotes a line feed is text. Plain value.
class CsvWalker {
public:
    explicit CsvWalker(char delimiter) : m_delimiter(delimiter) { }
    bool endsRecord(char c);  // after this character; the walker then stands at a record's beginning
    void reset() { m_state = State::FieldStart; }
    bool isInQuotes() const { return m_state == State::InQuotes; }

private:
    enum class State : std::uint8_t { FieldStart, InField, InQuotes, AfterQuote };
    char m_delimiter;
    State m_state = State::FieldStart;
};

// Ends of CSV records (RFC 4180), and the header. Belongs to one source task.
class CsvFramer final : public Framer {
public:
    CsvFramer(char delimiter, bool hasHeader)
        : m_delimiter(delimiter),
          m_hasHeader(hasHeader),
          m_walker(delimiter)
    {
    }
    std::optional<std::size_t> prologue(std::string_view bytes, bool isEnd) override;
    std::size_t lastRecordEnd(std::string_view bytes, std::size_t scanned) override;
    // Called again from 0 after it found none, it goes on inside that record: its beginning is gone by then.
    std::size_t firstRecordEnd(std::string_view bytes, std::size_t scanned) override;
    std::shared_ptr<const std::string> header() const override { return m_header; }
    std::string save() const override { return m_header ? *m_header : std::string(); }
    void restore(const std::string& saved) override { m_header = std::make_shared<const std::string>(saved); }

private:
    char m_delimiter;
    bool m_hasHeader;
    CsvWalker m_walker;             // stands where the call before stopped looking
    bool m_isInsideRecord = false;  // the last firstRecordEnd() found no end
    std::shared_ptr<const std::string> m_header{};
};

}  // namespace engine
