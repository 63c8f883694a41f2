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

SavedGroupsReader::SavedGroupsReader(const TableSchema& saved, const TableSchema& ours,
                                     const WindowLayout& layout)
    : m_saved(saved),
      m_layout(layout),
      m_placeType(ours.keyColumns[0].type),
      m_hasOtherKeys(saved.keyColumns != ours.keyColumns)
{
    for (std::size_t column = 0; column < saved.valueColumns.size(); ++column) {
        const auto match =
            std::ranges::find(layout.aggregates, saved.valueColumns[column].name, &Aggregate::name);
        const bool isThere = match != layout.aggregates.end();
        m_cells.push_back(
            {isThere ? &*match : nullptr,
             isThere && column < saved.meanings.size() && saved.meanings[column] != match->meaning});
    }
}

Status SavedGroupsReader::head(const StateRow& row, Head& into) const
{
    if (m_hasOtherKeys)
        return Error{ErrorCode::InvalidSpec,
                     "The saved windows were made with other keys, " + m_layout.geometryNames() +
                         " and cannot be taken over; start with --fresh, or go back to the former "
                         "parameters.",
                     {}};
    std::string_view bytes = row.key;
    KeyPart part;
    if (!takeKeyPart(bytes, part) || part.isNull || part.type != m_placeType) return damagedWindow();
    if (!readGroupKey(bytes, m_layout, into.key)) return damagedWindow();
    into.place = static_cast<std::int64_t>(part.bits);
    return ok();
}

Status SavedGroupsReader::cells(std::string_view value, GroupTable& table, std::uint32_t row) const
{
    for (std::size_t column = 0; column < m_cells.size(); ++column) {
        const Cell& cell = m_cells[column];
        std::string_view bytes;
        if (!takeText(value, bytes) || bytes.size() < 2) return damagedWindow();
        if (!cell.aggregate) continue;
        if (bytes[0] != static_cast<char>(cell.aggregate->kind) ||
            bytes[1] != static_cast<char>(cell.aggregate->argumentType))
            return otherFunction(cell);
        if (cell.hasOtherMeaning) return otherMeaning(column);
        if (!table.load(*cell.aggregate, row, bytes.substr(2))) return damagedWindow();
    }
    return ok();
}

Error SavedGroupsReader::otherFunction(const Cell& cell) const
{
    return {ErrorCode::InvalidSpec,
            "The saved windows hold another function, or one of another type, under the name \"" +
                cell.aggregate->name +
                "\"; give the aggregate another name, go back to the former function, or start "
                "with --fresh.",
            {}};
}

Error SavedGroupsReader::otherMeaning(std::size_t column) const
{
    const Aggregate& aggregate = *m_cells[column].aggregate;
    return {ErrorCode::InvalidSpec,
            "What the saved windows hold under the name \"" + aggregate.name + "\" was worked out of " +
                m_saved.meanings[column] + ", and the document says " + aggregate.meaning +
                " now; give the aggregate another name, go back to the former formula, or "
                "start with --fresh.",
            {}};
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
