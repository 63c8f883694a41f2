// W1 written for this one query: filter temperature > 20, tumbling windows of 1 s by sensor_id with count,
// avg, min and max. Threads take blocks of the file in turn and add each up by second; the sums are handed on
// in the order of the blocks, and a second that can get no more rows (500 ms of disorder) is finished and
// forgotten. No lateness, no bad records, no checkpoints: what an engine should come near. w1_by_hand FILE
// THREADS [OUTPUT]
#include <fcntl.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kBlock = 256 << 10;
constexpr std::int64_t kWindowMs = 1000, kDisorderMs = 500;

struct Sums {
    std::uint64_t count = 0;
    double sum = 0, least = 1e300, most = -1e300;
    void add(double value)
    {
        ++count;
        sum += value;
        if (value < least) least = value;
        if (value > most) most = value;
    }
    void add(const Sums& other)
    {
        count += other.count;
        sum += other.sum;
        if (other.least < least) least = other.least;
        if (other.most > most) most = other.most;
    }
};

// Keys of this data are up to 16 bytes: two words, filled with zeros.
struct Key {
    std::uint64_t low = 0, high = 0;
    bool operator==(const Key&) const = default;
    static Key of(std::string_view text)
    {
        Key key;
        if (text.size() > 16) {
            std::fputs("A key is longer than 16 bytes.\n", stderr);
            std::exit(1);
        }
        const std::size_t first = text.size() < 8 ? text.size() : 8;
        std::memcpy(&key.low, text.data(), first);
        std::memcpy(&key.high, text.data() + first, text.size() - first);
        return key;
    }
    std::uint64_t hash() const
    {
        const auto product =
            static_cast<unsigned __int128>(low ^ 0xA0761D6478BD642Full) * (high ^ 0xE7037ED1A0B428DBull);
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    std::string text() const
    {
        char bytes[17] = {};
        std::memcpy(bytes, &low, 8);
        std::memcpy(bytes + 8, &high, 8);
        return bytes;
    }
};

// The groups of one second, in the order in which they came, found by open addressing.
class Second {
public:
    struct Group {
        Key key;
        std::uint64_t hash = 0;
        Sums sums;
    };
    Second() : m_slots(2048, 0) { }
    Sums& find(const Key& key, std::uint64_t hash)
    {
        if (groups.size() * 2 >= m_slots.size()) widen();
        std::size_t slot = hash & (m_slots.size() - 1);
        while (m_slots[slot] != 0) {
            Group& group = groups[m_slots[slot] - 1];
            if (group.hash == hash && group.key == key) return group.sums;
            slot = (slot + 1) & (m_slots.size() - 1);
        }
        groups.push_back({key, hash, {}});
        m_slots[slot] = static_cast<std::uint32_t>(groups.size());
        return groups.back().sums;
    }
    void clear()
    {
        groups.clear();
        std::fill(m_slots.begin(), m_slots.end(), 0u);
    }
    std::vector<Group> groups;

private:
    void widen()
    {
        m_slots.assign(m_slots.size() * 2, 0);
        for (std::size_t i = 0; i < groups.size(); ++i) {
            std::size_t slot = groups[i].hash & (m_slots.size() - 1);
            while (m_slots[slot] != 0) slot = (slot + 1) & (m_slots.size() - 1);
            m_slots[slot] = static_cast<std::uint32_t>(i + 1);
        }
    }
    std::vector<std::uint32_t> m_slots;
};

using Seconds = std::map<std::int64_t, std::unique_ptr<Second>>;

// One block's sums, and how far event time has come in it.
struct BlockSums {
    Seconds seconds;
    std::int64_t greatestMs = 0;
    bool isReady = false;
};

// Takes blocks in order and lets go of the seconds that are complete. Guarded by its mutex.
class Collector {
public:
    Collector(std::size_t blocks, std::FILE* output) : m_blocks(blocks), m_output(output) { }
    void put(std::size_t index, BlockSums sums)
    {
        const std::lock_guard lock(m_mutex);
        m_blocks[index] = std::move(sums);
        m_blocks[index].isReady = true;
        for (; m_next < m_blocks.size() && m_blocks[m_next].isReady; ++m_next) take(m_blocks[m_next]);
    }
    void finish() { close(std::numeric_limits<std::int64_t>::max()); }
    std::uint64_t rows() const { return m_rows; }

private:
    void take(BlockSums& block)
    {
        for (auto& [second, sums] : block.seconds) {
            auto& mine = m_open[second];
            if (!mine) {
                mine = std::move(sums);
                continue;
            }
            for (const Second::Group& group : sums->groups) mine->find(group.key, group.hash).add(group.sums);
        }
        block.seconds.clear();
        m_greatestMs = std::max(m_greatestMs, block.greatestMs);
        close(m_greatestMs - kDisorderMs);
    }
    void close(std::int64_t watermarkMs)
    {
        while (!m_open.empty() && (m_open.begin()->first + 1) * kWindowMs - 1 <= watermarkMs) {
            m_rows += m_open.begin()->second->groups.size();
            if (m_output) write(m_open.begin()->first, *m_open.begin()->second);
            m_open.erase(m_open.begin());
        }
    }
    void write(std::int64_t second, const Second& sums)
    {
        const std::time_t end = second + 1;
        std::tm parts = {};
        gmtime_r(&end, &parts);
        char time[40];
        std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
        for (const Second::Group& group : sums.groups)
            std::fprintf(m_output,
                         R"({"sensor_id":"%s","window_end":"%s","n":%llu,)"
                         R"("avg_temperature":%.17g,"min_temperature":%.17g,"max_temperature":%.17g})"
                         "\n",
                         group.key.text().c_str(), time, static_cast<unsigned long long>(group.sums.count),
                         group.sums.sum / static_cast<double>(group.sums.count), group.sums.least,
                         group.sums.most);
    }
    std::mutex m_mutex;
    std::vector<BlockSums> m_blocks;
    std::size_t m_next = 0;
    Seconds m_open;
    std::int64_t m_greatestMs = 0;
    std::uint64_t m_rows = 0;
    std::FILE* m_output;
};

BlockSums addUp(std::string_view text, simdjson::ondemand::parser& parser)
{
    BlockSums block;
    simdjson::ondemand::document_stream stream;
    if (text.empty() || parser.iterate_many(text.data(), text.size(), text.size() + 64).get(stream))
        return block;
    std::int64_t lastSecond = -1;
    Second* last = nullptr;
    for (auto document : stream) {
        std::string_view key;
        double temperature = 0;
        std::int64_t time = 0;
        if (document["sensor_id"].get(key) || document["temperature"].get(temperature) ||
            document["ts"].get(time)) {
            std::fputs("A record cannot be read.\n", stderr);
            std::exit(1);
        }
        if (time > block.greatestMs) block.greatestMs = time;
        if (!(temperature > 20)) continue;
        if (time / kWindowMs != lastSecond) {
            lastSecond = time / kWindowMs;
            auto& second = block.seconds[lastSecond];
            if (!second) second = std::make_unique<Second>();
            last = second.get();
        }
        const Key words = Key::of(key);
        last->find(words, words.hash()).add(temperature);
    }
    return block;
}

std::string_view readBlock(int file, std::size_t fileBytes, std::size_t offset, std::vector<char>& buffer)
{
    const std::size_t from = offset == 0 ? 0 : offset - 1;
    const std::size_t until = std::min(fileBytes, offset + kBlock + 4096);
    const ssize_t got = pread(file, buffer.data(), until - from, static_cast<off_t>(from));
    if (got <= 0) return {};
    std::string_view text(buffer.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    if (offset > 0) begin = text.find('\n') + 1;
    std::size_t end = text.size();
    if (offset + kBlock < fileBytes) end = text.find('\n', offset + kBlock - 1 - from) + 1;
    return text.substr(begin, end - begin);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3) return 2;
    const int file = open(argv[1], O_RDONLY);
    struct stat info = {};
    if (file < 0 || fstat(file, &info) != 0) return 1;
    const auto fileBytes = static_cast<std::size_t>(info.st_size);
    std::FILE* output = argc > 3 ? std::fopen(argv[3], "wb") : nullptr;

    const std::size_t blocks = (fileBytes + kBlock - 1) / kBlock;
    Collector collector(blocks, output);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        simdjson::ondemand::parser parser;
        std::vector<char> buffer(kBlock + 8192 + simdjson::SIMDJSON_PADDING);
        for (std::size_t block; (block = next++) < blocks;)
            collector.put(block, addUp(readBlock(file, fileBytes, block * kBlock, buffer), parser));
    };
    std::vector<std::thread> helpers;
    for (int i = 1; i < std::atoi(argv[2]); ++i) helpers.emplace_back(work);
    work();
    for (std::thread& helper : helpers) helper.join();
    collector.finish();
    std::printf("%llu groups\n", static_cast<unsigned long long>(collector.rows()));
    return output ? std::fclose(output) : 0;
}
