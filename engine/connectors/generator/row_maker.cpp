#include "connectors/generator/row_maker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace engine {

namespace {

// Event times of rows, floored to milliseconds.
class RowTimes {
public:
    explicit RowTimes(const GeneratorOptions& options)
        : m_startUs(options.startUs),
          m_stepUs(options.stepUs),
          m_disorder(static_cast<std::uint64_t>(options.disorderUs) + 1)
    {
    }
    std::int64_t at(std::uint64_t row, std::uint64_t random, const std::int64_t* nowUs) const
    {
        const std::int64_t base = nowUs ? *nowUs : m_startUs + static_cast<std::int64_t>(row) * m_stepUs;
        const std::int64_t back = m_disorder > 1 ? static_cast<std::int64_t>(random % m_disorder) : 0;
        return floorToMilliseconds(base - back);
    }

private:
    std::int64_t m_startUs, m_stepUs;
    std::uint64_t m_disorder;
};

double hundredths(std::uint64_t count) { return static_cast<double>(count) / 100.0; }

// What makes sensors differ: each has a middle of its own and goes up and down about it at a pace of its own.
class SensorSwing {
public:
    explicit SensorSwing(double degrees) : m_hundredths(degrees * 100) { }
    bool isNone() const { return m_hundredths <= 0; }
    // In hundredths of a degree, away from where all would be.
    std::int64_t at(std::size_t key, std::int64_t timeUs) const
    {
        // Steps of the golden ratio lie evenly however many there are.
        const double place = share(static_cast<double>(key) * 0.618033988749895 + 0.1);
        const std::int64_t periodUs = 20'000'000 + static_cast<std::int64_t>(key * 7 % 41) * 1'000'000;
        const double turn = share(place * 7 + static_cast<double>(timeUs % periodUs) /
                                                  static_cast<double>(periodUs));
        const double wave = std::sin(turn * 2 * std::numbers::pi);
        return std::llround(m_hundredths * (0.65 * (2 * place - 1) + 0.35 * wave));
    }

private:
    static double share(double number) { return number - std::floor(number); }
    double m_hundredths;
};

class SensorRows final : public RowMaker {
public:
    explicit SensorRows(const GeneratorOptions& options)
        : m_seed(options.seed),
          m_times(options),
          m_swing(options.swing),
          m_keys(options.keys, options.skew),
          m_names("s-", options.keys)
    {
    }
    void fill(std::uint64_t first, std::size_t count, const std::int64_t* nowUs, BatchBuilder& into) override
    {
        ColumnBuilder &id = into.column(0), &temperature = into.column(1), &humidity = into.column(2),
                      &time = into.column(3);
        id.pointInto(m_names.buffer());
        for (std::uint64_t row = first; row < first + count; ++row) {
            RowRandom random(m_seed, row);
            const std::size_t key = m_keys.choose(random.next());
            id.addText(m_names.name(key));
            const std::uint64_t bits = random.next();
            const std::int64_t timeUs = m_times.at(row, bits >> 36, nowUs);
            temperature.addNumber(temperatureOf(key, (bits & 0xFFF) + (bits >> 12 & 0xFFF), timeUs));
            humidity.addNumber(hundredths(3000 + (bits >> 24 & 0xFFF)));
            time.addInteger(timeUs);
            into.endRow(timeUs);
        }
    }
    std::size_t bytes() const override { return m_keys.bytes() + m_names.bytes(); }

private:
    // `noise` is 4095 in the middle.
    double temperatureOf(std::size_t key, std::uint64_t noise, std::int64_t timeUs) const
    {
        if (m_swing.isNone()) return hundredths(1000 + noise);
        constexpr std::int64_t kMiddle = 5095, kCalm = 8;
        const std::int64_t off = (static_cast<std::int64_t>(noise) - 4095) / kCalm;
        return static_cast<double>(kMiddle + off + m_swing.at(key, timeUs)) / 100.0;
    }
    std::int64_t m_seed;
    RowTimes m_times;
    SensorSwing m_swing;
    KeyChooser m_keys;
    KeyNames m_names;
};

class LogRows final : public RowMaker {
public:
    explicit LogRows(const GeneratorOptions& options)
        : m_seed(options.seed),
          m_times(options),
          m_clients(options.keys, options.skew),
          m_services("service-", kServices)
    {
    }
    void fill(std::uint64_t first, std::size_t count, const std::int64_t* nowUs, BatchBuilder& into) override
    {
        static constexpr std::array<std::string_view, 6> kPaths{
            "/", "/api/orders", "/api/orders/search", "/api/users", "/static/logo", "/health"};
        into.column(1).pointInto(m_services.buffer());
        for (std::uint64_t row = first; row < first + count; ++row) {
            RowRandom random(m_seed, row);
            const std::uint64_t bits = random.next();
            const std::int64_t timeUs = m_times.at(row, bits >> 32, nowUs);
            const std::size_t service = random.below(kServices);
            // A burst: for 2,000 rows of every 50,000 one service fails often.
            const bool isBurst = row % 50'000 < 2'000 && service == row / 50'000 % kServices;
            const std::uint64_t outcome = (bits & 0xFFFF) * 1000 >> 16;
            const bool isFault = outcome < (isBurst ? 400u : 5u);
            const bool isMistake = !isFault && outcome >= 970;
            into.column(0).addInteger(timeUs);
            into.column(1).addText(m_services.name(service));
            into.column(2).addText(isFault ? "error" : isMistake ? "warning" : "info");
            into.column(3).addInteger(isFault ? 503 : isMistake ? 404 : 200);
            const std::uint64_t spread = random.next();
            into.column(4).addInteger(static_cast<std::int64_t>(
                1 + ((spread & 0xFF) * (spread >> 8 & 0xFF) >> 7) + (isFault ? 900 : 0)));
            into.column(5).addText(kPaths[random.below(kPaths.size())]);
            addClient(into.column(6), m_clients.choose(random.next()));
            into.endRow(timeUs);
        }
    }
    std::size_t bytes() const override { return m_clients.bytes() + m_services.bytes(); }

private:
    static constexpr std::size_t kServices = 40;
    static void addClient(ColumnBuilder& column, std::size_t client)
    {
        char text[40];
        const int length =
            std::snprintf(text, sizeof text, "10.%u.%u.%u", static_cast<unsigned>(client >> 16 & 0xFF),
                          static_cast<unsigned>(client >> 8 & 0xFF), static_cast<unsigned>(client & 0xFF));
        column.addText({text, static_cast<std::size_t>(length)});
    }
    std::int64_t m_seed;
    RowTimes m_times;
    KeyChooser m_clients;
    KeyNames m_services;
};

class OrderRows final : public RowMaker {
public:
    explicit OrderRows(const GeneratorOptions& options)
        : m_seed(options.seed),
          m_times(options),
          m_keys(options.keys, options.skew),
          m_customers("c-", options.keys),
          m_products("p-", kProducts)
    {
    }
    void fill(std::uint64_t first, std::size_t count, const std::int64_t* nowUs, BatchBuilder& into) override
    {
        static constexpr std::array<std::string_view, 8> kCountries{"DE", "FR", "GB", "IT",
                                                                    "JP", "NL", "PL", "US"};
        into.column(1).pointInto(m_customers.buffer());
        into.column(2).pointInto(m_products.buffer());
        for (std::uint64_t row = first; row < first + count; ++row) {
            RowRandom random(m_seed, row);
            const std::size_t product = random.below(kProducts);
            into.column(0).addInteger(static_cast<std::int64_t>(row + 1));
            into.column(1).addText(m_customers.name(m_keys.choose(random.next())));
            into.column(2).addText(m_products.name(product));
            into.column(3).addInteger(static_cast<std::int64_t>(1 + random.below(5)));
            into.column(4).addNumber(hundredths(199 + product * 137 % 20'000));
            into.column(5).addText(kCountries[random.below(kCountries.size())]);
            const std::int64_t timeUs = m_times.at(row, random.next(), nowUs);
            into.column(6).addInteger(timeUs);
            into.endRow(timeUs);
        }
    }
    std::size_t bytes() const override { return m_keys.bytes() + m_customers.bytes() + m_products.bytes(); }

private:
    static constexpr std::size_t kProducts = 200;
    std::int64_t m_seed;
    RowTimes m_times;
    KeyChooser m_keys;
    KeyNames m_customers, m_products;
};

// Of 50 rows 1 is a person, 3 are auctions and 46 bids, as in the benchmark of that name.
class NexmarkRows final : public RowMaker {
public:
    explicit NexmarkRows(const GeneratorOptions& options)
        : m_seed(options.seed),
          m_times(options),
          m_keys(options.keys, options.skew),
          m_names("person-", options.keys)
    {
    }
    void fill(std::uint64_t first, std::size_t count, const std::int64_t* nowUs, BatchBuilder& into) override
    {
        into.column(2).pointInto(m_names.buffer());
        for (std::uint64_t row = first; row < first + count; ++row) {
            RowRandom random(m_seed, row);
            const std::uint64_t place = row % 50;
            if (place == 0)
                addPerson(row, random, into);
            else if (place < 4)
                addAuction(row, random, into);
            else
                addBid(row, random, into);
            const std::int64_t timeUs = m_times.at(row, random.next(), nowUs);
            into.column(11).addInteger(timeUs);
            into.endRow(timeUs);
        }
    }
    std::size_t bytes() const override { return m_keys.bytes() + m_names.bytes(); }

private:
    static std::int64_t auctionsBefore(std::uint64_t row)
    {
        return static_cast<std::int64_t>(row / 50 * 3 + std::min<std::uint64_t>(row % 50, 4) -
                                         (row % 50 > 0));
    }
    static void addNulls(BatchBuilder& into, std::size_t from, std::size_t end)
    {
        for (std::size_t i = from; i < end; ++i) into.column(i).addNull();
    }
    std::int64_t chooseKey(RowRandom& random)
    {
        return static_cast<std::int64_t>(m_keys.choose(random.next()));
    }
    void addPerson(std::uint64_t row, RowRandom& random, BatchBuilder& into)
    {
        static constexpr std::array<std::string_view, 6> kCities{"Boise",    "Kent",    "Phoenix",
                                                                 "Portland", "Redmond", "Seattle"};
        const std::uint64_t person = row / 50;
        into.column(0).addText("person");
        into.column(1).addInteger(static_cast<std::int64_t>(person));
        into.column(2).addText(m_names.name(static_cast<std::size_t>(chooseKey(random))));
        into.column(3).addText(kCities[random.below(kCities.size())]);
        addNulls(into, 4, 11);
    }
    void addAuction(std::uint64_t row, RowRandom& random, BatchBuilder& into)
    {
        into.column(0).addText("auction");
        addNulls(into, 1, 4);
        into.column(4).addInteger(auctionsBefore(row));
        into.column(5).addInteger(chooseKey(random));
        into.column(6).addInteger(static_cast<std::int64_t>(10 + random.below(5)));
        into.column(7).addNumber(hundredths(100 + random.below(10'000)));
        addNulls(into, 8, 11);
    }
    void addBid(std::uint64_t row, RowRandom& random, BatchBuilder& into)
    {
        constexpr std::uint64_t kOpenAuctions = 100;
        into.column(0).addText("bid");
        addNulls(into, 1, 8);
        const std::int64_t newest = auctionsBefore(row) - 1;
        into.column(8).addInteger(
            std::max<std::int64_t>(0, newest - static_cast<std::int64_t>(random.below(kOpenAuctions))));
        into.column(9).addInteger(chooseKey(random));
        into.column(10).addNumber(hundredths(100 + random.below(1'000'000)));
    }
    std::int64_t m_seed;
    RowTimes m_times;
    KeyChooser m_keys;
    KeyNames m_names;
};

}  // namespace

KeyChooser::KeyChooser(std::int64_t keys, double skew)
    : m_keys(static_cast<std::uint64_t>(std::max<std::int64_t>(keys, 1)))
{
    if (skew <= 0 || m_keys == 1) return;
    // Vose's alias method: each slot keeps its own key with some probability and else gives another.
    std::vector<double> share(m_keys);
    double sum = 0;
    for (std::size_t i = 0; i < m_keys; ++i) sum += share[i] = std::pow(static_cast<double>(i + 1), -skew);
    for (double& one : share) one *= static_cast<double>(m_keys) / sum;
    m_slots.resize(m_keys);
    std::vector<std::uint32_t> small, large;
    for (std::size_t i = 0; i < m_keys; ++i)
        (share[i] < 1 ? small : large).push_back(static_cast<std::uint32_t>(i));
    while (!small.empty() && !large.empty()) {
        const std::uint32_t less = small.back(), more = large.back();
        small.pop_back();
        m_slots[less] = {static_cast<std::uint32_t>(share[less] * 4294967295.0), more};
        share[more] -= 1 - share[less];
        if (share[more] >= 1) continue;
        large.pop_back();
        small.push_back(more);
    }
    for (const auto& rest : {small, large})
        for (const std::uint32_t slot : rest) m_slots[slot] = {UINT32_MAX, slot};
}

KeyNames::KeyNames(std::string_view prefix, std::int64_t keys)
{
    const std::size_t digits = std::max<std::size_t>(6, std::to_string(keys - 1).size());
    m_width = prefix.size() + digits;
    auto text = Buffer::make(m_width * static_cast<std::size_t>(keys));
    text->setSize(text->capacity());
    for (std::size_t key = 0; key < static_cast<std::size_t>(keys); ++key) {
        char* at = std::copy(prefix.begin(), prefix.end(), text->data() + key * m_width);
        std::size_t rest = key;
        for (std::size_t i = digits; i-- > 0; rest /= 10) at[i] = static_cast<char>('0' + rest % 10);
    }
    m_text = std::move(text);
}

SchemaPtr presetSchema(std::string_view preset)
{
    using enum DataType;
    const auto make = [](std::vector<Field> fields) {
        return std::make_shared<const Schema>(std::move(fields), true);
    };
    if (preset == "logs")
        return make({{"ts", Time},
                     {"service", String},
                     {"level", String},
                     {"status", Int64},
                     {"latency_ms", Int64},
                     {"path", String},
                     {"client", String}});
    if (preset == "orders")
        return make({{"order_id", Int64},
                     {"customer", String},
                     {"product", String},
                     {"quantity", Int64},
                     {"price", Float64},
                     {"country", String},
                     {"ts", Time}});
    if (preset == "nexmark")
        return make({{"event_type", String},
                     {"person_id", Int64},
                     {"person_name", String},
                     {"person_city", String},
                     {"auction_id", Int64},
                     {"auction_seller", Int64},
                     {"auction_category", Int64},
                     {"auction_initial_bid", Float64},
                     {"bid_auction", Int64},
                     {"bid_bidder", Int64},
                     {"bid_price", Float64},
                     {"ts", Time}});
    return make({{"sensor_id", String}, {"temperature", Float64}, {"humidity", Float64}, {"ts", Time}});
}

std::int64_t presetStepUs(std::string_view preset)
{
    return preset == "orders" ? 20'000 : preset == "nexmark" ? 100 : 1'000;
}

std::unique_ptr<RowMaker> makeRowMaker(const GeneratorOptions& options)
{
    if (options.preset == "logs") return std::make_unique<LogRows>(options);
    if (options.preset == "orders") return std::make_unique<OrderRows>(options);
    if (options.preset == "nexmark") return std::make_unique<NexmarkRows>(options);
    return std::make_unique<SensorRows>(options);
}

}  // namespace engine
