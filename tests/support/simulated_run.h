#pragma once

#include <cstdint>
#include <string>

namespace engine {

struct SimulationCounts {
    int crashes = 0, crashesWhileStarting = 0, stops = 0, pauses = 0;
    std::uint64_t resumed = 0;
    void add(const SimulationCounts& other);
};

// What became of a random pipeline that ran as a job on a disk in memory, all drawn from the seed.
struct SimulatedRun {
    std::string difference{};  // from what the reference evaluator says; empty when there is none
    SimulationCounts counts{};
    std::uint64_t trace = 0;  // of the order of its steps
};

SimulatedRun simulate(std::uint64_t seed);

}  // namespace engine
