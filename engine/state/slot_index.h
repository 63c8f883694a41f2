#pragma once

#include "base/check.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine {

// Open addressing with 4 bytes a slot: maps hashes to the numbers of dense rows that its owner keeps. Knows
// neither keys nor hashes: callers say whether a row is the one sought and, to grow, what hash a row has.
// Belongs to one task.
class SlotIndex {
public:
    static constexpr std::uint32_t kNone = 0xffffffff;
    // Above this many slots the index and the rows lie outside the L2 cache and probing ahead pays.
    static constexpr std::size_t kSlotsInCache = 1 << 15;

    explicit SlotIndex(std::size_t slots = 64) : m_slots(slots, 0) { }
    // As large as it grows by so many rows.
    static SlotIndex forRows(std::size_t rows)
    {
        return SlotIndex(std::bit_ceil(std::max<std::size_t>(2 * rows, 64)));
    }
    std::size_t slots() const { return m_slots.size(); }
    bool wantsPrefetch() const { return m_slots.size() > kSlotsInCache; }
    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&m_slots[hash & mask()]); }
    // The row that the first slot of this hash points at, or kNone: a guess worth prefetching.
    std::uint32_t firstGuess(std::uint64_t hash) const { return m_slots[hash & mask()] - 1; }

    template <class IsIt>
    std::uint32_t find(std::uint64_t hash, IsIt&& isIt) const
    {
        for (std::size_t slot = hash & mask(); m_slots[slot] != 0; slot = (slot + 1) & mask())
            if (isIt(m_slots[slot] - 1)) return m_slots[slot] - 1;
        return kNone;
    }
    // The row that is sought, or kNone: then `row` is put in, as insert() does with `row` + 1 rows.
    template <class IsIt, class HashOf>
    std::uint32_t findOrInsert(std::uint64_t hash, std::uint32_t row, IsIt&& isIt, HashOf&& hashOf)
    {
        std::size_t slot = hash & mask();
        for (; m_slots[slot] != 0; slot = (slot + 1) & mask())
            if (isIt(m_slots[slot] - 1)) return m_slots[slot] - 1;
        if ((std::size_t{row} + 1) * 2 > m_slots.size()) {
            grow(row, hashOf);
            put(hash, row);
        } else {
            m_slots[slot] = row + 1;
        }
        return kNone;
    }
    // The row must not be in yet; rows are numbered 0, 1, 2 ... `rows` counts those that are in, this one
    // included.
    template <class HashOf>
    void insert(std::uint64_t hash, std::uint32_t row, std::size_t rows, HashOf&& hashOf)
    {
        if (rows * 2 > m_slots.size()) grow(row, hashOf);
        put(hash, row);
    }
    // The same where rows come and go in any order: `eachOther(put)` calls put(hash, row) for every row that
    // is in.
    template <class EachOther>
    void insertAmong(std::uint64_t hash, std::uint32_t row, std::size_t rows, EachOther&& eachOther)
    {
        if (rows * 2 > m_slots.size()) {
            makeTwiceAsMany();
            eachOther([this](std::uint64_t otherHash, std::uint32_t other) { put(otherHash, other); });
        }
        put(hash, row);
    }
    // Makes room for so many rows at once, so that a merge does not grow step by step.
    template <class HashOf>
    void reserve(std::size_t rowsExpected, std::uint32_t rowsNow, HashOf&& hashOf)
    {
        while (rowsExpected * 2 > m_slots.size()) grow(rowsNow, hashOf);
    }
    template <class HashOf>
    void erase(std::uint64_t hash, std::uint32_t row, HashOf&& hashOf)
    {
        std::size_t hole = placeOf(hash, row);
        for (std::size_t slot = (hole + 1) & mask(); m_slots[slot] != 0; slot = (slot + 1) & mask()) {
            const std::size_t home = hashOf(m_slots[slot] - 1) & mask();
            if (((slot - home) & mask()) >= ((slot - hole) & mask())) {
                m_slots[hole] = m_slots[slot];
                hole = slot;
            }
        }
        m_slots[hole] = 0;
    }
    void renumber(std::uint64_t hash, std::uint32_t from, std::uint32_t to)
    {
        m_slots[placeOf(hash, from)] = to + 1;
    }

private:
    std::size_t mask() const { return m_slots.size() - 1; }
    std::size_t placeOf(std::uint64_t hash, std::uint32_t row) const
    {
        std::size_t slot = hash & mask();
        while (m_slots[slot] != row + 1) {
            CHECK(m_slots[slot] != 0);
            slot = (slot + 1) & mask();
        }
        return slot;
    }
    void put(std::uint64_t hash, std::uint32_t row)
    {
        std::size_t slot = hash & mask();
        while (m_slots[slot] != 0) slot = (slot + 1) & mask();
        m_slots[slot] = row + 1;
    }
    template <class HashOf>
    void grow(std::uint32_t rows, HashOf&& hashOf)
    {
        makeTwiceAsMany();
        constexpr std::uint32_t kAhead = 16;
        for (std::uint32_t row = 0; row < rows; ++row) {
            if (row + kAhead < rows) prefetch(hashOf(row + kAhead));
            put(hashOf(row), row);
        }
    }
    // All free: the rows are put in anew, so that the slots before need not live beside them.
    void makeTwiceAsMany()
    {
        const std::size_t slots = m_slots.size() * 2;
        CHECK(slots <= (std::size_t{1} << 32));
        std::vector<std::uint32_t>().swap(m_slots);
        m_slots.resize(slots);
    }

    std::vector<std::uint32_t> m_slots;  // row + 1, 0 = free
};

}  // namespace engine
