#pragma once

#include "catalog/component.h"
#include "grouping/group_input.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

// One record of the parameter "aggregates" of any node that groups rows.
struct AggregateParams {
    std::string function{};
    FormulaText argument{};
    FormulaText argument2{};
    bool distinct = false;
    FormulaText filter{};
    bool asDouble = false;
    std::optional<double> fraction{};
    bool exactness = true;
    std::int64_t limit = 10;
    std::optional<double> bucketWidth{};
    std::string name{};
};

Params<AggregateParams> aggregateParams();

std::string outputName(const AggregateParams& params);  // of its column

// For a node's face: " by sensor_id: avg, max".
std::string keysAndAggregates(const std::vector<ColumnRef>& keys,
                              const std::vector<AggregateParams>& aggregates);

// "aggregates[2].name"
std::string aggregatePath(std::size_t index, const char* field);

// Compiles one aggregate over input 0 into `aggregate` and `compiled`; false, with the mistake told, when it
// cannot be worked out.
bool readAggregate(const AggregateParams& params, std::size_t index, const BindContext& context,
                   Aggregate& aggregate, AggregateFormulas& compiled);

// The columns of an output while they are put together. Lives for one call of bind.
class OutputColumns {
public:
    explicit OutputColumns(const BindContext& context) : m_context(context) { }
    bool has(const std::string& name) const;
    void add(const Field& field);
    // A name that is there already becomes a problem of the aggregate. No type: it is not known.
    void addAggregate(std::size_t index, const std::string& name, std::optional<DataType> type);
    // An empty name: that is not known either.
    void addUnknown(const std::string& name);
    SchemaPtr schema() const;  // with event time

private:
    const BindContext& m_context;
    std::vector<Field> m_fields;
    std::vector<std::string> m_names;
    OpenColumns m_open;
};

// The key columns of a grouping node: compiled into `formulas` and `layout`, and put first into `output`,
// which must not have one of the names in `taken`.
void readKeys(const std::vector<ColumnRef>& keys, const BindContext& context,
              const std::vector<std::string>& taken, GroupLayout& layout, GroupFormulas& formulas,
              OutputColumns& output);

// The aggregates, likewise; their columns come last.
void readAggregates(const std::vector<AggregateParams>& params, const BindContext& context,
                    GroupLayout& layout, GroupFormulas& formulas, OutputColumns& output);

// The input columns that keys, arguments and filters look at, each once.
std::vector<std::size_t> columnsUsed(const GroupFormulas& formulas);

// Of keys and aggregates: equal for layouts whose tables hold the same.
std::string fingerprintOf(const GroupLayout& layout);

}  // namespace engine
