#include "ui/document/document_state.h"

#include "base/limits.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>

#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace ui {

namespace {

Layout readLayout(const engine::Json& json)
{
    Layout layout;
    if (json.is_object())
        for (const auto& [node, at] : json.items())
            if (at.is_array() && at.size() == 2 && at[0].is_number() && at[1].is_number())
                layout[engine::NodeId{node}] = {at[0].get<double>(), at[1].get<double>()};
    return layout;
}

// In the order of the document, new places last; what could not be read as a place stays as it was written.
engine::Json writeLayout(const DocumentState& state, const Layout& read)
{
    engine::Json layout = engine::Json::object();
    const auto placeOf = [](const QPointF& at) { return engine::Json::array({at.x(), at.y()}); };
    if (state.spec.layout.is_object()) {
        for (const auto& [name, value] : state.spec.layout.items()) {
            const engine::NodeId id{name};
            const auto now = state.layout.find(id), was = read.find(id);
            if (now == state.layout.end() && was != read.end()) continue;
            const bool isKept =
                now == state.layout.end() || (was != read.end() && was->second == now->second);
            engine::appendMember(layout, name, isKept ? value : placeOf(now->second));
        }
    }
    for (const engine::NodeSpec& node : state.spec.nodes)
        if (const auto at = state.layout.find(node.id); at != state.layout.end())
            if (!engine::findMember(layout, node.id.value))
                engine::appendMember(layout, node.id.value, placeOf(at->second));
    return layout;
}

std::size_t bytesOf(const engine::Json& value)
{
    std::size_t bytes = 48;
    if (const auto* text = value.get_ptr<const std::string*>()) bytes += text->size();
    if (value.is_object())
        for (const auto& [name, member] : value.items()) bytes += 64 + name.size() + bytesOf(member);
    if (value.is_array())
        for (const engine::Json& each : value) bytes += bytesOf(each);
    return bytes;
}

template <class Use>
void eachParams(const engine::PipelineSpec& spec, const Use& use)
{
    for (const engine::NodeSpec& node : spec.nodes) use(*node.params);
    for (const engine::SubpipelineSpec& definition : spec.subpipelines)
        for (const engine::NodeSpec& node : definition.nodes) use(*node.params);
}

}  // namespace

void addUnknownMembers(const engine::Parsed& parsed, std::vector<engine::Diagnostic>& into)
{
    for (const std::string& member : parsed.unknownMembers)
        into.push_back({engine::Diagnostic::Warning,
                        {},
                        {},
                        member,
                        "This program does not know the member \"" + member + "\". It is kept as it is.",
                        {}});
}

std::size_t bytesOf(const DocumentState& state, const DocumentState* before)
{
    const engine::PipelineSpec& spec = state.spec;
    std::unordered_set<const engine::Json*> shared;
    if (before) eachParams(before->spec, [&](const engine::Json& params) { shared.insert(&params); });
    std::size_t bytes = 1024 + 64 * state.layout.size() + 128 * spec.edges.size();
    for (const engine::Json* part : {&spec.notes, &spec.views, &spec.frames, &spec.pins, &spec.extra})
        bytes += bytesOf(*part);
    eachParams(spec, [&](const engine::Json& params) {
        if (shared.insert(&params).second) bytes += bytesOf(params);
    });
    const auto addNodes = [&](const std::vector<engine::NodeSpec>& nodes) {
        for (const engine::NodeSpec& node : nodes) bytes += 512 + node.title.size();
    };
    addNodes(spec.nodes);
    bytes += 512 * (spec.parameters.size() + spec.groups.size());
    for (const engine::ParameterSpec& parameter : spec.parameters) bytes += bytesOf(parameter.fallback);
    for (const engine::GroupSpec& group : spec.groups)
        bytes += 64 * group.nodes.size() + bytesOf(group.extra);
    for (const engine::SubpipelineSpec& definition : spec.subpipelines) {
        bytes += 512 + 512 * definition.parameters.size() + 128 * definition.edges.size();
        bytes += bytesOf(definition.extra);
        addNodes(definition.nodes);
    }
    return bytes;
}

DocumentState stateFromSpec(engine::PipelineSpec spec)
{
    Layout layout = readLayout(spec.layout);
    return {std::move(spec), std::move(layout)};
}

engine::PipelineSpec specFromState(const DocumentState& state)
{
    engine::PipelineSpec spec = state.spec;
    const Layout read = readLayout(spec.layout);
    if (read != state.layout) spec.layout = writeLayout(state, read);
    return spec;
}

void shareParams(DocumentState& state, const DocumentState& with)
{
    std::unordered_map<std::string_view, const engine::NodeSpec*> known;
    for (const engine::NodeSpec& node : with.spec.nodes) known.emplace(node.id.value, &node);
    for (engine::NodeSpec& node : state.spec.nodes)
        if (const auto found = known.find(node.id.value); found != known.end())
            if (node.params == found->second->params) node.params = found->second->params;
}

ReadDocument readText(const QByteArray& text)
{
    engine::Parsed parsed = engine::parsePipeline({text.data(), static_cast<std::size_t>(text.size())});
    ReadDocument read{
        stateFromSpec(std::move(parsed.spec)), std::move(parsed.diagnostics), parsed.readOnly, {}, {}};
    addUnknownMembers(parsed, read.diagnostics);
    if (read.isReadOnly) read.text = text;
    return read;
}

engine::Result<ReadDocument> readDocument(const QString& path)
{
    QFile file(path);
    const std::string where = path.toStdString();
    const QFileInfo info(path);
    if (info.exists() && !info.isFile())
        return engine::Error{engine::ErrorCode::Io, "The document cannot be read: this is no file.", where};
    if (!file.open(QIODevice::ReadOnly))
        return engine::Error{engine::ErrorCode::Io,
                             "The document cannot be read: " + file.errorString().toStdString() + ".", where};
    // Read to the bound and not to the size it claims: a device or a pipe has none.
    const auto limit = static_cast<qint64>(engine::limits::kDocumentBytes);
    const QByteArray bytes = file.read(limit + 1);
    if (bytes.size() > limit)
        return engine::Error{engine::ErrorCode::Limit,
                             "The file is larger than a pipeline document may be (8 MiB).", where};
    if (file.error() != QFileDevice::NoError)
        return engine::Error{engine::ErrorCode::Io,
                             "The document cannot be read: " + file.errorString().toStdString() + ".", where};
    ReadDocument read = readText(bytes);
    read.digest = digestOf(bytes);
    return read;
}

QByteArray digestOf(const QByteArray& bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
}

QByteArray digestOfFile(const QString& path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly)) return {};
    // The rest of what is too long for a document does not count.
    return digestOf(file.read(static_cast<qint64>(engine::limits::kDocumentBytes) + 1));
}

}  // namespace ui
