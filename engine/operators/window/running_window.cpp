#include "operators/window/running_window.h"

#include "grouping/aggregate_cells.h"
#include "grouping/group_key.h"

#include <algorithm>
#include <cstring>

namespace engine {
namespace {

SchemaPtr keySchema(const GroupLayout& layout) { return std::make_shared<Schema>(layout.keys); }

std::vector<DataType> resultTypes(const GroupLayout& layout)
{
    std::vector<DataType> types;
    for (const Field& key : layout.keys) types.push_back(key.type);
    for (const Aggregate& aggregate : layout.aggregates) types.push_back(aggregate.resultType);
    return types;
}

// Calls f(first, size) for one step after another.
template <class F>
void inSteps(std::size_t total, std::size_t step, F&& f)
{
    for (std::size_t first = 0; first < total; first += step) f(first, std::min(step, total - first));
}

}  // namespace

bool RunningWindow::suits(const WindowLayout& layout)
{
    return layout.kind == WindowKind::Hopping && layout.sizeUs > layout.slideUs && layout.ownBytes == 0 &&
        std::none_of(layout.aggregates.begin(), layout.aggregates.end(), [](const Aggregate& aggregate) {
               return keepsText(aggregate.kind) || keepsObject(aggregate.kind) ||
                   aggregate.kind == AggregateKind::CountDistinct ||
                   aggregate.kind == AggregateKind::PercentileExactness;
           });
}

RunningWindow::RunningWindow(WindowLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_grid(m_layout->grid()),
      m_sumBytes(m_layout->rowBytes - kSumsAt),
      m_first(kSumsAt),
      m_second(m_layout, kStep, GroupsFoundBy::Owner),
      m_results(resultTypes(*m_layout)),
      m_keys(keySchema(*m_layout)),
      m_combined(kStep * m_layout->rowBytes)
{
    for (std::size_t i = 0; i < kStep; ++i) m_rows[i] = m_combined.data() + i * m_layout->rowBytes;
    for (const Aggregate& aggregate : m_layout->aggregates) {
        m_hasWideSums |= aggregate.kind == AggregateKind::SumInteger;
        m_values.emplace_back(aggregate.resultType, kStep);
    }
}

std::size_t RunningWindow::bytes() const
{
    std::size_t total = m_first.capacity() + m_second.bytes() + m_index.slots() * 4 + m_results.bytes() +
        m_groups.capacity() * sizeof(Group) + m_groupAt.capacity() * 4 + m_changed.capacity() * 4;
    for (const Slice& slice : m_slices) total += slice.groups.capacity() * 4 + slice.before.capacity();
    return total;
}

void RunningWindow::prefetch(std::uint32_t group)
{
    __builtin_prefetch(&m_groups[group]);
    __builtin_prefetch(firstOf(group));
    __builtin_prefetch(m_second.row(group));
}

std::int64_t RunningWindow::partOf(std::int64_t slice) const
{
    return quotientDown(slice - m_grid.offsetUs, m_grid.sizeUs) * m_grid.sizeUs + m_grid.offsetUs;
}

void RunningWindow::moveTo(std::int64_t end, const WindowState::Slices& slices)
{
    const std::int64_t start = m_grid.startOf(end);
    for (; !m_slices.empty() && m_slices.front().start < start; m_slices.pop_front()) {
        leave(m_slices.front());
        --m_added;
    }
    takeSlices(start, end, slices);
    m_seenUntil = end;
    sumUp();
    workOut();
}

void RunningWindow::leave(const Slice& slice)
{
    for (std::size_t i = 0; i < slice.groups.size(); ++i) {
        const std::uint32_t group = slice.groups[i];
        if (i + kAhead < slice.groups.size()) prefetch(slice.groups[i + kAhead]);
        // Of a slice in the second part the sums cannot be taken back; but then the parts are new ones.
        if (!slice.before.empty())
            std::memcpy(firstOf(group), slice.before.data() + i * m_sumBytes, m_sumBytes);
        if (--m_groups[group].slices == 0)
            removeGroup(group);
        else
            noteChanged(group);
    }
}

void RunningWindow::takeSlices(std::int64_t start, std::int64_t end, const WindowState::Slices& slices)
{
    const auto first = slices.lower_bound(m_isStale ? start : std::max(start, m_seenUntil));
    for (auto slice = first; slice != slices.end() && slice->first < end; ++slice) {
        auto place = std::lower_bound(m_slices.begin(), m_slices.end(), slice->first,
                                      [](const Slice& a, std::int64_t at) { return a.start < at; });
        if (place == m_slices.end() || place->start != slice->first) {
            place = m_slices.insert(place, Slice{});
            place->start = slice->first;
            place->table = slice->second.get();
        }
        takeGroups(*place);
    }
}

void RunningWindow::takeGroups(Slice& slice)
{
    const std::size_t size = slice.table->size();
    slice.groups.reserve(size);
    const auto hashOf = [&slice](std::size_t row) { return headOf(slice.table->row(row)).hash; };
    for (std::size_t row = slice.groups.size(); row < size; ++row) {
        if (row + 2 * kAhead < size) m_index.prefetch(hashOf(row + 2 * kAhead));
        if (row + kAhead < size) {
            const std::uint32_t guess = m_index.firstGuess(hashOf(row + kAhead));
            if (guess != SlotIndex::kNone) prefetch(guess);
        }
        const std::uint32_t group = groupOf(headOf(slice.table->row(row)));
        ++m_groups[group].slices;
        slice.groups.push_back(group);
    }
}

std::uint32_t RunningWindow::groupOf(const GroupRow& key)
{
    const bool isText = isTextKey(m_layout->keyForm);
    const auto found = m_index.find(key.hash, [&](std::uint32_t group) {
        if (m_groups[group].hash != key.hash) return false;
        const GroupRow& other = headOf(m_second.row(group));
        return isText ? sameGroupKey<true>(other, key) : sameGroupKey<false>(other, key);
    });
    if (found != SlotIndex::kNone) return found;
    const std::uint32_t group = m_second.make(key);
    if (group == m_groups.size()) {
        m_groups.emplace_back();
        m_first.resize(m_first.size() + m_sumBytes);
    }
    m_groups[group].hash = key.hash;
    std::memset(firstOf(group), 0, m_sumBytes);
    m_index.insertAmong(key.hash, group, ++m_groupsUsed, [&](auto&& put) {
        for (std::uint32_t other = 0; other < m_groups.size(); ++other)
            if (m_groups[other].slices > 0) put(m_groups[other].hash, other);
    });
    return group;
}

void RunningWindow::removeGroup(std::uint32_t group)
{
    m_index.erase(m_groups[group].hash, group, [this](std::uint32_t other) { return m_groups[other].hash; });
    unplace(group);
    m_second.free(group);
    --m_groupsUsed;
}

void RunningWindow::sumUp()
{
    const std::int64_t part = partOf(m_grid.startOf(m_seenUntil));
    if (part != m_part || m_isStale) {
        for (std::uint32_t group = 0; group < m_groups.size(); ++group) {
            if (m_groups[group].slices == 0) continue;
            std::memset(firstOf(group), 0, m_sumBytes);
            std::memset(m_second.writable(group) + kSumsAt, 0, m_sumBytes);
            noteChanged(group);
        }
        m_part = part;
        m_isStale = false;
        m_added = 0;
        while (m_added < m_slices.size() && m_slices[m_added].start < part + m_grid.sizeUs) ++m_added;
        for (std::size_t i = m_added; i > 0; --i) addToFirst(m_slices[i - 1]);
    }
    for (; m_added < m_slices.size(); ++m_added) addToSecond(m_slices[m_added]);
}

void RunningWindow::addToFirst(Slice& slice)
{
    slice.before.resize(slice.groups.size() * m_sumBytes);
    inSteps(slice.groups.size(), kStep, [&](std::size_t first, std::size_t size) {
        const char* from[kStep];
        char* into[kStep];
        for (std::size_t i = 0; i < size; ++i) {
            from[i] = slice.table->row(first + i);
            into[i] = firstOf(slice.groups[first + i]) - kSumsAt;
            std::memcpy(slice.before.data() + (first + i) * m_sumBytes, into[i] + kSumsAt, m_sumBytes);
        }
        for (const Aggregate& aggregate : m_layout->aggregates)
            mergeCells(aggregate, from, into, size, 0, {m_noTexts, m_noDeadText});
    });
}

void RunningWindow::addToSecond(Slice& slice)
{
    slice.before.clear();
    m_second.merge(*slice.table, 0, slice.groups);
    for (const std::uint32_t group : slice.groups) noteChanged(group);
}

void RunningWindow::noteChanged(std::uint32_t group)
{
    if (m_groups[group].isChanged) return;
    m_groups[group].isChanged = true;
    m_changed.push_back(group);
}

void RunningWindow::workOut()
{
    std::erase_if(m_changed, [this](std::uint32_t group) {
        m_groups[group].isChanged = false;
        return m_groups[group].slices == 0;
    });
    inSteps(m_changed.size(), kStep, [this](std::size_t first, std::size_t size) {
        workOut(std::span(m_changed).subspan(first, size));
    });
    m_changed.clear();
}

void RunningWindow::workOut(std::span<std::uint32_t> groups)
{
    combine(groups);
    const std::size_t size = m_hasWideSums ? dropFaulty(groups) : groups.size();
    if (size == 0) return;
    std::uint32_t rows[kStep];
    place(groups.first(size), rows);
    for (std::size_t index = 0; index < m_layout->aggregates.size(); ++index) {
        CHECK(finishCells(m_layout->aggregates[index], m_rows, size, m_values[index]));
        m_results.set(m_layout->keys.size() + index, {rows, size}, m_values[index].finish());
    }
}

// The sums of both parts, into m_rows.
void RunningWindow::combine(std::span<const std::uint32_t> groups)
{
    const char* second[kStep];
    for (std::size_t i = 0; i < groups.size(); ++i) {
        second[i] = m_second.row(groups[i]);
        std::memcpy(m_rows[i] + kSumsAt, firstOf(groups[i]), m_sumBytes);
    }
    for (const Aggregate& aggregate : m_layout->aggregates)
        mergeCells(aggregate, second, m_rows, groups.size(), 0, {m_noTexts, m_noDeadText});
}

const char* RunningWindow::combined(std::uint32_t group)
{
    std::memcpy(m_rows[0], m_second.row(group), kSumsAt);
    combine({&group, 1});
    return m_rows[0];
}

// Puts those that have results to the front, in groups and m_rows; answers how many.
std::size_t RunningWindow::dropFaulty(std::span<std::uint32_t> groups)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto fits = [row = m_rows[i]](const Aggregate& aggregate) {
            return aggregate.kind != AggregateKind::SumInteger || cellOf<WideSum>(row, aggregate).fits();
        };
        const std::uint32_t group = groups[i];
        const bool isGood = std::all_of(m_layout->aggregates.begin(), m_layout->aggregates.end(), fits);
        if (!isGood || m_groups[group].isFaulty) unplace(group);
        if (!isGood) {
            m_groups[group].isFaulty = true;
            m_faulty.push_back(group);
            continue;
        }
        groups[kept] = group;
        std::swap(m_rows[kept++], m_rows[i]);
    }
    return kept;
}

void RunningWindow::place(std::span<const std::uint32_t> groups, std::uint32_t* rows)
{
    std::uint32_t added[kStep];
    std::size_t size = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        std::uint32_t& row = m_groups[groups[i]].row;
        if (row == kNowhere) {
            row = added[size++] = m_results.add();
            m_groupAt.push_back(groups[i]);
            putGroupKey(*m_layout, headOf(m_second.row(groups[i])), m_keys);
            m_keys.endRow();
        }
        rows[i] = row;
    }
    if (size == 0) return;
    const RecordBatch keys = m_keys.finish();
    for (std::size_t column = 0; column < keys.columns(); ++column)
        m_results.set(column, {added, size}, keys.column(column));
}

// Takes the group's result, or its fault, away.
void RunningWindow::unplace(std::uint32_t group)
{
    if (m_groups[group].isFaulty) std::erase(m_faulty, group);
    m_groups[group].isFaulty = false;
    const std::uint32_t row = std::exchange(m_groups[group].row, kNowhere);
    if (row == kNowhere) return;
    m_results.remove(row);
    const std::uint32_t last = m_groupAt.back();
    m_groupAt[row] = last;
    if (last != group) m_groups[last].row = row;
    m_groupAt.pop_back();
}

}  // namespace engine
