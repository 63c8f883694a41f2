#include "operators/pattern/pattern_operator.h"

#include "state/key_codec.h"
#include "state/row_bytes.h"

#include <algorithm>
#include <tuple>

namespace engine {
namespace {

SchemaPtr valueSchema(const PatternSpec& spec)
{
    std::vector<Field> fields;
    for (std::size_t i = 0; i < spec.values.size(); ++i)
        fields.push_back({spec.valueTexts[i], spec.values[i].type()});
    return std::make_shared<const Schema>(std::move(fields), true);
}

void putKeyPart(const KeyPart& part, ColumnBuilder& into)
{
    if (part.isNull) return into.addNull();
    switch (part.type) {
    case DataType::Bool: return into.addBool(part.bits != 0);
    case DataType::Int64:
    case DataType::Time: return into.addInteger(static_cast<std::int64_t>(part.bits));
    case DataType::Float64: return into.addNumber(std::bit_cast<double>(part.bits));
    case DataType::String: return into.addText(part.text);
    }
}

// Bytes that sort like the values: NULL first, and each value ends where no other goes on.
void appendSortable(std::string& into, const Column& column, std::uint32_t row)
{
    if (column.isNull(row)) return into.push_back('\0');
    into.push_back('\1');
    constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
    std::uint64_t word = 0;
    switch (column.type()) {
    case DataType::Bool: return into.push_back(static_cast<char>(column.flags()[row]));
    case DataType::String:
        for (const char c : column.text(row)) {
            into.push_back(c);
            if (c == '\0') into.push_back('\xff');
        }
        into.append(2, '\0');
        return;
    case DataType::Float64: {
        word = canonicalBits(column.numbers()[row]);
        word = (word & kSign) != 0 ? ~word : word | kSign;
        break;
    }
    case DataType::Int64:
    case DataType::Time: word = static_cast<std::uint64_t>(column.integers()[row]) ^ kSign; break;
    }
    for (int shift = 56; shift >= 0; shift -= 8) into.push_back(static_cast<char>(word >> shift & 255));
}

std::vector<Field> keyFields(const PatternSpec& spec)
{
    std::vector<Field> fields;
    for (const std::size_t key : spec.keys) fields.push_back(spec.input->field(key));
    return fields;
}

}  // namespace

PatternOperator::PatternOperator(PatternSpecPtr spec)
    : m_spec(std::move(spec)),
      m_matcher(m_spec),
      m_matches(m_spec->matchSchema),
      m_faultSchema(valueSchema(*m_spec))
{
    m_matcher.onMatch = [this](const PatternKey& key, const PatternRun& match) { addMatch(key, match); };
    m_matcher.onFault = [this](const PatternRow& row, const RowFault& fault) { rejectRow(row, fault); };
}

Status PatternOperator::open(OperatorContext& context)
{
    m_context = &context;
    m_table = &context.state.table<PatternTable>(PatternTable::kName, keyFields(*m_spec),
                                                 m_faultSchema->fields(), m_spec->fingerprint);
    return ok();
}

Result<Flow> PatternOperator::process(int, const RecordBatch& batch, Output& out)
{
    listRestored();
    if (m_next == 0) m_eval.processingTimeUs = m_context->env.clock.now().time_since_epoch().count();
    std::size_t count = m_size.of(batch.rows() - m_next);
    RecordBatch piece = batch.piece(m_next, count);
    while (!evaluate(piece)) {
        m_size.wasTooMuch(count);
        count = m_size.of(count);
        piece = batch.piece(m_next, count);
    }
    m_size.fitted(count);
    takeRows(piece, out);
    m_next += count;
    if (m_next < batch.rows()) return Flow::More;
    m_next = 0;
    return Flow::Done;
}

void PatternOperator::keepFaults(const std::string& column)
{
    for (RowFault& fault : m_eval.faults) m_faults.push_back({std::move(fault), column});
}

// What each row is by itself and what is kept of it. False: the texts came to too much for so many rows.
bool PatternOperator::evaluate(const RecordBatch& batch)
{
    m_eval.texts = {0, batch.rows() > 1};
    m_values.clear();
    m_faults.clear();
    m_isOf.assign(batch.physicalRows(), 0);
    for (std::size_t i = 0; i < m_spec->conditions.size(); ++i) {
        if (!m_spec->conditions[i].ofRow) continue;
        m_spec->conditions[i].ofRow->select(batch, m_eval, m_rows);
        for (const std::uint32_t row : m_rows) m_isOf[row] |= std::uint64_t{1} << i;
        keepFaults(m_spec->variables[i].name);
    }
    if (m_spec->absent) {
        m_spec->absent->select(batch, m_eval, m_rows);
        for (const std::uint32_t row : m_rows) m_isOf[row] |= absentBit(*m_spec);
        keepFaults("absent");
    }
    for (std::size_t i = 0; i < m_spec->values.size(); ++i) {
        m_values.push_back(m_spec->values[i].evaluate(batch, m_eval));
        if (m_eval.texts.isExceeded) return false;
        keepFaults(m_spec->valueTexts[i]);
    }
    std::ranges::stable_sort(m_faults, {}, [](const Fault& each) { return each.fault.physicalRow; });
    return true;
}

// A row that comes too late is that alone, whatever else is wrong with it.
void PatternOperator::takeRows(const RecordBatch& batch, Output& out)
{
    auto fault = m_faults.begin();
    forEachRow(batch, [&](std::uint32_t row) {
        while (fault != m_faults.end() && fault->fault.physicalRow < row) ++fault;
        const std::int64_t watermark = std::max(m_reachedUs, batch.watermarkBefore(row));
        if (batch.eventTimes()[row] <= watermark)
            out.late(batch, row, watermark, watermark);
        else if (fault != m_faults.end() && fault->fault.physicalRow == row)
            out.reject(batch, row, fault->column + ": " + fault->fault.text(), {});
        else
            takeRow(batch, row);
    });
}

void PatternOperator::takeRow(const RecordBatch& batch, std::uint32_t row)
{
    m_key.clear();
    for (const std::size_t column : m_spec->keys) appendKey(m_key, batch.column(column), row);
    appendOrder(batch, row);
    PatternKey& key = m_table->at(m_key);
    PatternRow made{.timeUs = batch.eventTimes()[row], .isOf = m_isOf[row], .order = m_order};
    for (const Column& column : m_values) appendValue(made.values, column, row);
    m_table->weigh(static_cast<std::ptrdiff_t>(made.bytes()), 1);
    key.wait(std::move(made));
    list(m_key, key);
}

void PatternOperator::appendOrder(const RecordBatch& batch, std::uint32_t row)
{
    m_order.clear();
    for (const PatternOrder& by : m_spec->order) {
        const std::size_t begin = m_order.size();
        appendSortable(m_order, batch.column(by.column), row);
        if (!by.isDescending) continue;
        for (std::size_t i = begin; i < m_order.size(); ++i) m_order[i] = static_cast<char>(~m_order[i]);
    }
}

// Notes when there is something to do for a key, unless it is noted for then or earlier.
void PatternOperator::list(const std::string& name, PatternKey& key)
{
    std::int64_t due = key.waiting.empty() ? kEndOfTime : key.waiting.front().timeUs;
    std::int64_t end = 0;
    if (m_spec->withinUs > 0 && !key.runs.empty() &&
        !__builtin_add_overflow(key.runs.front().firstUs, m_spec->withinUs, &end))
        due = std::min(due, end);
    if (!key.absences.empty()) due = std::min(due, key.absences.front().dueUs());
    if (due >= key.dueUs) return;
    key.dueUs = due;
    m_due[due].push_back(name);
}

// Saved keys are restored after open().
void PatternOperator::listRestored()
{
    if (std::exchange(m_isListed, true)) return;
    std::vector<std::string> names;
    m_table->forEach([&](std::string_view name, const PatternKey&) { names.emplace_back(name); });
    for (const std::string& name : names) {
        PatternKey& key = m_table->at(name);
        key.dueUs = kEndOfTime;
        list(name, key);
    }
}

Result<Flow> PatternOperator::advance(std::int64_t watermarkUs, Output& out)
{
    listRestored();
    m_out = &out;
    while (!m_due.empty() && m_due.begin()->first <= watermarkUs) {
        const auto first = m_due.begin();
        if (first->second.empty()) {
            m_due.erase(first);
            continue;
        }
        const std::string name = first->second.back();
        PatternKey* key = m_table->find(name);
        const bool isDue = key && key->dueUs == first->first;
        if (isDue && !work(name, *key, watermarkUs, out)) return Flow::More;
        first->second.pop_back();
        if (!isDue) continue;
        key->dueUs = kEndOfTime;
        if (key->isEmpty())
            m_table->erase(name);
        else
            list(name, *key);
    }
    giveMatches(out);
    m_reachedUs = std::max(m_reachedUs, watermarkUs);
    return Flow::Done;
}

// Matches the rows of a key up to the watermark. False: there are as many matches as a batch holds, and the
// same call goes on behind them.
bool PatternOperator::work(const std::string& name, PatternKey& key, std::int64_t watermarkUs, Output& out)
{
    m_working = &name;
    m_workingKey = &key;
    m_matcher.eval.processingTimeUs = m_context->env.clock.now().time_since_epoch().count();
    const auto before = static_cast<std::ptrdiff_t>(key.heapBytes());
    const auto rowsBefore = static_cast<std::ptrdiff_t>(key.waiting.size() + key.rows.size());
    while (!m_matches.isFull() && !key.waiting.empty() && key.waiting.front().timeUs <= watermarkUs)
        takeNext(key);
    const bool isThrough = !m_matches.isFull();
    if (isThrough) {
        m_matcher.advance(key, watermarkUs);
        giveAbsent(key, watermarkUs);
    }
    m_table->weigh(static_cast<std::ptrdiff_t>(key.heapBytes()) - before,
                   static_cast<std::ptrdiff_t>(key.waiting.size() + key.rows.size()) - rowsBefore);
    if (!isThrough) giveMatches(out);
    return isThrough;
}

void PatternOperator::takeNext(PatternKey& key)
{
    PatternRow row = key.takeWaiting();
    const std::int64_t number = key.nextRow(), timeUs = row.timeUs;
    const bool endsAbsences = m_spec->absent && (row.isOf & absentBit(*m_spec)) != 0;
    m_matcher.take(key, std::move(row));
    if (!endsAbsences) return;
    std::erase_if(key.absences, [&](const PatternAbsence& absence) {
        return absence.last < number && timeUs < absence.endUs;
    });
}

// Keeps a match until its time is over. It may be told late, when one that began before it has ended: rows
// have come behind it then.
void PatternOperator::awaitAbsence(PatternKey& key, const PatternRun& match)
{
    PatternAbsence made{.last = match.first + match.rows() - 1};
    const PatternRow& last = key.row(made.last);
    if (__builtin_add_overflow(last.timeUs, m_spec->absentUs, &made.endUs)) made.endUs = kEndOfTime;
    for (std::int64_t number = made.last + 1; number < key.nextRow(); ++number) {
        const PatternRow& row = key.row(number);
        if (row.timeUs < made.endUs && (row.isOf & absentBit(*m_spec)) != 0) return;
    }
    for (const PatternReference& reference : m_spec->references) {
        ColumnBuilder builder(reference.type, 1);
        if (!m_matcher.put(key, match, reference, {}, builder))
            return rejectRow(last, {0, "integer overflow in the sum of a match that ends here"});
        appendValue(made.values, builder.finish(), 0);
    }
    const auto behind = std::ranges::upper_bound(key.absences, made.endUs, {}, &PatternAbsence::endUs);
    key.absences.insert(behind, std::move(made));
}

void PatternOperator::giveAbsent(PatternKey& key, std::int64_t watermarkUs)
{
    auto next = key.absences.begin();
    for (; next != key.absences.end() && next->dueUs() <= watermarkUs; ++next) {
        putKey();
        RowReader reader(next->values);
        for (std::size_t i = 0; i < m_spec->references.size(); ++i)
            reader.value(m_matches.column(m_spec->keys.size() + i));
        CHECK(reader.isGood);
        endMatch(next->dueUs());
    }
    key.absences.erase(key.absences.begin(), next);
}

void PatternOperator::putKey()
{
    std::string_view name = *m_working;
    std::size_t column = 0;
    for (KeyPart part; column < m_spec->keys.size() && takeKeyPart(name, part); ++column)
        putKeyPart(part, m_matches.column(column));
}

void PatternOperator::endMatch(std::int64_t timeUs)
{
    m_matches.endRow(timeUs);
    if (m_matches.isFull()) giveMatches(*m_out);
}

void PatternOperator::addMatch(const PatternKey& key, const PatternRun& match)
{
    if (m_spec->absent) return awaitAbsence(*m_workingKey, match);
    putKey();
    std::size_t column = m_spec->keys.size();
    const PatternRow& last = key.row(match.first + match.rows() - 1);
    bool hasRoom = true;
    for (const PatternReference& reference : m_spec->references)
        hasRoom = m_matcher.put(key, match, reference, {}, m_matches.column(column++)) && hasRoom;
    if (!hasRoom) {
        m_matches.dropRow();
        return rejectRow(last, {0, "integer overflow in the sum of a match that ends here"});
    }
    endMatch(last.timeUs);
}

// A row whose condition could not be worked out, with what is kept of it.
void PatternOperator::rejectRow(const PatternRow& row, const RowFault& fault)
{
    BatchBuilder builder(m_faultSchema);
    RowReader reader(row.values);
    for (std::size_t i = 0; i < m_faultSchema->size(); ++i) reader.value(builder.column(i));
    builder.endRow(row.timeUs);
    m_out->reject(builder.finish(), 0, fault.text(), {});
}

void PatternOperator::giveMatches(Output& out)
{
    if (m_matches.rows() == 0) return;
    const RecordBatch matches = m_matches.finish();
    m_eval.processingTimeUs = m_context->env.clock.now().time_since_epoch().count();
    for (std::size_t next = 0; next < matches.rows();) {
        const std::size_t count = m_matchSize.of(matches.rows() - next);
        if (giveSome(matches.piece(next, count), out)) {
            m_matchSize.fitted(count);
            next += count;
        } else {
            m_matchSize.wasTooMuch(count);
        }
    }
}

// Works the measures out. False: the texts came to too much for so many matches.
bool PatternOperator::giveSome(const RecordBatch& matches, Output& out)
{
    m_eval.texts = {0, matches.rows() > 1};
    m_faults.clear();
    std::vector<Column> columns;
    for (std::size_t i = 0; i < m_spec->keys.size(); ++i) columns.push_back(matches.column(i));
    for (std::size_t i = 0; i < m_spec->measures.size(); ++i) {
        columns.push_back(m_spec->measures[i].evaluate(matches, m_eval));
        if (m_eval.texts.isExceeded) return false;
        keepFaults(m_spec->measureNames[i]);
    }
    std::ranges::stable_sort(m_faults, {}, [](const Fault& each) { return each.fault.physicalRow; });
    m_rows.clear();
    auto fault = m_faults.begin();
    forEachRow(matches, [&](std::uint32_t row) {
        while (fault != m_faults.end() && fault->fault.physicalRow < row) ++fault;
        if (fault != m_faults.end() && fault->fault.physicalRow == row)
            out.reject(matches, row, fault->column + ": " + fault->fault.text(), fault->column);
        else
            m_rows.push_back(row);
    });
    const RecordBatch made = matches.with(m_spec->output, std::move(columns));
    if (!m_rows.empty()) out.push(m_faults.empty() ? made : made.select(m_rows));
    return true;
}

}  // namespace engine
