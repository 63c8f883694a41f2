#pragma once

#include "spec/messages.h"
#include "ui/theme.h"

#include <QString>

class QPainter;
class QRectF;

namespace ui {

// How alerts are shown and spoken of: each severity with a colour, a shape and a word. Pure.

enum class Severity { Info, Warning, Critical };
Severity severityNamed(const std::string& name);
Severity severityOf(const engine::AlertEpisode& alert);
QString severityText(Severity severity);
Tone severityTone(Severity severity);
// A disc, a triangle or a diamond; only its outline once the alert is over or has been seen.
void paintSeverity(QPainter& painter, const QRectF& rect, Severity severity, const QColor& color,
                   bool isFilled);

enum class AlertStage { Firing, Acknowledged, Over };
AlertStage stageOf(const engine::AlertEpisode& alert);
QString stageText(const engine::AlertEpisode& alert);  // "Firing", "Recovering", "No data", ...
QString phaseText(const std::string& phase);           // of a transition
QString reasonText(const std::string& reason);         // empty where the phase says it all

QString labelsText(const std::string& labels);       // "m1, line 3"; empty without labels
QString namedLabelsText(const std::string& labels);  // "machine m1, line 3"
QString valueText(const std::optional<double>& value);
// The time of day, where it is today; with as much of the date as has room.
QString momentText(engine::Timestamp at, engine::Timestamp now);
QString longMomentText(engine::Timestamp at, engine::Timestamp now);
// One sentence for whoever does not see the list.
QString sentenceOf(const engine::AlertEpisode& alert);

}  // namespace ui
