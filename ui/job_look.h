#pragma once

#include "spec/job_status.h"
#include "ui/theme.h"

#include <QString>

namespace ui {

// How a job's state is shown: each with a colour, an icon and a word. Pure.
struct JobLook {
    Tone tone = Tone::Idle;
    QString icon{}, text{};
};
JobLook lookOf(engine::JobState state);

}  // namespace ui
