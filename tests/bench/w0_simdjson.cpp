// W0 by simdjson alone: reads three fields of every record of the sensors file and adds them up. The ceiling
// for a decoder. w0_simdjson FILE THREADS
#include <fcntl.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kBlock = 1 << 20;

// What one thread has read.
struct Totals {
    std::uint64_t records = 0, keyBytes = 0, times = 0;
    double temperatures = 0;
};

// Reads whole records of [offset, offset + kBlock): those that begin in it. Moves `text` past a record begun
// before.
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

void readRecords(std::string_view text, simdjson::ondemand::parser& parser, Totals& totals)
{
    simdjson::ondemand::document_stream stream;
    if (text.empty() || parser.iterate_many(text.data(), text.size(), text.size() + 64).get(stream)) return;
    for (auto document : stream) {
        std::string_view key;
        double temperature = 0;
        std::int64_t time = 0;
        if (document["sensor_id"].get(key) || document["temperature"].get(temperature) ||
            document["ts"].get(time)) {
            std::fputs("A record cannot be read.\n", stderr);
            std::exit(1);
        }
        ++totals.records;
        totals.keyBytes += key.size();
        totals.temperatures += temperature;
        totals.times += static_cast<std::uint64_t>(time);
    }
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) return 2;
    const int file = open(argv[1], O_RDONLY);
    struct stat info = {};
    if (file < 0 || fstat(file, &info) != 0) return 1;
    const auto fileBytes = static_cast<std::size_t>(info.st_size);
    const auto threads = static_cast<std::size_t>(std::atoi(argv[2]));

    std::atomic<std::size_t> next{0};
    std::vector<Totals> totals(threads);
    const auto work = [&](std::size_t thread) {
        simdjson::ondemand::parser parser;
        std::vector<char> buffer(kBlock + 8192 + simdjson::SIMDJSON_PADDING);
        for (std::size_t offset; (offset = next.fetch_add(kBlock)) < fileBytes;)
            readRecords(readBlock(file, fileBytes, offset, buffer), parser, totals[thread]);
    };
    std::vector<std::thread> helpers;
    for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(work, i);
    work(0);
    for (std::thread& helper : helpers) helper.join();
    Totals all;
    for (const Totals& one : totals) {
        all.records += one.records;
        all.keyBytes += one.keyBytes;
        all.times += one.times;
        all.temperatures += one.temperatures;
    }
    std::printf("%llu records, %llu, %llu, %.2f\n", static_cast<unsigned long long>(all.records),
                static_cast<unsigned long long>(all.keyBytes), static_cast<unsigned long long>(all.times),
                all.temperatures);
}
