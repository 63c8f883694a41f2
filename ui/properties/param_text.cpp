#include "ui/properties/param_text.h"

#include <QStringList>

namespace ui {

namespace {

QString listText(const engine::Json& list)
{
    QStringList parts;
    for (const engine::Json& item : list) parts += valueText(item);
    return parts.join(QStringLiteral(", "));
}

// A row of a list of records on one line: "avg(temperature) as avg_t" reads better as "avg temperature avg_t"
// than as JSON.
QString recordText(const engine::Json& record)
{
    if (!record.is_object()) return valueText(record);
    QStringList parts;
    for (const auto& [name, value] : record.items()) {
        if (value.is_boolean()) {
            if (value.get<bool>()) parts += QString::fromStdString(name);
        } else {
            parts += valueText(value);
        }
    }
    return parts.join(QStringLiteral("  "));
}

ParamLine lineOf(const engine::ParamField& field, const engine::Json& value)
{
    ParamLine line;
    line.title = QString::fromStdString(field.hints.title.empty() ? field.name : field.hints.title);
    if (field.type == engine::ParamType::Records && value.is_array()) {
        QStringList rows;
        for (const engine::Json& record : value) rows += recordText(record);
        line.text = rows.join(QLatin1Char('\n'));
        line.isCode = true;
    } else if (field.type == engine::ParamType::Record) {
        line.text = value.is_null() ? valueText(value) : recordText(value);
    } else {
        line.text = valueText(value);
        line.isCode = field.type == engine::ParamType::Formula;
        if (!field.hints.unit.empty() && value.is_number())
            line.text += QLatin1Char(' ') + QString::fromStdString(field.hints.unit);
    }
    return line;
}

}  // namespace

QString valueText(const engine::Json& value)
{
    if (value.is_null()) return QStringLiteral("–");
    if (value.is_string()) return QString::fromStdString(value.get<std::string>());
    if (value.is_boolean()) return value.get<bool>() ? QStringLiteral("yes") : QStringLiteral("no");
    if (value.is_array()) return listText(value);
    return QString::fromStdString(engine::compactJson(value));
}

std::vector<ParamLine> paramLines(const engine::ParamSchema& schema, const engine::Json& params)
{
    std::vector<ParamLine> lines;
    if (!params.is_object()) return lines;
    for (const engine::ParamField& field : schema)
        if (const engine::Json* value = engine::findMember(params, field.name))
            lines.push_back(lineOf(field, *value));
    for (const auto& [name, value] : params.items())
        if (!engine::findField(schema, name))
            lines.push_back({QString::fromStdString(name), valueText(value), value.is_structured()});
    return lines;
}

}  // namespace ui
