#include "operators/window/window_state.h"

#include "grouping/aggregate_cells.h"
#include "grouping/group_key.h"
#include "state/bytes.h"
#include "state/key_codec.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::size_t kRowsExpected = 64;  // in a slice, when nothing is known

Error damaged()
{
    return {ErrorCode::Corrupt,
            "A saved window cannot be read; its file is damaged. Start from an older checkpoint.",
            {}};
}

TableSchema schemaOf(const WindowLayout& layout)
{
    TableSchema schema{"windows", 1, {{"slice of a window of " + layout.geometry(), DataType::Time}}, {}, {}};
    schema.keyColumns.insert(schema.keyColumns.end(), layout.keys.begin(), layout.keys.end());
    for (const Aggregate& aggregate : layout.aggregates) {
        schema.valueColumns.push_back({aggregate.name, aggregate.resultType});
        schema.meanings.push_back(aggregate.meaning);
    }
    return schema;
}

using ValuesByGroup = std::vector<std::vector<const DistinctValue*>>;

ValuesByGroup valuesByGroup(const FrozenRows& values, std::size_t groups)
{
    ValuesByGroup lists(groups);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const DistinctValue& value = DistinctSet::valueIn(values.read(i));
        lists[value.group].push_back(&value);
    }
    return lists;
}

class FrozenWindows final : public FrozenTable {
public:
    FrozenWindows(WindowLayoutPtr layout, TableSchema schema)
        : m_layout(std::move(layout)),
          m_schema(std::move(schema))
    {
    }
    void add(std::int64_t start, FrozenGroups groups)
    {
        m_rows += groups.rows.size();
        m_slices.emplace_back(start, std::move(groups));
    }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return m_rows; }
    void visit(const std::function<void(const StateRow&)>& visitor) const override
    {
        for (const auto& [start, groups] : m_slices) visitSlice(start, groups, visitor);
    }

private:
    void visitSlice(std::int64_t start, const FrozenGroups& groups,
                    const std::function<void(const StateRow&)>& visitor) const
    {
        std::vector<ValuesByGroup> distincts;
        for (const FrozenRows& values : groups.distincts)
            distincts.push_back(valuesByGroup(values, groups.rows.size()));
        const std::vector<const DistinctValue*> none;
        std::string key, value, cell;
        for (std::size_t index = 0; index < groups.rows.size(); ++index) {
            const char* row = groups.rows.read(index);
            key.clear();
            value.clear();
            appendIntegerKey(key, DataType::Time, start);
            const std::size_t sliceBytes = key.size();
            appendGroupKey(key, *m_layout, headOf(row));
            for (const Aggregate& aggregate : m_layout->aggregates) {
                cell.assign({static_cast<char>(aggregate.kind), static_cast<char>(aggregate.argumentType)});
                const bool isDistinct = aggregate.kind == AggregateKind::CountDistinct;
                saveAggregate(aggregate, row, isDistinct ? distincts[aggregate.distinct][index] : none, cell);
                appendText(value, cell);
            }
            visitor({key, std::string_view(key).substr(sliceBytes), value});
        }
    }
    WindowLayoutPtr m_layout;
    TableSchema m_schema;
    std::vector<std::pair<std::int64_t, FrozenGroups>> m_slices;
    std::size_t m_rows = 0;
};

}  // namespace

WindowState::WindowState(WindowLayoutPtr layout) : m_layout(std::move(layout)), m_schema(schemaOf(*m_layout))
{
}

Status WindowState::adopt(WindowLayoutPtr layout)
{
    const bool isSame = m_layout->sameState(*layout);
    const TableSchema before = m_schema;
    const auto frozen = isSame ? nullptr : freeze();
    TableSchema after = schemaOf(*layout);
    if (after.keyColumns != before.keyColumns && !m_slices.empty())
        return Error{ErrorCode::InvalidSpec,
                     "The open windows were made with other keys, " + layout->geometryNames() +
                         " and cannot be taken over; start with fresh state, or go back to the former "
                         "parameters.",
                     {}};
    m_layout = std::move(layout);
    m_schema = std::move(after);
    if (isSame) return ok();
    m_slices.clear();
    Status status = ok();
    frozen->visit([&](const StateRow& row) {
        if (status) status = restore(before, row);
    });
    return status;
}

GroupTable& WindowState::slice(std::int64_t start)
{
    const auto found = m_slices.find(start);
    if (found != m_slices.end()) return *found->second;
    const std::size_t rowsElsewhere = m_slices.empty() ? 0 : m_slices.begin()->second->size();
    auto table = std::make_unique<GroupTable>(m_layout, std::max(rowsElsewhere, kRowsExpected));
    return *m_slices.emplace(start, std::move(table)).first->second;
}

bool WindowState::tryPlace(std::int64_t start, std::unique_ptr<GroupTable>& table)
{
    return m_slices.try_emplace(start, std::move(table)).second;
}

std::size_t WindowState::rows() const
{
    std::size_t total = 0;
    for (const auto& [start, table] : m_slices) total += table->size();
    return total;
}

std::size_t WindowState::bytes() const
{
    std::size_t total = 0;
    for (const auto& [start, table] : m_slices) total += sizeof *table + table->bytes();
    return total;
}

std::shared_ptr<const FrozenTable> WindowState::freeze()
{
    auto frozen = std::make_shared<FrozenWindows>(m_layout, m_schema);
    for (auto& [start, table] : m_slices) frozen->add(start, table->freeze());
    return frozen;
}

Status WindowState::restore(const TableSchema& saved, const StateRow& row)
{
    if (saved.keyColumns != m_schema.keyColumns)
        return Error{ErrorCode::InvalidSpec,
                     "The saved windows were made with other keys, " + m_layout->geometryNames() +
                         " and cannot be taken over; start with --fresh, or go back to the former "
                         "parameters.",
                     {}};
    std::string_view key = row.key;
    KeyPart start;
    GroupRow head{};
    if (!takeKeyPart(key, start) || start.isNull || start.type != DataType::Time) return damaged();
    if (!readGroupKey(key, *m_layout, head)) return damaged();
    GroupTable& table = slice(static_cast<std::int64_t>(start.bits));
    return restoreAggregates(saved, row.value, table, table.rowOf(head));
}

Status WindowState::restoreAggregates(const TableSchema& saved, std::string_view value, GroupTable& table,
                                      std::uint32_t row)
{
    for (std::size_t column = 0; column < saved.valueColumns.size(); ++column) {
        const Field& field = saved.valueColumns[column];
        std::string_view cell;
        if (!takeText(value, cell) || cell.size() < 2) return damaged();
        const auto match = std::ranges::find(m_layout->aggregates, field.name, &Aggregate::name);
        if (match == m_layout->aggregates.end()) continue;
        if (cell[0] != static_cast<char>(match->kind) || cell[1] != static_cast<char>(match->argumentType))
            return Error{
                ErrorCode::InvalidSpec,
                "The saved windows hold another function, or one of another type, under the name \"" +
                    field.name +
                    "\"; give the aggregate another name, go back to the former function, or start "
                    "with --fresh.",
                {}};
        if (column < saved.meanings.size() && saved.meanings[column] != match->meaning)
            return Error{ErrorCode::InvalidSpec,
                         "What the saved windows hold under the name \"" + field.name +
                             "\" was worked out of " + saved.meanings[column] + ", and the document says " +
                             match->meaning +
                             " now; give the aggregate another name, go back to the former formula, or "
                             "start with --fresh.",
                         {}};
        if (!table.load(*match, row, cell.substr(2))) return damaged();
    }
    return ok();
}

}  // namespace engine
