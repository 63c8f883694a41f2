#include "connectors/console/line_writer.h"

#include "base/reopen.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <map>
#include <mutex>
#include <poll.h>
#include <unistd.h>

namespace engine {

namespace {

constexpr int kTurnMs = 10;
constexpr int kWaitMs = 100;  // as long as a sink may (sink.h)
// A reader that pauses for a moment is no news; less than a stop waits.
constexpr Duration kFullIsToldAfter = std::chrono::seconds(2);

// By file: the one that is in the middle of a line.
struct Turns {
    std::mutex lock;
    std::map<int, const LineWriter*> inLine;
};

Turns& turns()
{
    static Turns all;
    return all;
}

}  // namespace

LineWriter::LineWriter(int file, std::string name)
    : m_file(file),
      m_ownFile(reopenWithoutWaiting(file)),
      m_name(std::move(name))
{
}

LineWriter::~LineWriter()
{
    letOthersWrite();
    if (m_ownFile >= 0) ::close(m_ownFile);
}

bool LineWriter::mayWrite() const
{
    const std::lock_guard guard(turns().lock);
    return turns().inLine.try_emplace(m_file, this).first->second == this;
}

void LineWriter::letOthersWrite() const
{
    const std::lock_guard guard(turns().lock);
    const auto found = turns().inLine.find(m_file);
    if (found != turns().inLine.end() && found->second == this) turns().inLine.erase(found);
}

bool LineWriter::isReady(int waitMs) const
{
    pollfd output{m_ownFile >= 0 ? m_ownFile : m_file, POLLOUT, 0};
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
        if (!mayWrite()) {
            ::poll(nullptr, 0, kTurnMs);
            return busy(clock);
        }
        const std::string_view piece = nextPiece();
        const ssize_t put = ::write(m_ownFile >= 0 ? m_ownFile : m_file, piece.data(), piece.size());
        const int reason = put < 0 ? errno : 0;
        if (put > 0) m_written += static_cast<std::size_t>(put);
        if (m_written == 0 || m_text[m_written - 1] == '\n') letOthersWrite();
        if (reason == EAGAIN) ::poll(nullptr, 0, kTurnMs);  // it is ready, and has no room for the piece
        if (reason == EINTR || reason == EAGAIN) return busy(clock);
        if (reason != 0) return failed(reason);
        m_fullSince.reset();
    }
    m_text.clear();
    m_written = 0;
    return ok();
}

}  // namespace engine
