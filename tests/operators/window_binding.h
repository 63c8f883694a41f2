#pragma once

#include "catalog/component.h"

namespace engine {
void addWindow(Catalog&);
}

// Header only: the window operator as the tests in this folder make it.
namespace window_binding {

using namespace engine;

// Keys, whole numbers, numbers and texts, with an event time.
inline SchemaPtr inputSchema()
{
    static const auto kSchema = std::make_shared<Schema>(std::vector<Field>{{"k", DataType::String},
                                                                            {"v", DataType::Int64},
                                                                            {"d", DataType::Float64},
                                                                            {"s", DataType::String}},
                                                         true);
    return kSchema;
}

inline Binding bindWindow(const std::string& params)
{
    static const Catalog kCatalog = [] {
        Catalog catalog;
        addWindow(catalog);
        return catalog;
    }();
    static const Constants kNone;
    std::vector<Diagnostic> mistakes;
    const std::vector<SchemaPtr> inputs{inputSchema()};
    const BindContext context(kCatalog, inputs, kNone, mistakes);
    auto binding = kCatalog.find("window")->bind(Json::parse(params), context, mistakes);
    for (const Diagnostic& mistake : mistakes)
        qWarning("%s: %s", mistake.param.c_str(), mistake.message.c_str());
    CHECK(binding);
    return std::move(*binding);
}

}  // namespace window_binding
