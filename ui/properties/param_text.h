#pragma once

#include "spec/param_schema.h"

#include <QString>

#include <vector>

namespace ui {

// A parameter as it is read, not edited.
struct ParamLine {
    QString title{}, text{};
    bool isCode = false;  // a formula or a list: shown below its title
};

// What the document says of each parameter, in the schema's order, what it does not know last. Pure.
std::vector<ParamLine> paramLines(const engine::ParamSchema& schema, const engine::Json& params);
QString valueText(const engine::Json& value);

}  // namespace ui
