#pragma once

#include "state/block_directory.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace engine {

// A block of bytes, 64-byte aligned, that a BlockDirectory may copy.
class RawBlock {
public:
    explicit RawBlock(std::size_t bytes)
        : m_bytes(bytes),
          m_data(static_cast<char*>(::operator new(bytes, kAlign)))
    {
    }
    RawBlock(const RawBlock& from) : RawBlock(from.m_bytes) { std::memcpy(m_data, from.m_data, m_bytes); }
    RawBlock& operator=(const RawBlock&) = delete;
    ~RawBlock() { ::operator delete(m_data, kAlign); }
    char* data() { return m_data; }
    const char* data() const { return m_data; }

private:
    static constexpr std::align_val_t kAlign{64};
    std::size_t m_bytes;
    char* m_data;
};

// The rows of a RowStore as they were when it was frozen. Immutable; any thread.
class FrozenRows {
public:
    FrozenRows(std::shared_ptr<const BlockDirectory<RawBlock>::List> blocks, std::size_t rows,
               std::size_t rowBytes, unsigned shift)
        : m_blocks(std::move(blocks)),
          m_rows(rows),
          m_rowBytes(rowBytes),
          m_shift(shift)
    {
    }
    std::size_t size() const { return m_rows; }
    const char* read(std::size_t row) const
    {
        const std::size_t inBlock = row & ((std::size_t{1} << m_shift) - 1);
        return static_cast<const RawBlock&>(*(*m_blocks)[row >> m_shift]).data() + inBlock * m_rowBytes;
    }

private:
    std::shared_ptr<const BlockDirectory<RawBlock>::List> m_blocks;
    std::size_t m_rows, m_rowBytes;
    unsigned m_shift;
};

// Rows of one size in bytes, dense, numbered from 0, 8-byte aligned; frozen in O(1). A pointer from write()
// holds until the next freeze. Belongs to one task.
class RowStore {
public:
    // A store that is expected to stay small is given small blocks.
    explicit RowStore(std::size_t rowBytes, std::size_t rowsExpected = kBlockBytes) : m_rowBytes(rowBytes)
    {
        const std::size_t rows = std::max(rowsExpected, kBlockRowsMin);
        while ((rowBytes << (m_shift + 1)) <= kBlockBytes && (std::size_t{1} << m_shift) < rows) ++m_shift;
    }
    std::size_t size() const { return m_rows; }
    std::size_t rowBytes() const { return m_rowBytes; }
    std::size_t bytes() const { return m_blocks.size() * (m_rowBytes << m_shift); }
    std::size_t heldBytes() const { return m_blocks.copiesHeld() * (m_rowBytes << m_shift); }
    const char* read(std::size_t row) const { return m_blocks.read(row >> m_shift) + inBlock(row); }
    char* write(std::size_t row) { return m_blocks.write(row >> m_shift) + inBlock(row); }
    char* append()  // the bytes are not initialised
    {
        if ((m_rows >> m_shift) == m_blocks.size())
            m_blocks.append(std::make_shared<RawBlock>(m_rowBytes << m_shift));
        return write(m_rows++);
    }
    FrozenRows freeze() { return {m_blocks.freeze(), m_rows, m_rowBytes, m_shift}; }
    std::size_t copiesMade() const { return m_blocks.copiesMade(); }

private:
    static constexpr std::size_t kBlockBytes = 16
        << 10;  // copied at once after a freeze: small, and a few in the L1 cache
    static constexpr std::size_t kBlockRowsMin = 16;
    std::size_t inBlock(std::size_t row) const
    {
        return (row & ((std::size_t{1} << m_shift) - 1)) * m_rowBytes;
    }

    BlockDirectory<RawBlock> m_blocks;
    std::size_t m_rowBytes, m_rows = 0;
    unsigned m_shift = 0;
};

}  // namespace engine
