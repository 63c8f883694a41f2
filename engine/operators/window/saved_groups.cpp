#include "operators/window/saved_groups.h"

#include "grouping/aggregate_cells.h"
#include "grouping/group_key.h"
#include "state/bytes.h"
#include "state/key_codec.h"

#include <algorithm>

namespace engine {
namespace {

using ValuesByGroup = std::vector<std::vector<const DistinctValue*>>;

ValuesByGroup valuesByGroup(const FrozenRows& values, std::size_t groups)
{
    ValuesByGroup lists(groups);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const DistinctValue& value = DistinctSet::valueIn(values.read(i));
        if (value.group != DistinctSet::kNobody) lists[value.group].push_back(&value);
    }
    return lists;
}

}  // namespace

Error damagedWindow()
{
    return {ErrorCode::Corrupt,
            "A saved window cannot be read; its file is damaged. Start from an older checkpoint.",
            {}};
}

TableSchema savedSchema(const std::string& table, const Field& place, const WindowLayout& layout)
{
    TableSchema schema{table, 1, {{place.name + layout.geometry(), place.type}}, {}, {}};
    schema.keyColumns.insert(schema.keyColumns.end(), layout.keys.begin(), layout.keys.end());
    for (const Aggregate& aggregate : layout.aggregates) {
        schema.valueColumns.push_back({aggregate.name, aggregate.resultType});
        schema.meanings.push_back(aggregate.meaning);
    }
    return schema;
}

SavedGroups::SavedGroups(WindowLayoutPtr layout, TableSchema schema)
    : m_layout(std::move(layout)),
      m_schema(std::move(schema))
{
}

void SavedGroups::add(FrozenGroups groups, std::size_t rows, HeadOf headOf)
{
    m_rows += rows;
    m_tables.emplace_back(std::move(groups), std::move(headOf));
}

void SavedGroups::visit(const std::function<void(const StateRow&)>& visitor) const
{
    for (const auto& [groups, headOf] : m_tables) visitTable(groups, headOf, visitor);
}

void SavedGroups::visitTable(const FrozenGroups& groups, const HeadOf& headOf,
                             const std::function<void(const StateRow&)>& visitor) const
{
    std::vector<ValuesByGroup> distincts;
    for (const FrozenRows& values : groups.distincts)
        distincts.push_back(valuesByGroup(values, groups.rows.size()));
    const std::vector<const DistinctValue*> none;
    std::string key, value, cell;
    for (std::size_t index = 0; index < groups.rows.size(); ++index) {
        const char* row = groups.rows.read(index);
        const auto head = headOf(static_cast<std::uint32_t>(index), row);
        if (!head) continue;
        key.clear();
        value = head->own;
        appendIntegerKey(key, m_schema.keyColumns[0].type, head->place);
        const std::size_t placeBytes = key.size();
        appendGroupKey(key, *m_layout, engine::headOf(row));
        for (const Aggregate& aggregate : m_layout->aggregates) {
            cell.assign({static_cast<char>(aggregate.kind), static_cast<char>(aggregate.argumentType)});
            const bool isDistinct = aggregate.kind == AggregateKind::CountDistinct;
            saveAggregate(aggregate, row, isDistinct ? distincts[aggregate.distinct][index] : none, cell);
            appendText(value, cell);
        }
        visitor({key, std::string_view(key).substr(placeBytes), value});
    }
}

Status readSavedKey(const TableSchema& saved, const TableSchema& ours, const StateRow& row,
                    const WindowLayout& layout, std::int64_t& place, GroupRow& key)
{
    if (saved.keyColumns != ours.keyColumns)
        return Error{ErrorCode::InvalidSpec,
                     "The saved windows were made with other keys, " + layout.geometryNames() +
                         " and cannot be taken over; start with --fresh, or go back to the former "
                         "parameters.",
                     {}};
    std::string_view bytes = row.key;
    KeyPart part;
    if (!takeKeyPart(bytes, part) || part.isNull || part.type != ours.keyColumns[0].type)
        return damagedWindow();
    if (!readGroupKey(bytes, layout, key)) return damagedWindow();
    place = static_cast<std::int64_t>(part.bits);
    return ok();
}

Status readSavedCells(const TableSchema& saved, std::string_view value, const WindowLayout& layout,
                      GroupTable& table, std::uint32_t row)
{
    for (std::size_t column = 0; column < saved.valueColumns.size(); ++column) {
        const Field& field = saved.valueColumns[column];
        std::string_view cell;
        if (!takeText(value, cell) || cell.size() < 2) return damagedWindow();
        const auto match = std::ranges::find(layout.aggregates, field.name, &Aggregate::name);
        if (match == layout.aggregates.end()) continue;
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
        if (!table.load(*match, row, cell.substr(2))) return damagedWindow();
    }
    return ok();
}

Status adoptLayout(StateTable& table, const WindowLayout& before, const WindowLayout& after,
                   const TableSchema& schemaAfter, const std::function<void(bool rowsStay)>& take)
{
    const TableSchema schemaBefore = table.schema();
    if (schemaAfter.keyColumns != schemaBefore.keyColumns && table.rows() > 0)
        return Error{ErrorCode::InvalidSpec,
                     "The open windows were made with other keys, " + after.geometryNames() +
                         " and cannot be taken over; start with fresh state, or go back to the former "
                         "parameters.",
                     {}};
    const bool rowsStay = before.sameState(after) && before.ownBytes == after.ownBytes;
    const auto frozen = rowsStay ? nullptr : table.freeze();
    take(rowsStay);
    Status status = ok();
    if (frozen)
        frozen->visit([&](const StateRow& row) {
            if (status) status = table.restore(schemaBefore, row);
        });
    return status;
}

}  // namespace engine
