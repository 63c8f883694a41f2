#include "connectors/console/line_writer.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace engine {

namespace {

constexpr int kWaitMs = 100;  // as long as a sink may (sink.h)
// A reader that pauses for a moment is no news; less than a stop waits.
constexpr Duration kFullIsToldAfter = std::chrono::seconds(2);

}  // namespace

bool LineWriter::isReady(int waitMs) const
{
    pollfd output{m_file, POLLOUT, 0};
    return ::poll(&output, 1, waitMs) > 0;  // also where the write will fail, and say why
}

// As many lines as a pipe that is ready takes without waiting, all of them or none.
std::string_view LineWriter::nextPiece() const
{
    const std::string_view rest = std::string_view(m_text).substr(m_written);
    if (rest.size() <= PIPE_BUF) return rest;
    const std::size_t end = rest.rfind('\n', PIPE_BUF - 1);
    return rest.substr(0, end == std::string_view::npos ? PIPE_BUF : end + 1);
}

Error LineWriter::failed(int reason) const
{
    if (reason == EBADF)
        return {ErrorCode::Io,
                "Cannot write to " + m_name + ", which is closed; send it to a file or to a program.",
                {}};
    return {ErrorCode::Io, "Cannot write to " + m_name + ": " + std::strerror(reason) + ".", {}};
}

Error LineWriter::busy(const Clock& clock)
{
    const MonotonicTime now = clock.monotonic();
    if (!m_fullSince) m_fullSince = now;
    if (now - *m_fullSince < kFullIsToldAfter) return {ErrorCode::Busy, {}, {}};
    return {ErrorCode::Busy,
            "Nobody takes rows from " + m_name + "; let the program that reads it go on.",
            {}};
}

Status LineWriter::write(const Clock& clock)
{
    for (int waitMs = kWaitMs; m_written < m_text.size(); waitMs = 0) {
        if (!isReady(waitMs)) return busy(clock);
        const std::string_view piece = nextPiece();
        const ssize_t put = ::write(m_file, piece.data(), piece.size());
        if (put < 0 && (errno == EINTR || errno == EAGAIN)) return busy(clock);
        if (put < 0) return failed(errno);
        m_written += static_cast<std::size_t>(put);
        m_fullSince.reset();
    }
    m_text.clear();
    m_written = 0;
    return ok();
}

}  // namespace engine
