#pragma once

#ifdef STREAMWRIGHT_FAULTS
#include <atomic>
#include <cstdlib>
#endif

namespace engine {

// Deliberate mistakes that a test build can switch on, one at a time, to see whether the tests find them. In
// every other build the question is a constant and costs nothing.
namespace faults {
inline constexpr int kLateByChunk = 1;       // rows are judged by the watermark before their chunk or batch
inline constexpr int kMinOneSided = 2;       // merging MIN keeps what it has
inline constexpr int kFiresLate = 3;         // a window fires at its end instead of 1 ms before
inline constexpr int kNullKeysDropped = 4;   // rows with a NULL key are left out
inline constexpr int kWrongInstance = 5;     // rows go to an instance that does not keep their key group
inline constexpr int kDecidesFirst = 6;      // an epoch is decided before its snapshot is written
inline constexpr int kSnapshotIsTruth = 7;   // the newest snapshot is gone on from, decided or not
inline constexpr int kReadsFirst = 8;        // the decision is read before others are fenced
inline constexpr int kTimeoutIsFailure = 9;  // a commit that takes its time is taken for one that failed
}  // namespace faults

#ifdef STREAMWRIGHT_FAULTS
inline int faultOfEnvironment()
{
    const char* number = std::getenv("STREAMWRIGHT_FAULT");
    return number ? std::atoi(number) : 0;
}
inline std::atomic<int> activeFault{faultOfEnvironment()};
inline bool faultIsOn(int number) { return activeFault.load(std::memory_order_relaxed) == number; }
inline void setFault(int number) { activeFault.store(number, std::memory_order_relaxed); }  // 0: none
#else
constexpr bool faultIsOn(int) { return false; }
#endif

}  // namespace engine
