#include "operators/pattern/pattern_matcher.h"

#include "state/row_bytes.h"

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

// The value of a row that is kept at a place, put into a column.
void putValue(const PatternRow& row, const std::vector<DataType>& types, std::size_t value,
              ColumnBuilder& into)
{
    RowReader reader(row.values);
    for (std::size_t i = 0; i < value; ++i) {
        if (reader.flag()) continue;
        reader.take(types[i] == DataType::Bool ? 1 : types[i] == DataType::String ? reader.word() : 8);
    }
    reader.value(into);
    CHECK(reader.isGood);
}

// Sum or average of the values that are no NULLs, with what rounding loses. False: it has no room.
bool putSum(const Column& values, bool isAverage, ColumnBuilder& into)
{
    std::int64_t count = 0, whole = 0;
    double number = 0, lost = 0;
    bool isTooLarge = false;
    const bool isWhole = values.type() == DataType::Int64;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values.isNull(i)) continue;
        ++count;
        if (isWhole) {
            isTooLarge |= __builtin_add_overflow(whole, values.integers()[i], &whole);
            continue;
        }
        const double next = values.numbers()[i], with = number + next;
        lost += std::abs(number) >= std::abs(next) ? number - with + next : next - with + number;
        number = with;
    }
    if (count == 0 || isTooLarge) {
        into.addNull();
        return !isTooLarge;
    }
    if (std::isfinite(number)) number += lost;
    if (isWhole)
        into.addInteger(isAverage ? whole / count : whole);
    else
        into.addNumber(isAverage ? number / static_cast<double>(count) : number);
    return true;
}

template <class Before>
std::optional<std::size_t> firstBy(const Column& values, Before&& before)
{
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!values.isNull(i) && (!best || before(i, *best))) best = i;
    return best;
}

void putExtreme(const Column& values, bool isLeast, ColumnBuilder& into)
{
    const auto by = [isLeast](const auto& one, const auto& other) {
        return isLeast ? one < other : other < one;
    };
    if (values.type() == DataType::String) {
        const auto best = firstBy(values, [&](auto i, auto j) { return by(values.text(i), values.text(j)); });
        return best ? into.addText(values.text(*best)) : into.addNull();
    }
    if (values.type() == DataType::Float64) {
        const auto numbers = values.numbers();
        const auto best = firstBy(values, [&](auto i, auto j) { return by(numbers[i], numbers[j]); });
        return best ? into.addNumber(numbers[*best]) : into.addNull();
    }
    const auto integers = values.integers();
    const auto best = firstBy(values, [&](auto i, auto j) { return by(integers[i], integers[j]); });
    best ? into.addInteger(integers[*best]) : into.addNull();
}

}  // namespace

PatternMatcher::PatternMatcher(PatternSpecPtr spec) : m_spec(std::move(spec))
{
    for (const Expression& value : m_spec->values) m_types.push_back(value.type());
}

// The rows that a variable has taken, or all; with the row that is tried where it would be one of them.
PatternMatcher::Rows PatternMatcher::rowsOf(const PatternRun& run, std::optional<std::size_t> variable,
                                            std::optional<std::size_t> own) const
{
    Rows rows{run.first, 0};
    if (!variable) {
        rows.count = run.rows() + (own ? 1 : 0);
        return rows;
    }
    for (std::size_t i = 0; i < run.counts.size() && i < *variable; ++i) rows.first += run.counts[i];
    if (*variable < run.counts.size()) rows.count = run.counts[*variable];
    if (own == variable) ++rows.count;
    return rows;
}

Column PatternMatcher::valuesOf(const PatternKey& key, Rows rows, std::size_t value) const
{
    ColumnBuilder builder(m_types[value], static_cast<std::size_t>(rows.count));
    for (std::int64_t i = 0; i < rows.count; ++i) putValue(key.row(rows.first + i), m_types, value, builder);
    return builder.finish();
}

bool PatternMatcher::put(const PatternKey& key, const PatternRun& run, const PatternReference& reference,
                         std::optional<std::size_t> own, ColumnBuilder& into) const
{
    const Rows rows = rowsOf(run, reference.variable, own);
    switch (reference.kind) {
    case PatternReference::MatchTime: into.addInteger(key.row(run.first + run.rows() - 1).timeUs); break;
    case PatternReference::First:
    case PatternReference::Last: {
        const bool isFirst = reference.kind == PatternReference::First;
        const std::int64_t away = isFirst ? reference.offset : rows.count - 1 - reference.offset;
        if (away < 0 || away >= rows.count)
            into.addNull();
        else
            putValue(key.row(rows.first + away), m_types, reference.value, into);
        break;
    }
    case PatternReference::Count: {
        const Column values = valuesOf(key, rows, reference.value);
        std::int64_t count = 0;
        for (std::size_t i = 0; i < values.size(); ++i) count += values.isNull(i) ? 0 : 1;
        into.addInteger(count);
        break;
    }
    case PatternReference::Sum:
    case PatternReference::Average:
        return putSum(valuesOf(key, rows, reference.value), reference.kind == PatternReference::Average,
                      into);
    case PatternReference::Least:
    case PatternReference::Greatest:
        putExtreme(valuesOf(key, rows, reference.value), reference.kind == PatternReference::Least, into);
        break;
    }
    return true;
}

// Whether the row behind the run's could be one of the variable.
bool PatternMatcher::holds(const PatternKey& key, const PatternRun& run, std::size_t variable)
{
    signed char& known = m_known[variable];
    if (known >= 0) return known != 0;
    const PatternRow& row = key.rows.back();
    const PatternCondition& condition = m_spec->conditions[variable];
    known = 1;
    if (condition.ofRow) known = (row.isOf >> variable & 1) != 0 ? 1 : 0;
    if (!condition.ofMatch) return known != 0;
    const PatternFormula& formula = *condition.ofMatch;
    std::vector<Column> columns;
    bool hasRoom = true;
    for (const PatternReference& reference : formula.references) {
        ColumnBuilder builder(reference.type, 1);
        hasRoom = put(key, run, reference, variable, builder) && hasRoom;
        columns.push_back(builder.finish());
    }
    const RecordBatch batch(formula.schema, std::move(columns), 1);
    const Column found = formula.expression->evaluate(batch, eval);
    if (!hasRoom) eval.faults = {{0, "integer overflow"}};
    if (!eval.faults.empty()) onFault(row, eval.faults.front());
    known = eval.faults.empty() && !found.isNull(0) && found.flags()[0] != 0 ? 1 : 0;
    return known != 0;
}

// Whether a match may end with the row behind the run's, taken by the variable: all variables behind it may
// be left out. What a greedy loop would take does not leave it (as Flink, which asks that of the last row
// too).
bool PatternMatcher::ends(const PatternKey& key, const PatternRun& run, std::size_t variable)
{
    for (std::size_t next = variable + 1; next < m_spec->variables.size(); ++next) {
        if (m_spec->variables[next].least > 0) return false;
        if (m_spec->variables[next - 1].isGreedy && holds(key, run, next - 1)) return false;
    }
    return true;
}

// The run goes on with the row behind its own, which the variable takes.
void PatternMatcher::add(const PatternKey& key, const PatternRun& run, std::size_t variable)
{
    PatternRun made = run;
    made.variable = static_cast<std::uint32_t>(variable);
    made.counts.resize(variable + 1);
    const std::uint32_t count = ++made.counts[variable];
    const PatternVariable& of = m_spec->variables[variable];
    const bool isComplete = count >= of.least && ends(key, run, variable);
    const bool mayGoOn = count < of.most || variable + 1 < m_spec->variables.size();
    if (isComplete) m_ended.push_back(made);
    if (mayGoOn) m_next.push_back(std::move(made));
}

void PatternMatcher::tryRun(const PatternKey& key, const PatternRun& run, bool isNew)
{
    const auto& variables = m_spec->variables;
    m_known.assign(variables.size(), -1);
    std::size_t next = 0;
    if (!isNew) {
        const PatternVariable& last = variables[run.variable];
        const std::uint32_t count = run.counts[run.variable];
        if (count < last.most && holds(key, run, run.variable)) add(key, run, run.variable);
        if (count < last.least) return;
        next = run.variable + std::size_t{1};
    }
    for (; next < variables.size(); ++next) {
        const bool isBehindLoop = next > 0 && variables[next - 1].isGreedy;
        if (isBehindLoop && holds(key, run, next - 1)) return;
        if (holds(key, run, next)) add(key, run, next);
        if (variables[next].least > 0) return;
    }
}

void PatternMatcher::take(PatternKey& key, PatternRow row)
{
    advance(key, row.timeUs);
    const std::int64_t number = key.nextRow();
    const std::int64_t timeUs = row.timeUs;
    key.keepRow(std::move(row));
    m_next.clear();
    m_ended.clear();
    for (const PatternRun& run : key.runs) tryRun(key, run, false);
    tryRun(key, PatternRun{.first = number, .firstUs = timeUs}, true);
    key.runs.swap(m_next);
    for (PatternRun& ended : m_ended) {
        const auto behind = std::ranges::upper_bound(key.matches, ended.first, {}, &PatternRun::first);
        key.matches.insert(behind, std::move(ended));
    }
    giveMatches(key);
    dropRows(key);
}

void PatternMatcher::advance(PatternKey& key, std::int64_t timeUs)
{
    if (m_spec->withinUs == 0 || key.runs.empty()) return;
    const auto isOver = [&](const PatternRun& run) {
        return timeUs == kEndOfTime || timeUs - run.firstUs >= m_spec->withinUs;
    };
    if (std::erase_if(key.runs, isOver) == 0) return;
    giveMatches(key);
    dropRows(key);
}

void PatternMatcher::giveMatches(PatternKey& key)
{
    while (!key.matches.empty() &&
           (key.runs.empty() || key.matches.front().first <= key.runs.front().first)) {
        const PatternRun match = std::move(key.matches.front());
        key.matches.erase(key.matches.begin());
        onMatch(key, match);
        skip(key, match);
    }
}

// Forgets what begins before the row where matching goes on. A variable without rows, or one whose row is the
// match's first, would go on with the same match for ever: then it goes on with the next row.
void PatternMatcher::skip(PatternKey& key, const PatternRun& match) const
{
    std::int64_t from = match.first + 1;
    const bool isToVariable =
        m_spec->after == PatternSpec::After::ToFirst || m_spec->after == PatternSpec::After::ToLast;
    if (m_spec->after == PatternSpec::After::PastLastRow) from = match.first + match.rows();
    const Rows rows = isToVariable ? rowsOf(match, m_spec->skipTo, {}) : Rows{};
    if (rows.count > 0)
        from = std::max(
            from, m_spec->after == PatternSpec::After::ToFirst ? rows.first : rows.first + rows.count - 1);
    const auto isSkipped = [from](const PatternRun& run) { return run.first < from; };
    std::erase_if(key.runs, isSkipped);
    std::erase_if(key.matches, isSkipped);
}

void PatternMatcher::dropRows(PatternKey& key)
{
    std::int64_t needed = key.nextRow();
    if (!key.runs.empty()) needed = std::min(needed, key.runs.front().first);
    if (!key.matches.empty()) needed = std::min(needed, key.matches.front().first);
    while (key.firstRow < needed) key.dropRow();
}

}  // namespace engine
