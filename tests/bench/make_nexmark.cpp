// Writes more of what tests/peers/flink/make_inputs records of Nexmark, in the same format: of 50 rows one is
// a person, three are auctions and 46 bids; 10,000 events for each second of event time, disorder up to
// 800 ms. Half of the bids are for the newest auction whose number is a multiple of 100, three in four by
// such a bidder, the rest for and by any of the newest. The same arguments give the same bytes. make_nexmark
// FILE RECORDS SEED
#include "numbers.h"
#include "sensor_rows.h"

#include <array>

namespace {

using Id = unsigned long long;

constexpr std::int64_t kBeginMs = 1'700'000'000'000, kRowsPerMs = 10;

// So many persons or auctions there are, numbered from 1,000 on.
Id recent(Numbers& numbers, Id count, Id newest)
{
    return 1000 + count - 1 - numbers.below(std::min<Id>(count, newest));
}

Id hotOrRecent(Numbers& numbers, Id count, Id newest, unsigned hotPercent)
{
    if (numbers.below(100) < hotPercent) return 1000 + (count - 1) / 100 * 100;
    return recent(numbers, count, newest);
}

template <std::size_t N>
const char* oneOf(Numbers& numbers, const std::array<const char*, N>& texts)
{
    return texts[numbers.below(N)];
}

constexpr std::array kNames{"Kate", "Luke", "Sarah", "Vicky"};
constexpr std::array kCities{"Phoenix", "Palo Alto", "San Mateo", "Boise", "Bend", "Seattle"};
constexpr std::array kStates{"AZ", "CA", "ID", "OR", "WA"};
constexpr std::array kChannels{"apple", "google", "facebook", "baidu", "channel-7"};
constexpr std::array kExtras{"", "ccac", "xyz", "cab"};

// Writes one row after another.
class Events {
public:
    Events(std::FILE* file, std::uint64_t seed) : m_file(file), m_numbers(seed) { }
    void write(std::uint64_t place)
    {
        const std::int64_t at = kBeginMs + static_cast<std::int64_t>(place) / kRowsPerMs;
        const std::string time = isoTime(at - static_cast<std::int64_t>(m_numbers.below(800)));
        if (place % 50 == 0)
            person(time.c_str());
        else if (place % 50 < 4)
            auction(at, time.c_str());
        else
            bid(time.c_str());
    }

private:
    void person(const char* time)
    {
        const char* name = oneOf(m_numbers, kNames);
        const char* city = oneOf(m_numbers, kCities);
        const char* state = oneOf(m_numbers, kStates);
        std::fprintf(m_file,
                     R"({"event_type":0,"person":{"id":%llu,"name":"%s","city":"%s","state":"%s",)"
                     R"("dateTime":"%s"},"dateTime":"%s"})"
                     "\n",
                     1000 + m_people++, name, city, state, time, time);
    }
    void auction(std::int64_t at, const char* time)
    {
        const unsigned item = below(90), initialBid = below(1000), reserve = 1000 + below(1000);
        const std::string expires = isoTime(at + 2000 + below(20'000));
        const Id seller = recent(m_numbers, m_people, 500);
        const unsigned category = 10 + below(5);
        std::fprintf(m_file,
                     R"({"event_type":1,"auction":{"id":%llu,"itemName":"item %u","initialBid":%u,)"
                     R"("reserve":%u,"dateTime":"%s","expires":"%s","seller":%llu,"category":%u},)"
                     R"("dateTime":"%s"})"
                     "\n",
                     1000 + m_auctions++, item, initialBid, reserve, time, expires.c_str(), seller, category,
                     time);
    }
    void bid(const char* time)
    {
        const Id auction = hotOrRecent(m_numbers, m_auctions, 1000, 50);
        const Id bidder = hotOrRecent(m_numbers, m_people, 1000, 75);
        const Id root = below(400);
        const char* channel = oneOf(m_numbers, kChannels);
        const char first = "abc"[below(3)], second = "xyz"[below(3)];
        const unsigned number = below(99);
        std::fprintf(m_file,
                     R"({"event_type":2,"bid":{"auction":%llu,"bidder":%llu,"price":%llu,"channel":"%s",)"
                     R"("url":"https://www.nexmark.com/%c/%c/item.htm?query=1&channel_id=%u",)"
                     R"("dateTime":"%s","extra":"%s"},"dateTime":"%s"})"
                     "\n",
                     auction, bidder, 100 + root * root * root, channel, first, second, number, time,
                     oneOf(m_numbers, kExtras), time);
    }
    unsigned below(unsigned bound) { return static_cast<unsigned>(m_numbers.below(bound)); }

    std::FILE* m_file;
    Numbers m_numbers;
    Id m_people = 0, m_auctions = 0;
};

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        std::fputs("make_nexmark FILE RECORDS SEED\n", stderr);
        return 2;
    }
    std::FILE* file = std::fopen(argv[1], "wb");
    if (!file) {
        std::perror(argv[1]);
        return 1;
    }
    const std::uint64_t records = std::strtoull(argv[2], nullptr, 10);
    Events events(file, std::strtoull(argv[3], nullptr, 10));
    for (std::uint64_t place = 0; place < records; ++place) events.write(place);
    return std::fclose(file) == 0 ? 0 : 1;
}
