#include "ui/document/pipeline_document.h"

#include "base/limits.h"
#include "ui/document/edit_command.h"
#include "ui/document/whole_file.h"
#include "ui/graph/auto_layout.h"
#include "ui/wording.h"

#include <QDir>
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

bool isOfHead(const engine::Diagnostic& diagnostic)
{
    return diagnostic.path.starts_with("settings") || diagnostic.path.starts_with("parameters");
}

// Places that are written down now and are those that the nodes had anyway change nothing.
bool isShownAlike(const DocumentState& one, const DocumentState& other)
{
    return one.spec == other.spec && (one.layout == other.layout || placesOf(one) == placesOf(other));
}

}  // namespace

PipelineDocument::PipelineDocument(DocumentState state, QObject* parent) : QObject(parent), m_clock(steadyMs)
{
    m_current = keep(std::make_shared<const DocumentState>(std::move(state)));
    m_state = m_revisions.at(m_current).state;
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
    // Also those that a text had given it: undo leads to none of them, or it would be the pipeline of another
    // file again.
    for (const auto& [revision, kept] : m_revisions) m_formerIds.insert(kept.state->spec.id);
    m_formerIds.erase(id);
    auto copy = std::make_shared<DocumentState>(*m_state);
    copy->spec.id = id;
    m_state = m_revisions[m_current].state = std::move(copy);
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
    Q_EMIT aboutToEdit();
    auto after = std::make_shared<DocumentState>(*m_state);
    change(*after);
    if (isShownAlike(*after, *m_state)) return;
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
    return first != m_revisions.end() && second != m_revisions.end() &&
        isShownAlike(*first->second.state, *second->second.state);
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
                if (!each.params->is_object()) each.params = engine::Json::object();
                if (value.is_null())
                    each.params.erase(name);
                else
                    each.params.set(name, value);
            }
        },
        mergeKey);
}

void PipelineDocument::replace(const QString& text, ReadDocument read)
{
    Q_EMIT aboutToEdit();
    if (!m_isReadOnly) m_diagnostics = std::move(read.diagnostics);
    m_isJustRead = true;
    edit(text, [&read](DocumentState& state) { state = std::move(read.state); });
    m_isJustRead = false;
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
    if (m_isJustRead) return;
    if (m_isCheckedWhole)
        checkAll();
    else if (before.settings != spec().settings || before.parameters != spec().parameters)
        checkHead();
}

// Without parameters, which can be most of a document: that they are an object is all that its text says of
// them.
void PipelineDocument::checkAll()
{
    engine::PipelineSpec bare = specFromState(*m_state);
    for (engine::NodeSpec& node : bare.nodes)
        if (node.params->is_object()) node.params = {};
    engine::Parsed parsed = engine::parsePipeline(engine::writePipeline(bare));
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
    const std::size_t bytes = bytesOf(*state, m_state.get());
    m_keptBytes += bytes;
    m_revisions.emplace(++m_last, Kept{std::move(state), bytes});
    while (m_keptBytes > engine::limits::kUndoBytes && m_revisions.begin()->first < m_current) {
        m_keptBytes -= m_revisions.begin()->second.bytes;
        m_revisions.erase(m_revisions.begin());
    }
    return m_last;
}

void PipelineDocument::forget(Revision revision)
{
    const auto found = m_revisions.find(revision);
    if (found == m_revisions.end() || revision == m_current) return;
    m_keptBytes -= found->second.bytes;
    m_revisions.erase(found);
}

bool PipelineDocument::show(Revision revision)
{
    const auto found = m_revisions.find(revision);
    if (found == m_revisions.end()) return false;
    const std::shared_ptr<const DocumentState> before = m_state;
    std::shared_ptr<const DocumentState>& wanted = found->second.state;
    if (m_formerIds.contains(wanted->spec.id)) {
        auto copy = std::make_shared<DocumentState>(*wanted);
        copy->spec.id = before->spec.id;
        wanted = std::move(copy);
    }
    m_state = wanted;
    m_current = revision;
    if (before->spec != spec()) check(before->spec);
    if (before->spec != m_state->spec) Q_EMIT changed(engine::diff(before->spec, m_state->spec));
    if (before->layout != m_state->layout) Q_EMIT placed();
    return true;
}

}  // namespace ui
