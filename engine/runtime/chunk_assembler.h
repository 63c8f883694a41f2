#pragma once

#include "component/format.h"
#include "component/source.h"
#include "runtime/element.h"

#include <functional>
#include <memory>

namespace engine {

// Makes chunks of whole records from the bytes of one split: owns the buffer that the source reads into, asks
// the framer where records end, skips records that are too long with a preview kept, whatever chunk they lie
// in. Belongs to the source task.
class ChunkAssembler final : public ByteInput {
public:
    // `emit` is given a chunk without ticket and split.
    ChunkAssembler(std::unique_ptr<Framer> framer, std::size_t chunkBytes, std::size_t recordBytesMax,
                   std::function<void(SourceChunk)> emit);
    std::span<char> space() override;
    void filled(std::size_t bytes) override;
    void endSplit() override;
    std::uint64_t handedOver() const override { return m_skipping ? m_skippedFrom : m_offset; }
    std::string framerState() const override { return m_framer->save(); }
    void begin(std::uint64_t offset, const std::string& framerState) override;
    void reject(std::string reason) override;
    void flush();  // hands over what is complete

private:
    void replaceBuffer(std::size_t capacity, std::size_t from);
    bool passPrologue(bool isEnd);
    void cut(std::size_t end);
    void cutRecords(std::size_t end);
    void hand(std::shared_ptr<Buffer> bytes);
    void noteTooLong(std::size_t at);
    std::string tooLong(std::size_t length) const;
    void startSkipping();
    void skip(bool isEnd);
    void endSkipping();
    std::unique_ptr<Framer> m_framer;
    const std::size_t m_chunkBytes, m_recordBytesMax;
    std::function<void(SourceChunk)> m_emit;
    std::shared_ptr<Buffer> m_buffer;
    std::size_t m_used = 0, m_scanned = 0;  // scanned: looked at without finding a record end
    std::uint64_t m_offset = 0;             // in the split, of the buffer's first byte
    bool m_prologueDone = false, m_begun = false, m_beginsAgain = false;
    bool m_skipping = false;
    std::uint64_t m_skippedFrom = 0;  // where the record begins: a restart has to meet it whole
    std::uint64_t m_skippedBytes = 0, m_skippedLines = 0;  // bytes without the line feed behind
    std::vector<RecordReject> m_rejects;
};

}  // namespace engine
