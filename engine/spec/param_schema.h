#pragma once

#include "base/result.h"
#include "base/time.h"
#include "spec/diagnostic.h"
#include "spec/json.h"
#include "spec/param_values.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine {

enum class Change { AtOnce, AtBarrier, ByRestart };

// What a form, a check and the documentation know of a parameter besides its type. Bounds of an interval are
// in seconds, of a size in bytes, of a list its number of entries.
struct ParamHints {
    std::string title{}, help{}, unit{};
    std::string zero{};  // what 0 means, in a few words, where that is no number like the others
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    std::vector<std::string> choices{};  // makes a text a Choice
    bool required = false;               // must be there and not be empty, while it is visible
    bool advanced = false;
    std::string visibleWhen{};          // "kind = hopping | cumulative"
    std::string columnsOf{};            // whose columns may be chosen: an input port, or a list of this form
    Change change = Change::AtBarrier;  // how a running job takes a new value
    bool operator==(const ParamHints&) const = default;
};

struct ParamField {
    std::string name{};
    ParamType type = ParamType::Text;
    Json fallback{};  // what is taken where the document says nothing; null: not set
    ParamHints hints{};
    std::vector<ParamField> fields{};  // of Records and Record
    bool operator==(const ParamField&) const = default;
};
using ParamSchema = std::vector<ParamField>;  // all the window, the documentation and the wire ever see

// Adds a problem for every mistake in an object of parameters: wrong type, out of bounds, not among the
// choices, missing, unknown (members named x_... are anybody's); and a warning for a value that does not
// count because of another. `param` of each is its path below `prefix`: "aggregates[1].function".
void checkParams(const ParamSchema& schema, const Json& params, std::vector<Diagnostic>& out,
                 const std::string& prefix = {});

// The same for one value; `path` names it.
void checkParam(const ParamField& field, const Json& value, const std::string& path,
                std::vector<Diagnostic>& out);

// Whether a field counts, given the other values: its `visibleWhen` holds.
bool isVisible(const ParamField& field, const ParamSchema& schema, const Json& params);

const ParamField* findField(const ParamSchema& schema, std::string_view name);

// What the schema says, as JSON (for `describe --json` and the wire), and back.
Json schemaToJson(const ParamSchema& schema);
Result<ParamSchema> schemaFromJson(const Json& json);
std::string_view paramTypeName(ParamType type);

// Declares each parameter once: its name, its place in struct P, its default (P's own) and hints. Immutable
// once made; any thread may read with it.
template <class P>
class Params {
public:
    template <class T>
    Params& field(std::string name, T P::*member, ParamHints hints = {})
    {
        using Traits = ParamTraits<T>;
        ParamType type = Traits::type;
        if (type == ParamType::Text && !hints.choices.empty()) type = ParamType::Choice;
        m_schema.push_back({std::move(name), type, Traits::toJson(P{}.*member), std::move(hints), {}});
        m_setters.push_back([member](P& values, const Json& json) -> Status {
            auto value = Traits::fromJson(json);
            if (!value) return value.error();
            values.*member = std::move(*value);
            return ok();
        });
        return *this;
    }

    // A list of rows, each with the parameters of `row`.
    template <class R>
    Params& records(std::string name, std::vector<R> P::*member, Params<R> row, ParamHints hints = {})
    {
        m_schema.push_back(
            {std::move(name), ParamType::Records, Json::array(), std::move(hints), row.schema()});
        m_setters.push_back([member, row = std::move(row)](P& values, const Json& json) -> Status {
            if (!json.is_array()) return ok();
            std::vector<R> rows;
            std::vector<Diagnostic> mistakes;
            for (const Json& item : json) rows.push_back(row.readAll(item, mistakes));
            values.*member = std::move(rows);
            if (mistakes.empty()) return ok();
            return Error{ErrorCode::InvalidSpec, mistakes.front().message, mistakes.front().param};
        });
        return *this;
    }

    // One row that may be left out, with the parameters of `row`.
    template <class R>
    Params& record(std::string name, std::optional<R> P::*member, Params<R> row, ParamHints hints = {})
    {
        m_schema.push_back({std::move(name), ParamType::Record, Json(), std::move(hints), row.schema()});
        m_setters.push_back([member, row = std::move(row)](P& values, const Json& json) -> Status {
            std::vector<Diagnostic> mistakes;
            if (json.is_object()) values.*member = row.readAll(json, mistakes);
            if (mistakes.empty()) return ok();
            return Error{ErrorCode::InvalidSpec, mistakes.front().message, mistakes.front().param};
        });
        return *this;
    }

    const ParamSchema& schema() const { return m_schema; }

    // The first mistake as an error (`where` is the parameter's path), or all values.
    Result<P> read(const Json& json) const
    {
        std::vector<Diagnostic> mistakes;
        P values = readAll(json, mistakes);
        for (const Diagnostic& mistake : mistakes)
            if (mistake.severity == Diagnostic::Problem)
                return Error{ErrorCode::InvalidSpec, mistake.message, mistake.param};
        return values;
    }

    // What can be read; each mistake is added to `out` and leaves its default in place.
    P readAll(const Json& json, std::vector<Diagnostic>& out) const
    {
        checkParams(m_schema, json, out);
        P values{};
        for (std::size_t i = 0; i < m_schema.size(); ++i) {
            const Json* value = findMember(json, m_schema[i].name);
            if (value == nullptr || value->is_null()) continue;
            std::vector<Diagnostic> mistakes;
            checkParam(m_schema[i], *value, m_schema[i].name, mistakes);
            if (auto status = m_setters[i](values, *value); !status && mistakes.empty())
                out.push_back({Diagnostic::Problem, {}, m_schema[i].name, {}, status.error().message, {}});
        }
        return values;
    }

private:
    ParamSchema m_schema;
    std::vector<std::function<Status(P&, const Json&)>> m_setters;
};

}  // namespace engine
