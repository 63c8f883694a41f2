#pragma once

#include "spec/pipeline_spec.h"

#include <string>

namespace engine {

// A document in canonical form that has every kind of member.
inline std::string sampleDocument()
{
    return R"({
  "format": 1,
  "id": "6d0f7a0e-8f0e-4a53-9d7e-0c5b7a0c9f11",
  "name": "Line 3 temperatures",
  "parameters": {
    "kafka": { "type": "string", "default": "localhost:9092" },
    "limit": { "type": "double", "default": 80, "unit": "°C", "help": "Too hot above this." }
  },
  "settings": { "guarantee": "exactly_once", "checkpoint_interval": "1000ms", "parallelism": 0 },
  "nodes": [
    {
      "id": "sensors",
      "component": "kafka_source",
      "title": "Sensors",
      "params": {
        "bootstrap_servers": "${kafka}",
        "topic": "sensor_data",
        "columns": [
          { "name": "sensor_id", "type": "string" },
          { "name": "temperature", "type": "double", "path": "reading.temperature" }
        ],
        "watermark_delay": "500ms"
      },
      "x_colour": "red"
    },
    {
      "id": "hot",
      "component": "filter",
      "params": { "condition": "temperature > ${limit}" },
      "disabled": false,
      "reject_limit": 0.01
    },
    { "id": "clean", "component": "subpipeline:cleaner", "params": { "floor": 80.5 } },
    { "id": "result", "component": "console_sink", "parallelism": 2 }
  ],
  "edges": [ ["sensors.out", "hot.in"], ["hot.out", "clean.in"], ["clean.out", "result.in"] ],
  "groups": [ { "id": "ends", "title": "Ends", "nodes": ["sensors", "result"] } ],
  "subpipelines": {
    "cleaner": {
      "parameters": { "floor": { "type": "double" } },
      "inputs": { "in": "keep.in" },
      "outputs": { "out": "keep.out" },
      "nodes": [
        { "id": "keep", "component": "filter", "params": { "condition": "temperature > ${floor}" } }
      ]
    }
  },
  "layout": { "sensors": [0, 0], "hot": [260, 0], "result": [780, 0] },
  "notes": [ { "text": "Agreed with plant 3", "at": [0, -120], "size": [240, 60] } ],
  "a_stranger": { "kept": true },
  "x_tool": [1, 2.5, 1e+30]
}
)";
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    return at == std::string::npos ? std::string("no such text: ") + from : text.replace(at, from.size(), to);
}

// The message at a path; empty if nothing is said there.
inline std::string messageAt(const std::vector<Diagnostic>& diagnostics, const std::string& path)
{
    for (const Diagnostic& diagnostic : diagnostics)
        if (diagnostic.path == path) return diagnostic.message;
    return {};
}

inline bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace engine
