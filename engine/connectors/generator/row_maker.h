#pragma once

#include "data/batch_builder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

struct GeneratorOptions {
    std::string preset = "sensors";
    std::int64_t keys = 1000;
    double skew = 0;  // Zipf exponent; 0: uniform
    double swing = 0;  // of sensors, in degrees; 0: all have the same readings
    std::int64_t disorderUs = 0;
    std::int64_t seed = 1;
    std::int64_t startUs = 0;    // event time of row 0
    std::int64_t stepUs = 1000;  // from row to row
};

// Random bits that belong to a row: the same for the same seed and row, whatever was asked for before.
class RowRandom {
public:
    RowRandom(std::int64_t seed, std::uint64_t row)
        : m_state(mixed(static_cast<std::uint64_t>(seed) * 0xD1342543DE82EF95ull ^ row * kStep))
    {
    }
    std::uint64_t next() { return mixed(m_state += kStep); }
    // Below `bound` (> 0), as good as even for bounds below 2^32.
    std::uint64_t below(std::uint64_t bound) { return ((next() >> 32) * bound) >> 32; }

private:
    static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15ull;
    static constexpr std::uint64_t mixed(std::uint64_t z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }
    std::uint64_t m_state;
};

// Draws numbers below `keys`, evenly or by Zipf's law with number 0 the most frequent, from one random word.
class KeyChooser {
public:
    KeyChooser(std::int64_t keys, double skew);
    std::size_t bytes() const { return m_slots.capacity() * sizeof(Slot); }
    std::size_t choose(std::uint64_t random) const
    {
        const auto slot = static_cast<std::size_t>(((random >> 32) * m_keys) >> 32);
        if (m_slots.empty()) return slot;
        return static_cast<std::uint32_t>(random) < m_slots[slot].keepBelow ? slot : m_slots[slot].other;
    }

private:
    struct Slot {  // of an alias table
        std::uint32_t keepBelow = UINT32_MAX, other = 0;
    };
    std::uint64_t m_keys;
    std::vector<Slot> m_slots;
};

// The names of all keys, such as s-000123, in one buffer that columns point into.
class KeyNames {
public:
    KeyNames(std::string_view prefix, std::int64_t keys);
    const BufferPtr& buffer() const { return m_text; }
    std::size_t bytes() const { return m_text->capacity(); }
    std::string_view name(std::size_t key) const { return m_text->view().substr(key * m_width, m_width); }

private:
    std::size_t m_width;
    BufferPtr m_text;
};

// The rows of one preset. Row n depends on the options and n alone. Belongs to one source.
class RowMaker {
public:
    virtual ~RowMaker() = default;
    // Appends `count` rows from number `first` on to an empty builder of the preset's schema. With `nowUs` it
    // is the event time of all of them, before the disorder.
    virtual void fill(std::uint64_t first, std::size_t count, const std::int64_t* nowUs,
                      BatchBuilder& into) = 0;
    virtual std::size_t bytes() const = 0;  // of its keys
};

SchemaPtr presetSchema(std::string_view preset);
std::int64_t presetStepUs(std::string_view preset);
std::unique_ptr<RowMaker> makeRowMaker(const GeneratorOptions& options);

}  // namespace engine
