#include "ui/document/clip.h"

#include "base/limits.h"
#include "spec/document_settings.h"
#include "ui/graph/auto_layout.h"

#include <algorithm>

namespace ui {

namespace {

constexpr const char* kInputsMember = "x_inputs";
constexpr const char* kNoPart =
    "The clipboard holds no part of a pipeline. Copy some nodes first, or the text of a pipeline file.";

constexpr const char* kForeign =
    "What the clipboard holds is no part of a pipeline: there \"nodes\" and \"edges\" are lists, and each "
    "node names its component. Nothing was pasted.";

// Other programs have "nodes" of their own.
bool isForeign(const engine::Parsed& parsed)
{
    const engine::PipelineSpec& spec = parsed.spec;
    const auto isOther = [&](const char* name) {
        const engine::Json* kept = engine::findMember(spec.extra, name);
        return kept && !kept->is_array();
    };
    const bool hasLost = parsed.readOnly && spec.format <= engine::kDocumentFormat;
    return hasLost || isOther("nodes") || isOther("edges") ||
        std::any_of(spec.nodes.begin(), spec.nodes.end(),
                    [](const engine::NodeSpec& node) { return node.component.empty(); });
}

engine::PortRef portFrom(const std::string& text)
{
    const std::size_t dot = text.find('.');
    return {engine::NodeId{text.substr(0, dot)}, dot == std::string::npos ? "out" : text.substr(dot + 1)};
}

std::vector<engine::EdgeSpec> readInputs(const engine::Json& extra)
{
    std::vector<engine::EdgeSpec> inputs;
    const engine::Json* list = engine::findMember(extra, kInputsMember);
    if (!list || !list->is_array()) return inputs;
    for (const engine::Json& edge : *list)
        if (edge.is_array() && edge.size() == 2 && edge[0].is_string() && edge[1].is_string())
            inputs.push_back({portFrom(edge[0].get<std::string>()), portFrom(edge[1].get<std::string>())});
    return inputs;
}

// What the nodes name with ${...} and what they are instances of.
void copyUsed(const engine::PipelineSpec& from, engine::PipelineSpec& to)
{
    std::string texts;
    for (const engine::NodeSpec& node : to.nodes) texts += engine::compactJson(node.params);
    for (const engine::ParameterSpec& parameter : from.parameters)
        if (texts.find("${" + parameter.name + "}") != std::string::npos) to.parameters.push_back(parameter);
    // A definition may hold nodes of another one.
    std::set<std::string> used;
    std::vector<engine::NodeSpec> open = to.nodes;
    while (!open.empty()) {
        const std::string component = open.back().component;
        open.pop_back();
        if (!component.starts_with(engine::kSubpipelinePrefix)) continue;
        const std::string name = component.substr(engine::kSubpipelinePrefix.size());
        for (const engine::SubpipelineSpec& definition : from.subpipelines) {
            if (definition.name != name || !used.insert(name).second) continue;
            to.subpipelines.push_back(definition);
            open.insert(open.end(), definition.nodes.begin(), definition.nodes.end());
        }
    }
}

// Nodes of one name could not be told apart in the list of problems.
class FreeTitles {
public:
    explicit FreeTitles(const engine::PipelineSpec& spec)
    {
        for (const engine::NodeSpec& node : spec.nodes) m_taken.insert(node.title);
    }

    // "Window" becomes "Window 2" where there is one, and "Window 2" becomes "Window 3".
    void number(std::string& title)
    {
        if (title.empty() || m_taken.insert(title).second) return;
        const std::size_t last = title.find_last_not_of("0123456789");
        const bool isNumbered = last != std::string::npos && last > 0 && last + 1 < title.size() &&
            title.size() - last - 1 <= kDigitsMost && title[last] == ' ';
        const std::string base = isNumbered ? title.substr(0, last) : title;
        int& number =
            m_next.emplace(base, isNumbered ? std::stoi(title.substr(last + 1)) + 1 : 2).first->second;
        do title = base + " " + std::to_string(number++);
        while (!m_taken.insert(title).second);
    }

private:
    static constexpr std::size_t kDigitsMost = 3;  // more may be a year
    std::unordered_set<std::string> m_taken;
    std::map<std::string, int> m_next;  // of each title without its number, the first that may be free
};

template <class Items>
void addMissing(const Items& from, Items& to)
{
    for (const auto& item : from)
        if (std::none_of(to.begin(), to.end(), [&](const auto& had) { return had.name == item.name; }))
            to.push_back(item);
}

}  // namespace

Clip makeClip(const DocumentState& state, const edits::Nodes& nodes, const std::set<RemarkRef>& remarks)
{
    Clip clip;
    engine::PipelineSpec& spec = clip.state.spec;
    for (const engine::NodeSpec& node : state.spec.nodes)
        if (nodes.contains(node.id)) spec.nodes.push_back(node);
    for (const engine::EdgeSpec& edge : state.spec.edges) {
        if (!nodes.contains(edge.to.node)) continue;
        (nodes.contains(edge.from.node) ? spec.edges : clip.inputs).push_back(edge);
    }
    for (const auto& [id, at] : placesOf(state))
        if (nodes.contains(id)) clip.state.layout[id] = at;
    for (const RemarkRef& ref : remarks) {
        const bool isNote = ref.kind == RemarkKind::Note;
        const engine::Json& list = isNote ? state.spec.notes : state.spec.frames;
        engine::Json& copied = isNote ? spec.notes : spec.frames;
        if (!remarkOf(state.spec, ref)) continue;
        if (copied.is_null()) copied = engine::Json::array();
        copied.push_back(list[ref.index]);
    }
    copyUsed(state.spec, spec);
    return clip;
}

std::string writeClip(const Clip& clip, const engine::SchemaOf& schemaOf)
{
    engine::PipelineSpec spec = specFromState(clip.state);
    if (!clip.inputs.empty()) {
        engine::Json list = engine::Json::array();
        for (const engine::EdgeSpec& edge : clip.inputs)
            list.push_back(engine::Json::array({engine::portText(edge.from), engine::portText(edge.to)}));
        spec.extra[kInputsMember] = std::move(list);
    }
    return engine::writePipeline(spec, schemaOf);
}

engine::Result<Clip> readClip(std::string_view text)
{
    const engine::Error none{engine::ErrorCode::InvalidSpec, kNoPart, {}};
    if (text.size() > engine::limits::kDocumentBytes) return none;
    engine::Parsed parsed = engine::parsePipeline(text);
    if (!parsed.isJson) return none;
    if (isForeign(parsed)) return engine::Error{engine::ErrorCode::InvalidSpec, kForeign, {}};
    Clip clip;
    clip.inputs = readInputs(parsed.spec.extra);
    clip.state = stateFromSpec(std::move(parsed.spec));
    if (clip.state.spec.nodes.empty() && remarksOf(clip.state.spec).empty()) return none;
    return clip;
}

QRectF boundsOf(const Clip& clip)
{
    QRectF bounds;
    for (const auto& [id, at] : placesOf(clip.state)) bounds |= QRectF(at, QSizeF(kNodeWidth, kNodeHeight));
    for (const auto& [ref, remark] : remarksOf(clip.state.spec)) bounds |= remark.rect;
    return bounds;
}

namespace edits {

Pasted paste(DocumentState& state, const Clip& clip, const QPointF& by, bool keepsInputs)
{
    Pasted pasted;
    if (state.spec.nodes.size() + clip.state.spec.nodes.size() > engine::limits::kDocumentNodes)
        return pasted;
    state.layout = placesOf(state);
    const Layout places = placesOf(clip.state);
    std::map<engine::NodeId, engine::NodeId> renamed;
    FreeIds ids(state.spec);
    FreeTitles titles(state.spec);
    for (const engine::NodeSpec& node : clip.state.spec.nodes) {
        engine::NodeSpec copy = node;
        const bool isGood = engine::isIdentifier(node.id.value) && !renamed.contains(node.id);
        copy.id = ids.take(isGood || node.title.empty() ? node.id.value : node.title);
        renamed.emplace(node.id, copy.id);
        titles.number(copy.title);
        pasted.nodes.insert(copy.id);
        if (const auto at = places.find(node.id); at != places.end()) state.layout[copy.id] = at->second + by;
        state.spec.nodes.push_back(std::move(copy));
    }
    for (const engine::EdgeSpec& edge : clip.state.spec.edges) {
        const auto from = renamed.find(edge.from.node), to = renamed.find(edge.to.node);
        if (from == renamed.end() || to == renamed.end()) continue;
        state.spec.edges.push_back({{from->second, edge.from.port}, {to->second, edge.to.port}});
    }
    for (const engine::EdgeSpec& edge : clip.inputs)
        if (const auto to = renamed.find(edge.to.node); keepsInputs && to != renamed.end())
            connect(state, {edge.from, {to->second, edge.to.port}}, false);
    for (const auto& [ref, remark] : remarksOf(clip.state.spec)) {
        const bool isNote = ref.kind == RemarkKind::Note;
        const auto added = addRemark(state, ref.kind, remark);
        if (!added) continue;
        // Whatever else the remark says is kept.
        engine::Json& copy = (isNote ? state.spec.notes : state.spec.frames)[added->index];
        copy = (isNote ? clip.state.spec.notes : clip.state.spec.frames)[ref.index];
        setRemark(state, *added, {remark.text, remark.rect.translated(by)});
        pasted.remarks.insert(*added);
    }
    for (const engine::ParameterSpec& parameter : clip.state.spec.parameters)
        for (const engine::ParameterSpec& own : state.spec.parameters) {
            const bool isSame = own.type == parameter.type && own.fallback == parameter.fallback;
            if (own.name == parameter.name && !isSame) pasted.keptParameters.push_back(own.name);
        }
    addMissing(clip.state.spec.parameters, state.spec.parameters);
    addMissing(clip.state.spec.subpipelines, state.spec.subpipelines);
    return pasted;
}

}  // namespace edits

}  // namespace ui
