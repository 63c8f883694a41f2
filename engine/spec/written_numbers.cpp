#include "spec/written_numbers.h"

#include "spec/document_settings.h"

#include <algorithm>

namespace engine {
namespace {

using Names = std::span<const std::string_view>;

void keepUnknown(Json& extra, const Json* written, Names known)
{
    if (written == nullptr || !extra.is_object()) return;
    for (const auto& member : extra.items()) {
        if (std::find(known.begin(), known.end(), member.key()) != known.end()) continue;
        if (const Json* asWritten = findMember(*written, member.key())) member.value() = *asWritten;
    }
}

const Json* memberOf(const Json* object, std::string_view name)
{
    return object != nullptr ? findMember(*object, name) : nullptr;
}

void keepParameters(std::vector<ParameterSpec>& parameters, const Json* writtenParent)
{
    const Json* written = memberOf(writtenParent, "parameters");
    for (ParameterSpec& parameter : parameters)
        keepUnknown(parameter.extra, memberOf(written, parameter.name), DocumentMembers::parameter());
}

}  // namespace

void keepNumbers(NodeSpec& node, const Json& written)
{
    keepUnknown(node.extra, &written, DocumentMembers::node());
    // What they mean is for the component to say, which may be unknown here.
    const Json* params = findMember(written, "params");
    Json plain = params != nullptr && params->is_object() ? *params : Json();
    if (makeNumbersPlain(plain)) appendMember(node.extra, "params", *params);
}

void keepNumbers(GroupSpec& group, const Json& written)
{
    keepUnknown(group.extra, &written, DocumentMembers::group());
}

void keepNumbers(PipelineSpec& spec, const Json& written)
{
    keepUnknown(spec.extra, &written, DocumentMembers::top());
    keepParameters(spec.parameters, &written);
    std::vector<std::string_view> settings;
    for (const SettingField& field : settingFields()) settings.push_back(field.name);
    keepUnknown(spec.settings.extra, findMember(written, "settings"), settings);
    for (SubpipelineSpec& definition : spec.subpipelines) {
        const Json* own = memberOf(findMember(written, "subpipelines"), definition.name);
        keepUnknown(definition.extra, own, DocumentMembers::subpipeline());
        keepParameters(definition.parameters, own);
    }
}

}  // namespace engine
