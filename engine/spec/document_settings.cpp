#include "spec/document_settings.h"

#include "base/limits.h"
#include "spec/suggest.h"
#include "spec/time_zones.h"
#include "spec/units.h"

#include <algorithm>
#include <array>

namespace engine {
namespace {

Error mistake(std::string message) { return Error{ErrorCode::InvalidSpec, std::move(message), {}}; }

template <auto kMember>
Status readInterval(PipelineSettings& settings, const Json& json)
{
    const auto interval = ParamTraits<Duration>::fromJson(json);
    if (!interval) return interval.error();
    if (interval->count() <= 0) return mistake("The duration must be longer than 0.");
    settings.*kMember = *interval;
    return ok();
}

template <auto kMember>
Json writeInterval(const PipelineSettings& settings)
{
    return formatInterval(settings.*kMember);
}

template <auto kMember, int kMax>
Status readCount(PipelineSettings& settings, const Json& json)
{
    const auto number = ParamTraits<int>::fromJson(json);
    if (!number) return number.error();
    if (*number < 0 || *number > kMax)
        return mistake("The number must lie between 0 and " + std::to_string(kMax) + ", not be " +
                       std::to_string(*number) + ".");
    settings.*kMember = *number;
    return ok();
}

template <auto kMember>
Json writeCount(const PipelineSettings& settings)
{
    return settings.*kMember;
}

template <auto kMember, std::int64_t kMin, std::int64_t kMax>
Status readSize(PipelineSettings& settings, const Json& json)
{
    const auto size = ParamTraits<ByteSize>::fromJson(json);
    if (!size) return size.error();
    if (size->bytes < kMin || size->bytes > kMax)
        return mistake("The size must lie between " + formatSize(kMin) + " and " + formatSize(kMax) +
                       ", not be " + formatSize(size->bytes) + ".");
    settings.*kMember = size->bytes;
    return ok();
}

template <auto kMember>
Json writeSize(const PipelineSettings& settings)
{
    return formatSize(settings.*kMember);
}

std::string suggestionFor(const Json& json, const std::vector<std::string>& choices)
{
    return json.is_string() ? didYouMean(json.get_ref<const std::string&>(), choices) : std::string();
}

Status readGuarantee(PipelineSettings& settings, const Json& json)
{
    if (json == "exactly_once")
        settings.guarantee = Guarantee::ExactlyOnce;
    else if (json == "at_least_once")
        settings.guarantee = Guarantee::AtLeastOnce;
    else
        return mistake("The guarantee is \"exactly_once\" or \"at_least_once\"" +
                       suggestionFor(json, {"exactly_once", "at_least_once"}) + ".");
    return ok();
}

Json writeGuarantee(const PipelineSettings& settings)
{
    return settings.guarantee == Guarantee::ExactlyOnce ? "exactly_once" : "at_least_once";
}

struct RestartParams {
    Duration initial = RestartPolicy{}.first;
    Duration maximum = RestartPolicy{}.greatest;
    int attempts = RestartPolicy{}.attempts;
    Duration within = RestartPolicy{}.within;
    Duration healthyAfter = RestartPolicy{}.healthyAfter;
};

const Params<RestartParams>& restartParams()
{
    static const auto params = Params<RestartParams>()
                                   .field("initial", &RestartParams::initial, {.min = 0.001})
                                   .field("maximum", &RestartParams::maximum, {.min = 0.001})
                                   .field("attempts", &RestartParams::attempts, {.min = 0, .max = 1e6})
                                   .field("within", &RestartParams::within, {.min = 0.001})
                                   .field("healthy_after", &RestartParams::healthyAfter, {.min = 0.001});
    return params;
}

Status readRestart(PipelineSettings& settings, const Json& json)
{
    settings.restart = RestartPolicy{};
    if (json == "exponential") return ok();
    if (json == "never") {
        settings.restart.enabled = false;
        return ok();
    }
    if (!json.is_object())
        return mistake(
            "The restart policy is \"exponential\", \"never\" or an object with initial, maximum, attempts, "
            "within and healthy_after" +
            suggestionFor(json, {"exponential", "never"}) + ".");
    const auto values = restartParams().read(json);
    if (!values) return mistake(values.error().where + ": " + values.error().message);
    settings.restart = {true,           values->initial,     values->maximum, values->attempts,
                        values->within, values->healthyAfter};
    return ok();
}

Json writeRestart(const PipelineSettings& settings)
{
    const RestartPolicy& policy = settings.restart;
    if (!policy.enabled) return "never";
    if (policy == RestartPolicy{}) return "exponential";
    Json json = Json::object();
    json["initial"] = formatInterval(policy.first);
    json["maximum"] = formatInterval(policy.greatest);
    json["attempts"] = policy.attempts;
    json["within"] = formatInterval(policy.within);
    json["healthy_after"] = formatInterval(policy.healthyAfter);
    return json;
}

Status readTimeZone(PipelineSettings& settings, const Json& json)
{
    const auto text = ParamTraits<std::string>::fromJson(json);
    if (!text) return text.error();
    if (text->empty())
        return mistake("The time zone must not be empty; write \"UTC\" or a name like \"Europe/Berlin\".");
    const auto names = timeZoneNames();
    if (std::find(names.begin(), names.end(), *text) == names.end())
        return mistake("There is no time zone \"" + *text + "\"" + didYouMean(*text, names) +
                       "; write \"UTC\" or a name like \"Europe/Berlin\".");
    settings.timeZone = *text;
    return ok();
}

Json writeTimeZone(const PipelineSettings& settings) { return settings.timeZone; }

Status readRejectLimit(PipelineSettings& settings, const Json& json)
{
    const auto limit = rejectLimitFromJson(json);
    if (!limit) return limit.error();
    settings.rejectLimit = *limit;
    return ok();
}

Json writeRejectLimit(const PipelineSettings& settings) { return rejectLimitToJson(settings.rejectLimit); }

using S = PipelineSettings;
constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::array<SettingField, 10> kSettingFields{{
    {"guarantee", readGuarantee, writeGuarantee},
    {"checkpoint_interval", readInterval<&S::checkpointInterval>, writeInterval<&S::checkpointInterval>},
    {"checkpoint_timeout", readInterval<&S::checkpointTimeout>, writeInterval<&S::checkpointTimeout>},
    {"parallelism", readCount<&S::parallelism, limits::kParallelismMax>, writeCount<&S::parallelism>},
    {"threads", readCount<&S::threads, limits::kThreadsMax>, writeCount<&S::threads>},
    {"memory_limit", readSize<&S::memoryLimitBytes, 16 * kMiB, 1024 * 1024 * kMiB>,
     writeSize<&S::memoryLimitBytes>},
    {"restart", readRestart, writeRestart},
    {"time_zone", readTimeZone, writeTimeZone},
    {"reject_limit", readRejectLimit, writeRejectLimit},
    {"chunk_size", readSize<&S::chunkBytes, 64, kMiB>, writeSize<&S::chunkBytes>},
}};

constexpr std::array<std::string_view, 14> kTopMembers{
    "format", "id",           "name",   "parameters", "settings", "nodes",  "edges",
    "groups", "subpipelines", "layout", "notes",      "views",    "frames", "pins"};
constexpr std::array<std::string_view, 7> kNodeMembers{"id",          "component", "title",       "params",
                                                       "parallelism", "disabled",  "reject_limit"};
constexpr std::array<std::string_view, 4> kParameterMembers{"type", "default", "unit", "help"};
constexpr std::array<std::string_view, 4> kGroupMembers{"id", "title", "nodes", "ports"};
constexpr std::array<std::string_view, 11> kSubpipelineMembers{"title", "parameters", "inputs", "outputs",
                                                               "nodes", "edges",      "layout", "notes",
                                                               "views", "frames",     "pins"};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isLower(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

std::span<const SettingField> settingFields() { return kSettingFields; }

Json settingToJson(const SettingField& field, const PipelineSettings& settings)
{
    const Json value = field.write(settings);
    const bool isDefault = value == field.write(PipelineSettings{});
    if (const Json* kept = findMember(settings.extra, field.name)) {
        PipelineSettings read;
        const bool good = static_cast<bool>(field.read(read, *kept));
        if (good ? field.write(read) == value : isDefault) return *kept;
        return value;
    }
    return isDefault ? Json() : value;
}

Result<RejectLimit> rejectLimitFromJson(const Json& json)
{
    const Error error =
        mistake("The reject limit is a count of rows like 100, or a share of them like \"1%\" or 0.01.");
    if (json.is_string()) {
        const auto& text = json.get_ref<const std::string&>();
        if (text.size() < 2 || text.back() != '%') return error;
        const auto percent = parseJson(std::string_view(text).substr(0, text.size() - 1));
        if (!percent || !percent->is_number()) return error;
        const double share = percent->get<double>() / 100;
        if (share < 0 || share > 1) return error;
        return RejectLimit{{}, share};
    }
    if (json.is_number_float()) {
        const double share = json.get<double>();
        if (share < 0 || share > 1) return error;
        return RejectLimit{{}, share};
    }
    const auto count = ParamTraits<std::int64_t>::fromJson(json);
    if (!count || *count < 0) return error;
    return RejectLimit{*count, {}};
}

Json rejectLimitToJson(const std::optional<RejectLimit>& limit)
{
    if (!limit) return nullptr;
    if (limit->count) return *limit->count;
    return numberText(limit->share.value_or(0) * 100) + "%";
}

bool isIdentifier(std::string_view text)
{
    if (text.empty() || text.size() > 64 || !isLower(text[0])) return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return isLower(c) || isDigit(c) || c == '_'; });
}

bool isParameterName(std::string_view text)
{
    if (text.empty() || text.size() > 64 || isDigit(text[0])) return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return isLower(c) || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_'; });
}

bool isUuid(std::string_view text)
{
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

std::span<const std::string_view> DocumentMembers::top() { return kTopMembers; }

std::span<const std::string_view> DocumentMembers::node() { return kNodeMembers; }

std::span<const std::string_view> DocumentMembers::parameter() { return kParameterMembers; }

std::span<const std::string_view> DocumentMembers::group() { return kGroupMembers; }

std::span<const std::string_view> DocumentMembers::subpipeline() { return kSubpipelineMembers; }

std::string sortedText(const Json& value)
{
    if (!value.is_structured()) return compactJson(value);
    std::string text;
    if (value.is_array()) {
        for (const Json& item : value) text += (text.empty() ? "" : ",") + sortedText(item);
        return "[" + text + "]";
    }
    std::vector<std::string> members;
    for (const auto& member : value.items())
        members.push_back(compactJson(Json(member.key())) + ":" + sortedText(member.value()));
    std::sort(members.begin(), members.end());
    for (const std::string& member : members) text += (text.empty() ? "" : ",") + member;
    return "{" + text + "}";
}

}  // namespace engine
