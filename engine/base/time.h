#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <limits>

namespace engine {

using Duration = std::chrono::microseconds;
using Timestamp =
    std::chrono::sys_time<Duration>;  // UTC; stored in columns as its int64 count of microseconds
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// Watermarks and event times in the kernel are plain int64 microseconds UTC; these are their bounds.
inline constexpr std::int64_t kNoWatermark = std::numeric_limits<std::int64_t>::min();  // nothing seen yet
inline constexpr std::int64_t kEndOfTime = std::numeric_limits<std::int64_t>::max();    // no row will follow
inline constexpr std::int64_t kMillisecondUs = 1000;

// Floored to milliseconds, as event time is (semantics.md section 1). Right for times before 1970.
constexpr std::int64_t floorToMilliseconds(std::int64_t timeUs)
{
    const std::int64_t rest = timeUs % kMillisecondUs;
    return timeUs - (rest < 0 ? rest + kMillisecondUs : rest);
}

// Reads the time for everything but event time. Tests pass a ManualClock; nobody else calls now().
class Clock {
public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
    virtual MonotonicTime monotonic() const = 0;
    // What the calling thread has used of a processor, for tasks that wait inside a call.
    virtual Duration threadTime() const { return monotonic().time_since_epoch(); }
};

// The clock of the computer it runs on.
class SystemClock final : public Clock {
public:
    Timestamp now() const override
    {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
    MonotonicTime monotonic() const override
    {
        return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
    }
    Duration threadTime() const override
    {
        timespec used{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        return std::chrono::seconds(used.tv_sec) + Duration(used.tv_nsec / 1000);
    }
};

}  // namespace engine
