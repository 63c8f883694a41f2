#include "ui/document/views.h"

#include "spec/substitute.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace ui {

namespace {

constexpr std::size_t kProblemsMost = 100;

std::string memberText(const engine::Json& object, std::string_view name)
{
    const engine::Json* value = engine::findMember(object, name);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

engine::PortRef portFromText(const std::string& text)
{
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos) return {engine::NodeId{text}, "out"};
    return {engine::NodeId{text.substr(0, dot)}, text.substr(dot + 1)};
}

// The name in "${name}", empty for any other text.
std::string parameterName(const engine::Json& value)
{
    if (!value.is_string()) return {};
    const std::string text = value.get<std::string>();
    if (text.size() < 4 || !text.starts_with("${") || !text.ends_with("}")) return {};
    return text.substr(2, text.size() - 3);
}

const engine::ParameterSpec* findParameter(const engine::PipelineSpec& spec, const std::string& name)
{
    const auto found = std::find_if(spec.parameters.begin(), spec.parameters.end(),
                                    [&](const auto& parameter) { return parameter.name == name; });
    return found == spec.parameters.end() ? nullptr : &*found;
}

bool hasPlace(const engine::Json& value)
{
    return (value.is_number() && std::isfinite(value.get<double>())) || !parameterName(value).empty();
}

std::optional<Threshold> readThreshold(const engine::Json& json)
{
    const engine::Json* value = engine::findMember(json, "value");
    if (!value || !hasPlace(*value)) return {};
    Threshold threshold;
    threshold.value = *value;
    threshold.label = memberText(json, "label");
    if (memberText(json, "direction") == "below") threshold.direction = Threshold::Below;
    if (memberText(json, "severity") == "critical") threshold.severity = Threshold::Critical;
    return threshold;
}

std::optional<ChartView> readView(const engine::Json& json)
{
    if (memberText(json, "kind") != "time_series") return {};
    ChartView view;
    view.port = portFromText(memberText(json, "port"));
    view.x = memberText(json, "x");
    view.series = memberText(json, "series");
    view.unit = memberText(json, "unit");
    if (const engine::Json* columns = engine::findMember(json, "y"); columns && columns->is_array())
        for (const engine::Json& column : *columns)
            if (column.is_string()) view.y.push_back(column.get<std::string>());
    if (const engine::Json* list = engine::findMember(json, "thresholds"); list && list->is_array())
        for (std::size_t i = 0; i < list->size(); ++i)
            if (auto threshold = readThreshold((*list)[i])) view.thresholds[i] = std::move(*threshold);
    if (view.port.node.value.empty()) return {};
    return view;
}

// The members named here in their order, absent where they say nothing, then the others as they stand.
void putMembers(engine::Json& json, std::initializer_list<std::pair<const char*, engine::Json>> members)
{
    engine::Json made = engine::Json::object();
    for (const auto& [name, value] : members)
        if (!value.is_null()) engine::appendMember(made, name, value);
    const auto isNamed = [&](const std::string& name) {
        return std::any_of(members.begin(), members.end(),
                           [&](const auto& member) { return name == member.first; });
    };
    if (json.is_object())
        for (const auto& [name, value] : json.items())
            if (!isNamed(name)) engine::appendMember(made, name, value);
    json = std::move(made);
}

engine::Json textOrNull(const std::string& text)
{
    return text.empty() ? engine::Json() : engine::Json(text);
}

void writeView(engine::Json& json, const ChartView& view)
{
    const engine::Json* list = engine::findMember(json, "thresholds");
    putMembers(json,
               {{"kind", "time_series"},
                {"port", engine::portText(view.port)},
                {"x", textOrNull(view.x)},
                {"y", view.y.empty() ? engine::Json() : engine::Json(view.y)},
                {"series", textOrNull(view.series)},
                {"unit", textOrNull(view.unit)},
                {"thresholds", list ? *list : engine::Json()}});
}

void writeThreshold(engine::Json& json, const Threshold& threshold)
{
    putMembers(json,
               {{"value", threshold.value},
                {"direction", threshold.direction == Threshold::Above ? "above" : "below"},
                {"label", textOrNull(threshold.label)},
                {"severity", threshold.severity == Threshold::Warning ? "warning" : "critical"}});
}

engine::Json* viewAt(DocumentState& state, std::size_t view)
{
    engine::Json& list = state.spec.views;
    return list.is_array() && view < list.size() && list[view].is_object() ? &list[view] : nullptr;
}

engine::Json* thresholdsAt(DocumentState& state, std::size_t view)
{
    engine::Json* json = viewAt(state, view);
    if (!json || !json->contains("thresholds") || !(*json)["thresholds"].is_array()) return nullptr;
    return &(*json)["thresholds"];
}

// Collects what is wrong, with the path of the member it is about.
class Checker {
public:
    Checker(const engine::PipelineSpec& spec, const std::map<engine::PortRef, engine::SchemaPtr>& schemas)
        : m_spec(spec),
          m_schemas(schemas)
    {
    }
    std::vector<engine::Diagnostic> run();

private:
    void say(const std::string& path, std::string sentence)
    {
        if (m_out.size() < kProblemsMost)
            m_out.push_back({engine::Diagnostic::Warning, m_node, {}, path, std::move(sentence), {}});
    }
    void checkView(const engine::Json& json, const std::string& path);
    void checkColumns(const engine::Json& json, const engine::PortRef& port, const std::string& path);
    // `sentence`: what is the matter with a column whose type does not fit.
    void checkColumn(const engine::Json& name, const engine::PortRef& port, const std::string& path,
                     bool (*fits)(engine::DataType), const char* sentence);
    void checkThreshold(const engine::Json& json, const std::string& path);
    void checkWord(const engine::Json& json, const char* name, const char* first, const char* second,
                   const std::string& path);

    const engine::PipelineSpec& m_spec;
    const std::map<engine::PortRef, engine::SchemaPtr>& m_schemas;
    engine::NodeId m_node;
    std::vector<engine::Diagnostic> m_out;
};

bool isTime(engine::DataType type) { return type == engine::DataType::Time; }

bool isNumber(engine::DataType type)
{
    return type == engine::DataType::Float64 || type == engine::DataType::Int64;
}

std::vector<engine::Diagnostic> Checker::run()
{
    if (m_spec.views.is_null()) return {};
    if (!m_spec.views.is_array()) {
        say("views", "\"views\" is not a list of charts, so none is shown. Write [ … ].");
        return std::move(m_out);
    }
    for (std::size_t i = 0; i < m_spec.views.size(); ++i) {
        m_node = {};
        checkView(m_spec.views[i], "views[" + std::to_string(i) + "]");
    }
    return std::move(m_out);
}

void Checker::checkView(const engine::Json& json, const std::string& path)
{
    if (!json.is_object()) return say(path, "This view is not an object, so it is not shown. Write { … }.");
    const std::string kind = memberText(json, "kind"), port = memberText(json, "port");
    if (kind != "time_series")
        return say(path + ".kind",
                   "A view of the kind \"" + kind.substr(0, 60) +
                       "\" cannot be shown by this program; it is kept. It shows \"time_series\".");
    if (port.empty())
        return say(path + ".port",
                   "The view names no port, so it is not shown. Write the port as \"node.out\".");
    const engine::PortRef ref = portFromText(port);
    const bool isGroup = std::any_of(m_spec.groups.begin(), m_spec.groups.end(),
                                     [&](const auto& group) { return group.id == ref.node.value; });
    if (!m_spec.find(ref.node) && !isGroup)
        say(path + ".port",
            "The view shows the port \"" + port.substr(0, 100) + "\", but no node has that id.");
    else
        m_node = ref.node;
    checkColumns(json, ref, path);
    if (const engine::Json* unit = engine::findMember(json, "unit"); unit && !unit->is_string())
        say(path + ".unit", "The unit of a chart is a text in quotes, such as \"°C\".");
    const engine::Json* list = engine::findMember(json, "thresholds");
    if (!list) return;
    if (!list->is_array())
        return say(path + ".thresholds", "\"thresholds\" is not a list, so no line is drawn. Write [ … ].");
    for (std::size_t i = 0; i < list->size(); ++i)
        checkThreshold((*list)[i], path + ".thresholds[" + std::to_string(i) + "]");
}

void Checker::checkColumns(const engine::Json& json, const engine::PortRef& port, const std::string& path)
{
    if (const engine::Json* x = engine::findMember(json, "x"))
        checkColumn(*x, port, path + ".x", isTime, "holds no times. Another column is shown.");
    if (const engine::Json* series = engine::findMember(json, "series"))
        checkColumn(*series, port, path + ".series", namesLines,
                    "cannot name the lines of a chart: it holds neither texts nor whole numbers nor true and "
                    "false. It is left out.");
    const engine::Json* list = engine::findMember(json, "y");
    if (!list) return;
    if (!list->is_array()) return say(path + ".y", "\"y\" is not a list of columns. Write [\"column\"].");
    for (std::size_t i = 0; i < list->size(); ++i)
        checkColumn((*list)[i], port, path + ".y[" + std::to_string(i) + "]", isNumber,
                    "holds no numbers. It is left out.");
}

void Checker::checkColumn(const engine::Json& name, const engine::PortRef& port, const std::string& path,
                          bool (*fits)(engine::DataType), const char* sentence)
{
    if (!name.is_string()) return say(path, "The name of a column is a text in quotes.");
    const auto schema = m_schemas.find(port);
    const std::string text = name.get<std::string>();
    if (text.empty() || schema == m_schemas.end() || !schema->second) return;
    if (const auto at = schema->second->find(text)) {
        if (!fits(schema->second->field(*at).type))
            say(path, "The column \"" + text.substr(0, 100) + "\" " + sentence);
        return;
    }
    say(path,
        "There is no column \"" + text.substr(0, 100) + "\" in " + engine::portText(port) +
            ". Another column is shown.");
}

void Checker::checkThreshold(const engine::Json& json, const std::string& path)
{
    if (!json.is_object())
        return say(path, "This threshold is not an object, so it is not drawn. Write { \"value\": 80 }.");
    const engine::Json* value = engine::findMember(json, "value");
    const auto place = thresholdValue(value ? *value : engine::Json(), m_spec);
    if (!place) say(path + ".value", place.error().message);
    checkWord(json, "direction", "above", "below", path);
    checkWord(json, "severity", "warning", "critical", path);
    if (const engine::Json* label = engine::findMember(json, "label"); label && !label->is_string())
        say(path + ".label", "The label of a threshold is a text in quotes.");
}

void Checker::checkWord(const engine::Json& json, const char* name, const char* first, const char* second,
                        const std::string& path)
{
    const engine::Json* value = engine::findMember(json, name);
    if (!value || *value == first || *value == second) return;
    say(path + "." + name,
        std::string("The ") + name + " of a threshold is \"" + first + "\" or \"" + second +
            "\"; it is taken as \"" + first + "\".");
}

}  // namespace

bool namesLines(engine::DataType type)
{
    using enum engine::DataType;
    return type == String || type == Int64 || type == Bool;
}

bool ChartView::hasSameLines(const ChartView& other) const
{
    return port == other.port && x == other.x && y == other.y && series == other.series;
}

std::map<std::size_t, ChartView> viewsOf(const engine::PipelineSpec& spec)
{
    std::map<std::size_t, ChartView> views;
    if (!spec.views.is_array()) return views;
    for (std::size_t i = 0; i < spec.views.size(); ++i)
        if (auto view = readView(spec.views[i])) views[i] = std::move(*view);
    return views;
}

engine::Result<double> thresholdValue(const engine::Json& value, const engine::PipelineSpec& spec)
{
    const auto wrong = [](std::string sentence) {
        return engine::Error{engine::ErrorCode::InvalidSpec, std::move(sentence), {}};
    };
    if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
    const std::string name = parameterName(value);
    if (name.empty()) return wrong("The value of a threshold is a number, or a parameter as \"${limit}\".");
    const engine::ParameterSpec* found = findParameter(spec, name);
    const std::string named = "\"" + name.substr(0, 60) + "\"";
    if (!found)
        return wrong("The threshold stands at the parameter " + named +
                     ", but the document has none of that name.");
    if (!found->fallback.is_number() || !std::isfinite(found->fallback.get<double>()))
        return wrong("The threshold stands at the parameter " + named + ", but that is not a number.");
    return found->fallback.get<double>();
}

std::string unitOf(const ChartView& view, const engine::PipelineSpec& spec)
{
    if (!view.unit.empty()) return view.unit;
    std::optional<std::string> unit;
    for (const auto& [place, threshold] : view.thresholds) {
        const engine::ParameterSpec* parameter = findParameter(spec, parameterName(threshold.value));
        if (!parameter) continue;
        if (unit && *unit != parameter->unit) return {};
        unit = parameter->unit;
    }
    return unit.value_or("");
}

std::vector<engine::Diagnostic> viewProblems(const engine::PipelineSpec& spec,
                                             const std::map<engine::PortRef, engine::SchemaPtr>& schemas)
{
    return Checker(spec, schemas).run();
}

namespace edits {

std::size_t addView(DocumentState& state, const ChartView& view)
{
    engine::Json& list = state.spec.views;
    if (!list.is_array()) list = engine::Json::array();
    engine::Json json = engine::Json::object();
    writeView(json, view);
    list.push_back(std::move(json));
    const std::size_t at = list.size() - 1;
    for (const auto& [place, threshold] : view.thresholds) addThreshold(state, at, threshold);
    return at;
}

void setView(DocumentState& state, std::size_t view, const ChartView& lines)
{
    if (engine::Json* json = viewAt(state, view)) writeView(*json, lines);
}

void removeView(DocumentState& state, std::size_t view)
{
    engine::Json& list = state.spec.views;
    if (!list.is_array() || view >= list.size()) return;
    list.erase(view);
    if (list.empty()) list = nullptr;
}

void removeViewsOf(DocumentState& state, const std::set<engine::NodeId>& nodes)
{
    const auto views = viewsOf(state.spec);
    for (auto view = views.rbegin(); view != views.rend(); ++view)
        if (nodes.contains(view->second.port.node)) removeView(state, view->first);
}

std::optional<std::size_t> addThreshold(DocumentState& state, std::size_t view, const Threshold& threshold)
{
    engine::Json* json = viewAt(state, view);
    if (!json) return {};
    if (!json->contains("thresholds")) engine::appendMember(*json, "thresholds", engine::Json::array());
    engine::Json& list = (*json)["thresholds"];
    if (!list.is_array()) return {};
    engine::Json made = engine::Json::object();
    writeThreshold(made, threshold);
    list.push_back(std::move(made));
    return list.size() - 1;
}

void setThreshold(DocumentState& state, std::size_t view, std::size_t at, const Threshold& threshold)
{
    engine::Json* list = thresholdsAt(state, view);
    if (list && at < list->size() && readThreshold((*list)[at]) != threshold)
        writeThreshold((*list)[at], threshold);
}

void removeThreshold(DocumentState& state, std::size_t view, std::size_t at)
{
    engine::Json* list = thresholdsAt(state, view);
    if (!list || at >= list->size()) return;
    list->erase(at);
    if (list->empty()) state.spec.views[view].erase("thresholds");
}

}  // namespace edits

}  // namespace ui
