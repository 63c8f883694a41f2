#include "commands/describe_text.h"

#include "spec/units.h"

#include <cmath>
#include <vector>

namespace engine {

namespace {

const char* kindName(ComponentKind kind)
{
    switch (kind) {
    case ComponentKind::Source: return "source";
    case ComponentKind::Operator: return "operator";
    case ComponentKind::Sink: return "sink";
    }
    return "";
}

const char* kindWithArticle(ComponentKind kind)
{
    switch (kind) {
    case ComponentKind::Source: return "A source";
    case ComponentKind::Operator: return "An operator";
    case ComponentKind::Sink: return "A sink";
    }
    return "";
}

std::string joined(const std::vector<std::string>& words)
{
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

std::string portNames(const std::vector<PortInfo>& ports)
{
    std::vector<std::string> names;
    for (const PortInfo& port : ports) names.push_back(port.name);
    return names.empty() ? "none" : joined(names);
}

std::string typeText(const ParamField& field)
{
    std::string text(paramTypeName(field.type));
    if (!field.hints.choices.empty()) text += ": " + joined(field.hints.choices);
    if (!field.hints.unit.empty()) text += " (" + field.hints.unit + ")";
    return text;
}

std::string defaultText(const ParamField& field)
{
    if (field.hints.required) return "required";
    if (field.fallback.is_null()) return "none";
    return compactJson(field.fallback);
}

// A bound in the words of the parameter's type: intervals are kept in seconds, sizes in bytes.
std::string boundText(ParamType type, double bound)
{
    if (type == ParamType::Interval) return formatInterval(Duration(static_cast<std::int64_t>(bound * 1e6)));
    if (type == ParamType::Size) return formatSize(static_cast<std::int64_t>(bound));
    if (bound == std::floor(bound) && std::fabs(bound) < 1e15)
        return std::to_string(static_cast<std::int64_t>(bound));
    return numberText(bound);
}

std::string boundsText(ParamType type, const ParamHints& hints)
{
    const bool least = std::isfinite(hints.min), most = std::isfinite(hints.max);
    if (least && most)
        return " From " + boundText(type, hints.min) + " to " + boundText(type, hints.max) + ".";
    if (least) return " At least " + boundText(type, hints.min) + ".";
    if (most) return " At most " + boundText(type, hints.max) + ".";
    return {};
}

std::string helpText(const ParamField& field)
{
    const ParamHints& hints = field.hints;
    std::string text = (hints.help.empty() ? hints.title : hints.help) + boundsText(field.type, hints);
    if (!hints.visibleWhen.empty()) text += " Counts when " + hints.visibleWhen + ".";
    return text;
}

// In a cell of a table a bar would end the cell.
std::string cell(const std::string& text)
{
    std::string safe;
    for (const char c : text) {
        if (c == '|') safe += '\\';
        safe += c == '\n' ? ' ' : c;
    }
    return safe;
}

void addRows(std::string& page, const ParamSchema& schema, const std::string& prefix)
{
    for (const ParamField& field : schema) {
        const std::string name = prefix + field.name;
        page += "| `" + name + "` | " + cell(typeText(field)) + " | " + cell(defaultText(field)) + " | " +
            cell(helpText(field)) + " |\n";
        addRows(page, field.fields, name + (field.type == ParamType::Record ? "." : "[]."));
    }
}

void addLines(std::string& text, const ParamSchema& schema, const std::string& indent)
{
    for (const ParamField& field : schema) {
        text += indent + field.name + "  " + typeText(field) + "; " + defaultText(field) + "\n";
        if (const std::string help = helpText(field); !help.empty()) text += indent + "    " + help + "\n";
        addLines(text, field.fields, indent + "    ");
    }
}

Json portsJson(const std::vector<PortInfo>& ports)
{
    Json list = Json::array();
    for (const PortInfo& port : ports) list.push_back(Json{{"name", port.name}, {"help", port.help}});
    return list;
}

}  // namespace

std::string componentsMarkdown(std::span<const ComponentInfo> components)
{
    std::string page =
        "# Components\n\nWritten by `streamwright describe --markdown`; a test holds it up to date. "
        "Sources and operators also have a `rejected` port, and windows a `late` one.\n";
    for (const ComponentInfo& component : components) {
        page += "\n## " + component.title + " (`" + component.id + "`)\n\n" + component.help + "\n\n";
        page += std::string(kindWithArticle(component.kind)) + " under " + component.category +
            ". Inputs: " + portNames(component.inputs) + ". Outputs: " + portNames(component.outputs) + ".\n";
        if (component.params.empty()) continue;
        page += "\n| Parameter | Type | Default | Meaning |\n|---|---|---|---|\n";
        addRows(page, component.params, "");
    }
    return page;
}

std::string componentText(const ComponentInfo& component)
{
    std::string text = component.id + ": " + component.title + "\n" + component.help + "\n";
    text += std::string(kindName(component.kind)) + "; inputs: " + portNames(component.inputs) +
        "; outputs: " + portNames(component.outputs) + "\n";
    if (!component.params.empty()) text += "\nparameters\n";
    addLines(text, component.params, "  ");
    return text;
}

Json componentJson(const ComponentInfo& component)
{
    return Json{{"id", component.id},
                {"kind", kindName(component.kind)},
                {"title", component.title},
                {"category", component.category},
                {"help", component.help},
                {"version", component.version},
                {"inputs", portsJson(component.inputs)},
                {"outputs", portsJson(component.outputs)},
                {"params", schemaToJson(component.params)}};
}

}  // namespace engine
