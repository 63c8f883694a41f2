#include "connectors/file/pipe_reader.h"

#include <algorithm>
#include <cstring>
#include <system_error>

namespace engine {

PipeReader::PipeReader(std::unique_ptr<ReadableFile> file) : m_shared(std::make_shared<Shared>())
{
    m_shared->file = std::move(file);
    try {
        std::thread([shared = m_shared] { run(shared); }).detach();
    } catch (const std::system_error& error) {
        m_shared->error =
            Error{ErrorCode::Refused,
                  "No thread could be started to read with (" + error.code().message() + ").",
                  {}};
        m_shared->isFull = true;
    }
}

PipeReader::~PipeReader()
{
    const std::scoped_lock lock(m_shared->mutex);
    m_shared->isGivenUp = true;
    m_shared->changed.notify_all();
}

void PipeReader::run(const std::shared_ptr<Shared>& shared)
{
    constexpr std::size_t kPieceBytes = 256 << 10;
    std::string piece;
    while (true) {
        piece.resize(kPieceBytes);
        auto got = shared->file->read(piece.data(), piece.size());
        piece.resize(got ? *got : 0);
        std::unique_lock lock(shared->mutex);
        shared->changed.wait(lock, [&] { return !shared->isFull || shared->isGivenUp; });
        if (shared->isGivenUp) return;
        if (!got) shared->error = got.error();
        shared->isEnded = piece.empty();
        shared->piece.swap(piece);
        shared->taken = 0;
        shared->isFull = true;
        shared->changed.notify_all();
        if (shared->isEnded) return;
    }
}

Result<std::optional<std::size_t>> PipeReader::read(std::span<char> space, Duration wait)
{
    std::unique_lock lock(m_shared->mutex);
    if (!m_shared->changed.wait_for(lock, wait, [&] { return m_shared->isFull; }))
        return std::optional<std::size_t>{};
    if (m_shared->error) return *m_shared->error;
    if (m_shared->isEnded) return std::optional<std::size_t>{0};
    const std::size_t count = std::min(space.size(), m_shared->piece.size() - m_shared->taken);
    std::memcpy(space.data(), m_shared->piece.data() + m_shared->taken, count);
    m_shared->taken += count;
    if (m_shared->taken == m_shared->piece.size()) {
        m_shared->isFull = false;
        m_shared->changed.notify_all();
    }
    return std::optional<std::size_t>{count};
}

}  // namespace engine
