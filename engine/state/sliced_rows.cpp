#include "state/sliced_rows.h"

#include "state/bytes.h"
#include "state/key_codec.h"
#include "state/key_hash.h"

#include <cstring>

namespace engine {

struct RowSlice::KeyRow {
    std::uint64_t hash;
    const char* data;
    std::size_t size;
    std::uint32_t first, last;
};

namespace {

constexpr std::size_t kRowsExpected = 64;

Error damaged()
{
    return {ErrorCode::Corrupt,
            "The saved rows of this node cannot be read; their file is damaged. Start from an older "
            "checkpoint.",
            {}};
}

}  // namespace

RowSlice::RowSlice(const RowForm& form)
    : m_form(form),
      m_keys(sizeof(KeyRow), kRowsExpected),
      m_rows(sizeof(KeptRow) + form.bytes(), kRowsExpected)
{
}

std::string_view RowSlice::keyIn(const FrozenRows& keys, std::uint32_t number)
{
    const auto& key = *reinterpret_cast<const KeyRow*>(keys.read(number));
    return {key.data, key.size};
}

std::string_view RowSlice::key(std::uint32_t index) const
{
    const auto& key = *reinterpret_cast<const KeyRow*>(m_keys.read(row(index).key));
    return {key.data, key.size};
}

std::uint64_t RowSlice::hash(std::uint32_t index) const
{
    return reinterpret_cast<const KeyRow*>(m_keys.read(row(index).key))->hash;
}

std::uint32_t RowSlice::first(std::uint64_t hash, std::string_view key) const
{
    const std::uint32_t number = m_index.find(hash, [&](std::uint32_t other) {
        const auto& kept = *reinterpret_cast<const KeyRow*>(m_keys.read(other));
        return kept.hash == hash && std::string_view(kept.data, kept.size) == key;
    });
    if (number == SlotIndex::kNone) return kNoRow;
    return reinterpret_cast<const KeyRow*>(m_keys.read(number))->first;
}

std::uint32_t RowSlice::append(std::uint64_t hash, std::string_view key, std::int64_t timeUs,
                               std::int64_t order)
{
    const auto keyAt = [this](std::uint32_t number) {
        return reinterpret_cast<const KeyRow*>(m_keys.read(number));
    };
    const auto row = static_cast<std::uint32_t>(m_rows.size());
    std::uint32_t number = m_index.find(hash, [&](std::uint32_t other) {
        const KeyRow* kept = keyAt(other);
        return kept->hash == hash && std::string_view(kept->data, kept->size) == key;
    });
    if (number == SlotIndex::kNone) {
        number = static_cast<std::uint32_t>(m_keys.size());
        const std::string_view kept = m_texts.add(key);
        *reinterpret_cast<KeyRow*>(m_keys.append()) = {hash, kept.data(), kept.size(), row, row};
        m_index.insert(hash, number, m_keys.size(), [&](std::uint32_t other) { return keyAt(other)->hash; });
    } else {
        auto& kept = *reinterpret_cast<KeyRow*>(m_keys.write(number));
        reinterpret_cast<KeptRow*>(m_rows.write(kept.last))->next = row;
        kept.last = row;
    }
    *reinterpret_cast<KeptRow*>(m_rows.append()) = {timeUs, order, kNoRow, number, 0};
    return row;
}

std::uint32_t RowSlice::add(std::uint64_t hash, std::string_view key, std::int64_t timeUs, std::int64_t order,
                            const RecordBatch& batch, std::uint32_t physicalRow)
{
    const std::uint32_t row = append(hash, key, timeUs, order);
    m_form.write(batch, physicalRow, m_rows.write(row) + sizeof(KeptRow), m_texts);
    return row;
}

void RowSlice::takeLast(const RowSlice& from, std::uint32_t index)
{
    const KeptRow& given = from.row(index);
    std::uint32_t place = first(from.hash(index), from.key(index));
    if (place == kNoRow) {
        place = append(from.hash(index), from.key(index), given.timeUs, given.order);
    } else {
        const KeptRow& kept = row(place);
        if (std::pair(given.timeUs, given.order) < std::pair(kept.timeUs, kept.order)) return;
        m_deadTextBytes += m_form.textBytes(values(place));
    }
    char* into = m_rows.write(place);
    auto& kept = *reinterpret_cast<KeptRow*>(into);
    kept.timeUs = given.timeUs;
    kept.order = given.order;
    kept.mark = kFoldedMark;
    std::memcpy(into + sizeof(KeptRow), from.values(index), m_form.bytes());
    m_form.moveTexts(into + sizeof(KeptRow), m_texts);
}

bool RowSlice::load(std::uint64_t hash, std::string_view key, std::int64_t timeUs, std::int64_t order,
                    std::string_view saved)
{
    std::uint64_t mark = 0;
    if (!takeWord(saved, mark)) return false;
    const std::uint32_t row = append(hash, key, timeUs, order);
    setMark(row, mark);
    return m_form.load(saved, m_rows.write(row) + sizeof(KeptRow), m_texts) && saved.empty();
}

namespace {

class FrozenSlices final : public FrozenTable {
public:
    FrozenSlices(TableSchema schema, std::vector<Field> columns)
        : m_schema(std::move(schema)),
          m_form(columns)
    {
    }
    void add(RowSlice::Frozen slice)
    {
        m_rows += slice.rows.size();
        m_slices.push_back(std::move(slice));
    }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_rows; }
    void visit(const std::function<void(const StateRow&)>& visitor) const override
    {
        std::string key, value;
        for (const RowSlice::Frozen& slice : m_slices)
            for (std::size_t index = 0; index < slice.rows.size(); ++index) {
                const char* row = slice.rows.read(index);
                const auto& kept = *reinterpret_cast<const KeptRow*>(row);
                key.assign(RowSlice::keyIn(slice.keys, kept.key));
                const std::size_t groupBytes = key.size();
                appendIntegerKey(key, DataType::Time, kept.timeUs);
                appendIntegerKey(key, DataType::Int64, kept.order);
                value.clear();
                appendWord(value, kept.mark);
                m_form.save(row + sizeof(KeptRow), value);
                visitor({key, std::string_view(key).substr(0, groupBytes), value});
            }
    }

private:
    TableSchema m_schema;
    RowForm m_form;
    std::vector<RowSlice::Frozen> m_slices;
    std::size_t m_rows = 0;
};

}  // namespace

SlicedRows::SlicedRows(std::string name, std::vector<Field> keys, std::vector<Field> columns,
                       std::int64_t sliceUs, std::int64_t originUs)
    : m_schema{std::move(name), 1, std::move(keys), std::move(columns), {}},
      m_keyColumns(m_schema.keyColumns.size()),
      m_form(m_schema.valueColumns),
      m_sliceUs(sliceUs),
      m_originUs(originUs % sliceUs)
{
    CHECK(sliceUs > 0);
    m_schema.keyColumns.push_back({"time", DataType::Time});
    m_schema.keyColumns.push_back({"order", DataType::Int64});
}

std::int64_t SlicedRows::sliceOf(std::int64_t timeUs) const
{
    const std::int64_t rest = (timeUs - m_originUs) % m_sliceUs;
    return timeUs - (rest < 0 ? rest + m_sliceUs : rest);
}

RowSlice& SlicedRows::slice(std::int64_t timeUs) { return sliceAt(sliceOf(timeUs)); }

RowSlice& SlicedRows::sliceAt(std::int64_t start)
{
    if (m_recent.second && m_recent.first == start) return *m_recent.second;
    m_recent = {start, &m_slices.try_emplace(start, m_form).first->second};
    return *m_recent.second;
}

SlicedRows::Search SlicedRows::search(std::uint64_t hash, std::string_view key, std::int64_t fromUs,
                                      std::int64_t toUs)
{
    Search found;
    found.m_end = m_slices.end();
    found.m_slice = fromUs > toUs ? m_slices.end() : m_slices.lower_bound(sliceOf(fromUs));
    found.m_hash = hash;
    found.m_key = key;
    found.m_fromUs = fromUs;
    found.m_toUs = toUs;
    return found;
}

bool SlicedRows::Search::next()
{
    for (; m_slice != m_end && m_slice->first <= m_toUs; ++m_slice, m_isInSlice = false) {
        RowSlice& slice = m_slice->second;
        m_row = m_isInSlice ? slice.row(m_row).next : slice.first(m_hash, m_key);
        m_isInSlice = true;
        for (; m_row != kNoRow; m_row = slice.row(m_row).next) {
            const std::int64_t timeUs = slice.row(m_row).timeUs;
            if (timeUs >= m_fromUs && timeUs <= m_toUs) return true;
        }
    }
    return false;
}

SlicedRows::Place SlicedRows::add(std::uint64_t hash, std::string_view key, std::int64_t timeUs,
                                  const RecordBatch& batch, std::uint32_t physicalRow)
{
    RowSlice& to = slice(timeUs);
    ++m_rows;
    return {&to, to.add(hash, key, timeUs, m_nextOrder++, batch, physicalRow)};
}

void SlicedRows::drop(std::int64_t start)
{
    const auto found = m_slices.find(start);
    if (found == m_slices.end()) return;
    m_rows -= found->second.rows();
    if (m_recent.first == start) m_recent = {};
    m_slices.erase(found);
}

void SlicedRows::dropBefore(std::int64_t timeUs)
{
    while (!m_slices.empty() && m_slices.begin()->first <= timeUs - m_sliceUs) drop(m_slices.begin()->first);
}

SlicedRows::Place SlicedRows::last(std::uint64_t hash, std::string_view key, std::int64_t toUs)
{
    for (auto slice = m_slices.upper_bound(toUs); slice != m_slices.begin();) {
        RowSlice& rows = (--slice)->second;
        std::uint32_t best = kNoRow;
        for (std::uint32_t row = rows.first(hash, key); row != kNoRow; row = rows.row(row).next) {
            const std::int64_t timeUs = rows.row(row).timeUs;
            if (timeUs <= toUs && (best == kNoRow || timeUs >= rows.row(best).timeUs)) best = row;
        }
        if (best != kNoRow) return {&rows, best};
    }
    return {};
}

void SlicedRows::keepLastBefore(std::int64_t timeUs)
{
    auto slice = m_slices.upper_bound(kFoldedSlice);
    if (slice == m_slices.end() || slice->first > timeUs - m_sliceUs) return;
    RowSlice& folded = m_slices.try_emplace(kFoldedSlice, m_form).first->second;
    m_rows -= folded.rows();
    while (slice != m_slices.end() && slice->first <= timeUs - m_sliceUs) {
        for (std::uint32_t row = 0; row < slice->second.rows(); ++row) folded.takeLast(slice->second, row);
        const std::int64_t start = (slice++)->first;
        drop(start);
    }
    m_rows += folded.rows();
    dropDeadTexts();
}

// Copies what is left where half of the texts are of nobody.
void SlicedRows::dropDeadTexts()
{
    constexpr std::size_t kWorthIt = 1 << 20;
    const auto folded = m_slices.find(kFoldedSlice);
    const std::size_t dead = folded->second.deadTextBytes();
    if (dead < kWorthIt || dead * 2 < folded->second.bytes()) return;
    const auto old = m_slices.extract(folded);
    m_recent = {};
    RowSlice& fresh = m_slices.try_emplace(kFoldedSlice, m_form).first->second;
    for (std::uint32_t row = 0; row < old.mapped().rows(); ++row) fresh.takeLast(old.mapped(), row);
}

std::size_t SlicedRows::bytes() const
{
    std::size_t total = m_bytesBeside;
    for (const auto& [start, slice] : m_slices) total += slice.bytes();
    return total;
}

std::size_t SlicedRows::heldBytes() const
{
    std::size_t total = m_frozen.bytesWithout(m_slices);
    for (const auto& [start, slice] : m_slices) total += slice.heldBytes();
    return total;
}

std::shared_ptr<const FrozenTable> SlicedRows::freeze()
{
    auto frozen = std::make_shared<FrozenSlices>(m_schema, m_schema.valueColumns);
    m_frozen.begin(frozen);
    for (auto& [start, slice] : m_slices) {
        m_frozen.add(start, slice.frozenBytes());
        frozen->add(slice.freeze());
    }
    return frozen;
}

Status SlicedRows::restore(const TableSchema& saved, const StateRow& row)
{
    if (saved.keyColumns != m_schema.keyColumns || saved.valueColumns != m_schema.valueColumns)
        return Error{ErrorCode::InvalidSpec,
                     "The rows that this node had kept have other columns or keys than those that come to it "
                     "now; start with --fresh, or go back to the former columns and keys.",
                     {}};
    std::string_view rest = row.key;
    KeyPart part;
    for (std::size_t index = 0; index < m_keyColumns; ++index)
        if (!takeKeyPart(rest, part)) return damaged();
    const std::string_view key = row.key.substr(0, row.key.size() - rest.size());
    KeyPart time, order;
    if (!takeKeyPart(rest, time) || !takeKeyPart(rest, order) || time.isNull || order.isNull || !rest.empty())
        return damaged();
    const auto number = static_cast<std::int64_t>(order.bits);
    const auto timeUs = static_cast<std::int64_t>(time.bits);
    std::string_view value = row.value;
    std::uint64_t mark = 0;
    if (!takeWord(value, mark)) return damaged();
    RowSlice& into = mark == kFoldedMark ? sliceAt(kFoldedSlice) : slice(timeUs);
    if (!into.load(hashText(key), key, timeUs, number, row.value)) return damaged();
    ++m_rows;
    m_nextOrder = std::max(m_nextOrder, number + 1);
    return ok();
}

}  // namespace engine
