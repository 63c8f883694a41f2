#include "ui/job_look.h"

#include <QCoreApplication>

namespace ui {

JobLook lookOf(engine::JobState state)
{
    const auto look = [](Tone tone, const char* icon, const char* text) {
        return JobLook{tone, QString::fromLatin1(icon), QCoreApplication::translate("ui", text)};
    };
    switch (state) {
    case engine::JobState::Starting: return look(Tone::Info, "play", QT_TRANSLATE_NOOP("ui", "Starting"));
    case engine::JobState::Running: return look(Tone::Ok, "play", QT_TRANSLATE_NOOP("ui", "Running"));
    case engine::JobState::Paused: return look(Tone::Warning, "pause", QT_TRANSLATE_NOOP("ui", "Paused"));
    case engine::JobState::Draining: return look(Tone::Info, "drain", QT_TRANSLATE_NOOP("ui", "Draining"));
    case engine::JobState::Stopping: return look(Tone::Info, "stop", QT_TRANSLATE_NOOP("ui", "Stopping"));
    case engine::JobState::Restarting:
        return look(Tone::Warning, "play", QT_TRANSLATE_NOOP("ui", "Restarting"));
    case engine::JobState::Stopped: return look(Tone::Idle, "stop", QT_TRANSLATE_NOOP("ui", "Stopped"));
    case engine::JobState::Finished: return look(Tone::Ok, "stop", QT_TRANSLATE_NOOP("ui", "Finished"));
    case engine::JobState::Failed: return look(Tone::Error, "error", QT_TRANSLATE_NOOP("ui", "Failed"));
    }
    return {};
}

}  // namespace ui
