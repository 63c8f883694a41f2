#include "support/case_file.h"

#include "data/time_text.h"
#include "spec/units.h"

#include <fstream>
#include <sstream>

namespace engine {
namespace {

// The words of a line; a quoted text keeps its quotes. A # that begins a word begins a comment.
std::vector<std::string> wordsOf(std::string_view line)
{
    std::vector<std::string> words;
    std::size_t i = 0;
    while (true) {
        while (i < line.size() && (line[i] == ' ' || line[i] == '\t')) ++i;
        if (i == line.size() || line[i] == '#') return words;
        const std::size_t begin = i;
        bool isInside = false;
        for (; i < line.size() && (isInside || (line[i] != ' ' && line[i] != '\t')); ++i) {
            if (line[i] == '\\' && isInside && i + 1 < line.size())
                ++i;
            else if (line[i] == '"')
                isInside = !isInside;
        }
        words.emplace_back(line.substr(begin, i - begin));
    }
}

bool isIndented(std::string_view line) { return !line.empty() && (line[0] == ' ' || line[0] == '\t'); }

std::string_view restAfter(std::string_view line, std::string_view word)
{
    line.remove_prefix(word.size());
    const std::size_t begin = line.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

// Reads line by line; the first mistake ends it.
class CaseParser {
public:
    CaseParser(std::string_view text, const std::string& path) : m_path(path)
    {
        std::istringstream stream{std::string(text)};
        for (std::string line; std::getline(stream, line);) m_lines.push_back(line);
    }

    Result<std::vector<ComponentCase>> run()
    {
        for (m_at = 0; m_at < m_lines.size(); ++m_at) {
            const std::vector<std::string> words = wordsOf(m_lines[m_at]);
            if (!words.empty()) TRY(line(words));
        }
        return std::move(m_cases);
    }

private:
    Error mistake(const std::string& message) const
    {
        return {ErrorCode::BadData, m_path + ":" + std::to_string(m_at + 1) + ": " + message, {}};
    }

    Status line(const std::vector<std::string>& words)
    {
        const std::string& first = words[0];
        const std::string_view rest = restAfter(m_lines[m_at], first);
        if (first == "case") {
            m_cases.push_back(
                {.file = m_path, .line = static_cast<int>(m_at + 1), .name = std::string(rest)});
            m_table = nullptr;
            return ok();
        }
        if (m_cases.empty()) return mistake("The file begins with something other than a case.");
        if (isIndented(m_lines[m_at])) return tableLine(words);
        m_table = nullptr;
        return setting(m_cases.back(), words, rest);
    }

    Status setting(ComponentCase& one, const std::vector<std::string>& words, std::string_view rest)
    {
        const std::string& first = words[0];
        if (first == "params") {
            one.params = rest;
            while (m_at + 1 < m_lines.size() && isIndented(m_lines[m_at + 1])) one.params += m_lines[++m_at];
            return ok();
        }
        if (first == "file") {
            auto& [name, text] = one.files.emplace_back(rest, std::string());
            while (m_at + 1 < m_lines.size() && isIndented(m_lines[m_at + 1])) {
                const std::string& next = m_lines[++m_at];
                text += next.substr(next.find_first_not_of(" \t")) + '\n';
            }
            return ok();
        }
        if (first == "delay") {
            const auto delay = parseInterval(rest);
            if (!delay) return mistake(delay.error().message);
            one.delayUs = delay->count();
            return ok();
        }
        if (first == "clock") {
            const auto time = scalarFromText(rest, DataType::Time);
            if (!time) return mistake("A clock needs a time.");
            one.clockUs = std::get<std::int64_t>(time->value);
            return ok();
        }
        if (first == "ordered" || first == "open") {
            (first == "open" ? one.staysOpen : one.isOrdered) = true;
            return ok();
        }
        if (first == "fails" || first == "warns") {
            const std::size_t colon = rest.find(':');
            if (colon == std::string_view::npos) return mistake("A message is written PARAMETER: TEXT.");
            (first == "fails" ? one.fails : one.warns)
                .push_back({std::string(rest.substr(0, colon)),
                            std::string(restAfter(rest, rest.substr(0, colon + 1)))});
            return ok();
        }
        return section(one, words);
    }

    Status section(ComponentCase& one, std::vector<std::string> words)
    {
        const std::string first = words[0];
        words.erase(words.begin());
        if (first == "rejected") {
            m_table = &one.rejected.emplace();
        } else if (first == "late") {
            m_table = &one.late.emplace();
        } else if (first == "in" || first == "out") {
            auto& tables = first == "in" ? one.inputs : one.outputs;
            m_table = &tables.emplace_back();
            m_table->port = first;
            if (!words.empty() && words[0].ends_with(':')) {
                m_table->port = words[0].substr(0, words[0].size() - 1);
                words.erase(words.begin());
            }
        } else {
            return mistake("\"" + first + "\" is not known here.");
        }
        m_table->line = static_cast<int>(m_at + 1);
        m_table->marks.emplace_back();
        for (const std::string& word : words) {
            if (word == "at" && m_table->columns.empty()) {
                m_table->hasTime = true;
                continue;
            }
            const std::size_t colon = word.rfind(':');
            m_table->columns.push_back(word.substr(0, colon));
            m_table->types.emplace_back();
            if (colon == std::string::npos) continue;
            m_table->types.back() = dataTypeFromName(word.substr(colon + 1));
            if (!m_table->types.back()) return mistake("\"" + word.substr(colon + 1) + "\" is no type.");
        }
        return ok();
    }

    Status tableLine(const std::vector<std::string>& words)
    {
        if (!m_table) return mistake("This line belongs to no table.");
        if (words.size() == 2 && words[0] == "watermark") {
            const auto time = scalarFromText(words[1], DataType::Time);
            if (!time || time->isNull()) return mistake("\"" + words[1] + "\" is no time.");
            m_table->marks.back() = std::get<std::int64_t>(time->value);
            return ok();
        }
        const std::size_t wanted = m_table->columns.size() + (m_table->hasTime ? 1 : 0);
        if (words.size() != wanted)
            return mistake("The row has " + std::to_string(words.size()) + " values, but the table has " +
                           std::to_string(wanted) + " columns.");
        m_table->rows.push_back(words);
        m_table->marks.emplace_back();
        return ok();
    }

    std::string m_path;
    std::vector<std::string> m_lines;
    std::size_t m_at = 0;
    std::vector<ComponentCase> m_cases;
    CaseTable* m_table = nullptr;
};

DataType guessedType(const CaseTable& table, std::size_t column)
{
    std::optional<DataType> type;
    for (const auto& row : table.rows) {
        const std::string& text = row[column + (table.hasTime ? 1 : 0)];
        if (text == "null") continue;
        const DataType own = typeOfText(text);
        const auto isNumber = [](DataType t) { return t == DataType::Int64 || t == DataType::Float64; };
        if (!type || *type == own)
            type = own;
        else
            type = isNumber(*type) && isNumber(own) ? DataType::Float64 : DataType::String;
    }
    return type.value_or(DataType::String);
}

}  // namespace

Result<std::vector<ComponentCase>> parseCases(std::string_view text, const std::string& path)
{
    return CaseParser(text, path).run();
}

Result<std::vector<ComponentCase>> readCases(const std::string& path)
{
    std::ifstream file(path);
    if (!file) return Error{ErrorCode::Io, path + " cannot be read.", path};
    std::ostringstream text;
    text << file.rdbuf();
    return parseCases(text.str(), path);
}

SchemaPtr schemaOf(const CaseTable& table)
{
    std::vector<Field> fields;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        fields.push_back({table.columns[i], table.types[i] ? *table.types[i] : guessedType(table, i)});
    return std::make_shared<const Schema>(std::move(fields), table.hasTime);
}

Result<TestRows> rowsOf(const CaseTable& table, const std::vector<DataType>& types)
{
    TestRows rows;
    for (const auto& texts : table.rows) {
        TestRow row;
        const std::size_t first = table.hasTime ? 1 : 0;
        if (table.hasTime) {
            const auto at = scalarFromText(texts[0], DataType::Time);
            if (!at || at->isNull()) return Error{ErrorCode::BadData, "\"" + texts[0] + "\" is no time.", {}};
            row.at = floorToMilliseconds(std::get<std::int64_t>(at->value));
        }
        for (std::size_t i = 0; i < types.size(); ++i) {
            auto value = scalarFromText(texts[first + i], types[i]);
            if (!value)
                return Error{ErrorCode::BadData,
                             "\"" + texts[first + i] + "\" is no " + std::string(dataTypeName(types[i])) +
                                 " (column \"" + table.columns[i] + "\").",
                             {}};
            row.values.push_back(std::move(*value));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace engine
