#pragma once

#include "spec/pipeline_spec.h"

#include <span>

namespace engine {

// One member of `settings`, read into its place and written back; shared by the reader and the writer of
// documents.
struct SettingField {
    std::string_view name;
    Status (*read)(PipelineSettings& settings, const Json& json);
    Json (*write)(const PipelineSettings& settings);
};
std::span<const SettingField> settingFields();
// What a document says of a setting: it keeps the spelling it was read with for as long as it means the same.
// Null: nothing, since it is the default.
Json settingToJson(const SettingField& field, const PipelineSettings& settings);

// A count (100), a share below 1 (0.01) or a share as text ("1%").
Result<RejectLimit> rejectLimitFromJson(const Json& json);
Json rejectLimitToJson(const std::optional<RejectLimit>& limit);  // null: none

// [a-z][a-z0-9_]{0,63}: the ids of nodes and groups, the names of subpipelines.
bool isIdentifier(std::string_view text);
// 8-4-4-4-12 hexadecimal digits.
bool isUuid(std::string_view text);
// Letters, digits and _, not beginning with a digit: what ${...} may name.
bool isParameterName(std::string_view text);

// The members a document may have at each place, in canonical order.
struct DocumentMembers {
    static std::span<const std::string_view> top();
    static std::span<const std::string_view> node();
    static std::span<const std::string_view> parameter();
    static std::span<const std::string_view> group();
    static std::span<const std::string_view> subpipeline();
};

// A text for a value that is the same whatever the order of members.
std::string sortedText(const Json& value);

}  // namespace engine
