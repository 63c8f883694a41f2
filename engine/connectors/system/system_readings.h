#pragma once

#include "base/file_system.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// Which parts of a computer are looked at.
struct SystemParts {
    bool cpu = true, memory = true, disks = true, network = true, processes = true, temperature = true;
};

struct SystemReading {
    std::string_view metric{};
    std::string subject{};  // which of several: "cpu0", "sda", "eth0"
    double value = 0;
    std::string_view unit{};
};

// Reads the load of a Linux computer from /proc and /sys. What the kernel counts becomes a rate by two
// readings; a counter that is new or has gone back gives none, and counts again from the next reading on.
// Belongs to one source.
class SystemReadings {
public:
    SystemReadings(FileSystem& files, SystemParts parts) : m_files(files), m_parts(parts) { }
    // What can be read now; an error when there is nothing of all that was asked for.
    Result<std::vector<SystemReading>> take(MonotonicTime now);

private:
    void takeCpu();
    void takeMemory();
    void takeDisks();
    void takeNetwork();
    void takeProcesses();
    void takeTemperatures();
    void addZones();
    void add(std::string_view metric, std::string subject, double value, std::string_view unit);
    void addRate(std::string_view metric, const std::string& subject, double count, std::string_view unit);
    std::optional<double> growth(const std::string& counter, double count);
    std::string read(const std::string& path);  // empty when it cannot be read

    FileSystem& m_files;
    SystemParts m_parts;
    std::vector<SystemReading> m_readings;
    std::map<std::string, double> m_before, m_counts;  // at the reading before; at this one
    std::optional<MonotonicTime> m_at{};
    double m_seconds = 0;  // since the reading before; 0: this is the first
};

}  // namespace engine
