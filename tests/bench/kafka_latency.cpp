// How long a record takes from its making until it can be read from a topic: a thread writes sensor records
// with the time at a steady rate into one topic, another reads them from that topic or from the one that an
// engine writes; with "windows" what is read are results of windows, and each takes from the end of its
// window on. The first seconds do not count. Prints percentiles in milliseconds. kafka_latency SERVERS INPUT
// OUTPUT RATE SECONDS [windows]
#include "kafka_client.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <ctime>
#include <string_view>
#include <thread>

namespace {

constexpr std::int64_t kWarmUpUs = 3'000'000, kLastUs = 10'000'000;

std::int64_t wallUs()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void write(const std::string& servers, const std::string& topic, std::int64_t rate, std::int64_t seconds,
           std::atomic<std::int64_t>& beginUs)
{
    const Client client = makeClient(
        RD_KAFKA_PRODUCER, servers,
        {{"compression.type", "lz4"}, {"linger.ms", "1"}, {"queue.buffering.max.messages", "500000"}});
    rd_kafka_topic_t* named = rd_kafka_topic_new(client.get(), topic.c_str(), nullptr);
    const int partitions = partitionsOf(client.get(), topic);
    const std::int64_t begin = nowUs(), all = rate * seconds;
    beginUs = begin;
    char text[160];
    for (std::int64_t i = 0; i < all;) {
        const std::int64_t due = std::min(all, (nowUs() - begin) * rate / 1'000'000);
        for (; i < due; ++i) {
            const int size = std::snprintf(
                text, sizeof text,
                R"({"sensor_id":"s-%06d","temperature":%d.5,"humidity":51.20,"at":%lld,"ts":%lld})",
                static_cast<int>(i % 1000), 21 + static_cast<int>(i % 29), static_cast<long long>(nowUs()),
                static_cast<long long>(wallUs() / 1000));
            rd_kafka_produce(named, static_cast<int>(i % partitions), RD_KAFKA_MSG_F_COPY, text,
                             static_cast<std::size_t>(size), nullptr, 0, nullptr);
        }
        rd_kafka_poll(client.get(), 0);
        std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    must(rd_kafka_flush(client.get(), kAnswerMs), "flush");
    rd_kafka_topic_destroy(named);
}

std::int64_t madeAt(const rd_kafka_message_t& message)
{
    const std::string_view text(static_cast<const char*>(message.payload), message.len);
    const std::size_t at = text.find("\"at\":");
    std::int64_t time = 0;
    if (at != std::string_view::npos) std::from_chars(text.data() + at + 5, text.data() + text.size(), time);
    return time;
}

// Every record passes: as many come as were written.
std::vector<double> read(rd_kafka_t* client, std::int64_t all, const std::atomic<std::int64_t>& beginUs)
{
    std::vector<double> took;
    took.reserve(static_cast<std::size_t>(all));
    rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(client);
    std::vector<rd_kafka_message_t*> batch(2000);
    std::int64_t lastCame = nowUs();
    for (std::int64_t got = 0; got < all && nowUs() - lastCame < kLastUs;) {
        const std::size_t count = consume(queue, batch);
        const std::int64_t now = nowUs();
        for (std::size_t i = 0; i < count; ++i) {
            rd_kafka_message_t* message = batch[i];
            must(message->err, "consume");
            const std::int64_t made = madeAt(*message);
            if (made - beginUs >= kWarmUpUs) took.push_back(static_cast<double>(now - made) / 1000);
            rd_kafka_message_destroy(message);
            ++got;
            lastCame = now;
        }
    }
    rd_kafka_queue_destroy(queue);
    return took;
}

// When the window of a result ended, as its text says: "window_end":"2026-01-31T12:00:01Z".
std::int64_t endedAtUs(const rd_kafka_message_t& message)
{
    const std::string_view text(static_cast<const char*>(message.payload), message.len);
    const std::size_t at = text.find("\"window_end\":\"");
    std::tm end{};
    if (at == std::string_view::npos || !strptime(text.data() + at + 14, "%Y-%m-%dT%H:%M:%S", &end)) return 0;
    return static_cast<std::int64_t>(timegm(&end)) * 1'000'000;
}

// Results until no more come.
std::vector<double> readWindows(rd_kafka_t* client, const std::atomic<bool>& isOver)
{
    std::vector<double> took;
    rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(client);
    std::vector<rd_kafka_message_t*> batch(2000);
    const std::int64_t countsFromUs = wallUs() + kWarmUpUs;
    while (!isOver) {
        const std::size_t count = consume(queue, batch);
        const std::int64_t now = wallUs();
        for (std::size_t i = 0; i < count; ++i) {
            must(batch[i]->err, "consume");
            const std::int64_t ended = endedAtUs(*batch[i]);
            if (ended >= countsFromUs) took.push_back(static_cast<double>(now - ended) / 1000);
            rd_kafka_message_destroy(batch[i]);
        }
    }
    rd_kafka_queue_destroy(queue);
    return took;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 6 && argc != 7) return 2;
    const std::string servers = argv[1], output = argv[3];
    const std::int64_t rate = std::atoll(argv[4]), seconds = std::atoll(argv[5]);
    // Batches of one would wait for their time-out: what is there is taken at once.
    const Client client = makeConsumer(servers, {{"fetch.wait.max.ms", "10"}});
    const int partitions = partitionsOf(client.get(), output);
    std::vector<std::int64_t> ends;
    for (const Offsets& each : offsetsOf(client.get(), output, partitions)) ends.push_back(each.high);
    assignFrom(client.get(), output, ends);
    std::atomic<std::int64_t> beginUs{0};
    std::atomic<bool> isOver{false};
    std::thread writer([&, input = std::string(argv[2])] {
        write(servers, input, rate, seconds, beginUs);
        isOver = true;
    });
    std::vector<double> took =
        argc == 7 ? readWindows(client.get(), isOver) : read(client.get(), rate * seconds, beginUs);
    writer.join();
    std::sort(took.begin(), took.end());
    const auto at = [&](double share) {
        return took.empty() ? -1.0
                            : took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))];
    };
    std::printf("{\"records\":%zu,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"p999_ms\":%.2f,\"max_ms\":%.2f}\n",
                took.size(), at(0.5), at(0.99), at(0.999), at(1));
    return 0;
}
