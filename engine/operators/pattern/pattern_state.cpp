#include "operators/pattern/pattern_state.h"

#include "state/row_bytes.h"

#include <tuple>

namespace engine {
namespace {

void saveRow(const PatternRow& row, std::string& out)
{
    appendInteger(out, row.timeUs);
    appendInteger(out, row.arrival);
    appendWord(out, row.isOf);
    appendText(out, row.order);
    appendText(out, row.values);
}

bool takeInteger(std::string_view& in, std::int64_t& value)
{
    std::uint64_t word = 0;
    if (!takeWord(in, word)) return false;
    value = static_cast<std::int64_t>(word);
    return true;
}

bool loadRow(std::string_view& in, PatternRow& row)
{
    std::string_view order, values;
    if (!takeInteger(in, row.timeUs) || !takeInteger(in, row.arrival) || !takeWord(in, row.isOf) ||
        !takeText(in, order) || !takeText(in, values))
        return false;
    row.order = order;
    row.values = values;
    return true;
}

void saveRun(const PatternRun& run, std::string& out)
{
    appendInteger(out, run.first);
    appendInteger(out, run.firstUs);
    appendHalf(out, run.variable);
    appendHalf(out, static_cast<std::uint32_t>(run.counts.size()));
    for (const std::uint32_t each : run.counts) appendHalf(out, each);
}

bool loadRun(std::string_view& in, PatternRun& run)
{
    std::uint32_t size = 0;
    if (!takeInteger(in, run.first) || !takeInteger(in, run.firstUs) || !takeHalf(in, run.variable) ||
        !takeHalf(in, size) || size > kPatternVariablesMax || run.variable + 1 != size)
        return false;
    run.counts.resize(size);
    for (std::uint32_t& each : run.counts)
        if (!takeHalf(in, each)) return false;
    return true;
}

void saveAbsence(const PatternAbsence& absence, std::string& out)
{
    appendInteger(out, absence.last);
    appendInteger(out, absence.endUs);
    appendText(out, absence.values);
}

bool loadAbsence(std::string_view& in, PatternAbsence& absence)
{
    std::string_view values;
    if (!takeInteger(in, absence.last) || !takeInteger(in, absence.endUs) || !takeText(in, values))
        return false;
    absence.values = values;
    return true;
}

template <class List, class Save>
void saveList(const List& list, std::string& out, Save&& save)
{
    appendWord(out, list.size());
    for (const auto& each : list) save(each, out);
}

template <class List, class Load>
bool loadList(std::string_view& in, List& list, Load&& load)
{
    std::uint64_t size = 0;
    if (!takeWord(in, size) || size > in.size()) return false;
    for (std::uint64_t i = 0; i < size; ++i)
        if (!load(in, list.emplace_back())) return false;
    return true;
}

}  // namespace

void PatternKey::wait(PatternRow row)
{
    rowBytes += row.bytes();
    std::size_t place = waiting.size();
    while (place > 0) {
        const PatternRow& before = waiting[place - 1];
        if (std::tie(before.timeUs, before.order) <= std::tie(row.timeUs, row.order)) break;
        --place;
    }
    waiting.insert(place, std::move(row));
}

PatternRow PatternKey::takeWaiting()
{
    PatternRow row = waiting.takeFront();
    rowBytes -= row.bytes();
    return row;
}

void PatternKey::keepRow(PatternRow row)
{
    rowBytes += row.bytes();
    rows.insert(rows.size(), std::move(row));
}

void PatternKey::dropRow()
{
    rowBytes -= rows.takeFront().bytes();
    ++firstRow;
}

std::size_t PatternKey::heapBytes() const
{
    std::size_t total = rowBytes;
    for (const auto* list : {&runs, &matches})
        for (const PatternRun& run : *list)
            total += sizeof run + run.counts.capacity() * sizeof run.counts[0];
    for (const PatternAbsence& absence : absences) total += sizeof absence + absence.values.capacity();
    return total;
}

void PatternKey::save(std::string& out) const
{
    appendInteger(out, firstRow);
    appendInteger(out, arrivals);
    saveList(waiting, out, saveRow);
    saveList(rows, out, saveRow);
    saveList(runs, out, saveRun);
    saveList(matches, out, saveRun);
    if (!absences.empty()) saveList(absences, out, saveAbsence);  // last: patterns without them have no place
}

bool PatternKey::load(std::string_view in)
{
    *this = {};
    if (!takeInteger(in, firstRow) || !takeInteger(in, arrivals) || !loadList(in, waiting, loadRow) ||
        !loadList(in, rows, loadRow) || !loadList(in, runs, loadRun) || !loadList(in, matches, loadRun) ||
        (!in.empty() && !loadList(in, absences, loadAbsence)))
        return false;
    for (const auto* list : {&waiting, &rows})
        for (const PatternRow& row : *list) rowBytes += row.bytes();
    for (const auto* list : {&runs, &matches})
        for (const PatternRun& run : *list)
            if (run.first < firstRow || run.first + run.rows() > nextRow()) return false;
    return in.empty();
}

PatternTable::PatternTable(std::vector<Field> keys, std::vector<Field> values, std::string fingerprint)
    : m_keys(TableSchema{.name = kName,
                         .keyColumns = std::move(keys),
                         .valueColumns = std::move(values),
                         .meanings = {std::move(fingerprint)}})
{
}

void PatternTable::weigh(std::ptrdiff_t bytes, std::ptrdiff_t rows)
{
    m_heapBytes += static_cast<std::size_t>(bytes);
    m_rows += static_cast<std::size_t>(rows);
}

Status PatternTable::restore(const TableSchema& saved, const StateRow& row)
{
    if (saved.keyColumns != schema().keyColumns || saved.valueColumns != schema().valueColumns ||
        saved.meanings != schema().meanings)
        return Error{ErrorCode::InvalidSpec,
                     "It was saved with another pattern; bring the pattern back as it was, or start fresh.",
                     {}};
    TRY(m_keys.restore(saved, row));
    const PatternKey& restored = *m_keys.peek(row.key);
    weigh(static_cast<std::ptrdiff_t>(restored.heapBytes()),
          static_cast<std::ptrdiff_t>(restored.waiting.size() + restored.rows.size()));
    return ok();
}

}  // namespace engine
