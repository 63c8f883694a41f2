#include "spec/substitute.h"

#include "data/expression_lexer.h"
#include "spec/document_settings.h"
#include "spec/suggest.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace engine {
namespace {

// One ${...} of a text, or the end of the text.
struct Reference {
    std::size_t begin = std::string::npos;
    std::size_t end = std::string::npos;  // behind the brace; npos: it is never closed
    std::string name{};
    bool escaped = false;  // $${: the literal text ${
};

Reference nextReference(const std::string& text, std::size_t from)
{
    Reference reference;
    const std::size_t open = text.find("${", from);
    if (open == std::string::npos) return reference;
    if (open > from && text[open - 1] == '$') {
        reference.begin = open - 1;
        reference.end = open + 2;
        reference.escaped = true;
        return reference;
    }
    reference.begin = open;
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) return reference;
    reference.end = close + 1;
    reference.name = text.substr(open + 2, close - open - 2);
    return reference;
}

// The texts and names in quotes. None where the formula cannot be cut into words, which is said elsewhere.
std::vector<Token> quotedIn(const std::string& formula)
{
    auto lexed = tokensOf(formula);
    auto* tokens = std::get_if<std::vector<Token>>(&lexed);
    if (tokens == nullptr) return {};
    std::erase_if(*tokens, [](const Token& token) {
        return token.kind != TokenKind::Text && token.kind != TokenKind::QuotedName;
    });
    return std::move(*tokens);
}

constexpr std::string_view kSecretReference = "${secret:";

bool isSecret(const std::string& name) { return name.compare(0, 7, "secret:") == 0; }

std::string textOf(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : compactJson(value);
}

// Walks through the parameters of one node. Lives for one call of substituteParams.
class Substitution {
public:
    Substitution(const ParameterScope& scope, std::vector<Diagnostic>& out) : m_scope(scope), m_out(out) { }

    // `whole`: the field that the object is a value of, where its members have no fields of their own.
    void visitObject(Json& object, const ParamSchema* schema, const std::string& path,
                     const ParamField* whole = nullptr)
    {
        for (auto& member : object.get_ref<Json::object_t&>()) {
            if (member.first.compare(0, 2, "x_") == 0) continue;
            const ParamField* field = schema != nullptr ? findField(*schema, member.first) : whole;
            visit(member.second, field, path.empty() ? member.first : path + "." + member.first);
        }
    }

private:
    void visit(Json& value, const ParamField* field, const std::string& path)
    {
        const bool records = field != nullptr &&
            (field->type == ParamType::Records || field->type == ParamType::Record);
        if (value.is_object()) {
            visitObject(value, records ? &field->fields : nullptr, path, records ? nullptr : field);
        } else if (value.is_array()) {
            for (std::size_t i = 0; i < value.size(); ++i)
                visit(value[i], field, path + "[" + std::to_string(i) + "]");
        } else if (value.is_string() && value.get_ref<const std::string&>().find("${") != std::string::npos) {
            const bool formula = field != nullptr && field->type == ParamType::Formula;
            const std::string text = value.get<std::string>();
            // Of a field that is not known it is said elsewhere that it is not.
            const bool mayBeSecret = field == nullptr || field->type == ParamType::Secret;
            value = formula ? Json(inFormula(text, path)) : inText(text, path, mayBeSecret);
        }
    }

    void problem(const std::string& path, std::string message)
    {
        m_out.push_back({Diagnostic::Problem, {}, path, {}, std::move(message), {}});
    }

    void isOnlyText(const std::string& path, const std::string& name)
    {
        const std::string reference = "${" + name + "}";
        m_out.push_back({Diagnostic::Warning,
                         {},
                         path,
                         {},
                         reference + " is text here, for it stands in quotes. Write " + reference +
                             " without quotes for the value of the parameter (|| joins it to a text), or $" +
                             reference + " if this text is meant.",
                         {}});
    }

    const ParameterValue* find(const std::string& name, const std::string& path)
    {
        const ParameterValue* value = m_scope.find(name);
        if (value == nullptr)
            problem(path,
                    "There is no parameter \"" + name + "\"" + m_scope.suggestion(name) +
                        "; declare it under \"parameters\", or write $${ for the text ${.");
        return value;
    }

    void misplacedSecret(const std::string& path)
    {
        problem(path,
                "A secret cannot stand here, for this value is written down and shown; it belongs into a "
                "parameter that asks for the name of a secret.");
    }

    Json inText(const std::string& text, const std::string& path, bool mayBeSecret)
    {
        std::string out;
        std::size_t from = 0;
        for (Reference next = nextReference(text, 0); next.begin != std::string::npos;
             next = nextReference(text, from)) {
            out += text.substr(from, next.begin - from);
            if (next.end == std::string::npos) {
                problem(path, "A ${ is never closed; write ${name}, or $${ for the text ${.");
                return text;
            }
            from = next.end;
            if (next.escaped) {
                out += "${";
            } else if (isSecret(next.name)) {
                if (!mayBeSecret) misplacedSecret(path);
                out += text.substr(next.begin, next.end - next.begin);
            } else if (const ParameterValue* value = find(next.name, path)) {
                if (!mayBeSecret && textOf(value->value).find(kSecretReference) != std::string::npos)
                    misplacedSecret(path);
                if (next.begin == 0 && next.end == text.size()) return value->value;
                out += textOf(value->value);
            }
        }
        return out + text.substr(from);
    }

    std::string inFormula(const std::string& text, const std::string& path)
    {
        const std::vector<Token> quoted = quotedIn(text);
        auto token = quoted.begin();
        std::string out;
        std::size_t from = 0;
        for (Reference next = nextReference(text, 0); next.begin != std::string::npos;
             next = nextReference(text, from)) {
            out += text.substr(from, next.begin - from);
            if (next.end == std::string::npos) {
                problem(path, "A ${ is never closed; write ${name}, or $${ for the text ${.");
                return text;
            }
            from = next.end;
            if (!next.escaped && isSecret(next.name)) {
                misplacedSecret(path);
                continue;
            }
            while (token != quoted.end() && token->offset + token->length <= next.begin) ++token;
            const bool isText = token != quoted.end() && token->offset < next.begin;
            const bool isKnown = !next.escaped && find(next.name, path) != nullptr;
            if (isKnown && isText) isOnlyText(path, next.name);
            const auto renamed = m_scope.formulaNames.find(next.name);
            if (isKnown && !isText && renamed != m_scope.formulaNames.end())
                out += "${" + renamed->second + "}";
            else
                out += text.substr(next.begin, next.end - next.begin);
        }
        return out + text.substr(from);
    }

    const ParameterScope& m_scope;
    std::vector<Diagnostic>& m_out;
};

// Another name for one parameter in the values of a node. Lives for one call of renameParameter.
class Renaming {
public:
    Renaming(const std::string& from, const std::string& to) : m_from(from), m_to(to) { }

    // `whole`: as Substitution has it.
    void visit(Json& value, const ParamSchema* schema, const ParamField* whole) const
    {
        if (value.is_string()) {
            const bool isFormula = whole != nullptr && whole->type == ParamType::Formula;
            visitText(value.get_ref<std::string&>(), isFormula);
        }
        if (value.is_array())
            for (Json& inner : value) visit(inner, schema, whole);
        if (!value.is_object()) return;
        for (auto& member : value.get_ref<Json::object_t&>()) {
            if (member.first.compare(0, 2, "x_") == 0) continue;
            const ParamField* field = schema != nullptr ? findField(*schema, member.first) : whole;
            const bool records =
                field != nullptr && (field->type == ParamType::Records || field->type == ParamType::Record);
            visit(member.second, records ? &field->fields : nullptr, records ? nullptr : field);
        }
    }

private:
    void visitText(std::string& text, bool isFormula) const
    {
        const std::vector<Token> quoted = isFormula ? quotedIn(text) : std::vector<Token>();
        auto token = quoted.begin();
        std::string out;
        std::size_t at = 0;
        for (Reference next = nextReference(text, 0); next.end != std::string::npos;
             next = nextReference(text, at)) {
            while (token != quoted.end() && token->offset + token->length <= next.begin) ++token;
            const bool isText = token != quoted.end() && token->offset < next.begin;
            const bool isMeant = !next.escaped && !isText && next.name == m_from;
            out += text.substr(at, next.begin - at);
            out += isMeant ? "${" + m_to + "}" : text.substr(next.begin, next.end - next.begin);
            at = next.end;
        }
        text = out + text.substr(at);
    }

    const std::string &m_from, &m_to;
};

template <class T>
Result<ParameterValue> converted(DataType type, const Json& value)
{
    const auto read = ParamTraits<T>::fromJson(value);
    if (!read) return read.error();
    return ParameterValue{type, Json(*read)};
}

}  // namespace

const ParameterValue* ParameterScope::find(const std::string& name) const
{
    const auto found = values.find(name);
    return found == values.end() ? nullptr : &found->second;
}

std::string ParameterScope::suggestion(const std::string& name) const
{
    constexpr std::size_t kNamesMax = 1000;
    std::vector<std::string> names;
    for (const auto& [known, value] : values)
        if (names.size() < kNamesMax) names.push_back(known);
    return didYouMean(name, names);
}

Result<ParameterValue> typedValue(const ParameterSpec& parameter, const Json& value)
{
    if (parameter.type == "bigint") return converted<std::int64_t>(DataType::Int64, value);
    if (parameter.type == "double") return converted<double>(DataType::Float64, value);
    if (parameter.type == "boolean") return converted<bool>(DataType::Bool, value);
    return converted<std::string>(DataType::String, value);
}

Result<ParameterValue> typedValue(const ParameterSpec& parameter, const std::string& text)
{
    const auto wrong = [&](const char* wanted) {
        return Error{ErrorCode::InvalidSpec,
                     "\"" + text + "\" is no " + parameter.type + "; write " + wanted + ".", parameter.name};
    };
    const char* const last = text.data() + text.size();
    if (parameter.type == "bigint") {
        std::int64_t number = 0;
        const auto read = std::from_chars(text.data(), last, number);
        if (read.ec != std::errc() || read.ptr != last) return wrong("a whole number like 100");
        return ParameterValue{DataType::Int64, Json(number)};
    }
    if (parameter.type == "double") {
        double number = 0;
        const auto read = std::from_chars(text.data(), last, number);
        if (read.ec != std::errc() || read.ptr != last || !std::isfinite(number))
            return wrong("a number like 80.5");
        return ParameterValue{DataType::Float64, Json(number)};
    }
    if (parameter.type == "boolean") {
        if (text != "true" && text != "false") return wrong("true or false");
        return ParameterValue{DataType::Bool, Json(text == "true")};
    }
    return ParameterValue{DataType::String, Json(text)};
}

void substituteParams(Json& params, const ParamSchema* schema, const ParameterScope& scope,
                      std::vector<Diagnostic>& out)
{
    if (params.is_object()) Substitution(scope, out).visitObject(params, schema, {});
}

bool usesParameter(const Json& value, const std::string& name)
{
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        for (Reference next = nextReference(text, 0); next.end != std::string::npos;
             next = nextReference(text, next.end))
            if (!next.escaped && next.name == name) return true;
        return false;
    }
    return value.is_structured() && std::any_of(value.begin(), value.end(), [&](const Json& inner) {
               return usesParameter(inner, name);
           });
}

void renameParameter(Json& params, const ParamSchema* schema, const std::string& from, const std::string& to)
{
    Renaming(from, to).visit(params, schema, nullptr);
}

Constants toConstants(const ParameterValues& parameters)
{
    Constants constants;
    for (const auto& [name, value] : parameters) {
        Scalar scalar{.type = value.type};
        if (value.value.is_boolean())
            scalar.value = value.value.get<bool>();
        else if (value.value.is_number_float())
            scalar.value = value.value.get<double>();
        else if (value.value.is_number_integer())
            scalar.value = value.value.get<std::int64_t>();
        else if (value.value.is_string())
            scalar.value = value.value.get<std::string>();
        constants.emplace(name, std::move(scalar));
    }
    return constants;
}

}  // namespace engine
