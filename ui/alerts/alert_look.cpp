#include "ui/alerts/alert_look.h"

#include "spec/reading_text.h"
#include "ui/format.h"
#include "ui/plain_text.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QPainterPath>

namespace ui {

namespace {

QString said(const char* text) { return QCoreApplication::translate("ui", text); }

QStringList labelParts(const std::string& labels, bool isNamed)
{
    QStringList parts;
    const QJsonObject object =
        QJsonDocument::fromJson(QByteArray::fromRawData(labels.data(), static_cast<int>(labels.size())))
            .object();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString value = it->isNull() ? said("none")
            : it->isBool()                 ? (it->toBool() ? said("true") : said("false"))
            : it->isDouble()               ? formatValue(it->toDouble())
                                           : it->toString();
        parts += isNamed ? it.key() + QLatin1Char(' ') + value : value;
    }
    return parts;
}

}  // namespace

Severity severityNamed(const std::string& name)
{
    if (name == "critical") return Severity::Critical;
    return name == "info" ? Severity::Info : Severity::Warning;
}

Severity severityOf(const engine::AlertEpisode& alert) { return severityNamed(alert.last.severity); }

QString severityText(Severity severity)
{
    switch (severity) {
    case Severity::Info: return said("Info");
    case Severity::Warning: return said("Warning");
    case Severity::Critical: return said("Critical");
    }
    return {};
}

Tone severityTone(Severity severity)
{
    switch (severity) {
    case Severity::Info: return Tone::Info;
    case Severity::Warning: return Tone::Warning;
    case Severity::Critical: return Tone::Error;
    }
    return Tone::Idle;
}

void paintSeverity(QPainter& painter, const QRectF& rect, Severity severity, const QColor& color,
                   bool isFilled)
{
    const QRectF inner = rect.adjusted(1, 1, -1, -1);
    QPainterPath path;
    if (severity == Severity::Info) {
        path.addEllipse(inner.adjusted(1, 1, -1, -1));
    } else if (severity == Severity::Warning) {
        path.moveTo(inner.center().x(), inner.top() + 1);
        path.lineTo(inner.right(), inner.bottom() - 1);
        path.lineTo(inner.left(), inner.bottom() - 1);
        path.closeSubpath();
    } else {
        path.moveTo(inner.center().x(), inner.top());
        path.lineTo(inner.right(), inner.center().y());
        path.lineTo(inner.center().x(), inner.bottom());
        path.lineTo(inner.left(), inner.center().y());
        path.closeSubpath();
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(isFilled ? QBrush(color) : Qt::NoBrush);
    painter.drawPath(path);
    painter.restore();
}

AlertStage stageOf(const engine::AlertEpisode& alert)
{
    if (!alert.isOpen) return AlertStage::Over;
    return alert.acknowledgement ? AlertStage::Acknowledged : AlertStage::Firing;
}

QString phaseText(const std::string& phase)
{
    if (phase == "normal") return said("Normal");
    if (phase == "pending") return said("Pending");
    if (phase == "firing") return said("Firing");
    if (phase == "recovering") return said("Recovering");
    if (phase == "no_data") return said("No data");
    if (phase == "error") return said("Formula failed");
    if (phase == "pending_no_data") return said("No data yet");
    if (phase == "pending_error") return said("Formula failing");
    return plainLine(QString::fromStdString(phase), 40);
}

QString stageText(const engine::AlertEpisode& alert)
{
    if (!alert.isOpen) return said("Over");
    return alert.acknowledgement ? said("Acknowledged") : phaseText(alert.last.to);
}

QString reasonText(const std::string& reason)
{
    if (reason == "no_data") return said("no row has come");
    if (reason == "error") return said("its formula fails");
    if (reason == "missing_series") return said("its rows are gone while others come");
    if (reason == "updated") return said("the rule was changed");
    if (reason == "paused") return said("the rule was paused");
    if (reason == "deleted") return said("the rule or its saved state was deleted");
    return {};
}

QString labelsText(const std::string& labels)
{
    return plainLine(labelParts(labels, false).join(QStringLiteral(", ")), 160);
}

QString namedLabelsText(const std::string& labels)
{
    return plainLine(labelParts(labels, true).join(QStringLiteral(", ")), 300);
}

QString valueText(const std::optional<double>& value)
{
    return value ? QString::fromStdString(engine::readingText(*value)) : QStringLiteral("–");
}

QString longMomentText(engine::Timestamp at, engine::Timestamp now)
{
    const std::int64_t us = at.time_since_epoch().count();
    const bool isToday = us / kDayUs == now.time_since_epoch().count() / kDayUs;
    return isToday ? formatTimeOfDay(us).left(8) : formatDateTime(us).left(19);
}

QString momentText(engine::Timestamp at, engine::Timestamp now)
{
    const QString full = longMomentText(at, now);
    if (full.size() <= 8) return full;
    const bool isThisYear = full.left(4) == formatDateTime(now.time_since_epoch().count()).left(4);
    return isThisYear ? full.mid(5, 11) : full.left(10);
}

QString sentenceOf(const engine::AlertEpisode& alert)
{
    const QString summary = plainLine(QString::fromStdString(alert.last.summary).simplified(), 160);
    const QString rule = plainLine(QString::fromStdString(alert.last.rule.value), 60);
    const QString labels = labelsText(alert.last.labels);
    const QString what = !summary.isEmpty() ? summary
        : labels.isEmpty()                  ? rule
                                            : rule + QStringLiteral(", ") + labels;
    const QString job = plainLine(QString::fromStdString(alert.last.pipelineName).simplified(), 60);
    return said("%1 in “%2”: %3").arg(severityText(severityOf(alert)), job, what);
}

}  // namespace ui
