#pragma once

#include "grouping/aggregate_object.h"
#include "state/block_directory.h"

#include <array>
#include <memory>
#include <vector>

namespace engine {

// The objects of one table of groups. Frozen in O(1): one that a freeze holds is copied before it is changed.
// Belongs to the table's task.
class ObjectStore {
    struct Block {
        std::array<std::shared_ptr<AggregateObject>, 64> objects{};
        std::shared_ptr<AggregateObject>* data() { return objects.data(); }
    };

public:
    using Held = std::shared_ptr<const void>;

    // The object that a cell points at, to be changed by f: made when there is none, copied when a freeze
    // holds it.
    template <class F>
    void change(const Aggregate& aggregate, AggregateObject*& cell, F&& f)
    {
        if (!cell) {
            place(makeObject(aggregate), freeSlot(), cell);
            m_bytes += cell->bytes();
        } else if (cell->m_generation != m_generation) {
            m_blocks.leaveBeside(cell->bytes());
            place(cell->clone(), cell->m_slot, cell);
        }
        const std::size_t before = cell->bytes();
        f(*cell);
        m_bytes += cell->bytes() - before;
    }
    void drop(AggregateObject* object)  // null: there is none
    {
        if (!object) return;
        m_bytes -= object->bytes();
        if (object->m_generation != m_generation) m_blocks.leaveBeside(object->bytes());
        m_free.push_back(object->m_slot);
        slot(object->m_slot).reset();
    }
    Held freeze()
    {
        ++m_generation;
        return m_blocks.freeze();
    }
    std::size_t bytes() const { return m_bytes; }
    std::size_t heldBytes() const  // beside them, that only what was frozen still has
    {
        return m_blocks.copiesHeld() * sizeof(Block) + m_blocks.heldBeside();
    }

private:
    static constexpr std::uint32_t kBlock = std::tuple_size_v<decltype(Block::objects)>;

    std::shared_ptr<AggregateObject>& slot(std::uint32_t index)
    {
        return m_blocks.write(index / kBlock)[index % kBlock];
    }
    std::uint32_t freeSlot()
    {
        if (m_free.empty()) {
            if (m_size % kBlock == 0) m_blocks.append(std::make_shared<Block>());
            return m_size++;
        }
        const std::uint32_t index = m_free.back();
        m_free.pop_back();
        return index;
    }
    void place(std::unique_ptr<AggregateObject> object, std::uint32_t index, AggregateObject*& cell)
    {
        object->m_slot = index;
        object->m_generation = m_generation;
        cell = object.get();
        slot(index) = std::move(object);
    }

    BlockDirectory<Block> m_blocks;
    std::vector<std::uint32_t> m_free;
    std::uint32_t m_size = 0;
    std::uint64_t m_generation = 1;
    std::size_t m_bytes = 0;
};

}  // namespace engine
