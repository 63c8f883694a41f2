#include "spec/settings_schema.h"

#include "base/check.h"
#include "spec/document_settings.h"
#include "spec/time_zones.h"

#include <algorithm>
#include <array>

namespace engine {
namespace {

constexpr std::string_view kRestart = "restart", kCustom = "custom", kRestartPrefix = "restart_";

struct RestartMember {
    std::string_view name;
    ParamType type;
    const char *fallback, *title, *help;
};
constexpr std::array<RestartMember, 5> kRestartMembers{{
    {"initial", ParamType::Interval, "100ms", "First pause",
     "How long after a failure the first restart comes."},
    {"maximum", ParamType::Interval, "30s", "Longest pause", "Pauses double up to this."},
    {"attempts", ParamType::Integer, "10", "Restarts at most",
     "More restarts in the time below, and the job has failed."},
    {"within", ParamType::Interval, "10min", "Counted within", "The time in which restarts are counted."},
    {"healthy_after", ParamType::Interval, "10min", "Healthy after",
     "After so long without a failure the count begins again."},
}};

const SettingField& settingField(std::string_view name)
{
    const auto all = settingFields();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const SettingField& field) { return field.name == name; });
    CHECK(found != all.end());
    return *found;
}

ParamField fieldOf(std::string_view name, ParamType type, ParamHints hints)
{
    hints.change = Change::ByRestart;
    return {std::string(name), type, settingField(name).write(PipelineSettings{}), std::move(hints), {}};
}

ParamField restartField(const RestartMember& member)
{
    const Json fallback =
        member.type == ParamType::Integer ? Json(std::stoi(member.fallback)) : Json(member.fallback);
    return {std::string(kRestartPrefix) + std::string(member.name),
            member.type,
            fallback,
            {.title = member.title,
             .help = member.help,
             .min = 0,
             .visibleWhen = "restart = custom",
             .change = Change::ByRestart},
            {}};
}

ParamSchema makeSchema()
{
    using enum ParamType;
    const auto zones = timeZoneNames();
    ParamSchema schema{
        fieldOf("guarantee", Choice,
                {.title = "Guarantee",
                 .help = "Whether a failure may repeat rows in what is written: exactly once never does.",
                 .choices = {"exactly_once", "at_least_once"}}),
        fieldOf(
            "checkpoint_interval", Interval,
            {.title = "Checkpoint every",
             .help = "How often state and positions are saved. Rows written exactly once appear with it."}),
        fieldOf("parallelism", Integer,
                {.title = "Parallelism",
                 .help = "Instances of what works by key; 0: as many as threads.",
                 .zero = "as many as threads",
                 .min = 0,
                 .max = 128}),
        fieldOf("threads", Integer,
                {.title = "Threads",
                 .help = "0: as many as the computer has cores.",
                 .zero = "as many as cores",
                 .min = 0,
                 .max = 64}),
        fieldOf("memory_limit", Size,
                {.title = "Memory limit",
                 .help = "What rows and state may take. Full queues make the sources wait; state beyond it "
                         "stops the run, and what was read so far is kept.",
                 .min = 16 << 20}),
        fieldOf(
            kRestart, Choice,
            {.title = "Restart",
             .help = "After a failure that may pass: with growing pauses, never, or with pauses of your own.",
             .choices = {"exponential", "never", std::string(kCustom)}})};
    for (const RestartMember& member : kRestartMembers) schema.push_back(restartField(member));
    schema.push_back(
        fieldOf("time_zone", Text,
                {.title = "Time zone",
                 .help = "In which times are shown, such as Europe/Berlin. Rows always hold UTC.",
                 .choices = {zones.begin(), zones.end()}}));
    schema.push_back(
        fieldOf("reject_limit", Text,
                {.title = "Reject limit",
                 .help = "More rejected rows than this, a count such as 100 or a share such as 1%, "
                         "fail the job. Not set: no limit."}));
    schema.push_back(fieldOf("checkpoint_timeout", Interval,
                             {.title = "Checkpoint timeout",
                              .help = "A checkpoint that takes longer is given up; the next one is tried.",
                              .advanced = true}));
    schema.push_back(fieldOf("chunk_size", Size,
                             {.title = "Chunk size",
                              .help = "How much is read from a source at a time.",
                              .min = 64,
                              .max = 1 << 20,
                              .advanced = true}));
    return schema;
}

void put(PipelineSettings& settings, const SettingField& field, const Json& value)
{
    const Json standard = field.write(PipelineSettings{});
    // Only the reject limit has no text for its default.
    if (!field.read(settings, standard)) settings.rejectLimit.reset();
    if (!settings.extra.is_object()) settings.extra = Json::object();
    settings.extra.erase(std::string(field.name));
    if (value.is_null()) return;
    const bool isGood = static_cast<bool>(field.read(settings, value));
    if (!isGood || value == standard || field.write(settings) != value)
        appendMember(settings.extra, std::string(field.name), value);
}

}  // namespace

const ParamSchema& settingsSchema()
{
    static const ParamSchema schema = makeSchema();
    return schema;
}

Json settingsToForm(const PipelineSettings& settings)
{
    Json form = Json::object();
    for (const SettingField& field : settingFields()) {
        Json value = settingToJson(field, settings);
        if (value.is_null()) continue;
        if (field.name == kRestart && value.is_object()) {
            for (const RestartMember& member : kRestartMembers)
                if (const Json* inner = findMember(value, member.name))
                    form[std::string(kRestartPrefix) + std::string(member.name)] = *inner;
            value = kCustom;
        }
        form[std::string(field.name)] = std::move(value);
    }
    return form;
}

void setSetting(PipelineSettings& settings, const std::string& name, const Json& value)
{
    if (name.rfind(kRestartPrefix, 0) == 0) {
        const SettingField& field = settingField(kRestart);
        Json policy = settingToJson(field, settings);
        if (!policy.is_object()) policy = Json::object();
        const std::string member = name.substr(kRestartPrefix.size());
        if (value.is_null())
            policy.erase(member);
        else
            policy[member] = value;
        return put(settings, field, policy);
    }
    const SettingField& field = settingField(name);
    if (name == kRestart && value == kCustom) return put(settings, field, Json::object());
    if (name == "reject_limit" && value.is_string()) {
        // A count is a number in a document, however it was typed.
        const auto number = parseJson(value.get_ref<const std::string&>());
        if (number && number->is_number()) return put(settings, field, *number);
    }
    put(settings, field, value);
}

}  // namespace engine
