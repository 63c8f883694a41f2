#include "base/limits.h"
#include "ui/graph/auto_layout.h"
#include "ui/graph/canvas_editor.h"
#include "ui/graph/clear_way.h"
#include "ui/plain_text.h"
#include "ui/properties/field_editor.h"

#include <QClipboard>
#include <QGuiApplication>

#include <cmath>

// The part of the CanvasEditor that deals with the clipboard.

namespace ui {

namespace {

constexpr double kPasteStep = 32;  // a second copy of notes and frames does not hide the first

engine::Result<Clip> clipFromClipboard(QString& text)
{
    text = QGuiApplication::clipboard()->text();
    const QByteArray bytes = text.toUtf8();
    return readClip({bytes.data(), static_cast<std::size_t>(bytes.size())});
}

QString tooManyText()
{
    return CanvasEditor::tr("That would be more than the %1 nodes that a pipeline holds.")
        .arg(engine::limits::kDocumentNodes);
}

// Where the cards of the clip's nodes stand once it is moved by `by`.
std::vector<QRectF> cardsOf(const Clip& clip, const InfoOf& infoOf, const QPointF& by)
{
    const engine::PipelineSpec& spec = clip.state.spec;
    const EdgesOfNodes edges = edgesOfNodes(spec);
    const Layout places = placesOf(clip.state);
    std::vector<QRectF> cards;
    for (const engine::NodeSpec& node : spec.nodes) {
        const auto at = places.find(node.id);
        if (at == places.end()) continue;
        const NodePorts ports = portsOf(spec, node, edges, infoOf, {});
        cards.push_back(cardFor(ports.inputs.size(), ports.outputs.size()).translated(at->second + by));
    }
    return cards;
}

}  // namespace

bool CanvasEditor::copy()
{
    const edits::Nodes nodes = m_scene.selectedNodes();
    const std::set<RemarkRef> remarks = m_scene.selectedRemarks();
    if (nodes.empty() && remarks.empty()) {
        Q_EMIT said(tr("Select what is to be copied first."));
        return false;
    }
    const Clip clip = makeClip(document()->state(), nodes, remarks);
    const engine::EngineClient& client = m_scene.session().client();
    const QString text = QString::fromStdString(
        writeClip(clip, [&](std::string_view component) { return client.schemaOf(component); }));
    QGuiApplication::clipboard()->setText(text);
    m_pasted = text;
    m_pastedAt.reset();
    m_pastes = 0;
    return true;
}

void CanvasEditor::cut()
{
    if (canEdit() && copy()) removeSelected(false);
}

std::optional<QRectF> CanvasEditor::clipboardBounds() const
{
    QString text;
    const auto clip = clipFromClipboard(text);
    if (!clip) return {};
    return boundsOf(*clip);
}

void CanvasEditor::paste(const std::optional<QPointF>& at, bool keepsInputs)
{
    if (!canEdit()) return;
    QString text;
    const auto clip = clipFromClipboard(text);
    if (!clip) return Q_EMIT said(QString::fromStdString(clip.error().message));
    const auto place = at ? std::optional(onGrid(*at)) : std::nullopt;
    m_pastes = text == m_pasted && place == m_pastedAt ? m_pastes + 1 : 0;
    m_pasted = text;
    m_pastedAt = place;
    QPointF by(m_pastes * kPasteStep, m_pastes * kPasteStep);
    if (at) by += *at - boundsOf(*clip).topLeft();
    const auto pasted = addClip(tr("Paste"), *clip, onGrid(by), keepsInputs);
    if (!pasted)
        return Q_EMIT said(
            tr("%1 Nothing was pasted; delete some first, or use another pipeline.").arg(tooManyText()));
    sayKept(*clip, pasted->keptParameters);
}

std::optional<edits::Pasted> CanvasEditor::addClip(const QString& title, const Clip& clip, QPointF by,
                                                   bool keepsInputs)
{
    by.ry() += wayClear(m_scene, cardsOf(clip, m_scene.infoOf(), by), {});
    edits::Pasted pasted;
    edit(title, [&](DocumentState& state) { pasted = edits::paste(state, clip, by, keepsInputs); });
    if (pasted.nodes.empty() && pasted.remarks.empty()) return {};
    selectNodes(pasted.nodes, pasted.remarks);
    Q_EMIT showWanted();
    return pasted;
}

void CanvasEditor::sayKept(const Clip& clip, const std::vector<std::string>& names)
{
    const auto valueIn = [](const engine::PipelineSpec& spec, const std::string& name) {
        for (const engine::ParameterSpec& parameter : spec.parameters)
            if (parameter.name == name) return plainText(parameter.fallback);
        return QString();
    };
    QStringList kept;
    for (const std::string& name : names)
        kept += tr("“%1” stays %2 here (it was %3 where this was copied)")
                    .arg(QString::fromStdString(name), plainLine(valueIn(document()->spec(), name), 40),
                         plainLine(valueIn(clip.state.spec, name), 40));
    if (!kept.isEmpty())
        Q_EMIT said(tr("Pasted. Of the parameters %1.").arg(kept.join(QStringLiteral(", "))));
}

void CanvasEditor::duplicate()
{
    const edits::Nodes nodes = m_scene.selectedNodes();
    const std::set<RemarkRef> remarks = m_scene.selectedRemarks();
    if (nodes.empty() && remarks.empty()) return Q_EMIT said(tr("Select what is to be doubled first."));
    if (!canEdit()) return;
    const Clip clip = makeClip(document()->state(), nodes, remarks);
    // Below, so that no copy hides what it came from.
    const double down = std::ceil((boundsOf(clip).height() + kRowGap) / kGridStep) * kGridStep;
    if (!addClip(tr("Duplicate"), clip, {0, down}, false))
        Q_EMIT said(tr("%1 Nothing was doubled; select fewer, or delete some first.").arg(tooManyText()));
}

}  // namespace ui
