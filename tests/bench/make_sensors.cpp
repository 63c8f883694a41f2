// Writes the sensors file of the benchmarks: one JSON record of about 100 bytes a line, event time in steps
// of 1 ms with disorder. The same arguments give the same bytes. make_sensors FILE RECORDS KEYS
// uniform|zipf|hot DISORDER_MS SEED
#include "numbers.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

// Chooses keys: all alike, by Zipf's law with exponent 1.1, or every second row key 0.
class Keys {
public:
    Keys(std::string_view skew, std::uint64_t count) : m_count(count), m_isHot(skew == "hot")
    {
        if (skew != "zipf") return;
        double sum = 0;
        for (std::uint64_t rank = 1; rank <= count; ++rank)
            m_cumulated.push_back(sum += 1 / std::pow(static_cast<double>(rank), 1.1));
    }
    std::uint64_t choose(Numbers& numbers) const
    {
        if (m_isHot && numbers.below(2) == 0) return 0;
        if (m_cumulated.empty()) return numbers.below(m_count);
        const double point = numbers.uniform() * m_cumulated.back();
        const auto at = std::lower_bound(m_cumulated.begin(), m_cumulated.end(), point);
        return static_cast<std::uint64_t>(at - m_cumulated.begin());
    }

private:
    std::uint64_t m_count;
    bool m_isHot;
    std::vector<double> m_cumulated;
};

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 7) {
        std::fputs("make_sensors FILE RECORDS KEYS uniform|zipf|hot DISORDER_MS SEED\n", stderr);
        return 2;
    }
    std::FILE* file = std::fopen(argv[1], "wb");
    if (!file) {
        std::perror(argv[1]);
        return 1;
    }
    const std::uint64_t records = std::strtoull(argv[2], nullptr, 10);
    const Keys keys(argv[4], std::strtoull(argv[3], nullptr, 10));
    const std::uint64_t disorder = std::strtoull(argv[5], nullptr, 10);
    Numbers numbers(std::strtoull(argv[6], nullptr, 10));

    const std::uint64_t begin = 1'700'000'000'000ull;
    char line[160];
    for (std::uint64_t i = 0; i < records; ++i) {
        const std::uint64_t time = begin + i - (disorder > 0 ? std::min(i, numbers.below(disorder)) : 0);
        const unsigned temperature = 1000 + static_cast<unsigned>(numbers.below(4000));
        const unsigned humidity = 2000 + static_cast<unsigned>(numbers.below(6000));
        int length = std::snprintf(
            line, sizeof line,
            R"({"sensor_id":"s-%06u","temperature":%u.%02u,"humidity":%u.%02u,"ts":%llu,"pad":")",
            static_cast<unsigned>(keys.choose(numbers)), temperature / 100, temperature % 100, humidity / 100,
            humidity % 100, static_cast<unsigned long long>(time));
        while (length < 98) line[length++] = 'x';
        line[length++] = '"';
        line[length++] = '}';
        line[length++] = '\n';
        std::fwrite(line, 1, static_cast<std::size_t>(length), file);
    }
    return std::fclose(file) == 0 ? 0 : 1;
}
