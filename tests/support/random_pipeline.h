#pragma once

#include "reference/reference_evaluator.h"
#include "support/graph_harness.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

// A small pipeline, rows for it, and what the reference evaluator makes of them; all drawn from a seed.
struct RandomPipeline {
    std::vector<GraphNode> nodes{};
    GraphRows source{};
    std::optional<GraphRows> second{};  // of a join; node -2
    bool isLinear = true;               // no split, union and join: may run in lanes
    bool hasLanes = false;              // ends with a window that has a partial phase
    bool lastIsLate = false;            // the late rows are those of the last node
    bool judgesResults = false;  // rows that a node made when a row came, maybe late ones: with several
                                 // instances they would meet the least watermark of all
    RefTable expected{};
    RefTable late{};
    RefTable lateBehind{};             // results of a window that the node behind it finds late
    std::vector<RefTable> rejected{};  // by node; of a window the groups that fail
    RefTable refused{};                // rows for which an argument of the window has no value
};

// Always ends with a window, or a join over windows, when `withWindow`.
RandomPipeline makeRandomPipeline(std::uint64_t seed, bool withWindow);

// The reference's rows as values of a schema.
TestRows testRowsOf(const RefTable& table, const Schema& schema);
TestRows testRowsOf(const RefTable& table);  // as they are, whatever their types
RefValue refValueOf(const Scalar& value);
Scalar randomValue(Random& random, DataType type);  // sometimes NULL

std::string textOf(const RandomPipeline& pipeline);  // its nodes and rows, to be read by a person

}  // namespace engine
