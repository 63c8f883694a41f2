#pragma once

#include "base/time.h"

namespace engine {

// A clock that stands still until it is told to go on. Used on one thread.
class ManualClock final : public Clock {
public:
    explicit ManualClock(std::int64_t startUs = 0) : m_nowUs(startUs) { }
    Timestamp now() const override { return Timestamp(Duration(m_nowUs) + m_wallIsAhead); }
    MonotonicTime monotonic() const override { return MonotonicTime(Duration(m_nowUs)); }
    void advance(Duration by) { m_nowUs += by.count(); }
    void setTo(Timestamp time) { m_nowUs = time.time_since_epoch().count(); }
    void setWall(Duration ahead) { m_wallIsAhead = ahead; }  // of the time that only goes forward

private:
    std::int64_t m_nowUs;
    Duration m_wallIsAhead{};
};

}  // namespace engine
