#pragma once

#include "grouping/aggregate_object.h"
#include "state/block_directory.h"

#include <array>
#include <memory>

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
        if (!cell)
            place(makeObject(aggregate), m_size, cell);
        else if (cell->m_generation != m_generation)
            place(cell->clone(), cell->m_slot, cell);
        const std::size_t before = cell->bytes();
        f(*cell);
        m_bytes += cell->bytes() - before;
    }
    Held freeze()
    {
        ++m_generation;
        return m_blocks.freeze();
    }
    std::size_t bytes() const { return m_bytes; }

private:
    void place(std::unique_ptr<AggregateObject> object, std::uint32_t slot, AggregateObject*& cell)
    {
        constexpr std::uint32_t kBlock = std::tuple_size_v<decltype(Block::objects)>;
        if (slot == m_size) {
            if (m_size++ % kBlock == 0) m_blocks.append(std::make_shared<Block>());
            m_bytes += object->bytes();
        }
        object->m_slot = slot;
        object->m_generation = m_generation;
        cell = object.get();
        m_blocks.write(slot / kBlock)[slot % kBlock] = std::move(object);
    }

    BlockDirectory<Block> m_blocks;
    std::uint32_t m_size = 0;
    std::uint64_t m_generation = 1;
    std::size_t m_bytes = 0;
};

}  // namespace engine
