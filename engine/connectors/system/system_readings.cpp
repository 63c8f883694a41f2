#include "connectors/system/system_readings.h"

#include <algorithm>
#include <charconv>

namespace engine {

namespace {

constexpr double kSectorBytes = 512;  // in /proc/diskstats, whatever the disk's own are

std::vector<std::string_view> wordsOf(std::string_view line)
{
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t begin = line.find_first_not_of(" \t:\r\n");
        if (begin == std::string_view::npos) return words;
        const std::size_t end = std::min(line.find_first_of(" \t:\r\n", begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        line.remove_prefix(end);
    }
}

template <class F>
void forEachLine(std::string_view text, F&& f)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        f(wordsOf(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

double numberOf(std::string_view word)
{
    double value = 0;
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
}

double sumOf(const std::vector<std::string_view>& words, std::size_t first, std::size_t end)
{
    double sum = 0;
    for (std::size_t i = first; i < std::min(end, words.size()); ++i) sum += numberOf(words[i]);
    return sum;
}

bool isNumber(std::string_view word)
{
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string firstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

double percent(double part, double whole) { return std::clamp(100 * part / whole, 0.0, 100.0); }

}  // namespace

std::string SystemReadings::read(const std::string& path)
{
    auto text = m_files.readAll(path);
    return text ? std::move(*text) : std::string();
}

void SystemReadings::add(std::string_view metric, std::string subject, double value, std::string_view unit)
{
    m_readings.push_back({metric, std::move(subject), value, unit});
}

std::optional<double> SystemReadings::growth(const std::string& counter, double count)
{
    m_counts[counter] = count;
    const auto before = m_before.find(counter);
    if (before == m_before.end() || count < before->second) return {};
    return count - before->second;
}

void SystemReadings::addRate(std::string_view metric, const std::string& subject, double count,
                             std::string_view unit)
{
    const auto grown = growth(std::string(metric) + " " + subject, count);
    if (grown && m_seconds > 0) add(metric, subject, *grown / m_seconds, unit);
}

void SystemReadings::takeCpu()
{
    forEachLine(read("/proc/stat"), [this](const std::vector<std::string_view>& words) {
        // user nice system idle iowait irq softirq steal; what follows is counted in the first two already
        if (words.size() < 5 || !words[0].starts_with("cpu")) return;
        const std::string subject = words[0] == "cpu" ? "all" : std::string(words[0]);
        const double waiting = words.size() > 5 ? numberOf(words[5]) : 0;
        const auto all = growth("cpu_time " + subject, sumOf(words, 1, 9));
        const auto idle = growth("cpu_idle " + subject, numberOf(words[4]) + waiting);
        const auto waited = growth("cpu_iowait " + subject, waiting);
        if (!all || *all <= 0) return;
        if (idle) add("cpu_busy", subject, percent(*all - *idle, *all), "%");
        if (waited) add("cpu_iowait", subject, percent(*waited, *all), "%");
    });
    const std::string load = read("/proc/loadavg");
    const auto words = wordsOf(load);
    if (words.size() >= 3) add("load_1min", "all", numberOf(words[0]), "");
}

void SystemReadings::takeMemory()
{
    std::map<std::string, double, std::less<>> bytes;
    forEachLine(read("/proc/meminfo"), [&bytes](const std::vector<std::string_view>& words) {
        if (words.size() >= 2) bytes[std::string(words[0])] = numberOf(words[1]) * 1024;
    });
    const double total = bytes["MemTotal"];
    if (total <= 0) return;
    const double used = total - bytes["MemAvailable"];
    add("memory_total", "all", total, "bytes");
    add("memory_used", "all", used, "bytes");
    add("memory_used_share", "all", percent(used, total), "%");
    add("swap_used", "all", bytes["SwapTotal"] - bytes["SwapFree"], "bytes");
}

void SystemReadings::takeDisks()
{
    forEachLine(read("/proc/diskstats"), [this](const std::vector<std::string_view>& words) {
        // major minor name, reads merged sectors ms, writes merged sectors ms, in flight, ms busy
        if (words.size() < 13) return;
        const std::string disk(words[2]);
        const bool isPart = m_files.exists("/sys/block") && !m_files.exists("/sys/block/" + disk);
        if (isPart || numberOf(words[3]) + numberOf(words[7]) == 0) return;
        addRate("disk_reads", disk, numberOf(words[3]), "1/s");
        addRate("disk_read", disk, numberOf(words[5]) * kSectorBytes, "bytes/s");
        addRate("disk_writes", disk, numberOf(words[7]), "1/s");
        addRate("disk_written", disk, numberOf(words[9]) * kSectorBytes, "bytes/s");
        const auto busyMs = growth("disk_busy " + disk, numberOf(words[12]));
        if (busyMs && m_seconds > 0) add("disk_busy", disk, percent(*busyMs / 1000, m_seconds), "%");
    });
}

void SystemReadings::takeNetwork()
{
    forEachLine(read("/proc/net/dev"), [this](const std::vector<std::string_view>& words) {
        // name, received: bytes packets errs drop fifo frame compressed multicast, sent: the same
        if (words.size() < 13 || !isNumber(words[1])) return;
        const std::string interface(words[0]);
        addRate("network_received", interface, numberOf(words[1]), "bytes/s");
        addRate("network_sent", interface, numberOf(words[9]), "bytes/s");
        addRate("network_errors", interface, numberOf(words[3]) + numberOf(words[11]), "1/s");
        addRate("network_drops", interface, numberOf(words[4]) + numberOf(words[12]), "1/s");
    });
}

void SystemReadings::takeProcesses()
{
    if (const auto names = m_files.list("/proc")) {
        const auto count = std::count_if(names->begin(), names->end(), isNumber);
        if (count > 0) add("processes", "all", static_cast<double>(count), "");
    }
    forEachLine(read("/proc/stat"), [this](const std::vector<std::string_view>& words) {
        if (words.size() < 2) return;
        if (words[0] == "processes") addRate("processes_started", "all", numberOf(words[1]), "1/s");
        if (words[0] == "procs_running") add("threads_running", "all", numberOf(words[1]), "");
        if (words[0] == "procs_blocked") add("threads_blocked", "all", numberOf(words[1]), "");
    });
}

void SystemReadings::takeTemperatures()
{
    constexpr std::string_view kInput = "_input";
    const auto inputs = m_files.glob("/sys/class/hwmon/hwmon*/temp*_input");
    if (!inputs || inputs->empty()) return addZones();
    for (const std::string& path : *inputs) {
        const std::string thousandths = firstLine(read(path));  // a sensor may be asleep: then nothing
        if (thousandths.empty()) continue;
        const std::string stem = path.substr(0, path.size() - kInput.size());
        const std::string chip = firstLine(read(directoryOf(path) + "/name"));
        std::string label = firstLine(read(stem + "_label"));
        if (label.empty()) label = stem.substr(stem.rfind('/') + 1);
        add("temperature", chip + " " + label, numberOf(thousandths) / 1000, "°C");
    }
}

void SystemReadings::addZones()
{
    const auto zones = m_files.glob("/sys/class/thermal/thermal_zone*/temp");
    if (!zones) return;
    for (const std::string& path : *zones) {
        const std::string thousandths = firstLine(read(path));
        if (thousandths.empty()) continue;
        const std::string type = firstLine(read(directoryOf(path) + "/type"));
        const std::string zone = directoryOf(path);
        add("temperature", type + " " + zone.substr(zone.rfind('/') + 1), numberOf(thousandths) / 1000, "°C");
    }
}

Result<std::vector<SystemReading>> SystemReadings::take(MonotonicTime now)
{
    m_readings.clear();
    m_counts.clear();
    m_seconds = m_at ? std::chrono::duration<double>(now - *m_at).count() : 0;
    m_at = now;
    if (m_parts.cpu) takeCpu();
    if (m_parts.memory) takeMemory();
    if (m_parts.disks) takeDisks();
    if (m_parts.network) takeNetwork();
    if (m_parts.processes) takeProcesses();
    if (m_parts.temperature) takeTemperatures();
    if (m_readings.empty() && m_counts.empty())
        return Error{ErrorCode::Refused,
                     "Nothing that was asked for can be read from /proc and /sys; choose other parts of the "
                     "computer, or run this on Linux.",
                     "/proc"};
    m_before.swap(m_counts);
    return m_readings;
}

}  // namespace engine
