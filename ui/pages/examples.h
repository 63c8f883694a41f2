#pragma once

#include "spec/pipeline_spec.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace ui {

// A pipeline that comes with the program.
struct Example {
    QString file{}, text{};  // its name in the resources; what it shows
    QByteArray bytes{};
    engine::PipelineSpec spec{};
    // It needs a broker, or only makes the input of another one.
    bool needsBroker = false, isHelper = false;
};
std::vector<Example> examples();  // those that need nothing else first

// Puts what the examples read where they find it; files that are there stay. Any thread.
void unpackExampleData(const QString& folder);

}  // namespace ui
