#include "ui/document/pipeline_document.h"

#include "base/limits.h"
#include "ui/document/edit_command.h"
#include "ui/document/whole_file.h"
#include "ui/wording.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace ui {

namespace {

constexpr std::int64_t kStrokeMs = 1000;  // between two edits that may be one step

std::int64_t steadyMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
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

bool isOfHead(const engine::Diagnostic& diagnostic)
{
    return diagnostic.path.starts_with("settings") || diagnostic.path.starts_with("parameters");
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

// Rough: what the texts and numbers take, and the places they stand in.
std::size_t bytesOf(const DocumentState& state)
{
    const engine::PipelineSpec& spec = state.spec;
    std::size_t bytes = 1024 + 64 * state.layout.size() + 128 * spec.edges.size();
    for (const engine::Json* part : {&spec.notes, &spec.views, &spec.frames, &spec.pins, &spec.extra})
        bytes += bytesOf(*part);
    const auto addNodes = [&](const std::vector<engine::NodeSpec>& nodes) {
        for (const engine::NodeSpec& node : nodes) bytes += 512 + node.title.size() + bytesOf(node.params);
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

}  // namespace

DocumentState stateFromSpec(engine::PipelineSpec spec)
{
    DocumentState state;
    if (spec.layout.is_object())
        for (const auto& [node, at] : spec.layout.items())
            if (at.is_array() && at.size() == 2 && at[0].is_number() && at[1].is_number())
                state.layout[engine::NodeId{node}] = {at[0].get<double>(), at[1].get<double>()};
    state.spec = std::move(spec);
    return state;
}

engine::PipelineSpec specFromState(const DocumentState& state)
{
    engine::PipelineSpec spec = state.spec;
    const DocumentState before = stateFromSpec(spec);
    if (before.layout != state.layout) spec.layout = writeLayout(state, before.layout);
    return spec;
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

PipelineDocument::PipelineDocument(DocumentState state, QObject* parent) : QObject(parent), m_clock(steadyMs)
{
    m_current = keep(std::make_shared<const DocumentState>(std::move(state)));
    m_state = m_revisions.at(m_current);
}

PipelineDocument::~PipelineDocument() = default;

PipelineDocument::PipelineDocument(ReadDocument read, const QString& path)
    : PipelineDocument(std::move(read.state))
{
    m_diagnostics = std::move(read.diagnostics);
    m_isReadOnly = read.isReadOnly;
    m_fileText = std::move(read.text);
    m_fileDigest = std::move(read.digest);
    if (!path.isEmpty()) m_path = QFileInfo(path).absoluteFilePath();
}

engine::Result<std::unique_ptr<PipelineDocument>> PipelineDocument::open(const QString& path)
{
    auto read = readDocument(path);
    if (!read) return read.error();
    return std::make_unique<PipelineDocument>(std::move(*read), path);
}

engine::Status PipelineDocument::save(const QString& path, const engine::SchemaOf& schemaOf)
{
    const auto text = QByteArray::fromStdString(engine::writePipeline(specFromState(*m_state), schemaOf));
    const engine::Status written = writeWhole(path, text);
    if (!written)
        return engine::Error{engine::ErrorCode::Io,
                             "The document cannot be saved: " + written.error().message + ".",
                             path.toStdString()};
    setSaved(path, m_state, digestOf(text));
    return engine::ok();
}

void PipelineDocument::setSaved(const QString& path, const std::shared_ptr<const DocumentState>& saved,
                                const QByteArray& digest)
{
    m_fileDigest = digest;
    m_path = QFileInfo(path).absoluteFilePath();
    if (m_state == saved)
        m_undo.setClean();
    else
        m_undo.resetClean();  // the state that was clean before is in no file any more
    Q_EMIT this->saved();
}

void PipelineDocument::assignId(const std::string& id)
{
    m_formerIds.insert(spec().id);
    m_formerIds.erase(id);
    auto copy = std::make_shared<DocumentState>(*m_state);
    copy->spec.id = id;
    m_state = m_revisions[m_current] = std::move(copy);
}

QString PipelineDocument::name() const
{
    if (!spec().name.empty()) return QString::fromStdString(spec().name);
    return m_path.isEmpty() ? tr("Untitled") : QFileInfo(m_path).fileName().section(QLatin1Char('.'), 0, 0);
}

std::string PipelineDocument::directory() const
{
    if (!m_path.isEmpty()) return QFileInfo(m_path).absolutePath().toStdString();
    return (m_directory.isEmpty() ? QDir::currentPath() : m_directory).toStdString();
}

void PipelineDocument::edit(const QString& text, const Edit& change, int mergeKey)
{
    if (m_isReadOnly) {
        Q_EMIT refused();
        return;
    }
    auto after = std::make_shared<DocumentState>(*m_state);
    change(*after);
    if (*after == *m_state) return;
    holdStep();
    const Revision before = m_current;
    m_undo.push(new EditCommand(*this, text, before, keep(std::move(after)), mergeKey, m_stroke));
    m_heldAt = m_clock();  // what the edit itself took is no pause
}

void PipelineDocument::holdStep()
{
    const std::int64_t now = m_clock();
    if (now - m_heldAt > kStrokeMs)
        endStep();
    else
        m_heldAt = now;
}

void PipelineDocument::endStep() { ++m_stroke; }

bool PipelineDocument::isSame(Revision one, Revision other) const
{
    const auto first = m_revisions.find(one), second = m_revisions.find(other);
    return first != m_revisions.end() && second != m_revisions.end() && *first->second == *second->second;
}

void PipelineDocument::setParam(const engine::NodeId& node, const std::string& name,
                                const engine::Json& value, const std::string& place, const QString& title)
{
    const QString field = QString::fromStdString(node.value + "/" + name + place);
    const int mergeKey = place == "!" ? -1 : static_cast<int>(qHash(field) & 0x7fffffff);
    edit(
        tr("Change %1 of %2")
            .arg(title.isEmpty() ? QString::fromStdString(name) : title, nodeTitle(spec(), node)),
        [&](DocumentState& state) {
            for (engine::NodeSpec& each : state.spec.nodes) {
                if (each.id != node) continue;
                if (!each.params.is_object()) each.params = engine::Json::object();
                if (value.is_null())
                    each.params.erase(name);
                else
                    each.params[name] = value;
            }
        },
        mergeKey);
}

void PipelineDocument::replace(const QString& text, ReadDocument read)
{
    if (!m_isReadOnly) m_diagnostics = std::move(read.diagnostics);
    edit(text, [&read](DocumentState& state) { state = std::move(read.state); });
}

void PipelineDocument::reload(ReadDocument read)
{
    m_fileDigest = read.digest;
    replace(tr("Reload from the file"), std::move(read));
    m_undo.setClean();
    Q_EMIT saved();
}

bool PipelineDocument::hasProblem() const { return m_isReadOnly || engine::hasProblem(m_diagnostics); }

void PipelineDocument::check(const engine::PipelineSpec& before)
{
    m_isCheckedWhole |= std::any_of(m_diagnostics.begin(), m_diagnostics.end(), [](const auto& diagnostic) {
        return diagnostic.severity == engine::Diagnostic::Problem && !isOfHead(diagnostic);
    });
    if (m_isCheckedWhole)
        checkAll();
    else if (before.settings != spec().settings || before.parameters != spec().parameters)
        checkHead();
}

void PipelineDocument::checkAll()
{
    engine::Parsed parsed = engine::parsePipeline(engine::writePipeline(specFromState(*m_state)));
    addUnknownMembers(parsed, parsed.diagnostics);
    m_diagnostics = std::move(parsed.diagnostics);
}

// Mistakes in settings are in nobody's analysis, and undo brings them back: they are read anew, alone.
void PipelineDocument::checkHead()
{
    engine::PipelineSpec head;
    head.settings = spec().settings;
    head.parameters = spec().parameters;
    engine::Parsed parsed = engine::parsePipeline(engine::writePipeline(head));
    addUnknownMembers(parsed, parsed.diagnostics);
    std::erase_if(m_diagnostics, isOfHead);
    std::copy_if(parsed.diagnostics.begin(), parsed.diagnostics.end(), std::back_inserter(m_diagnostics),
                 isOfHead);
}

PipelineDocument::Revision PipelineDocument::keep(std::shared_ptr<const DocumentState> state)
{
    m_keptBytes += bytesOf(*state);
    m_revisions.emplace(++m_last, std::move(state));
    while (m_keptBytes > engine::limits::kUndoBytes && m_revisions.begin()->first < m_current) {
        m_keptBytes -= bytesOf(*m_revisions.begin()->second);
        m_revisions.erase(m_revisions.begin());
    }
    return m_last;
}

void PipelineDocument::forget(Revision revision)
{
    const auto found = m_revisions.find(revision);
    if (found == m_revisions.end() || revision == m_current) return;
    m_keptBytes -= bytesOf(*found->second);
    m_revisions.erase(found);
}

bool PipelineDocument::show(Revision revision)
{
    const auto found = m_revisions.find(revision);
    if (found == m_revisions.end()) return false;
    const std::shared_ptr<const DocumentState> before = m_state;
    if (m_formerIds.contains(found->second->spec.id)) {
        auto copy = std::make_shared<DocumentState>(*found->second);
        copy->spec.id = before->spec.id;
        found->second = std::move(copy);
    }
    m_state = found->second;
    m_current = revision;
    if (before->spec != spec()) check(before->spec);
    if (before->spec != m_state->spec) Q_EMIT changed(engine::diff(before->spec, m_state->spec));
    if (before->layout != m_state->layout) Q_EMIT placed();
    return true;
}

}  // namespace ui
