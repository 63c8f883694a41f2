#pragma once

#include "data/expression_tree.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// What pipelines mean, worked out a row at a time in the plainest way there is. Of the engine it knows the
// parsed formula and nothing else. Times are µs; a timestamp is an integer here.
//
// Formulas: + - * / % ||, = <> < <= > >=, AND OR NOT, IS NULL / TRUE / FALSE / DISTINCT FROM, IN, BETWEEN,
// LIKE, CASE, IF, COALESCE, NULLIF, GREATEST, LEAST, ABS, CEIL, FLOOR, ROUND, UPPER, LOWER, TRIM, SUBSTRING,
// CHAR_LENGTH, CONCAT, CAST to texts and numbers, TRY_CAST to numbers, and of units from a second to a day
// EXTRACT (below a day), FLOOR TO, CEIL TO, TIMESTAMPDIFF, TIMESTAMPADD.
namespace engine {

using RefValue = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

__extension__ using RefWide = __int128;  // sums and products that do not fit 64 bits are found in it
inline bool isNull(const RefValue& value) { return value.index() == 0; }
inline double number(const RefValue& value)
{
    const auto* integer = std::get_if<std::int64_t>(&value);
    return integer ? static_cast<double>(*integer) : std::get<double>(value);
}

struct RefRow {
    std::vector<RefValue> values{};
    std::int64_t at = 0;
    std::int64_t watermark = std::numeric_limits<std::int64_t>::min();  // that it meets
};

struct RefTable {
    std::vector<std::string> columns{};
    std::vector<RefRow> rows{};
    std::size_t indexOf(const std::string& name) const;
};

using RefRows = std::vector<RefRow>;  // such as rejected ones, as they came to the node

// The value of a formula for a row; nothing when it has none (a division by zero, an overflow).
std::optional<RefValue> refEvaluate(const ExpressionTree& formula, const RefTable& table, const RefRow& row);

// Each row's watermark: the greatest event time of the rows before it, less the delay.
void refWatermarks(RefTable& table, std::int64_t delayUs);

RefTable refFilter(const RefTable& in, const ExpressionTree& condition, RefRows& rejects);
using RefColumns = std::vector<std::pair<std::string, ExpressionTree>>;
RefTable refCompute(const RefTable& in, const RefColumns& columns, bool keep, RefRows& rejects);
RefTable refSelect(const RefTable& in,
                   const std::vector<std::pair<std::string, std::string>>& columns);  // column, name
std::vector<RefTable> refSplit(const RefTable& in, const std::vector<ExpressionTree>& routes,
                               RefRows& rejects);  // the rest last
RefTable refUnion(const std::vector<RefTable>&
                      inputs);  // rows that meet a lower watermark first, else in the inputs' order

struct RefAggregate {
    std::string name{},
        function{};          // count, count_distinct, sum, avg, min, max, first, last, stddev_samp, ...
    std::string argument{};  // a column; empty: count of rows
    std::optional<ExpressionTree> filter{};
    bool asDouble = false;
    std::string second{};  // a column, of arg_min, arg_max, covar_samp
};

struct RefWindow {
    std::string kind = "tumbling";                       // or hopping, cumulative, session, count
    std::int64_t sizeUs = 0, slideUs = 0, offsetUs = 0;  // of a cumulative window slideUs is the step
    std::int64_t gapUs = 0, rows = 0, slideRows = 0;
    std::int64_t latenessUs = 0, earlyUs = 0;
    bool hasVersions() const { return latenessUs > 0 || earlyUs > 0; }
    std::vector<std::string> keys{};
    std::vector<RefAggregate> aggregates{};
};

struct RefWindowResult {
    RefTable table{};  // keys, window_start, window_end, of some version and replaces, aggregates
    RefRows late{};
    RefRows failed{};  // groups with an integer sum that does not fit, and is NULL here
};
RefWindowResult refWindow(const RefTable& in, const RefWindow& window);

// The value of an aggregate for rows in the order in which they came; `fits` turns false where a sum does
// not.
RefValue refAggregate(const RefAggregate& aggregate, const RefTable& in,
                      const std::vector<const RefRow*>& rows, bool& fits);

struct RefKept {
    RefTable table{};
    RefRows late{};
    RefRows failed{};  // rows with an integer sum that does not fit
};

RefKept refDeduplicate(const RefTable& in, const std::vector<std::string>& keys, std::int64_t ttlUs);

struct RefTopN {
    std::vector<std::string> keys{};
    std::size_t count = 1;
    std::vector<std::pair<std::string, bool>> order{};   // a column, and whether the greatest comes first
    std::int64_t sizeUs = 0, slideUs = 0, offsetUs = 0;  // 0: rows have window_start and window_end
    bool isCumulative = false;                           // slideUs is the step
    std::string rankColumn{};
};
RefKept refTopN(const RefTable& in, const RefTopN& top);

RefKept refOver(const RefTable& in, const std::vector<std::string>& keys, std::int64_t precedingUs,
                const std::vector<RefAggregate>& aggregates);

}  // namespace engine
