#include "data/buffer.h"

#include "base/check.h"

#include <cstring>
#include <new>

namespace engine {

Buffer::Buffer(std::size_t capacityBytes) : m_capacity(capacityBytes)
{
    m_bytes = static_cast<char*>(::operator new (capacityBytes + kPadding, std::align_val_t{64}));
    std::memset(m_bytes + capacityBytes, 0, kPadding);
}

Buffer::~Buffer() { ::operator delete (m_bytes, std::align_val_t{64}); }

std::shared_ptr<Buffer> Buffer::make(std::size_t capacityBytes)
{
    return std::shared_ptr<Buffer>(new Buffer(capacityBytes));
}

std::shared_ptr<Buffer> Buffer::copyOf(std::string_view bytes)
{
    auto buffer = make(bytes.size());
    if (!bytes.empty()) std::memcpy(buffer->data(), bytes.data(), bytes.size());
    buffer->setSize(bytes.size());
    return buffer;
}

}  // namespace engine
