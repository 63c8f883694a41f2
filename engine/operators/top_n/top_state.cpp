#include "operators/top_n/top_state.h"

#include "grouping/group_key.h"
#include "state/key_codec.h"

namespace engine {
namespace {

Error damaged()
{
    return {ErrorCode::Corrupt,
            "The saved rows of a top_n cannot be read; their file is damaged. Start from an older "
            "checkpoint.",
            {}};
}

TableSchema schemaOf(const TopLayout& layout)
{
    TableSchema schema{"top", 1, {{layout.meaning, DataType::Time}}, layout.columns, {}};
    schema.keyColumns.insert(schema.keyColumns.end(), layout.keys->keys.begin(), layout.keys->keys.end());
    return schema;
}

class FrozenTop final : public FrozenTable {
public:
    FrozenTop(TopLayoutPtr layout, TableSchema schema)
        : m_layout(std::move(layout)),
          m_schema(std::move(schema))
    {
    }
    void add(std::int64_t start, TopRows::Frozen slice)
    {
        m_rows += slice.rows.size();
        m_slices.emplace_back(start, std::move(slice));
    }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_rows; }
    void visit(const std::function<void(const StateRow&)>& visitor) const override
    {
        std::string key, value;
        for (const auto& [start, slice] : m_slices)
            for (std::size_t number = 0; number < slice.groups.size(); ++number) {
                const auto& group = *reinterpret_cast<const TopRows::Group*>(slice.groups.read(number));
                key.clear();
                value.clear();
                appendIntegerKey(key, DataType::Time, start);
                const std::size_t sliceBytes = key.size();
                appendGroupKey(key, *m_layout->keys, group.asKey());
                TopRows::save(m_layout->form, group, slice.rows, value);
                visitor({key, std::string_view(key).substr(sliceBytes), value});
            }
    }

private:
    TopLayoutPtr m_layout;
    TableSchema m_schema;
    std::vector<std::pair<std::int64_t, TopRows::Frozen>> m_slices;
    std::size_t m_rows = 0;
};

}  // namespace

TopState::TopState(TopLayoutPtr layout) : m_layout(std::move(layout)), m_schema(schemaOf(*m_layout)) { }

TopRows& TopState::slice(std::int64_t start) { return m_slices.try_emplace(start, m_layout).first->second; }

std::size_t TopState::rows() const
{
    std::size_t total = 0;
    for (const auto& [start, slice] : m_slices) total += slice.rows();
    return total;
}

std::size_t TopState::bytes() const
{
    std::size_t total = 0;
    for (const auto& [start, slice] : m_slices) total += slice.bytes();
    return total;
}

std::size_t TopState::heldBytes() const
{
    std::size_t total = m_frozen.bytesWithout(m_slices);
    for (const auto& [start, slice] : m_slices) total += slice.heldBytes();
    return total;
}

std::shared_ptr<const FrozenTable> TopState::freeze()
{
    auto frozen = std::make_shared<FrozenTop>(m_layout, m_schema);
    m_frozen.begin(frozen);
    for (auto& [start, slice] : m_slices) {
        m_frozen.add(start, slice.frozenBytes());
        frozen->add(start, slice.freeze());
    }
    return frozen;
}

Status TopState::restore(const TableSchema& saved, const StateRow& row)
{
    if (saved.keyColumns != m_schema.keyColumns || saved.valueColumns != m_schema.valueColumns)
        return Error{ErrorCode::InvalidSpec,
                     "The rows that this node had kept were chosen by another window, order, number, other "
                     "keys or columns; start with --fresh, or go back to the former parameters.",
                     {}};
    std::string_view key = row.key;
    KeyPart start;
    GroupRow head{};
    if (!takeKeyPart(key, start) || start.isNull || start.type != DataType::Time) return damaged();
    if (!readGroupKey(key, *m_layout->keys, head)) return damaged();
    if (!slice(static_cast<std::int64_t>(start.bits)).load(head, row.value)) return damaged();
    return ok();
}

}  // namespace engine
