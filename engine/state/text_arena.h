#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace engine {

// Bytes that are only ever added, in parts that do not move, so views into it stay good while the arena or
// anything from hold() lives. Belongs to one task; what was there when hold() was called may be read on any
// thread.
class TextArena {
public:
    std::string_view add(std::string_view text)
    {
        if (text.empty()) return {};
        if (m_capacity - m_used < text.size()) grow(text.size());
        char* place = m_part->bytes.get() + m_used;
        std::memcpy(place, text.data(), text.size());
        m_used += text.size();
        m_total += text.size();
        return {place, text.size()};
    }
    std::size_t bytes() const { return m_total; }  // added so far
    std::shared_ptr<const void> hold() const { return m_part; }

private:
    // Each part keeps the one before it alive: holding the last holds all.
    struct Part {
        std::shared_ptr<Part> previous;
        std::unique_ptr<char[]> bytes;
    };
    static constexpr std::size_t kFirstBytes = 4 << 10, kPartBytesMax = 1 << 20;
    void grow(std::size_t needed)
    {
        m_capacity = std::max({needed, kFirstBytes, std::min(m_capacity * 2, kPartBytesMax)});
        auto part = std::make_shared<Part>();
        part->previous = std::move(m_part);
        part->bytes.reset(new char[m_capacity]);
        m_part = std::move(part);
        m_used = 0;
    }

    std::shared_ptr<Part> m_part;
    std::size_t m_used = 0, m_capacity = 0, m_total = 0;
};

}  // namespace engine
