// The aggregates that are worked out of how often each value was met.
#include "grouping/counted_objects.h"

#include "grouping/aggregate_cells.h"
#include "grouping/value_counts.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace engine {
namespace {

double numberOf(DataType type, const PlainValue& value)
{
    if (type == DataType::Float64) return std::bit_cast<double>(value.word);
    return static_cast<double>(static_cast<std::int64_t>(value.word));
}

void comma(std::string& text)
{
    if (text.size() > 1) text += ',';
}

// The buckets of DDSketch (Masson, Rim and Lee, VLDB 2019) with a relative error of 1 %: whole numbers in the
// order of what they hold.
constexpr double kRelativeError = 0.01;
constexpr double kGamma = (1 + kRelativeError) / (1 - kRelativeError);
constexpr std::int64_t kMiddle = std::int64_t{1} << 20;  // far above the logarithm of any finite number
constexpr std::int64_t kInfinite = std::int64_t{1} << 40;
constexpr std::int64_t kNotANumber = std::int64_t{1} << 41;  // above all, as in MAX

std::int64_t bucketOf(double value)
{
    if (std::isnan(value)) return kNotANumber;
    if (value == 0) return 0;
    if (std::isinf(value)) return value > 0 ? kInfinite : -kInfinite;
    const auto index = static_cast<std::int64_t>(std::ceil(std::log(std::fabs(value)) / std::log(kGamma)));
    return value > 0 ? kMiddle + index : -(kMiddle + index);
}

double valueOfBucket(std::int64_t bucket)
{
    if (bucket == kNotANumber) return std::numeric_limits<double>::quiet_NaN();
    if (bucket == 0) return 0;
    const double sign = bucket > 0 ? 1 : -1;
    if (std::abs(bucket) == kInfinite) return sign * std::numeric_limits<double>::infinity();
    const auto index = static_cast<double>(std::abs(bucket) - kMiddle);
    return sign * 2 * std::pow(kGamma, index) / (kGamma + 1);
}

// The values themselves as long as there are few different ones, then their buckets: what it comes to depends
// on the values alone, not on how they were put together.
class Percentile final : public AggregateObject {
public:
    explicit Percentile(DataType type) : m_counts(type) { }
    std::unique_ptr<AggregateObject> clone() const override { return std::make_unique<Percentile>(*this); }
    void add(const Column& values, const Column&, std::uint32_t row, std::int64_t) override
    {
        add(valueAt(values, row), 1);
    }
    void merge(const AggregateObject& other, std::int64_t) override
    {
        const auto& from = static_cast<const Percentile&>(other);
        if (from.m_isRough) makeRough();
        if (from.m_isRough)
            m_counts.add(from.m_counts);
        else
            for (std::size_t index = 0; index < from.m_counts.size(); ++index)
                add(from.m_counts.value(index), from.m_counts.count(index));
    }
    void put(const Aggregate& aggregate, ColumnBuilder& into) const override
    {
        if (aggregate.kind == AggregateKind::PercentileExactness) return into.addBool(!m_isRough);
        into.addNumber(at(aggregate.fraction));
    }
    void save(std::string& out) const override
    {
        out.push_back(m_isRough ? '\1' : '\0');
        m_counts.save(out);
    }
    bool load(std::string_view saved) override
    {
        if (saved.empty()) return false;
        if (saved[0] != 0) makeRough();
        return m_counts.load(saved.substr(1));
    }
    std::size_t bytes() const override { return sizeof *this + m_counts.bytes(); }

private:
    void add(const PlainValue& value, std::int64_t count)
    {
        if (m_isRough) {
            const std::int64_t bucket = bucketOf(numberOf(m_exactType, value));
            return m_counts.add({static_cast<std::uint64_t>(bucket), {}}, count);
        }
        m_counts.add(value, count);
        if (m_counts.size() > kExactValues) makeRough();
    }
    void makeRough()
    {
        if (m_isRough) return;
        m_isRough = true;
        m_exactType = m_counts.type();
        const ValueCounts exact = std::exchange(m_counts, ValueCounts(DataType::Int64));
        for (std::size_t index = 0; index < exact.size(); ++index)
            add(exact.value(index), exact.count(index));
    }
    // Between the two values next to the place where there is none, on a line; of buckets the lower one.
    double at(double fraction) const
    {
        const double place = fraction * static_cast<double>(m_counts.total() - 1);
        const double below = std::floor(place);
        const auto [low, high] = valuesAt(static_cast<std::int64_t>(below));
        if (m_isRough || place == below || low == high) return low;
        return low + (high - low) * (place - below);
    }
    // The value at a place, counted from 0, and the one behind it.
    std::pair<double, double> valuesAt(std::int64_t place) const
    {
        const auto value = [this](std::uint32_t index) {
            const double number = numberOf(m_counts.type(), m_counts.value(index));
            return m_isRough ? valueOfBucket(static_cast<std::int64_t>(number)) : number;
        };
        const std::vector<std::uint32_t> sorted = m_counts.sorted();
        std::int64_t behind = 0;
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            behind += m_counts.count(sorted[i]);
            if (place >= behind) continue;
            const bool isLastOfItsKind = place + 1 == behind && i + 1 < sorted.size();
            return {value(sorted[i]), value(sorted[isLastOfItsKind ? i + 1 : i])};
        }
        return {};
    }

    static constexpr std::size_t kExactValues = 4096;
    ValueCounts m_counts;  // of values, then of buckets
    DataType m_exactType = DataType::Float64;
    bool m_isRough = false;
};

// The values that were met most often; of those met equally often the least.
class TopValues final : public AggregateObject {
public:
    explicit TopValues(DataType type) : m_counts(type) { }
    std::unique_ptr<AggregateObject> clone() const override { return std::make_unique<TopValues>(*this); }
    void add(const Column& values, const Column&, std::uint32_t row, std::int64_t) override
    {
        m_counts.add(valueAt(values, row));
    }
    void merge(const AggregateObject& from, std::int64_t) override
    {
        m_counts.add(static_cast<const TopValues&>(from).m_counts);
    }
    void put(const Aggregate& aggregate, ColumnBuilder& into) const override
    {
        std::vector<std::uint32_t> indexes = m_counts.sorted();
        std::stable_sort(indexes.begin(), indexes.end(), [this](std::uint32_t a, std::uint32_t b) {
            return m_counts.count(a) > m_counts.count(b);
        });
        indexes.resize(std::min(indexes.size(), static_cast<std::size_t>(aggregate.limit)));
        std::string text = "[";
        for (const std::uint32_t index : indexes) {
            comma(text);
            text += "{\"value\":";
            appendJson(text, m_counts.type(), m_counts.value(index));
            text += ",\"count\":" + std::to_string(m_counts.count(index)) + '}';
        }
        into.addText(text + ']');
    }
    void save(std::string& out) const override { m_counts.save(out); }
    bool load(std::string_view saved) override { return m_counts.load(saved); }
    std::size_t bytes() const override { return sizeof *this + m_counts.bytes(); }

private:
    ValueCounts m_counts;
};

// How many values lie in each bucket of one width; what is no finite number is counted apart.
class Histogram final : public AggregateObject {
public:
    explicit Histogram(double width) : m_width(width) { }
    std::unique_ptr<AggregateObject> clone() const override { return std::make_unique<Histogram>(*this); }
    void add(const Column& values, const Column&, std::uint32_t row, std::int64_t) override
    {
        const double value = numberOf(values.type(), valueAt(values, row));
        const double bucket = std::floor(value / m_width);
        if (std::isfinite(bucket))
            m_counts.add({std::bit_cast<std::uint64_t>(bucket), {}});
        else
            ++m_others;
    }
    void merge(const AggregateObject& other, std::int64_t) override
    {
        const auto& from = static_cast<const Histogram&>(other);
        m_counts.add(from.m_counts);
        m_others += from.m_others;
    }
    void put(const Aggregate&, ColumnBuilder& into) const override
    {
        std::string text = "[";
        const auto number = [&text](double value) {
            appendJson(text, DataType::Float64, {std::bit_cast<std::uint64_t>(value), {}});
        };
        for (const std::uint32_t index : m_counts.sorted()) {
            const double bucket = numberOf(DataType::Float64, m_counts.value(index));
            comma(text);
            text += "{\"from\":";
            number(bucket * m_width);
            text += ",\"to\":";
            number((bucket + 1) * m_width);
            text += ",\"count\":" + std::to_string(m_counts.count(index)) + '}';
        }
        if (m_others > 0) {
            comma(text);
            text += "{\"from\":null,\"to\":null,\"count\":" + std::to_string(m_others) + '}';
        }
        into.addText(text + ']');
    }
    void save(std::string& out) const override
    {
        saveValue(out, DataType::Int64, {static_cast<std::uint64_t>(m_others), {}});
        m_counts.save(out);
    }
    bool load(std::string_view saved) override
    {
        PlainValue others;
        if (!loadValue(saved, DataType::Int64, others)) return false;
        m_others = static_cast<std::int64_t>(others.word);
        return m_counts.load(saved);
    }
    std::size_t bytes() const override { return sizeof *this + m_counts.bytes(); }

private:
    double m_width;
    ValueCounts m_counts{DataType::Float64};
    std::int64_t m_others = 0;
};

// Different values, the least ones when there are more than may be kept.
class CollectedSet final : public AggregateObject {
public:
    CollectedSet(DataType type, std::int64_t limit) : m_counts(type), m_limit(static_cast<std::size_t>(limit))
    {
    }
    std::unique_ptr<AggregateObject> clone() const override { return std::make_unique<CollectedSet>(*this); }
    void add(const Column& values, const Column&, std::uint32_t row, std::int64_t) override
    {
        m_counts.add(valueAt(values, row));
        prune();
    }
    void merge(const AggregateObject& from, std::int64_t) override
    {
        m_counts.add(static_cast<const CollectedSet&>(from).m_counts);
        prune();
    }
    void put(const Aggregate&, ColumnBuilder& into) const override
    {
        std::vector<std::uint32_t> indexes = m_counts.sorted();
        indexes.resize(std::min(indexes.size(), m_limit));
        std::string text = "[";
        for (const std::uint32_t index : indexes) {
            comma(text);
            appendJson(text, m_counts.type(), m_counts.value(index));
        }
        into.addText(text + ']');
    }
    void save(std::string& out) const override { m_counts.save(out); }
    bool load(std::string_view saved) override { return m_counts.load(saved); }
    std::size_t bytes() const override { return sizeof *this + m_counts.bytes(); }

private:
    // Seldom, so that each value is sorted a few times at most.
    void prune()
    {
        if (m_counts.size() >= 2 * m_limit + 16) m_counts.keepLeast(m_limit);
    }
    ValueCounts m_counts;
    std::size_t m_limit;
};

}  // namespace

std::unique_ptr<AggregateObject> makePercentile(DataType type) { return std::make_unique<Percentile>(type); }
std::unique_ptr<AggregateObject> makeTopValues(DataType type) { return std::make_unique<TopValues>(type); }
std::unique_ptr<AggregateObject> makeHistogram(double width) { return std::make_unique<Histogram>(width); }
std::unique_ptr<AggregateObject> makeCollectedSet(DataType type, std::int64_t limit)
{
    return std::make_unique<CollectedSet>(type, limit);
}

}  // namespace engine
