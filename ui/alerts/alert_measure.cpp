#include "ui/alerts/alert_measure.h"

#include "ui/alerts/alert_look.h"
#include "ui/plain_text.h"

#include <QRegularExpression>

#include <algorithm>

namespace ui {

namespace {

constexpr int kUnitLongest = 12;  // characters

}  // namespace

AlertMeasure measureOf(const engine::AlertEpisode& alert)
{
    static const QRegularExpression pattern(
        QStringLiteral("^\\s*([\\w.()]{1,24})\\s*(>=|<=|<>|=|>|<)"),
        QRegularExpression::UseUnicodePropertiesOption);
    const auto found = pattern.match(QString::fromStdString(alert.condition.substr(0, 200)));
    return found.hasMatch() ? AlertMeasure{found.captured(1), found.captured(2)} : AlertMeasure{};
}

QString unitOf(const engine::PipelineSpec& spec, const engine::NodeId& rule)
{
    const engine::NodeSpec* node = spec.find(rule);
    if (!node || !node->params->is_object()) return {};
    QString unit;
    for (const char* name : {"condition", "critical_condition"}) {
        const auto condition = node->params->find(name);
        if (condition == node->params->end() || !condition->is_string()) continue;
        const std::string& text = condition->get_ref<const std::string&>();
        for (const engine::ParameterSpec& parameter : spec.parameters) {
            if (text.find("${" + parameter.name + "}") == std::string::npos) continue;
            const QString other = plainLine(QString::fromStdString(parameter.unit), kUnitLongest);
            if (!unit.isEmpty() && other != unit) return {};
            unit = other;
        }
    }
    return unit;
}

QString measuredText(const std::optional<double>& value, const QString& unit)
{
    const QString text = valueText(value);
    return !value || unit.isEmpty() ? text : text + QLatin1Char(' ') + unit;
}

}  // namespace ui
