#include "catalog/component.h"
#include "formats/json/json_encoder.h"
#include "formats/json/json_plan.h"
#include "formats/shared/line_framer.h"

namespace engine {

void addJsonFormat(Catalog& catalog)
{
    Format format;
    format.id = "json";
    format.title = "JSON, one record a line";
    format.framer = [](const DecodeOptions&) { return std::make_unique<LineFramer>(); };
    format.decoder = [](const DecodeOptions& checked)
        -> Result<std::function<std::unique_ptr<Decoder>(const DecodeOptions&)>> {
        if (auto plan = makeJsonPlan(checked); !plan) return plan.error();
        return std::function<std::unique_ptr<Decoder>(const DecodeOptions&)>(
            [](const DecodeOptions& options) {
                auto plan = makeJsonPlan(options);
                CHECK(plan);  // the same columns were checked, all of them
                return makeJsonDecoder(options, std::move(*plan));
            });
    };
    format.encoder = [](const EncodeOptions& options) { return std::make_unique<JsonEncoder>(options); };
    catalog.add(std::move(format));
}

}  // namespace engine
