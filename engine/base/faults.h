#pragma once

#ifdef STREAMWRIGHT_FAULTS
#include <atomic>
#endif

namespace engine {

// Deliberate mistakes that a test build can switch on, one at a time, to see whether the tests find them. In
// every other build the question is a constant and costs nothing.
namespace faults {
inline constexpr int kLateByChunk = 1;      // rows are judged by the watermark before their chunk or batch
inline constexpr int kMinOneSided = 2;      // merging MIN keeps what it has
inline constexpr int kFiresLate = 3;        // a window fires at its end instead of 1 ms before
inline constexpr int kNullKeysDropped = 4;  // rows with a NULL key are left out
inline constexpr int kWrongInstance = 5;    // rows go to an instance that does not keep their key group
}  // namespace faults

#ifdef STREAMWRIGHT_FAULTS
inline std::atomic<int> activeFault{0};
inline bool faultIsOn(int number) { return activeFault.load(std::memory_order_relaxed) == number; }
inline void setFault(int number) { activeFault.store(number, std::memory_order_relaxed); }  // 0: none
#else
constexpr bool faultIsOn(int) { return false; }
#endif

}  // namespace engine
