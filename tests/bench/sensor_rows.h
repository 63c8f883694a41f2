#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

// What the plain programs know of a row of the sensors file.
struct SensorRow {
    std::string key;
    std::int64_t timeMs = 0;
    double temperature = 0;
};

// All rows of a file with a temperature above 20, by key and time; of equal ones in the order of the file.
inline std::vector<SensorRow> warmRows(const char* path)
{
    simdjson::dom::parser parser;
    simdjson::dom::document_stream lines;
    std::vector<SensorRow> rows;
    if (parser.load_many(path).get(lines)) {
        std::fprintf(stderr, "%s cannot be read.\n", path);
        std::exit(1);
    }
    for (auto line : lines) {
        SensorRow row;
        std::string_view key;
        if (line["sensor_id"].get(key) || line["temperature"].get(row.temperature) ||
            line["ts"].get(row.timeMs)) {
            std::fputs("A record cannot be read.\n", stderr);
            std::exit(1);
        }
        row.key = key;
        if (row.temperature > 20) rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const SensorRow& a, const SensorRow& b) {
        return a.key != b.key ? a.key < b.key : a.timeMs < b.timeMs;
    });
    return rows;
}

// As Unix time in milliseconds, written by ISO 8601.
inline std::string isoTime(std::int64_t ms)
{
    const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts = {};
    gmtime_r(&seconds, &parts);
    char text[40], whole[48];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(whole, sizeof whole, "%s.%03dZ", text, static_cast<int>(ms % 1000));
    return whole;
}
