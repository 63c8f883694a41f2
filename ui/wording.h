#pragma once

#include "base/result.h"
#include "spec/diagnostic.h"
#include "spec/messages.h"
#include "spec/pipeline_spec.h"

#include <QString>

#include <functional>

namespace ui {

struct OpenDocument;

// How the window says what an engine says: with the titles that the user reads instead of ids, and with its
// own commands where the engine names those of the command line. Pure.

QString nodeTitle(const engine::PipelineSpec& spec, const engine::NodeId& node);  // its id where it has none
QString windowWords(const QString& sentence);
// Where it quotes a problem of the document, as the window says that.
QString windowWords(const QString& sentence, const OpenDocument& open);
// Whether a run from the beginning is what helps.
bool isAboutSavedState(const engine::Error& error);
std::string windowMessage(const engine::Diagnostic& diagnostic, const OpenDocument& open);
// "Per second · Aggregates 2 · Function", "Settings · Threads"; else its path in the document.
QString placeText(const engine::Diagnostic& diagnostic, const OpenDocument& open);
// Why a job has failed, with the node where one is known. `titleOf` may be empty.
QString failureText(const engine::JobTelemetry& telemetry,
                    const std::function<QString(const engine::NodeId&)>& titleOf);

}  // namespace ui
