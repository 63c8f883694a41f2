#include "runtime/chunk_assembler.h"

#include "data/utf8.h"

#include <algorithm>
#include <cstring>

namespace engine {

namespace {
std::uint64_t linesIn(std::string_view bytes)
{
    return static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}
}  // namespace

ChunkAssembler::ChunkAssembler(std::unique_ptr<Framer> framer, std::size_t chunkBytes,
                               std::size_t recordBytesMax, std::function<void(SourceChunk)> emit)
    : m_framer(std::move(framer)),
      m_chunkBytes(chunkBytes),
      m_recordBytesMax(recordBytesMax),
      m_emit(std::move(emit)),
      m_buffer(Buffer::make(chunkBytes))
{
}

void ChunkAssembler::begin(std::uint64_t offset, const std::string& framerState)
{
    if (m_skipping) endSkipping();
    m_beginsAgain = m_begun;
    m_begun = true;
    m_used = m_scanned = 0;
    m_skippedLines = 0;
    m_offset = offset;
    if (!framerState.empty()) m_framer->restore(framerState);
    m_prologueDone = offset > 0;
}

void ChunkAssembler::reject(std::string reason)
{
    RecordReject reject;
    reject.line = m_skippedLines;
    reject.reason = std::move(reason);
    m_rejects.push_back(std::move(reject));
    cut(0);
}

void ChunkAssembler::replaceBuffer(std::size_t capacity, std::size_t from)
{
    auto next = Buffer::make(std::max(capacity, m_used - from));
    std::memcpy(next->data(), m_buffer->data() + from, m_used - from);
    m_used -= from;
    m_buffer = std::move(next);
}

std::span<char> ChunkAssembler::space()
{
    if (m_used == m_buffer->capacity()) replaceBuffer(std::max(m_chunkBytes, m_used * 2), 0);
    return {m_buffer->data() + m_used, m_buffer->capacity() - m_used};
}

void ChunkAssembler::filled(std::size_t bytes)
{
    m_used += bytes;
    if (m_skipping) skip(false);
    if (m_used < m_buffer->capacity()) return;
    flush();
    if (m_used > m_recordBytesMax && !m_skipping) startSkipping();
}

bool ChunkAssembler::passPrologue(bool isEnd)
{
    if (m_prologueDone) return true;
    const auto length = m_framer->prologue({m_buffer->data(), m_used}, isEnd);
    if (!length) return false;
    m_prologueDone = true;
    m_skippedLines += linesIn({m_buffer->data(), *length});
    m_offset += *length;
    if (*length) replaceBuffer(m_buffer->capacity(), *length);
    return true;
}

void ChunkAssembler::flush()
{
    if (m_skipping || m_used == 0 || !passPrologue(false)) return;
    const std::size_t end = m_framer->lastRecordEnd({m_buffer->data(), m_used}, m_scanned);
    if (end == 0)
        m_scanned = m_used;
    else
        cutRecords(end);
}

void ChunkAssembler::cut(std::size_t end)
{
    std::shared_ptr<Buffer> full = m_buffer;
    const std::size_t rest = m_used - end;
    if (end * 4 <= full->capacity() && full->capacity() <= m_chunkBytes) {
        // A slow input: what goes on takes as much memory as it holds.
        full = Buffer::copyOf({m_buffer->data(), end});
        std::memmove(m_buffer->data(), m_buffer->data() + end, rest);
    } else {
        m_buffer = Buffer::make(std::max(m_chunkBytes, rest * 2));
        std::memcpy(m_buffer->data(), full->data() + end, rest);
        full->setSize(end);
    }
    m_used = rest;
    m_scanned = 0;
    hand(std::move(full));
}

void ChunkAssembler::hand(std::shared_ptr<Buffer> bytes)
{
    const std::size_t size = bytes->size();
    SourceChunk chunk;
    chunk.bytes = size;
    chunk.rejects = std::move(m_rejects);
    chunk.skippedLines = std::exchange(m_skippedLines, 0);
    chunk.countsLinesAnew = std::exchange(m_beginsAgain, false);
    chunk.content = RawChunk{0, {}, m_offset, std::move(bytes), m_framer->header()};
    m_rejects.clear();
    m_offset += size;
    m_emit(std::move(chunk));
}

// Whole records up to `end`. They are looked at one by one only where they are more bytes than one may have.
void ChunkAssembler::cutRecords(std::size_t end)
{
    std::size_t begin = 0;  // of what is not handed over
    for (std::size_t at = 0; end - at > m_recordBytesMax;) {
        const char* record = m_buffer->data() + at;
        const std::size_t length = m_framer->firstRecordEnd({record, end - at}, 0);
        const bool endsLine = record[length - 1] == '\n';
        if (length - endsLine > m_recordBytesMax) {
            if (at > begin) {
                auto good = Buffer::make(at - begin);
                std::memcpy(good->data(), m_buffer->data() + begin, at - begin);
                good->setSize(at - begin);
                hand(std::move(good));
            }
            noteTooLong(at);
            m_rejects.back().reason = tooLong(length - endsLine);
            m_skippedLines += linesIn({record, length});
            m_offset += length;
            begin = at + length;
        }
        at += length;
    }
    if (begin > 0) replaceBuffer(m_chunkBytes, begin);
    m_scanned = 0;
    if (end > begin || !m_rejects.empty()) cut(end - begin);
}

// Of a record that begins at `at` in the buffer, where more of it lies than a record may have.
void ChunkAssembler::noteTooLong(std::size_t at)
{
    RecordReject reject;
    reject.line = m_skippedLines;
    reject.raw = utf8Preview({m_buffer->data() + at, m_recordBytesMax}, limits::kRejectPreviewBytes);
    m_rejects.push_back(std::move(reject));
}

std::string ChunkAssembler::tooLong(std::size_t length) const
{
    return "The record is " + std::to_string(length) + " bytes long; max_record_bytes allows " +
        std::to_string(m_recordBytesMax) + ".";
}

void ChunkAssembler::startSkipping()
{
    m_skipping = true;
    m_skippedBytes = 0;
    m_skippedFrom = m_offset;
    noteTooLong(0);
    skip(false);
}

void ChunkAssembler::skip(bool isEnd)
{
    const std::size_t end =
        m_framer->firstRecordEnd({m_buffer->data(), m_used}, m_skippedBytes ? 0 : m_scanned);
    const std::size_t gone = end ? end : m_used;
    m_skippedLines += linesIn({m_buffer->data(), gone});
    m_skippedBytes += gone - (end && m_buffer->data()[end - 1] == '\n');
    m_offset += gone;
    replaceBuffer(m_chunkBytes, gone);
    m_scanned = 0;
    if (end || isEnd) endSkipping();
}

void ChunkAssembler::endSkipping()
{
    m_skipping = false;
    m_rejects.back().reason = tooLong(m_skippedBytes);
    cut(0);  // told at once: no position behind the record may be saved without it
}

void ChunkAssembler::endSplit()
{
    if (m_skipping) skip(true);
    if (passPrologue(true)) flush();
    if (m_used > m_recordBytesMax) {
        startSkipping();
        if (m_skipping) skip(true);
    }
    if (m_used > 0) cut(m_used);
    m_buffer = Buffer::make(0);  // of many files few are read at a time
}

}  // namespace engine
