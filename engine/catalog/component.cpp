#include "catalog/component.h"

#include "spec/suggest.h"

#include <algorithm>

namespace engine {

std::optional<Expression> BindContext::formula(const std::string& param, const FormulaText& text,
                                               const Schema& schema, std::optional<DataType> wanted) const
{
    if (isWrong(param)) return {};
    auto compiled = Expression::check(text.source, schema, constants);
    if (const auto* error = std::get_if<ExpressionError>(&compiled)) {
        mistake(param, text.source, *error);
        return {};
    }
    auto& expression = std::get<Expression>(compiled);
    if (wanted && expression.type() != *wanted) {
        problem(param,
                "The formula gives " + std::string(dataTypeName(expression.type())) + ", but " +
                    std::string(dataTypeName(*wanted)) + " is needed here.");
        return {};
    }
    return expression;
}

void BindContext::mistake(const std::string& param, std::string_view source,
                          const ExpressionError& error) const
{
    if (error.isOpen()) return;
    const TextSpan place = charactersOf(source, error);
    m_diagnostics.push_back(
        {Diagnostic::Problem, {}, param, {}, error.message, {}, place.begin, place.length});
}

std::optional<std::size_t> BindContext::column(const std::string& param, const std::string& name,
                                               const Schema& schema) const
{
    if (auto found = schema.find(name)) return found;
    if (schema.mayHave(name)) return {};
    std::vector<std::string> names;
    for (const Field& field : schema.fields()) names.push_back(field.name);
    const auto nearest = nearestName(name, names);
    problem(param,
            "There is no column \"" + name + "\"" +
                (nearest ? " (did you mean \"" + *nearest + "\"?)." : "."));
    return {};
}

bool BindContext::hasProblems() const
{
    const auto isOpen = [](const SchemaPtr& input) { return !input->isComplete(); };
    return hasProblem(m_diagnostics) || std::any_of(inputs.begin(), inputs.end(), isOpen);
}

bool BindContext::areParamsWrong() const
{
    return hasProblem(std::span(m_diagnostics).first(m_known->checked));
}

bool BindContext::isWrong(std::string_view param) const
{
    const auto holds = [](std::string_view whole, std::string_view part) {
        return part.substr(0, whole.size()) == whole &&
            (part.size() == whole.size() || part[whole.size()] == '.' || part[whole.size()] == '[');
    };
    for (std::size_t i = 0; i < m_known->checked; ++i) {
        const Diagnostic& said = m_diagnostics[i];
        if (said.severity == Diagnostic::Problem && !said.param.empty() &&
            (holds(param, said.param) || holds(said.param, param)))
            return true;
    }
    return false;
}

void Catalog::add(Component component)
{
    CHECK(find(component.info.id) == nullptr);
    m_components.push_back(std::move(component));
}

void Catalog::add(Format format)
{
    CHECK(findFormat(format.id) == nullptr);
    m_formats.push_back(std::move(format));
}

const Component* Catalog::find(std::string_view id) const
{
    for (const Component& component : m_components)
        if (component.info.id == id) return &component;
    return nullptr;
}

std::string SampleChoice::text() const
{
    return name + " (" + std::to_string(partitions) + (partitions == 1 ? " partition)" : " partitions)");
}

const Format* Catalog::findFormat(std::string_view id) const
{
    for (const Format& format : m_formats)
        if (format.id == id) return &format;
    return nullptr;
}

std::vector<ComponentInfo> Catalog::infos() const
{
    std::vector<ComponentInfo> infos;
    for (const Component& component : m_components) infos.push_back(component.info);
    return infos;
}

std::vector<std::string> Catalog::formatIds() const
{
    std::vector<std::string> ids;
    for (const Format& format : m_formats) ids.push_back(format.id);
    return ids;
}

const ParamSchema* Catalog::schemaOf(std::string_view id) const
{
    const Component* component = find(id);
    return component ? &component->info.params : nullptr;
}

}  // namespace engine
