#include "operators/top_n/top_rows.h"

#include "state/bytes.h"
#include "state/key_hash.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::size_t kRowsExpected = 64;
constexpr std::size_t kDeadTextMin = 1 << 20;  // below it nothing is won

}  // namespace

TopRows::TopRows(TopLayoutPtr layout)
    : m_layout(std::move(layout)),
      m_keysAreText(m_layout->keys->keyForm == KeyForm::Text || m_layout->keys->keyForm == KeyForm::Encoded),
      m_groups(sizeof(Group), kRowsExpected),
      m_rows(sizeof(Row) + m_layout->form.bytes(), kRowsExpected)
{
}

std::uint32_t TopRows::groupOf(const GroupRow& key)
{
    const bool isText = m_keysAreText && key.length != GroupRow::kNullLength;
    const std::uint32_t found = m_index.find(key.hash, [&](std::uint32_t number) {
        const Group& other = group(number);
        if (other.hash != key.hash || other.length != key.length) return false;
        if (!isText) return m_keysAreText || other.word == key.word;
        return sameBytes(reinterpret_cast<const char*>(other.word), reinterpret_cast<const char*>(key.word),
                         key.length);
    });
    if (found != kNone) return found;
    const auto number = static_cast<std::uint32_t>(m_groups.size());
    auto& made = *reinterpret_cast<Group*>(m_groups.append());
    made = {key.hash, key.word, key.length, 0, kNone, 0};
    if (isText) made.word = reinterpret_cast<std::uint64_t>(m_texts.add(key.text()).data());
    m_index.insert(key.hash, number, m_groups.size(),
                   [this](std::uint32_t other) { return group(other).hash; });
    return number;
}

bool TopRows::comesBefore(std::uint32_t first, std::uint32_t second) const
{
    const Row &one = row(first), &other = row(second);
    if (one.lead != other.lead) return one.lead < other.lead;
    const int found = m_layout->order.compare(m_layout->form, values(first), values(second));
    return found != 0 ? found < 0 : one.arrival < other.arrival;
}

// Joins two skew heaps, each with its last row at the root.
std::uint32_t TopRows::join(std::uint32_t one, std::uint32_t other)
{
    std::uint32_t root = kNone;
    std::uint32_t* link = &root;
    while (one != kNone && other != kNone) {
        if (comesBefore(one, other)) std::swap(one, other);
        *link = one;
        Row& upper = rowToChange(one);
        one = upper.right;
        upper.right = upper.left;
        link = &upper.left;
    }
    *link = one != kNone ? one : other;
    return root;
}

// The number of a row to write to: a further one, or that of the last row of the group, which gives way.
std::uint32_t TopRows::makeRoom(std::uint32_t groupNumber)
{
    auto& of = *reinterpret_cast<Group*>(m_groups.write(groupNumber));
    if (of.rows < m_layout->count) {
        ++of.rows;
        m_rows.append();
        return static_cast<std::uint32_t>(m_rows.size() - 1);
    }
    const std::uint32_t last = of.root;
    of.root = join(row(last).left, row(last).right);
    m_deadText += m_layout->form.textBytes(values(last));
    return last;
}

void TopRows::place(std::uint32_t groupNumber, std::uint32_t number, std::uint64_t lead, std::int64_t arrival)
{
    rowToChange(number) = {lead, arrival, kNone, kNone};
    auto& of = *reinterpret_cast<Group*>(m_groups.write(groupNumber));
    of.root = join(of.root, number);
    if (m_deadText > kDeadTextMin && m_deadText * 2 > m_texts.bytes()) dropDeadTexts();
}

void TopRows::add(const GroupRow& key, const RecordBatch& batch, std::uint32_t physicalRow,
                  std::int64_t arrival)
{
    const std::uint32_t to = groupOf(key);
    const std::uint64_t lead = m_layout->order.lead(batch, physicalRow);
    if (const Group& of = group(to); of.rows == m_layout->count) {
        const Row& last = row(of.root);
        if (lead > last.lead) return;
        if (lead == last.lead &&
            m_layout->order.compare(batch, physicalRow, m_layout->form, values(of.root)) >= 0)
            return;
    }
    const std::uint32_t number = makeRoom(to);
    m_layout->form.write(batch, physicalRow, m_rows.write(number) + sizeof(Row), m_texts);
    place(to, number, lead, arrival);
}

void TopRows::add(const TopRows& from)
{
    std::vector<std::uint32_t> left;
    for (std::size_t number = 0; number < from.groups(); ++number) {
        const std::uint32_t to = groupOf(from.group(number).asKey());
        left.assign(1, from.group(number).root);
        while (!left.empty()) {
            const std::uint32_t next = left.back();
            left.pop_back();
            if (next == kNone) continue;
            addKept(to, m_layout->form, from.row(next), from.values(next));
            left.push_back(from.row(next).left);
            left.push_back(from.row(next).right);
        }
    }
}

void TopRows::addKept(std::uint32_t to, const RowForm& form, const Row& kept, const char* from)
{
    if (const Group& of = group(to); of.rows == m_layout->count) {
        const Row& last = row(of.root);
        if (kept.lead > last.lead) return;
        const int found = kept.lead < last.lead ? -1 : m_layout->order.compare(form, from, values(of.root));
        if (found > 0 || (found == 0 && kept.arrival > last.arrival)) return;
    }
    const std::uint32_t number = makeRoom(to);
    char* values = m_rows.write(number) + sizeof(Row);
    std::memcpy(values, from, form.bytes());
    form.moveTexts(values, m_texts);
    place(to, number, kept.lead, kept.arrival);
}

void TopRows::sort(std::size_t groupNumber, std::vector<std::uint32_t>& rows) const
{
    rows.clear();
    if (group(groupNumber).root != kNone) rows.push_back(group(groupNumber).root);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& next = row(rows[i]);
        if (next.left != kNone) rows.push_back(next.left);
        if (next.right != kNone) rows.push_back(next.right);
    }
    std::sort(rows.begin(), rows.end(),
              [this](std::uint32_t one, std::uint32_t other) { return comesBefore(one, other); });
}

void TopRows::dropDeadTexts()
{
    TextArena fresh;
    for (std::size_t number = 0; m_keysAreText && number < m_groups.size(); ++number) {
        auto& of = *reinterpret_cast<Group*>(m_groups.write(number));
        if (of.length != GroupRow::kNullLength)
            of.word = reinterpret_cast<std::uint64_t>(fresh.add(of.asKey().text()).data());
    }
    for (std::size_t number = 0; number < m_rows.size(); ++number)
        m_layout->form.moveTexts(m_rows.write(number) + sizeof(Row), fresh);
    m_texts = std::move(fresh);
    m_deadText = 0;
}

void TopRows::save(const RowForm& form, const Group& group, const FrozenRows& rows, std::string& out)
{
    std::vector<std::uint32_t> left(1, group.root);
    while (!left.empty()) {
        const std::uint32_t next = left.back();
        left.pop_back();
        if (next == kNone) continue;
        const auto& row = *reinterpret_cast<const Row*>(rows.read(next));
        appendWord(out, static_cast<std::uint64_t>(row.arrival));
        form.save(rows.read(next) + sizeof(Row), out);
        left.push_back(row.left);
        left.push_back(row.right);
    }
}

bool TopRows::load(const GroupRow& key, std::string_view saved)
{
    const std::uint32_t to = groupOf(key);
    while (!saved.empty()) {
        std::uint64_t arrival = 0;
        if (group(to).rows == m_layout->count || !takeWord(saved, arrival)) return false;
        const std::uint32_t number = makeRoom(to);
        if (!m_layout->form.load(saved, m_rows.write(number) + sizeof(Row), m_texts)) return false;
        place(to, number, m_layout->order.lead(m_layout->form, values(number)),
              static_cast<std::int64_t>(arrival));
    }
    return true;
}

}  // namespace engine
