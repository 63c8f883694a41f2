#pragma once

#include "spec/pipeline_spec.h"

// Pipelines for the tests of the window.

namespace fake {

using namespace engine;

inline EdgeSpec link(const std::string& from, const std::string& to, const std::string& port = "out")
{
    return {{NodeId{from}, port}, {NodeId{to}, "in"}};
}

inline NodeSpec makeNode(std::string id, std::string component, std::string title,
                         Json params = Json::object())
{
    NodeSpec node;
    node.id = {std::move(id)};
    node.component = std::move(component);
    node.title = std::move(title);
    node.params = std::move(params);
    return node;
}

inline PipelineSpec hotMachines()
{
    PipelineSpec spec;
    spec.id = "00000000-0000-4000-8000-000000000001";
    spec.name = "Hot machines";
    spec.nodes = {
        makeNode("sensors", "generator_source", "Sensors",
                 {{"preset", "sensors"}, {"rate", 0}, {"keys", 1000}}),
        makeNode("machines", "file_source", "Machines", {{"path", "machines.csv"}}),
        makeNode("hot", "filter", "Hot", {{"condition", "temperature > 80 AND humidity < 60"}}),
        makeNode("known", "filter", "Known", {{"condition", "status <> 'retired'"}}),
        makeNode("all", "union", "Everything"),
        makeNode("per_second", "window", "Per second",
                 {{"kind", "tumbling"},
                  {"size", "1s"},
                  {"keys", {"line"}},
                  {"aggregates",
                   {{{"function", "avg"}, {"argument", "temperature"}, {"name", "avg_temperature"}},
                    {{"function", "max"}, {"argument", "temperature"}, {"name", "max_temperature"}}}}}),
        makeNode("too_hot", "filter", "Too hot", {{"condition", "avg_temperature > 90"}}),
        makeNode("hot_sensors", "file_sink", "hot_sensors", {{"path", "hot.ndjson"}}),
        makeNode("screen", "console_sink", "Screen"),
    };
    spec.edges = {link("sensors", "hot"),
                  link("machines", "known"),
                  link("hot", "all"),
                  link("known", "all"),
                  link("all", "per_second"),
                  link("per_second", "too_hot"),
                  link("per_second", "hot_sensors"),
                  link("too_hot", "screen")};
    return spec;
}

// Rows of parallel chains that cross now and then.
inline PipelineSpec largeDocument(int nodes)
{
    PipelineSpec spec;
    spec.name = "Large";
    constexpr int kLength = 10;
    for (int i = 0; i < nodes; ++i) {
        const int step = i % kLength;
        const char* component = step == 0 ? "generator_source"
            : step == kLength - 1         ? "discard_sink"
            : step == 5                   ? "window"
                                          : "filter";
        spec.nodes.push_back(makeNode("n" + std::to_string(i), component, "Node " + std::to_string(i)));
        if (step > 0) spec.edges.push_back(link("n" + std::to_string(i - 1), "n" + std::to_string(i)));
        if (step == 4 && i > 3 * kLength)
            spec.edges.push_back(link("n" + std::to_string(i - kLength - 1), "n" + std::to_string(i)));
    }
    return spec;
}

}  // namespace fake
