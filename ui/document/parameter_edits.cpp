#include "ui/document/parameter_edits.h"

#include "spec/document_settings.h"
#include "spec/substitute.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui {

namespace {

const std::string kKnownAs = "x_known_as";
const std::string kDefaultPrefix = "default_";

using Parameters = std::vector<engine::ParameterSpec>;

std::string textMember(const engine::Json& row, std::string_view name)
{
    const engine::Json* value = engine::findMember(row, name);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

const engine::ParameterSpec* findParameter(const Parameters& all, const std::string& name)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string freeName(const Parameters& taken, const Parameters& known)
{
    std::string name = "parameter";
    for (int number = 2; findParameter(taken, name) || findParameter(known, name); ++number)
        name = "parameter_" + std::to_string(number);
    return name;
}

// The value as one of the type, where it can be read as such; else as it is, for the check to complain of.
engine::Json asType(const engine::Json& value, const std::string& type)
{
    if (value.is_null()) return value;
    if (type == "string") return value.is_string() ? value : engine::Json(engine::compactJson(value));
    if (!value.is_string()) return value;
    const auto read = engine::parseJson(value.get_ref<const std::string&>());
    return read && (read->is_number() || read->is_boolean()) ? *read : value;
}

engine::ParamField defaultField(const std::string& type, engine::ParamType kind)
{
    engine::ParamField field{kDefaultPrefix + type, kind, {}, {}, {}};
    field.hints.title = QCoreApplication::translate("ui::Parameters", "Default").toStdString();
    field.hints.help = QCoreApplication::translate("ui::Parameters",
                                                   "Its value, unless an environment or --set gives another.")
                           .toStdString();
    field.hints.visibleWhen = "type = " + type;
    if (kind == engine::ParamType::Choice) field.hints.choices = {"true", "false"};
    return field;
}

engine::ParamSchema makeSchema()
{
    using enum engine::ParamType;
    const auto tr = [](const char* text) {
        return QCoreApplication::translate("ui::Parameters", text).toStdString();
    };
    const engine::ParamSchema row{
        {"name",
         Text,
         "",
         {.title = tr("Name"),
          .help = tr("Nodes use it as ${name}; they follow a new name."),
          .required = true},
         {}},
        {"type",
         Choice,
         "string",
         {.title = tr("Type"), .choices = {"string", "bigint", "double", "boolean"}},
         {}},
        defaultField("string", Text),
        defaultField("bigint", Integer),
        defaultField("double", Number),
        defaultField("boolean", Choice),
        {"unit", Text, "", {.title = tr("Unit"), .help = tr("Such as °C or rows/s.")}, {}},
        {"help", Text, "", {.title = tr("Help"), .help = tr("What it is for, in a sentence.")}, {}}};
    return {{"parameters",
             Records,
             engine::Json::array(),
             {.title = tr("Parameters"), .help = tr("Values that nodes share and a run can set: ${name}.")},
             row}};
}

engine::ParameterSpec fromRow(const engine::Json& row, const engine::ParameterSpec* before)
{
    engine::ParameterSpec parameter = before ? *before : engine::ParameterSpec{.name = {}, .type = "double"};
    const std::string type = textMember(row, "type");
    const bool isOther = before && type != before->type && !(type.empty() && before->type == "string");
    if (before || !type.empty()) parameter.type = type.empty() ? "string" : type;
    const engine::Json* given = engine::findMember(row, kDefaultPrefix + parameter.type);
    if (given)
        parameter.fallback = asType(*given, parameter.type);
    else if (isOther)
        parameter.fallback = asType(before->fallback, parameter.type);
    else
        parameter.fallback = nullptr;
    parameter.unit = textMember(row, "unit");
    parameter.help = textMember(row, "help");
    if (isOther && parameter.extra.is_object()) parameter.extra.erase("type");
    return parameter;
}

std::string whyNot(const std::string& name, const Parameters& others, const std::string& own)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ui::Parameters", text); };
    const QString shown = QString::fromStdString(own);
    if (name.empty()) return tr("A parameter needs a name; it stays \"%1\".").arg(shown).toStdString();
    if (!engine::isParameterName(name))
        return tr("Up to 64 letters, digits and _, not a digit first; it stays \"%1\".")
            .arg(shown)
            .toStdString();
    if (findParameter(others, name))
        return tr("There is another parameter of this name; this one stays \"%1\".").arg(shown).toStdString();
    return {};
}

}  // namespace

const engine::ParamSchema& parametersSchema()
{
    static const engine::ParamSchema schema = makeSchema();
    return schema;
}

engine::Json parametersToForm(const engine::PipelineSpec& spec)
{
    engine::Json rows = engine::Json::array();
    for (const engine::ParameterSpec& parameter : spec.parameters) {
        engine::Json row = engine::Json::object();
        row["name"] = parameter.name;
        row["type"] = parameter.type;
        if (!parameter.fallback.is_null()) row[kDefaultPrefix + parameter.type] = parameter.fallback;
        if (!parameter.unit.empty()) row["unit"] = parameter.unit;
        if (!parameter.help.empty()) row["help"] = parameter.help;
        row[kKnownAs] = parameter.name;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string parameterOfRow(const engine::Json& row) { return textMember(row, kKnownAs); }

std::string parameterFieldOf(const engine::PipelineSpec& spec, const std::string& path)
{
    const std::string head = "parameters.";
    if (path.rfind(head, 0) != 0) return {};
    for (std::size_t i = 0; i < spec.parameters.size(); ++i) {
        const engine::ParameterSpec& parameter = spec.parameters[i];
        const std::string rest = path.substr(head.size());
        if (rest.rfind(parameter.name, 0) != 0) continue;
        std::string member = rest.substr(parameter.name.size());
        if (!member.empty() && member[0] != '.') continue;
        if (member.empty()) member = engine::isParameterName(parameter.name) ? ".default" : ".name";
        if (member == ".default") member = "." + kDefaultPrefix + parameter.type;
        return "parameters[" + std::to_string(i) + "]" + member;
    }
    return {};
}

namespace edits {

std::map<std::string, std::string> setParameters(DocumentState& state, const engine::Json& rows,
                                                 const engine::SchemaOf& schemaOf)
{
    std::map<std::string, std::string> refused;
    const Parameters before = std::exchange(state.spec.parameters, {});
    Parameters& now = state.spec.parameters;
    for (const engine::Json& row : rows) {
        const std::string known = parameterOfRow(row);
        const engine::ParameterSpec* old = findParameter(before, known);
        if (!known.empty() && !old) continue;
        now.push_back(fromRow(row, old));
        now.back().name = old ? known : freeName(now, before);
    }
    std::size_t index = 0;
    for (const engine::Json& row : rows) {
        const std::string known = parameterOfRow(row);
        if (!known.empty() && !findParameter(before, known)) continue;
        engine::ParameterSpec& parameter = now[index++];
        const std::string name = textMember(row, "name");
        if (known.empty() || name == parameter.name) continue;
        if (std::string why = whyNot(name, now, parameter.name); !why.empty()) {
            refused[parameter.name] = std::move(why);
            continue;
        }
        for (engine::NodeSpec& node : state.spec.nodes)
            node.params.change([&](engine::Json& params) {
                engine::renameParameter(params, schemaOf(node.component), parameter.name, name);
            });
        if (state.spec.views.is_array())
            for (engine::Json& view : state.spec.views)
                engine::renameParameter(view, nullptr, parameter.name, name);
        parameter.name = name;
    }
    return refused;
}

}  // namespace edits

}  // namespace ui
