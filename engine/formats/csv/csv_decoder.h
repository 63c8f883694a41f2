#pragma once

#include "formats/csv/csv_framer.h"
#include "formats/shared/row_assembler.h"
#include "formats/shared/time_reader.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

// CSV records (RFC 4180) to rows. Columns are found by the header's names, or by their order where there is
// no header. An empty field without quotes is NULL; an empty line is a record only where records have one
// field, and then that is NULL. Belongs to one lane.
class CsvDecoder final : public Decoder {
public:
    CsvDecoder(const DecodeOptions& options, std::vector<TimeReader> times);
    void decode(const RawChunk& chunk, DecodedChunk& into) override;

private:
    struct CsvField {
        std::string_view text{};  // without its quotes
        bool isQuoted = false, hasDoubled = false;
    };
    void useHeader(const std::shared_ptr<const std::string>& header);
    void decodeRecords(std::string_view text, const std::vector<std::uint32_t>& ends);
    void decodeRecord(std::string_view record);
    bool split(std::string_view record);
    bool takeRow(std::string_view record);
    bool takeColumn(std::size_t index, const CsvField& field);
    bool takeValue(std::size_t index, std::string_view text);
    bool takeTime(std::size_t index, std::string_view text);
    bool wrong(std::size_t index, std::string reason);
    bool fail(std::string reason, std::size_t column);
    std::string_view textOf(const CsvField& field);

    DecodeOptions m_options;
    std::vector<TimeReader> m_times;  // one for each column
    RowAssembler m_rows;
    char m_delimiter;
    std::shared_ptr<const std::string> m_header{};
    std::vector<std::optional<std::size_t>> m_places;  // field of each column
    std::size_t m_fieldsWanted = 0;
    std::vector<CsvField> m_fields;
    std::string m_scratch;
    bool m_isAllUtf8 = true;
    std::uint64_t m_line = 0;
    bool m_mayBeEmptyLine = true;  // else it is a record that holds nothing
    std::int64_t m_eventTimeUs = 0;
    bool m_hasEventTime = false;
    std::string m_reason, m_reasonColumn;
    DecodedChunk* m_into = nullptr;
};

}  // namespace engine
