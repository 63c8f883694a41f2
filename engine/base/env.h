#pragma once

#include "base/file_system.h"
#include "base/time.h"

#include <cstdint>
#include <string>

namespace engine {

// Random numbers from a seed (SplitMix64): the same seed gives the same numbers on every machine.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) { }
    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ull);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }
    std::uint64_t below(std::uint64_t bound) { return bound ? next() % bound : 0; }
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

private:
    std::uint64_t m_state;
};

// The directories in which a named secret is looked for (base/secret.h). Empty: there is none.
struct SecretPlaces {
    std::string credentials{};    // what the service manager hands over
    std::string configuration{};  // the user's own
};

// All that comes in from outside a computation: time, randomness, disk. Handed down from the start so that a
// seed can drive a whole pipeline; nothing in the engine reaches round it.
struct Env {
    Clock& clock;
    FileSystem& files;
    std::uint64_t seed = 0;  // of this run; components derive a Random of their own from it
    SecretPlaces secrets{};
    int consoleFile = 1;  // the descriptor that console sinks print to; -1: nobody reads what they would
};

// The process's own: system clock, real disk, a seed from the operating system, secrets as the environment
// says.
Env& systemEnv();

}  // namespace engine
