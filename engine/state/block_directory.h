#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace engine {

// Blocks that are frozen in O(1) and copied when they are next written: freeze() hands out the list and
// raises the generation; a block or list of an older generation is copied before its first change, whoever
// still reads it. Belongs to one task; what freeze() gave may be read on any thread. Block needs a copy
// constructor and data().
template <class Block>
class BlockDirectory {
public:
    using List = std::vector<std::shared_ptr<Block>>;
    using Data = decltype(std::declval<Block&>().data());

    std::size_t size() const { return m_slots.size(); }
    Data read(std::size_t index) const { return m_slots[index].data; }  // not to be written through
    Data write(std::size_t index)
    {
        if (m_slots[index].generation != m_generation) [[unlikely]]
            renew(index);
        return m_slots[index].data;
    }
    void append(std::shared_ptr<Block> block)
    {
        m_slots.push_back({block->data(), m_generation});
        writableList().push_back(std::move(block));
    }
    void removeLast()
    {
        m_left += isFrozen(m_slots.size() - 1);
        writableList().pop_back();
        m_slots.pop_back();
    }
    std::shared_ptr<const List> freeze()
    {
        ++m_generation;
        if (m_frozen.expired()) m_left = m_leftBeside = 0;
        m_frozen = m_list;
        return m_list;
    }
    // Whether what was frozen last has this block, if it is still there.
    bool isFrozen(std::size_t index) const { return m_slots[index].generation != m_generation; }
    // Blocks that only what is frozen still has: a copy was made, or they were removed.
    std::size_t copiesHeld() const { return m_frozen.expired() ? 0 : m_left; }
    // So many bytes that hang on a frozen block are from now on what is frozen has alone.
    void leaveBeside(std::size_t bytes) { m_leftBeside += bytes; }
    std::size_t heldBeside() const { return m_frozen.expired() ? 0 : m_leftBeside; }
    std::size_t copiesMade() const { return m_copiesMade; }  // of blocks, so far

private:
    struct Slot {
        Data data;
        std::uint64_t generation;
    };
    List& writableList()
    {
        if (m_listGeneration != m_generation) {
            m_list = std::make_shared<List>(*m_list);
            m_listGeneration = m_generation;
        }
        return *m_list;
    }
    void renew(std::size_t index)
    {
        auto& block = writableList()[index];
        block = std::make_shared<Block>(*block);
        m_slots[index] = {block->data(), m_generation};
        ++m_copiesMade;
        ++m_left;
    }

    std::vector<Slot> m_slots;
    std::shared_ptr<List> m_list = std::make_shared<List>();
    std::uint64_t m_generation = 1, m_listGeneration = 1;
    std::weak_ptr<const List> m_frozen;
    std::size_t m_copiesMade = 0;
    std::size_t m_left = 0, m_leftBeside = 0;  // since what is frozen was, to that
};

}  // namespace engine
