#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "data/record_batch.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// Of a chunk whose records a source has framed itself, a line feed behind each. A source that knows more of
// them derives from it.
struct ChunkRecords {
    virtual ~ChunkRecords() = default;
    // Of a record, behind the split's name, where no line tells it.
    virtual std::string place(std::uint64_t record) const
    {
        (void)record;
        return {};
    }
    std::vector<std::uint32_t> ends{};  // just behind each record's last byte, where the line feed stands
};

// Whole records as they were read, and where they came from. The bytes have Buffer::kPadding readable bytes
// behind them.
struct RawChunk {
    Ticket ticket = 0;
    SplitId split{};
    std::uint64_t firstOffset = 0;  // byte offset of the chunk in its split
    std::shared_ptr<const Buffer> bytes{};
    std::shared_ptr<const std::string>
        header{};  // what the framer took from the split's beginning (CSV), or null
    std::shared_ptr<const ChunkRecords> records{};  // null: records end where the format says
};

// Finds where records end, in the source task, over the bytes of one split in order. Chunks are cut at
// boundaries alone, so a framer has no memory of a record across a cut other than what save() tells.
class Framer {
public:
    virtual ~Framer() = default;
    // `bytes` begins at a record boundary. How many bytes at their beginning belong to no record (BOM, header
    // line); nullopt: more are needed to tell. Called at the beginning of a split until it answers.
    virtual std::optional<std::size_t> prologue(std::string_view bytes, bool isEnd)
    {
        (void)bytes, (void)isEnd;
        return 0;
    }
    // `bytes` begins at a record boundary; one past the end of the last whole record in it, 0 when none ends
    // there. `scanned`: so many bytes at the beginning were looked at by the call before without finding an
    // end.
    virtual std::size_t lastRecordEnd(std::string_view bytes, std::size_t scanned) = 0;
    // The same for the first record: used to skip one that is too long.
    virtual std::size_t firstRecordEnd(std::string_view bytes, std::size_t scanned) = 0;
    virtual std::shared_ptr<const std::string> header() const { return nullptr; }
    virtual std::string save() const { return {}; }  // beside the position; small
    virtual void restore(const std::string& saved) { (void)saved; }
};

// A record that could not be made a row.
struct RecordReject {
    std::uint64_t line = 0;  // 0-based: lines of the chunk before the record's first
    std::string reason{};    // a sentence
    std::string column{};    // if one is to blame
    std::string raw{};       // at most limits::kRejectPreviewBytes
    std::string place{};     // behind the split's name; empty: the line
};

// From this row of a chunk on, rows lie on lines one behind the other, the first of them on `line`.
struct LineJump {
    std::uint64_t row = 0, line = 0;
};

struct DecodedChunk {
    std::vector<RecordBatch>
        batches{};  // at most limits::kBatchRows rows each, with event times; no watermarks
    std::vector<RecordReject> rejects{};  // in order
    std::uint64_t records = 0;            // good and bad; empty lines are none
    std::uint64_t lines = 0;              // line ends in the chunk (a last line without one counts too)
    std::vector<LineJump> jumps{};  // behind lines that gave no row, and records of several lines
    std::uint64_t lineOf(std::uint64_t row) const  // 0-based, both of the chunk
    {
        const auto behind = std::ranges::upper_bound(jumps, row, {}, &LineJump::row);
        return behind == jumps.begin() ? row : behind[-1].line + (row - behind[-1].row);
    }
};

// Bytes to rows, in a lane. One for each lane, one chunk at a time; the same chunk always gives the same
// rows. A bad record never costs its neighbours anything.
class Decoder {
public:
    virtual ~Decoder() = default;
    virtual void decode(const RawChunk& chunk, DecodedChunk& into) = 0;  // `into` comes empty
};

// Rows to bytes. Belongs to one sink task.
class Encoder {
public:
    virtual ~Encoder() = default;
    virtual void header(std::string& into) { (void)into; }                 // what a new file begins with
    virtual void encode(const RecordBatch& batch, std::string& into) = 0;  // appends
    // The physical rows that would be read back as more than one record; ascending, and almost always none.
    virtual std::vector<std::uint32_t> brokenRows(const RecordBatch& batch) const
    {
        (void)batch;
        return {};
    }
    // Like encode(), with the place in `into` where each row ends, behind its line end.
    virtual void encodeRows(const RecordBatch& batch, std::string& into, std::vector<std::size_t>& ends)
    {
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            encode(batch.slice(row, 1), into);
            ends.push_back(into.size());
        }
    }
};

// One column as a source declares it (pipeline_format.md section 1).
struct DecodeColumn {
    std::string name{};
    DataType type = DataType::String;
    std::string path{};      // dotted, items[0].price; empty: the name
    std::string encoding{};  // of times: epoch_ms, epoch_s, epoch_us, iso8601 or a pattern; empty: iso8601 or
                             // epoch_ms by what is there
    bool lenient = false;    // a wrong type becomes NULL
    bool required = false;   // missing or null: rejected
};

struct DecodeOptions {
    std::vector<DecodeColumn> columns{};
    std::optional<std::size_t> timeColumn{};  // its value is the event time; NULL or unreadable: rejected
    std::vector<bool>
        needed{};           // columns that the graph uses; empty: all. Others are neither decoded nor checked
    bool checkAll = false;  // check: all
    SchemaPtr schema{};     // of the rows, made from `columns`
    std::string delimiter = ",";  // csv
    bool hasHeader = true;        // csv
};

struct EncodeOptions {
    SchemaPtr schema{};
    bool timesAsEpochMs = false;
    bool nonFiniteAsText = false;
    std::string delimiter = ",";
    bool hasHeader = true;
};

}  // namespace engine
