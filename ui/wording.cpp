#include "ui/wording.h"

#include "spec/settings_schema.h"
#include "ui/properties/field_editor.h"
#include "ui/session.h"

#include <QRegularExpression>

namespace ui {

namespace {

const QString kBetween = QStringLiteral(" · ");

// The fields that a path such as "aggregates[1].function" leads through, as they are called in the form;
// `last` is the innermost one that is known.
QStringList fieldTitles(const engine::ParamSchema& schema, const std::string& path,
                        const engine::ParamField*& last)
{
    QStringList titles;
    const engine::ParamSchema* fields = &schema;
    for (const QString& part : QString::fromStdString(path).split(QLatin1Char('.'), Qt::SkipEmptyParts)) {
        const QString name = part.section(QLatin1Char('['), 0, 0);
        const engine::ParamField* field = fields ? engine::findField(*fields, name.toStdString()) : nullptr;
        QString title = field ? fieldTitle(*field) : name;
        const QString index = part.section(QLatin1Char('['), 1, 1).section(QLatin1Char(']'), 0, 0);
        if (!index.isEmpty()) title += QLatin1Char(' ') + QString::number(index.toInt() + 1);
        titles += title;
        fields = field ? &field->fields : nullptr;
        if (field) last = field;
    }
    return titles;
}

const engine::ComponentInfo* infoOf(const engine::Diagnostic& diagnostic, const OpenDocument& open)
{
    const engine::NodeSpec* node = open.document->spec().find(diagnostic.node);
    return node && open.client ? open.client->component(node->component) : nullptr;
}

}  // namespace

QString nodeTitle(const engine::PipelineSpec& spec, const engine::NodeId& id)
{
    const engine::NodeSpec* node = spec.find(id);
    return QString::fromStdString(node && !node->title.empty() ? node->title : id.value);
}

QString windowWords(const QString& sentence)
{
    static const QRegularExpression kFresh(
        QStringLiteral("\\b(?:start|begin)(?: again| afresh)?(?: with)? (?:--fresh|fresh(?: state)?)"),
        QRegularExpression::CaseInsensitiveOption);
    QString said = sentence;
    for (auto match = kFresh.match(said); match.hasMatch(); match = kFresh.match(said)) {
        const bool isFirst = match.captured()[0].isUpper();
        said.replace(match.capturedStart(), match.capturedLength(),
                     isFirst ? QStringLiteral("Run from the beginning")
                             : QStringLiteral("run from the beginning"));
    }
    return said;
}

QString windowWords(const QString& sentence, const OpenDocument& open)
{
    QString said = sentence;
    for (const auto* list : {&open.document->diagnostics(), &open.analysis.diagnostics})
        for (const engine::Diagnostic& each : *list)
            said.replace(QString::fromStdString(engine::sentence(each)),
                         placeText(each, open) + QStringLiteral(": ") +
                             QString::fromStdString(windowMessage(each, open)));
    return windowWords(said);
}

bool isAboutSavedState(const engine::Error& error)
{
    const QString message = QString::fromStdString(error.message);
    return windowWords(message) != message;
}

std::string windowMessage(const engine::Diagnostic& diagnostic, const OpenDocument& open)
{
    QString said = windowWords(QString::fromStdString(diagnostic.message));
    const engine::ComponentInfo* info = infoOf(diagnostic, open);
    const engine::ParamField* field = nullptr;
    if (info && !diagnostic.param.empty()) fieldTitles(info->params, diagnostic.param, field);
    if (field && !field->hints.title.empty())
        said.replace(QStringLiteral("\"%1\" is missing").arg(QString::fromStdString(field->name)),
                     QStringLiteral("“%1” is missing").arg(fieldTitle(*field)));
    return said.toStdString();
}

QString placeText(const engine::Diagnostic& diagnostic, const OpenDocument& open)
{
    const engine::ParamField* last = nullptr;
    if (diagnostic.node.value.empty()) {
        const std::string settings = "settings.";
        if (!diagnostic.path.starts_with(settings)) return QString::fromStdString(diagnostic.path);
        return (QStringList(Session::tr("Settings")) +
                fieldTitles(engine::settingsSchema(), diagnostic.path.substr(settings.size()), last))
            .join(kBetween);
    }
    QStringList parts{nodeTitle(open.document->spec(), diagnostic.node)};
    const engine::ComponentInfo* info = infoOf(diagnostic, open);
    parts += fieldTitles(info ? info->params : engine::ParamSchema{}, diagnostic.param, last);
    return parts.join(kBetween);
}

QString failureText(const engine::JobTelemetry& telemetry,
                    const std::function<QString(const engine::NodeId&)>& titleOf)
{
    const auto& failure = telemetry.status.failure;
    if (!failure) return {};
    QString where = QString::fromStdString(failure->where);
    for (const engine::NodeTelemetry& node : telemetry.nodes)
        if (node.node.value == failure->where || node.problem == failure->message) {
            where = titleOf ? titleOf(node.node) : QString::fromStdString(node.node.value);
            break;
        }
    const QString message = windowWords(QString::fromStdString(failure->message));
    return where.isEmpty() ? message : where + QStringLiteral(": ") + message;
}

}  // namespace ui
