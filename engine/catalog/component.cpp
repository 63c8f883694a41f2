#include "catalog/component.h"

#include "spec/suggest.h"

namespace engine {

std::optional<Expression> BindContext::formula(const std::string& param, const FormulaText& text,
                                               const Schema& schema, std::optional<DataType> wanted) const
{
    auto compiled = Expression::check(text.source, schema, constants);
    if (const auto* error = std::get_if<ExpressionError>(&compiled)) {
        problem(param, error->message);
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

std::optional<std::size_t> BindContext::column(const std::string& param, const std::string& name,
                                               const Schema& schema) const
{
    if (auto found = schema.find(name)) return found;
    std::vector<std::string> names;
    for (const Field& field : schema.fields()) names.push_back(field.name);
    const auto nearest = nearestName(name, names);
    problem(param,
            "There is no column \"" + name + "\"" +
                (nearest ? " (did you mean \"" + *nearest + "\"?)." : "."));
    return {};
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
