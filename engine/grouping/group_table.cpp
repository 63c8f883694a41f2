#include "grouping/group_table.h"

#include "grouping/aggregate_cells.h"
#include "grouping/group_key.h"
#include "state/bytes.h"
#include "state/key_codec.h"
#include "state/key_hash.h"

#include <bit>

namespace engine {
namespace {

std::size_t slotsFor(std::size_t rows) { return std::bit_ceil(std::max<std::size_t>(rows * 2, 16)); }

bool keysHaveText(const GroupLayout& layout) { return isTextKey(layout.keyForm); }

}  // namespace

GroupTable::GroupTable(GroupLayoutPtr layout, std::size_t rowsExpected, GroupsFoundBy foundBy)
    : m_layout(std::move(layout)),
      m_index(slotsFor(foundBy == GroupsFoundBy::Key ? rowsExpected : 0)),
      m_rows(m_layout->rowBytes, rowsExpected)
{
    for (const Aggregate& aggregate : m_layout->aggregates)
        if (aggregate.kind == AggregateKind::CountDistinct)
            m_distincts.emplace_back(aggregate.argumentType == DataType::String,
                                     foundBy == GroupsFoundBy::Owner);
}

std::size_t GroupTable::bytes() const
{
    std::size_t total = m_index.slots() * 4 + frozenBytes();
    for (const DistinctSet& set : m_distincts) total += set.bytes() - set.frozenBytes();
    return total;
}

std::size_t GroupTable::frozenBytes() const
{
    std::size_t total = m_rows.bytes() + m_texts.bytes() + m_objects.bytes();
    for (const DistinctSet& set : m_distincts) total += set.frozenBytes();
    return total;
}

std::size_t GroupTable::heldBytes() const
{
    std::size_t total = m_rows.heldBytes() + m_objects.heldBytes();
    for (const DistinctSet& set : m_distincts) total += set.heldBytes();
    return total;
}

void GroupTable::fill(char* row, const GroupRow& key)
{
    std::memset(row + sizeof(GroupRow), 0, m_layout->rowBytes - sizeof(GroupRow));
    GroupRow& head = headOf(row);
    head = {key.hash, key.word, key.length, 0, 0};
    if (keysHaveText(*m_layout) && key.length != GroupRow::kNullLength)
        head.word = reinterpret_cast<std::uint64_t>(m_texts.add(key.text()).data());
}

std::uint32_t GroupTable::make(const GroupRow& key)
{
    auto index = static_cast<std::uint32_t>(m_rows.size());
    if (m_freed.empty()) {
        fill(m_rows.append(), key);
        return index;
    }
    index = m_freed.back();
    m_freed.pop_back();
    fill(m_rows.write(index), key);
    return index;
}

void GroupTable::free(std::uint32_t index)
{
    char* row = m_rows.write(index);
    if (keysHaveText(*m_layout) && headOf(row).length != GroupRow::kNullLength)
        m_deadText += headOf(row).length;
    for (const Aggregate& aggregate : m_layout->aggregates) {
        if (keepsText(aggregate.kind) && hasSeen(row, aggregate))
            m_deadText += textCellOf(row, aggregate).length;
        if (keepsObject(aggregate.kind)) m_objects.drop(objectOf(row, aggregate));
    }
    for (DistinctSet& set : m_distincts) m_deadText += set.drop(index);
    fill(row, {0, 0, GroupRow::kNullLength, 0, 0});
    m_freed.push_back(index);
    noteDeadTexts();
}

template <bool kText>
std::uint32_t GroupTable::findOrAppend(const GroupRow& key)
{
    const auto isIt = [&](std::uint32_t row) { return sameGroupKey<kText>(headOf(m_rows.read(row)), key); };
    const auto hashOf = [this](std::uint32_t row) { return headOf(m_rows.read(row)).hash; };
    const auto appended = static_cast<std::uint32_t>(m_rows.size());
    const std::uint32_t found = m_index.findOrInsert(key.hash, appended, isIt, hashOf);
    if (found != SlotIndex::kNone) return found;
    fill(m_rows.append(), key);
    return appended;
}

std::uint32_t GroupTable::rowOf(const GroupRow& key)
{
    return keysHaveText(*m_layout) ? findOrAppend<true>(key) : findOrAppend<false>(key);
}

void GroupTable::locate(const GroupRow* const* keys, Step& step)
{
    const std::size_t size = step.size;
    constexpr std::size_t kAhead = 12;
    const bool ahead = m_index.wantsPrefetch();
    for (std::size_t i = 0; ahead && i < std::min(kAhead, size); ++i) m_index.prefetch(keys[i]->hash);
    const bool isText = keysHaveText(*m_layout);
    for (std::size_t i = 0; i < size; ++i) {
        if (ahead && i + kAhead < size) m_index.prefetch(keys[i + kAhead]->hash);
        if (ahead && i + kAhead / 2 < size) {
            const std::uint32_t guess = m_index.firstGuess(keys[i + kAhead / 2]->hash);
            if (guess != SlotIndex::kNone) __builtin_prefetch(m_rows.read(guess));
        }
        step.ids[i] = isText ? findOrAppend<true>(*keys[i]) : findOrAppend<false>(*keys[i]);
        step.groups[i] = m_rows.write(step.ids[i]);
    }
}

void GroupTable::add(const GroupedInput& from, std::span<const std::uint32_t> chosen)
{
    const GroupRow* keys[kStep];
    Step step;
    for (std::size_t begin = 0; begin < chosen.size(); begin += kStep) {
        step.size = std::min(kStep, chosen.size() - begin);
        for (std::size_t i = 0; i < step.size; ++i) {
            keys[i] = &from.keys[chosen[begin + i]];
            step.physical[i] = from.rows[chosen[begin + i]];
        }
        locate(keys, step);
        addStep(from, step);
    }
    noteDeadTexts();
}

void GroupTable::add(const GroupedInput& from, std::span<const std::uint32_t> chosen,
                     std::span<const std::uint32_t> ids)
{
    Step step;
    for (std::size_t begin = 0; begin < chosen.size(); begin += kStep) {
        step.size = std::min(kStep, chosen.size() - begin);
        for (std::size_t i = 0; i < step.size; ++i) {
            step.physical[i] = from.rows[chosen[begin + i]];
            step.ids[i] = ids[begin + i];
            step.groups[i] = m_rows.write(step.ids[i]);
        }
        addStep(from, step);
    }
    noteDeadTexts();
}

void GroupTable::addStep(const GroupedInput& from, const Step& step)
{
    Step some;
    for (std::size_t index = 0; index < m_layout->aggregates.size(); ++index) {
        const Aggregate& aggregate = m_layout->aggregates[index];
        const GroupedInput::Argument& argument = from.arguments[index];
        const std::uint8_t* passes = argument.hasFilter ? argument.passes.data() : nullptr;
        const std::uint8_t* valid = argument.values.validity();
        const std::uint8_t* secondValid = argument.second.validity();
        const Step* chosen = &step;
        if (passes || valid || secondValid) {
            some.size = 0;
            for (std::size_t i = 0; i < step.size; ++i) {
                const std::uint32_t row = step.physical[i];
                if ((passes && !passes[row]) || (valid && !valid[row])) continue;
                if (secondValid && !secondValid[row]) continue;
                some.ids[some.size] = step.ids[i];
                some.physical[some.size] = row;
                some.groups[some.size++] = step.groups[i];
            }
            chosen = &some;
        }
        if (aggregate.kind == AggregateKind::CountDistinct)
            addDistinct(aggregate, argument.values, *chosen);
        else if (keepsObject(aggregate.kind))
            addObjects(aggregate, argument, from.order, *chosen);
        else
            accumulate(aggregate, argument.values, argument.second, from.order,
                       {chosen->physical, chosen->groups, chosen->size}, keeper());
    }
}

void GroupTable::addDistinct(const Aggregate& aggregate, const Column& values, const Step& step)
{
    DistinctSet& set = m_distincts[aggregate.distinct];
    for (std::size_t i = 0; i < step.size; ++i) {
        const std::uint32_t id = step.ids[i], row = step.physical[i];
        bool isNew = false;
        switch (values.type()) {
        case DataType::String: isNew = set.add(id, values.text(row), m_texts); break;
        case DataType::Bool: isNew = set.add(id, values.flags()[row]); break;
        case DataType::Float64: isNew = set.add(id, canonicalBits(values.numbers()[row])); break;
        default: isNew = set.add(id, static_cast<std::uint64_t>(values.integers()[row]));
        }
        if (isNew) ++cellOf<std::int64_t>(step.groups[i], aggregate);
    }
}

void GroupTable::addObjects(const Aggregate& aggregate, const GroupedInput::Argument& argument,
                            const std::int64_t* order, const Step& step)
{
    for (std::size_t i = 0; i < step.size; ++i) {
        const std::uint32_t row = step.physical[i];
        m_objects.change(aggregate, objectOf(step.groups[i], aggregate), [&](AggregateObject& object) {
            object.add(argument.values, argument.second, row, order[row]);
        });
    }
}

void GroupTable::mergeRows(const char* const* from, char* const* to, std::size_t size,
                           std::int64_t orderShift)
{
    for (const Aggregate& aggregate : m_layout->aggregates) {
        if (!keepsObject(aggregate.kind)) {
            mergeCells(aggregate, from, to, size, orderShift, keeper());
            continue;
        }
        for (std::size_t i = 0; i < size; ++i)
            if (const AggregateObject* other = cellOf<AggregateObject*>(from[i], aggregate))
                m_objects.change(aggregate, objectOf(to[i], aggregate),
                                 [&](AggregateObject& object) { object.merge(*other, orderShift); });
    }
}

void GroupTable::merge(const GroupTable& from, std::int64_t orderShift)
{
    const GroupRow* keys[kStep];
    const char* groups[kStep];
    Step step;
    std::vector<std::uint32_t> ids;
    if (!m_distincts.empty()) ids.reserve(from.size());
    for (std::size_t begin = 0; begin < from.size(); begin += kStep) {
        step.size = std::min(kStep, from.size() - begin);
        for (std::size_t i = 0; i < step.size; ++i) {
            groups[i] = from.row(begin + i);
            keys[i] = &headOf(groups[i]);
        }
        locate(keys, step);
        mergeRows(groups, step.groups, step.size, orderShift);
        if (!m_distincts.empty()) ids.insert(ids.end(), step.ids, step.ids + step.size);
    }
    if (!m_distincts.empty()) mergeDistinct(from, ids);
    noteDeadTexts();
}

void GroupTable::merge(const GroupTable& from, std::int64_t orderShift, std::span<const std::uint32_t> ids)
{
    const char* groups[kStep];
    char* into[kStep];
    std::size_t size = 0;
    const auto flush = [&] {
        mergeRows(groups, into, size, orderShift);
        size = 0;
    };
    for (std::size_t row = 0; row < ids.size(); ++row) {
        if (ids[row] == SlotIndex::kNone) continue;
        groups[size] = from.row(row);
        into[size++] = m_rows.write(ids[row]);
        if (size == kStep) flush();
    }
    flush();
    if (!m_distincts.empty()) mergeDistinct(from, ids);
    noteDeadTexts();
}

void GroupTable::join(std::uint32_t from, std::uint32_t into)
{
    const char* source[] = {m_rows.write(from)};
    char* target[] = {m_rows.write(into)};
    mergeRows(source, target, 1, 0);
    for (const Aggregate& aggregate : m_layout->aggregates)
        if (aggregate.kind == AggregateKind::CountDistinct)
            cellOf<std::int64_t>(target[0], aggregate) += m_distincts[aggregate.distinct].move(from, into);
    free(from);
}

void GroupTable::mergeDistinct(const GroupTable& from, std::span<const std::uint32_t> idsOfFrom)
{
    for (const Aggregate& aggregate : m_layout->aggregates) {
        if (aggregate.kind != AggregateKind::CountDistinct) continue;
        const DistinctSet& others = from.m_distincts[aggregate.distinct];
        for (std::size_t i = 0; i < others.size(); ++i) {
            if (others.value(i).group == DistinctSet::kNobody) continue;
            const std::uint32_t id = idsOfFrom[others.value(i).group];
            if (id == SlotIndex::kNone) continue;
            if (m_distincts[aggregate.distinct].addFrom(id, others.value(i), m_texts))
                ++cellOf<std::int64_t>(m_rows.write(id), aggregate);
        }
    }
}

void GroupTable::noteDeadTexts()
{
    if (m_deadText > (1 << 20) && m_deadText * 2 > m_texts.bytes()) dropDeadTexts();
}

void GroupTable::dropDeadTexts()
{
    TextArena fresh;
    const bool keysToo = keysHaveText(*m_layout);
    for (std::size_t index = 0; index < m_rows.size(); ++index) {
        char* row = m_rows.write(index);
        GroupRow& head = headOf(row);
        if (keysToo && head.length != GroupRow::kNullLength)
            head.word = reinterpret_cast<std::uint64_t>(fresh.add(head.text()).data());
        for (const Aggregate& aggregate : m_layout->aggregates)
            if (keepsText(aggregate.kind) && hasSeen(row, aggregate)) {
                auto& cell = const_cast<TextCell&>(textCellOf(row, aggregate));
                cell.set(fresh.add(cell.text()));
            }
    }
    for (DistinctSet& set : m_distincts) set.moveTexts(fresh);
    m_texts = std::move(fresh);
    m_deadText = 0;
}

bool GroupTable::load(const Aggregate& aggregate, std::uint32_t row, std::string_view saved)
{
    if (keepsObject(aggregate.kind)) {
        if (saved.empty()) return false;
        bool isGood = true;
        if (saved[0] != 0)
            m_objects.change(aggregate, objectOf(m_rows.write(row), aggregate),
                             [&](AggregateObject& object) { isGood = object.load(saved.substr(1)); });
        return isGood;
    }
    if (aggregate.kind != AggregateKind::CountDistinct)
        return loadCell(aggregate, saved, m_rows.write(row), keeper());
    DistinctSet& set = m_distincts[aggregate.distinct];
    std::int64_t count = 0;
    while (!saved.empty()) {
        std::string_view text;
        std::uint64_t word = 0;
        if (set.isText() ? !takeText(saved, text) : !takeWord(saved, word)) return false;
        count += set.isText() ? set.add(row, text, m_texts) : set.add(row, word);
    }
    cellOf<std::int64_t>(m_rows.write(row), aggregate) += count;
    return true;
}

FrozenGroups GroupTable::freeze()
{
    FrozenGroups frozen{m_rows.freeze(), {}, m_texts.hold(), m_objects.freeze()};
    for (DistinctSet& set : m_distincts) frozen.distincts.push_back(set.freeze());
    return frozen;
}

void saveAggregate(const Aggregate& aggregate, const char* row,
                   const std::vector<const DistinctValue*>& values, std::string& out)
{
    if (aggregate.kind != AggregateKind::CountDistinct) return saveCell(aggregate, row, out);
    for (const DistinctValue* value : values) {
        if (aggregate.argumentType == DataType::String)
            appendText(out, value->text());
        else
            appendWord(out, value->word);
    }
}

}  // namespace engine
