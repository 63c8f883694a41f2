#include "grouping/keyed_rows.h"

#include "grouping/group_key.h"
#include "state/bytes.h"
#include "state/key_hash.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::size_t kDeadTextMin = 1 << 20;  // below it nothing is won

Error damaged()
{
    return {ErrorCode::Corrupt,
            "The saved rows of this node cannot be read; their file is damaged. Start from an older "
            "checkpoint.",
            {}};
}

}  // namespace

// The table as it was; keeps the blocks and texts alive.
class KeyedRows::Frozen final : public FrozenTable {
public:
    Frozen(KeyedRows& of, std::size_t rows)
        : m_layout(of.m_setup.layout),
          m_schema(of.m_schema),
          m_form(of.m_form),
          m_dataBytes(of.m_setup.dataBytes),
          m_keys(of.m_keys.freeze()),
          m_rows(of.m_rows.freeze()),
          m_texts(of.m_texts.hold()),
          m_count(rows)
    {
    }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_count; }
    void visit(const std::function<void(const StateRow&)>& visitor) const override
    {
        std::string key, value;
        for (std::size_t number = 0; number < m_keys.size(); ++number) {
            const auto& kept = *reinterpret_cast<const Key*>(m_keys.read(number));
            if (!kept.isThere) continue;
            key.clear();
            appendGroupKey(key, *m_layout, kept.asGroup());
            value.assign(m_keys.read(number) + sizeof(Key), m_dataBytes);
            for (std::uint32_t row = kept.first; row != kNone;) {
                const auto& listed = *reinterpret_cast<const ListedRow*>(m_rows.read(row));
                appendWord(value, static_cast<std::uint64_t>(listed.timeUs));
                appendWord(value, static_cast<std::uint64_t>(listed.order));
                m_form.save(m_rows.read(row) + sizeof(ListedRow), value);
                row = listed.next;
            }
            visitor({key, key, value});
        }
    }

private:
    GroupLayoutPtr m_layout;
    TableSchema m_schema;
    RowForm m_form;
    std::size_t m_dataBytes;
    FrozenRows m_keys, m_rows;
    std::shared_ptr<const void> m_texts;
    std::size_t m_count;
};

KeyedRows::KeyedRows(KeyedRowsSetup setup)
    : m_setup(std::move(setup)),
      m_schema{m_setup.name, 1, m_setup.layout->keys, m_setup.columns, {}},
      m_form(m_schema.valueColumns),
      m_keysAreText(m_setup.layout->keyForm == KeyForm::Text || m_setup.layout->keyForm == KeyForm::Encoded),
      m_keys(sizeof(Key) + m_setup.dataBytes + m_setup.keyScratchBytes),
      m_rows(sizeof(ListedRow) + m_form.bytes() + m_setup.rowScratchBytes),
      m_expiry(m_setup.expiryUs)
{
    CHECK(m_setup.dataBytes % 8 == 0 && m_setup.keyScratchBytes % 8 == 0 && m_setup.rowScratchBytes % 8 == 0);
}

bool KeyedRows::hasText(const Key& key) const { return m_keysAreText && key.length != GroupRow::kNullLength; }

std::uint32_t KeyedRows::findOne(const GroupRow& key) const
{
    return m_index.find(key.hash, [&](std::uint32_t number) {
        const Key& other = keyAt(number);
        if (other.hash != key.hash || other.length != key.length) return false;
        if (!hasText(other)) return m_keysAreText || other.word == key.word;
        return sameBytes(reinterpret_cast<const char*>(other.word), reinterpret_cast<const char*>(key.word),
                         key.length);
    });
}

void KeyedRows::find(std::span<const GroupRow> keys, std::span<std::uint32_t> found) const
{
    constexpr std::size_t kAhead = 12;
    const bool ahead = m_index.wantsPrefetch();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (ahead && i + kAhead < keys.size()) m_index.prefetch(keys[i + kAhead].hash);
        if (ahead && i + kAhead / 2 < keys.size()) {
            const std::uint32_t guess = m_index.firstGuess(keys[i + kAhead / 2].hash);
            if (guess != kNone) __builtin_prefetch(m_keys.read(guess));
        }
        found[i] = findOne(keys[i]);
    }
}

std::uint32_t KeyedRows::findOrAdd(const GroupRow& key)
{
    std::uint32_t number = findOne(key);
    if (number != kNone) return number;
    number = m_freeKey;
    if (number == kNone) {
        number = static_cast<std::uint32_t>(m_keys.size());
        m_keys.append();
    } else {
        m_freeKey = keyAt(number).nextFree;
    }
    Key& made = keyToChange(number);
    made = {key.hash, key.word, key.length, 1, kNone, kNone, 0, kNone};
    std::memset(reinterpret_cast<char*>(&made) + sizeof(Key), 0, m_setup.dataBytes + m_setup.keyScratchBytes);
    if (hasText(made)) made.word = reinterpret_cast<std::uint64_t>(m_texts.add(key.text()).data());
    ++m_keyCount;
    m_index.insertAmong(key.hash, number, m_keyCount, [&](auto&& put) {
        forEachKey([&](std::uint32_t other) {
            if (other != number) put(keyAt(other).hash, other);
        });
    });
    return number;
}

void KeyedRows::eraseKey(std::uint32_t key)
{
    Key& gone = keyToChange(key);
    CHECK(gone.rows == 0);
    m_index.erase(gone.hash, key, [this](std::uint32_t other) { return keyAt(other).hash; });
    if (hasText(gone)) m_deadText += gone.length;
    gone.isThere = 0;
    gone.nextFree = m_freeKey;
    m_freeKey = key;
    --m_keyCount;
    if (m_deadText > kDeadTextMin && m_deadText * 2 > m_texts.bytes()) dropDeadTexts();
}

std::uint32_t KeyedRows::takeRow(std::uint32_t key, std::int64_t timeUs, std::int64_t order)
{
    std::uint32_t number = m_freeRow;
    if (number == kNone) {
        number = static_cast<std::uint32_t>(m_rows.size());
        m_rows.append();
    } else {
        m_freeRow = row(number).next;
    }
    Key& of = keyToChange(key);
    std::uint32_t before = of.last;
    while (before != kNone && row(before).timeUs > timeUs) before = row(before).previous;
    const std::uint32_t behind = before == kNone ? of.first : row(before).next;
    rowToChange(number) = {timeUs, order, behind, before, key, 0};
    std::memset(rowScratch(number), 0, m_setup.rowScratchBytes);
    (before == kNone ? of.first : rowToChange(before).next) = number;
    (behind == kNone ? of.last : rowToChange(behind).previous) = number;
    ++of.rows;
    ++m_rowCount;
    return number;
}

std::uint32_t KeyedRows::add(std::uint32_t key, std::int64_t timeUs, const RecordBatch& batch,
                             std::uint32_t physicalRow)
{
    const std::uint32_t number = takeRow(key, timeUs, m_nextOrder++);
    m_form.write(batch, physicalRow, m_rows.write(number) + sizeof(ListedRow), m_texts);
    return number;
}

void KeyedRows::eraseRow(std::uint32_t number)
{
    ListedRow& gone = rowToChange(number);
    Key& of = keyToChange(gone.key);
    (gone.previous == kNone ? of.first : rowToChange(gone.previous).next) = gone.next;
    (gone.next == kNone ? of.last : rowToChange(gone.next).previous) = gone.previous;
    --of.rows;
    m_deadText += m_form.textBytes(values(number));
    gone.key = kNone;
    gone.next = m_freeRow;
    m_freeRow = number;
    --m_rowCount;
    if (m_deadText > kDeadTextMin && m_deadText * 2 > m_texts.bytes()) dropDeadTexts();
}

void KeyedRows::dropDeadTexts()
{
    TextArena fresh;
    for (std::uint32_t number = 0; number < m_keys.size(); ++number) {
        if (!keyAt(number).isThere || !hasText(keyAt(number))) continue;
        Key& key = keyToChange(number);
        key.word = reinterpret_cast<std::uint64_t>(fresh.add(key.asGroup().text()).data());
    }
    for (std::uint32_t number = 0; number < m_rows.size(); ++number)
        if (row(number).key != kNone) m_form.moveTexts(m_rows.write(number) + sizeof(ListedRow), fresh);
    m_texts = std::move(fresh);
    m_deadText = 0;
}

void KeyedRows::clear()
{
    m_index = SlotIndex();
    m_keys = RowStore(m_keys.rowBytes());
    m_rows = RowStore(m_rows.rowBytes());
    m_texts = TextArena();
    m_due.clear();
    m_expiry.clear();
    m_freeKey = m_freeRow = kNone;
    m_keyCount = m_rowCount = m_deadText = 0;
}

std::size_t KeyedRows::bytes() const
{
    return sizeof *this + m_index.slots() * 4 + m_keys.bytes() + m_rows.bytes() + m_texts.bytes() +
        m_due.bytes() + m_expiry.bytes();
}

std::shared_ptr<const FrozenTable> KeyedRows::freeze() { return std::make_shared<Frozen>(*this, rows()); }

Status KeyedRows::restore(const TableSchema& saved, const StateRow& row)
{
    if (saved.keyColumns != m_schema.keyColumns || saved.valueColumns != m_schema.valueColumns)
        return Error{ErrorCode::InvalidSpec,
                     "The rows that this node had kept have other columns or keys than those that come to it "
                     "now; start with --fresh, or go back to the former columns and keys.",
                     {}};
    GroupRow head{};
    if (!readGroupKey(row.key, *m_setup.layout, head) || row.value.size() < m_setup.dataBytes)
        return damaged();
    const std::uint32_t key = findOrAdd(head);
    std::string_view rest = row.value;
    std::memcpy(m_keys.write(key) + sizeof(Key), rest.data(), m_setup.dataBytes);
    rest.remove_prefix(m_setup.dataBytes);
    while (!rest.empty()) {
        std::uint64_t time = 0, order = 0;
        if (!takeWord(rest, time) || !takeWord(rest, order)) return damaged();
        const auto number = static_cast<std::int64_t>(order);
        const std::uint32_t made = takeRow(key, static_cast<std::int64_t>(time), number);
        if (!m_form.load(rest, m_rows.write(made) + sizeof(ListedRow), m_texts)) return damaged();
        m_nextOrder = std::max(m_nextOrder, number + 1);
    }
    return ok();
}

}  // namespace engine
