#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace engine {

// A block of bytes, 64-byte aligned, with kPadding readable bytes behind its capacity (simdjson wants them).
// Written by its maker, then shared and never written again; whoever lets go last frees it.
class Buffer {
public:
    static constexpr std::size_t kPadding = 64;

    static std::shared_ptr<Buffer> make(std::size_t capacityBytes);
    static std::shared_ptr<Buffer> copyOf(std::string_view bytes);
    ~Buffer();
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    char* data() { return m_bytes; }
    const char* data() const { return m_bytes; }
    std::size_t capacity() const { return m_capacity; }
    std::size_t size() const { return m_size; }
    void setSize(std::size_t bytes) { m_size = bytes; }
    std::string_view view() const { return {m_bytes, m_size}; }
    template <class T>
    T* as()
    {
        return reinterpret_cast<T*>(m_bytes);
    }
    template <class T>
    const T* as() const
    {
        return reinterpret_cast<const T*>(m_bytes);
    }

private:
    explicit Buffer(std::size_t capacityBytes);
    char* m_bytes;
    std::size_t m_capacity;
    std::size_t m_size = 0;
};
using BufferPtr = std::shared_ptr<const Buffer>;

}  // namespace engine
