// The aggregates that keep single values, or a sketch of them.
#include "grouping/kept_objects.h"

#include "base/hash.h"
#include "grouping/counted_objects.h"
#include "state/bytes.h"
#include "state/key_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace engine {
namespace {

// A value that an object keeps beyond its batch.
struct OwnValue {
    std::uint64_t word = 0;
    std::string text{};
    OwnValue() = default;
    explicit OwnValue(const PlainValue& value) : word(value.word), text(value.text) { }
    PlainValue plain() const { return {word, text}; }
};

// The value in the row where another is least or greatest; of several such rows that in the first.
class ExtremeArgument final : public AggregateObject {
public:
    ExtremeArgument(DataType value, DataType by, bool isMin) : m_type(value), m_byType(by), m_isMin(isMin) { }
    std::unique_ptr<AggregateObject> clone() const override
    {
        return std::make_unique<ExtremeArgument>(*this);
    }
    void add(const Column& values, const Column& second, std::uint32_t row, std::int64_t order) override
    {
        const PlainValue by = valueAt(second, row);
        if (takesPlace(by, order)) keep(valueAt(values, row), by, order);
    }
    void merge(const AggregateObject& other, std::int64_t shift) override
    {
        const auto& from = static_cast<const ExtremeArgument&>(other);
        if (from.m_isSet && takesPlace(from.m_by.plain(), from.m_order + shift))
            keep(from.m_value.plain(), from.m_by.plain(), from.m_order + shift);
    }
    void put(const Aggregate&, ColumnBuilder& into) const override
    {
        putValue(m_type, m_value.plain(), into);
    }
    void save(std::string& out) const override
    {
        appendWord(out, static_cast<std::uint64_t>(m_order));
        saveValue(out, m_byType, m_by.plain());
        saveValue(out, m_type, m_value.plain());
    }
    bool load(std::string_view saved) override
    {
        std::uint64_t order = 0;
        PlainValue by, value;
        if (!takeWord(saved, order) || !loadValue(saved, m_byType, by) || !loadValue(saved, m_type, value))
            return false;
        keep(value, by, static_cast<std::int64_t>(order));
        return true;
    }
    std::size_t bytes() const override
    {
        return sizeof *this + m_value.text.capacity() + m_by.text.capacity();
    }

private:
    bool takesPlace(const PlainValue& by, std::int64_t order) const
    {
        if (!m_isSet) return true;
        const PlainValue kept = m_by.plain();
        if (isLess(m_byType, by, kept)) return m_isMin;
        if (isLess(m_byType, kept, by)) return !m_isMin;
        return order < m_order;
    }
    void keep(const PlainValue& value, const PlainValue& by, std::int64_t order)
    {
        m_isSet = true;
        m_order = order;
        m_by = OwnValue(by);
        m_value = OwnValue(value);
    }
    DataType m_type, m_byType;
    bool m_isMin, m_isSet = false;
    std::int64_t m_order = 0;
    OwnValue m_by, m_value;
};

// The first values in the node's order, at most so many.
class CollectedList final : public AggregateObject {
public:
    CollectedList(DataType type, std::int64_t limit) : m_type(type), m_limit(static_cast<std::size_t>(limit))
    {
    }
    std::unique_ptr<AggregateObject> clone() const override { return std::make_unique<CollectedList>(*this); }
    void add(const Column& values, const Column&, std::uint32_t row, std::int64_t order) override
    {
        keep(order, valueAt(values, row));
    }
    void merge(const AggregateObject& other, std::int64_t shift) override
    {
        for (const Entry& entry : static_cast<const CollectedList&>(other).m_entries)
            keep(entry.order + shift, entry.value.plain());
    }
    void put(const Aggregate&, ColumnBuilder& into) const override
    {
        std::vector<Entry> entries = m_entries;
        sort(entries);
        entries.resize(std::min(entries.size(), m_limit));
        std::string text = "[";
        for (const Entry& entry : entries) {
            if (text.size() > 1) text += ',';
            appendJson(text, m_type, entry.value.plain());
        }
        into.addText(text + ']');
    }
    void save(std::string& out) const override
    {
        for (const Entry& entry : m_entries) {
            appendWord(out, static_cast<std::uint64_t>(entry.order));
            saveValue(out, m_type, entry.value.plain());
        }
    }
    bool load(std::string_view saved) override
    {
        while (!saved.empty()) {
            std::uint64_t order = 0;
            PlainValue value;
            if (!takeWord(saved, order) || !loadValue(saved, m_type, value)) return false;
            keep(static_cast<std::int64_t>(order), value);
        }
        return true;
    }
    std::size_t bytes() const override
    {
        return sizeof *this + m_entries.capacity() * sizeof(Entry) + m_textBytes;
    }

private:
    struct Entry {
        std::int64_t order = 0;
        OwnValue value{};
    };
    static void sort(std::vector<Entry>& entries)
    {
        std::stable_sort(entries.begin(), entries.end(),
                         [](const Entry& a, const Entry& b) { return a.order < b.order; });
    }
    // A value that stands behind all that may be kept is never taken, so that rows in order cost nothing
    // more.
    void keep(std::int64_t order, const PlainValue& value)
    {
        if (m_entries.size() >= m_limit && order >= m_bound) return;
        m_entries.push_back({order, OwnValue(value)});
        m_textBytes += value.text.size();
        if (m_entries.size() == m_limit || m_entries.size() >= 2 * m_limit) prune();
    }
    void prune()
    {
        sort(m_entries);
        m_entries.resize(m_limit);
        m_bound = m_entries.back().order;
        m_textBytes = 0;
        for (const Entry& entry : m_entries) m_textBytes += entry.value.text.size();
    }
    DataType m_type;
    std::size_t m_limit, m_textBytes = 0;
    std::int64_t m_bound = 0;  // with m_limit entries: the order of the last that may be kept
    std::vector<Entry> m_entries;
};

// HyperLogLog with 4,096 registers (a standard error of 1.6 %), read out by Ertl's improved estimate
// (arXiv:1702.01284, algorithm 6).
class DistinctSketch final : public AggregateObject {
public:
    std::unique_ptr<AggregateObject> clone() const override
    {
        return std::make_unique<DistinctSketch>(*this);
    }
    void add(const Column& values, const Column&, std::uint32_t row, std::int64_t) override
    {
        if (values.type() == DataType::String) return addHash(stableHash(values.text(row)));
        std::uint64_t word = valueAt(values, row).word;
        if (values.type() == DataType::Float64) word = canonicalBits(values.numbers()[row]);
        addHash(stableHash({reinterpret_cast<const char*>(&word), sizeof word}));
    }
    void merge(const AggregateObject& other, std::int64_t) override
    {
        const auto& from = static_cast<const DistinctSketch&>(other);
        for (const std::uint32_t each : from.m_few) raise(each >> 8, static_cast<std::uint8_t>(each & 0xff));
        for (std::size_t index = 0; index < from.m_registers.size(); ++index)
            if (from.m_registers[index] > 0)
                raise(static_cast<std::uint32_t>(index), from.m_registers[index]);
    }
    void put(const Aggregate&, ColumnBuilder& into) const override
    {
        into.addInteger(static_cast<std::int64_t>(std::llround(estimate())));
    }
    void save(std::string& out) const override
    {
        for (const std::uint32_t each : m_few) appendHalf(out, each);
        for (std::size_t index = 0; index < m_registers.size(); ++index)
            if (m_registers[index] > 0)
                appendHalf(out, static_cast<std::uint32_t>(index << 8 | m_registers[index]));
    }
    bool load(std::string_view saved) override
    {
        while (!saved.empty()) {
            std::uint32_t each = 0;
            if (!takeHalf(saved, each) || each >> 8 >= kRegisters || (each & 0xff) > kRankMax) return false;
            raise(each >> 8, static_cast<std::uint8_t>(each & 0xff));
        }
        return true;
    }
    std::size_t bytes() const override
    {
        return sizeof *this + m_few.capacity() * sizeof(std::uint32_t) + m_registers.capacity();
    }

private:
    static constexpr unsigned kBits = 12;
    static constexpr std::size_t kRegisters = std::size_t{1} << kBits;
    static constexpr std::uint8_t kRankMax = 64 - kBits + 1;
    static constexpr std::size_t kFewMax =
        256;  // then a byte for each register takes less time, and not much more

    void addHash(std::uint64_t hash)
    {
        const std::uint64_t rest = hash << kBits | (std::uint64_t{1} << (kBits - 1));
        raise(static_cast<std::uint32_t>(hash >> (64 - kBits)),
              static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
    }
    void raise(std::uint32_t index, std::uint8_t rank)
    {
        if (!m_registers.empty()) {
            m_registers[index] = std::max(m_registers[index], rank);
            return;
        }
        const auto place = std::lower_bound(m_few.begin(), m_few.end(), index << 8);
        if (place != m_few.end() && *place >> 8 == index) {
            *place = std::max(*place, index << 8 | rank);
            return;
        }
        m_few.insert(place, index << 8 | rank);
        if (m_few.size() <= kFewMax) return;
        m_registers.resize(kRegisters);
        for (const std::uint32_t each : m_few)
            m_registers[each >> 8] = static_cast<std::uint8_t>(each & 0xff);
        m_few = {};
    }
    static double sigma(double x)
    {
        if (x == 1) return std::numeric_limits<double>::infinity();
        double y = 1, z = x;
        for (double before = -1; before != z;) {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        }
        return z;
    }
    static double tau(double x)
    {
        if (x == 0 || x == 1) return 0;
        double y = 1, z = 1 - x;
        for (double before = -1; before != z;) {
            x = std::sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }
        return z / 3;
    }
    double estimate() const
    {
        std::array<double, kRankMax + 1> having{};  // how many registers have each rank
        having[0] = static_cast<double>(m_registers.empty() ? kRegisters - m_few.size() : 0);
        for (const std::uint32_t each : m_few) ++having[each & 0xff];
        for (const std::uint8_t rank : m_registers) ++having[rank];
        constexpr double registers = kRegisters;
        double z = registers * tau(1 - having[kRankMax] / registers);
        for (std::size_t rank = kRankMax - 1; rank >= 1; --rank) z = 0.5 * (z + having[rank]);
        z += registers * sigma(having[0] / registers);
        return registers * registers / (2 * std::log(2.0)) / z;
    }

    std::vector<std::uint32_t> m_few;  // register and rank, sorted, as long as there are few
    std::vector<std::uint8_t> m_registers;
};

}  // namespace

std::unique_ptr<AggregateObject> makeExtremeArgument(DataType value, DataType by, bool isMin)
{
    return std::make_unique<ExtremeArgument>(value, by, isMin);
}
std::unique_ptr<AggregateObject> makeCollectedList(DataType type, std::int64_t limit)
{
    return std::make_unique<CollectedList>(type, limit);
}
std::unique_ptr<AggregateObject> makeDistinctSketch() { return std::make_unique<DistinctSketch>(); }

bool keepsObject(AggregateKind kind)
{
    return kind >= AggregateKind::Percentile && kind <= AggregateKind::CollectSet;
}

std::unique_ptr<AggregateObject> makeObject(const Aggregate& aggregate)
{
    switch (aggregate.kind) {
    case AggregateKind::Percentile: return makePercentile(aggregate.argumentType);
    case AggregateKind::TopValues: return makeTopValues(aggregate.argumentType);
    case AggregateKind::Histogram: return makeHistogram(aggregate.width);
    case AggregateKind::CollectSet: return makeCollectedSet(aggregate.argumentType, aggregate.limit);
    case AggregateKind::CollectList: return makeCollectedList(aggregate.argumentType, aggregate.limit);
    case AggregateKind::ArgMin:
    case AggregateKind::ArgMax:
        return makeExtremeArgument(aggregate.argumentType, aggregate.secondType,
                                   aggregate.kind == AggregateKind::ArgMin);
    default: return makeDistinctSketch();
    }
}

}  // namespace engine
