#include "formats/json/json_plan.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace engine {

namespace {

struct PathPart {
    std::string key{};
    std::optional<std::size_t> index{};
};

Error badPath(const DecodeColumn& column, const char* why)
{
    return {ErrorCode::InvalidSpec,
            "The path \"" + column.path + "\" of column \"" + column.name + "\" " + why, column.name};
}

// items[0].price: member, entry, member.
Result<std::vector<PathPart>> partsOf(const DecodeColumn& column)
{
    if (column.path.empty()) return std::vector<PathPart>{{column.name, {}}};
    std::vector<PathPart> parts;
    std::string_view rest = column.path;
    while (true) {
        const std::size_t keyEnd = std::min(rest.find_first_of(".["), rest.size());
        if (keyEnd == 0) return badPath(column, "lacks a member's name; write it like items[0].price.");
        parts.push_back({std::string(rest.substr(0, keyEnd)), {}});
        rest.remove_prefix(keyEnd);
        while (!rest.empty() && rest.front() == '[') {
            std::size_t index = 0;
            const char* end = rest.data() + rest.size();
            const auto [at, error] = std::from_chars(rest.data() + 1, end, index);
            if (error != std::errc{} || at == end || *at != ']')
                return badPath(column, "has a [ that no number and ] follow; write it like items[0].price.");
            parts.push_back({{}, index});
            rest.remove_prefix(static_cast<std::size_t>(at + 1 - rest.data()));
        }
        if (rest.empty()) return parts;
        if (rest.front() != '.')
            return badPath(column, "has something behind a ]; write it like items[0].price.");
        rest.remove_prefix(1);
    }
}

JsonStep::Kind kindOf(DataType type)
{
    switch (type) {
    case DataType::Bool: return JsonStep::Flag;
    case DataType::Int64: return JsonStep::Integer;
    case DataType::Float64: return JsonStep::Number;
    case DataType::Time: return JsonStep::Time;
    case DataType::String: return JsonStep::Text;
    }
    return JsonStep::Text;
}

// The step below `parent` for this part that leads on to more parts, made when there is none.
JsonStep& containerBelow(JsonStep& parent, const PathPart& part, JsonStep::Kind kind)
{
    for (JsonStep& step : parent.steps)
        if (step.kind == kind && step.key == part.key && step.index == part.index.value_or(0)) return step;
    JsonStep step;
    step.kind = kind;
    step.key = part.key;
    step.index = part.index.value_or(0);
    return parent.steps.emplace_back(std::move(step));
}

void sortEntries(JsonStep& step)
{
    if (step.kind == JsonStep::List)
        std::stable_sort(step.steps.begin(), step.steps.end(),
                         [](const JsonStep& a, const JsonStep& b) { return a.index < b.index; });
    for (JsonStep& below : step.steps) sortEntries(below);
}

}  // namespace

Result<JsonStep> makeJsonPlan(const DecodeOptions& options)
{
    JsonStep root;
    for (std::size_t i = 0; i < options.columns.size(); ++i) {
        const bool isNeeded =
            options.needed.empty() || options.checkAll || options.needed[i] || options.timeColumn == i;
        if (!isNeeded) continue;
        const DecodeColumn& column = options.columns[i];
        auto parts = partsOf(column);
        if (!parts) return parts.error();
        auto time = TimeReader::make(column.type == DataType::Time ? column.encoding : std::string());
        if (!time)
            return Error{ErrorCode::InvalidSpec, "Column \"" + column.name + "\": " + time.error().message,
                         column.name};
        JsonStep* parent = &root;
        for (std::size_t part = 0; part + 1 < parts->size(); ++part)
            parent = &containerBelow(*parent, (*parts)[part],
                                     (*parts)[part + 1].index ? JsonStep::List : JsonStep::Object);
        JsonStep step;
        step.kind = kindOf(column.type);
        step.key = parts->back().key;
        step.index = parts->back().index.value_or(0);
        step.column = i;
        step.lenient = column.lenient;
        step.required = column.required;
        step.time = std::move(*time);
        parent->steps.push_back(std::move(step));
    }
    sortEntries(root);
    return root;
}

}  // namespace engine
