#pragma once

#include "base/result.h"
#include "data/schema.h"
#include "support/rows.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// Rows written as a table: a header and a line each. `types` are those written in the header (name:type),
// else guessed from the column's texts.
struct CaseTable {
    std::string port{};
    int line = 0;
    std::vector<std::string> columns{};  // without `at`
    std::vector<std::optional<DataType>> types{};
    bool hasTime = false;                          // has the column `at`
    std::vector<std::vector<std::string>> rows{};  // texts as written, `at` first when hasTime
    std::vector<std::optional<std::int64_t>>
        marks{};  // the watermark line before each row, and after the last
};

struct CaseMessage {
    std::string param{};
    std::string text{};  // a part of the message
};

// One case of a .cases file; tests/README.md says how it is written.
struct ComponentCase {
    std::string file{};
    int line = 0;
    std::string name{};
    std::string params = "{}";
    std::vector<std::pair<std::string, std::string>> files{};  // name and text
    std::optional<std::int64_t> delayUs{};
    std::int64_t clockUs = 0;
    bool staysOpen = false;
    bool isOrdered = false;
    std::vector<CaseTable> inputs{};
    std::vector<CaseTable> outputs{};
    std::optional<CaseTable> rejected{}, late{};
    std::vector<CaseMessage> fails{}, warns{};
};

Result<std::vector<ComponentCase>> readCases(const std::string& path);
Result<std::vector<ComponentCase>> parseCases(std::string_view text, const std::string& path);

// The schema that a table says.
SchemaPtr schemaOf(const CaseTable& table);

// The table's rows as values of `types`, one for each of its columns; an error names the text that does not
// fit.
Result<TestRows> rowsOf(const CaseTable& table, const std::vector<DataType>& types);

}  // namespace engine
