#pragma once

#include "formats/json/json_plan.h"
#include "formats/json/json_template.h"
#include "formats/shared/row_assembler.h"

#include <simdjson.h>

namespace engine {

// Records of newline-delimited JSON to rows. Lines shaped like earlier ones are taken by templates; where
// these fail too often, the chunk is read as one stream of documents, and from the first line on that the
// stream cannot vouch for, each line by itself. All judge a line by the same rule: UTF-8 and strings are
// sound in all of it, its first byte opens an object whose brackets end, counted alike, with its last byte,
// at most limits::kJsonDepth deep, and the needed fields can be read. Belongs to one lane.
class JsonDecoder final : public Decoder {
public:
    JsonDecoder(const DecodeOptions& options, JsonStep plan);
    void decode(const RawChunk& chunk, DecodedChunk& into) override;

private:
    using Object = simdjson::ondemand::object;
    using Value = simdjson::ondemand::value;
    enum class Fault {
        None,
        NotJson,
        WrongType,
        OutOfRange,
        NoNumber,
        BadTime,
        Missing,
        NoTime,
        BadText,
        Duplicate
    };

    bool decodeByTemplates();
    void learn(std::string_view line);
    void decodeStream();
    bool takeDocument(simdjson::ondemand::document_stream::iterator& at,
                      const simdjson::ondemand::document_stream::iterator& end);
    void decodeLines();
    bool decodeNextLine();
    bool decodeLine(std::string_view line);
    bool chunkHasEscapes();

    bool takeRow(Object object);
    bool hasDuplicate(Object& object);
    static const JsonStep& firstValueOf(const JsonStep& step);
    simdjson::error_code findEscaped(Object& object, std::string_view key, Value& value);
    bool takeMembers(Object& object, const JsonStep& parent);
    bool takeEntries(simdjson::ondemand::array& entries, const JsonStep& parent);
    bool takeStep(Value value, const JsonStep& step);
    bool takeContainer(Value& value, const JsonStep& step, std::string_view token);
    bool takeInside(const JsonStep& step, std::string_view token);
    bool takeMissing(const JsonStep& step);
    bool takeNull(const JsonStep& step);
    bool takeText(Value& value, const JsonStep& step, std::string_view token);
    bool takeTime(Value& value, const JsonStep& step, std::string_view token);
    bool wrong(const JsonStep& step, Fault fault, std::string_view token);
    bool fail(Fault fault, const JsonStep* step, std::string_view token);

    bool reject(std::string_view line, std::string reason, std::string column = {});  // false
    std::string reasonOf() const;

    DecodeOptions m_options;
    JsonStep m_plan;
    RowAssembler m_rows;
    simdjson::ondemand::parser m_parser;
    DecodedChunk* m_into = nullptr;
    std::string_view m_text{};
    std::size_t m_done = 0;     // bytes at the beginning of m_text that are whole lines and done with
    std::uint64_t m_lines = 0;  // in them
    std::int64_t m_eventTimeUs = 0;
    bool m_hasEventTime = false;
    std::optional<bool> m_hasEscapes{};  // a backslash in the chunk, once somebody asked
    std::size_t m_streamBegin = 0;       // of the stream in m_text
    std::vector<JsonTemplate> m_templates;
    std::size_t m_nextTemplate = 0;
    std::uint32_t m_chunksToSkip = 0, m_skipNext = 1;  // while templates do not pay
    std::vector<bool> m_seen;                          // of m_plan's steps
    Fault m_fault = Fault::None;
    const JsonStep* m_faultStep = nullptr;
    std::string m_faultToken{};
};

}  // namespace engine
