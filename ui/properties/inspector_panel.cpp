#include "ui/properties/inspector_panel.h"

#include "ui/figures.h"
#include "ui/format.h"
#include "ui/graph_change.h"
#include "ui/job_figures.h"
#include "ui/panels/elided_label.h"
#include "ui/panels/wrapped_label.h"
#include "ui/plain_text.h"
#include "ui/properties/column_list.h"
#include "ui/properties/document_editor.h"
#include "ui/properties/node_editor.h"
#include "ui/properties/nodes_editor.h"
#include "ui/properties/param_text.h"
#include "ui/properties/partition_table.h"
#include "ui/properties/tab_order.h"
#include "ui/theme.h"

#include <QApplication>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr std::size_t kRejectedShown = 5;
constexpr int kHelpMargin = 8;
constexpr int kHelpHeight = 64;  // three lines, so that a longer help moves nothing

}  // namespace

InspectorPanel::InspectorPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_scroll(new QScrollArea(this)),
      m_help(new QLabel(this))
{
    setObjectName(QStringLiteral("inspector"));
    setAttribute(Qt::WA_StyledBackground);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFrameShape(QFrame::NoFrame);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_scroll, 1);
    layout->addWidget(m_help);
    m_help->setObjectName(QStringLiteral("fieldHelp"));
    m_help->setTextFormat(Qt::PlainText);
    m_help->setWordWrap(true);
    m_help->setFont(theme().font(TypeSize::Small));
    m_help->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_help->setMinimumHeight(kHelpHeight);
    m_help->setIndent(0);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { showHelp(now); });
    connect(&session, &Session::currentChanged, this, &InspectorPanel::showPipeline);
    connect(&session, &Session::documentChanged, this, &InspectorPanel::showChanges);
    connect(&session, &Session::analysed, this, &InspectorPanel::showChanges);
    connect(&session, &Session::changeTaken, this, &InspectorPanel::showChanges);
    connect(&session, &Session::runChanged, this, [this] {
        if (m_editor) m_editor->refresh();
        refresh();
    });
    // Queued: it is built anew, and the style sheet of all else is enough for one event.
    connect(&theme(), &Theme::changed, this, &InspectorPanel::retheme, Qt::QueuedConnection);
    showPipeline();
}

InspectorPanel::~InspectorPanel() { giveUpFocus(); }

void InspectorPanel::giveUpFocus()
{
    QWidget* focused = QApplication::focusWidget();
    if (focused && m_body && m_body->isAncestorOf(focused)) focused->clearFocus();
}

bool InspectorPanel::isTyping() const
{
    const auto fields = m_body ? m_body->findChildren<TypedField*>() : QList<TypedField*>();
    return std::any_of(fields.begin(), fields.end(),
                       [](const TypedField* field) { return field->isBeingTyped(); });
}

void InspectorPanel::finishTyping()
{
    if (!m_body) return;
    // What one gives on may take others away.
    QList<QPointer<TypedField>> fields;
    for (TypedField* field : m_body->findChildren<TypedField*>()) fields += field;
    for (const QPointer<TypedField>& field : fields)
        if (field) field->finish();
}

NodeEditor* InspectorPanel::editor() const { return qobject_cast<NodeEditor*>(m_editor); }

NodesEditor* InspectorPanel::nodesEditor() const { return qobject_cast<NodesEditor*>(m_editor); }

DocumentEditor* InspectorPanel::documentEditor() const { return qobject_cast<DocumentEditor*>(m_editor); }

void InspectorPanel::select(const engine::NodeId& node, const edits::Nodes& nodes,
                            const engine::EdgeSpec& edge)
{
    giveUpFocus();
    PipelineDocument* document = m_session.current() ? m_session.current()->document.get() : nullptr;
    const bool isShown =
        m_body && m_document == document && m_node == node && m_nodes == nodes && m_edge == edge;
    m_document = document;
    m_node = node;
    m_nodes = nodes;
    m_edge = edge;
    // The canvas and the session both say so of another document.
    if (isShown)
        showChanges();
    else
        rebuild();
}

void InspectorPanel::showNode(const engine::NodeId& node) { select(node, {}, {}); }

void InspectorPanel::showNodes(const edits::Nodes& nodes) { select({}, nodes, {}); }

void InspectorPanel::showEdge(const engine::EdgeSpec& edge) { select({}, {}, edge); }

void InspectorPanel::showPipeline() { select({}, {}, {}); }

void InspectorPanel::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (m_editor) m_editor->focusFirst();
}

// Behind the last field the focus leaves the panel, whatever was made after it.
bool InspectorPanel::focusNextPrevChild(bool next)
{
    if (moveFocus(*this, next)) return true;
    QWidget* const from = QApplication::focusWidget();
    if (!from || !isAncestorOf(from)) return QWidget::focusNextPrevChild(next);
    for (QWidget* to = from; to;) {
        to = next ? to->nextInFocusChain() : to->previousInFocusChain();
        if (to == from) return false;
        if (to == this || isAncestorOf(to) || !to->isVisibleTo(window()) || !to->isEnabled()) continue;
        if (!(to->focusPolicy() & Qt::TabFocus) || to->focusProxy()) continue;
        to->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
        return true;
    }
    return false;
}

void InspectorPanel::showChanges()
{
    // A field that has the focus must outlive what is typed into it.
    if (!m_editor || !m_editor->isCurrent()) return rebuild();
    const PipelineDocument& document = *m_session.current()->document;
    if (const engine::NodeSpec* node = document.spec().find(m_node))
        m_title->setText(
            plainLine(QString::fromStdString(node->title.empty() ? node->id.value : node->title)));
    else if (m_nodes.empty())
        m_title->setText(plainLine(document.name()));
    showSize();
    m_editor->refresh();
    fillColumns();
}

// What the field is about stands in one place, so that nothing moves when the focus goes from field to field.
void InspectorPanel::showHelp(QWidget* focused)
{
    QString text;
    for (QWidget* at = focused; at && at != this; at = at->parentWidget()) {
        const auto* row = qobject_cast<FieldRow*>(at);
        if (!row || !isAncestorOf(row)) continue;
        text = fieldTitle(row->field()) + QStringLiteral(": ") + row->helpText();
        break;
    }
    m_help->setVisible(!text.isEmpty());
    if (text.isEmpty()) return;
    m_help->setText(text);
    // It takes its room from the form.
    layout()->activate();
    m_scroll->ensureWidgetVisible(focused, 0, kHelpMargin);
}

void InspectorPanel::rebuild()
{
    giveUpFocus();
    m_figures.clear();
    m_editor = nullptr;
    m_columns = nullptr;
    m_columnsShown.reset();
    m_live = m_size = nullptr;
    m_rejected = nullptr;
    m_partitions = nullptr;
    // In its place from the beginning: moved there, every widget in it would get its style a second time.
    m_body = new QWidget(m_scroll->viewport());
    m_body->setObjectName(QStringLiteral("inspectorBody"));
    m_column = new QVBoxLayout(m_body);
    m_column->setContentsMargins(16, 16, 16, 16);
    m_column->setSpacing(0);
    if (const OpenDocument* open = m_session.current()) {
        const engine::NodeSpec* node = open->document->spec().find(m_node);
        if (node)
            buildNode(*node);
        else if (!m_nodes.empty())
            buildNodes();
        else if (!m_edge.from.node.value.empty())
            buildEdge(m_edge);
        else
            buildPipeline(*open);
    }
    if (m_editor) connect(m_editor, &PropertyEditor::typingChanged, this, &InspectorPanel::typingChanged);
    showHelp(QApplication::focusWidget());
    m_column->addStretch(1);  // takes all the room there is, also from fields that could grow
    m_scroll->setWidget(m_body);
    refresh();
}

// In other colours the same: as far scrolled, with what was detected.
void InspectorPanel::retheme()
{
    const int scrolled = m_scroll->verticalScrollBar()->value();
    const NodeEditor* before = editor();
    const auto found = before ? before->found() : std::nullopt;
    const bool isLooking = before && before->isLooking();
    rebuild();
    if (found && editor()) editor()->showFound(*found);
    if (isLooking && editor()) editor()->detect();
    m_scroll->widget()->adjustSize();
    m_scroll->verticalScrollBar()->setValue(scrolled);
}

void InspectorPanel::addTitle(const QString& title, const QString& kind, const QString& help)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    // A long title breaks into lines, a long word too, instead of pushing what follows out of sight.
    auto* name = new WrappedLabel(plainLine(title), 3, m_body);
    name->setObjectName(QStringLiteral("title"));
    name->setToolTip(plainToolTip(title));
    m_title = name;
    auto* component = new QLabel(kind, m_body);
    component->setTextFormat(Qt::PlainText);
    component->setObjectName(QStringLiteral("soft"));
    component->setFont(theme().font(TypeSize::Small));
    m_live = new FiguresLabel(m_body);
    m_live->setFont(theme().font(TypeSize::Small));
    m_live->setAlignment(Qt::AlignRight);
    // On the line on which the title's first one stands.
    const int drop = QFontMetrics(theme().font(TypeSize::Large, QFont::DemiBold)).ascent() -
        QFontMetrics(component->font()).ascent();
    component->setContentsMargins(0, drop, 0, 0);
    m_live->setContentsMargins(0, drop, 0, 0);
    row->addWidget(name, 1);
    row->addWidget(component, 0, Qt::AlignTop);
    row->addWidget(m_live, 0, Qt::AlignTop);
    m_column->addLayout(row);
    m_column->addSpacing(4);
    if (!help.isEmpty()) addText(help);
}

void InspectorPanel::addHeading(const QString& text)
{
    m_column->addSpacing(20);
    auto* label = new QLabel(text.toUpper(), m_body);
    label->setTextFormat(Qt::PlainText);
    label->setObjectName(QStringLiteral("heading"));
    m_column->addWidget(label);
    m_column->addSpacing(4);
}

void InspectorPanel::addText(const QString& text)
{
    auto* label = new QLabel(text, m_body);
    label->setTextFormat(Qt::PlainText);
    label->setObjectName(QStringLiteral("soft"));
    label->setWordWrap(true);
    m_column->addWidget(label);
}

FiguresLabel* InspectorPanel::addRow(const QString& name, const QString& value)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 5, 0, 5);
    row->setSpacing(16);
    auto* label = new ElidedLabel(160, m_body);
    label->setText(plainLine(name));
    label->setObjectName(QStringLiteral("soft"));
    auto* figure = new FiguresLabel(m_body);
    figure->setAlignment(Qt::AlignRight);
    const int room = 210;
    figure->setFigures(figure->fontMetrics().elidedText(value, Qt::ElideRight, room));
    if (figure->text() != value) figure->setToolTip(plainToolTip(value));
    row->addWidget(label);
    row->addStretch();
    row->addWidget(figure);
    m_column->addLayout(row);
    auto* rule = new QFrame(m_body);
    rule->setObjectName(QStringLiteral("rule"));
    rule->setFixedHeight(1);
    m_column->addWidget(rule);
    return figure;
}

void InspectorPanel::addFigure(const QString& name, Figure figure)
{
    FiguresLabel* label = addRow(name, QStringLiteral("–"));
    m_figures.emplace_back(label, std::move(figure));
}

void InspectorPanel::buildRejected()
{
    m_column->addSpacing(8);
    m_rejected = new QLabel(m_body);
    m_rejected->setObjectName(QStringLiteral("code"));
    m_rejected->setFont(theme().mono(TypeSize::Small));
    m_rejected->setTextFormat(Qt::PlainText);
    m_rejected->setWordWrap(true);
    m_rejected->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_rejected->hide();
    m_column->addWidget(m_rejected);
}

void InspectorPanel::buildColumns(const engine::PortRef& port)
{
    m_columns = new QWidget(m_body);
    auto* column = new QVBoxLayout(m_columns);
    column->setContentsMargins(0, 20, 0, 0);
    column->setSpacing(4);
    m_columnsHeading = new QLabel(m_columns);
    m_columnsHeading->setTextFormat(Qt::PlainText);
    m_columnsHeading->setObjectName(QStringLiteral("heading"));
    m_columnList = new ColumnList(m_columns);
    column->addWidget(m_columnsHeading);
    column->addWidget(m_columnList);
    m_columns->hide();
    m_column->addWidget(m_columns);
    m_columnsPort = port;
    fillColumns();
}

void InspectorPanel::fillColumns()
{
    if (!m_columns) return;
    const auto& schemas = m_session.current()->analysis.schemas;
    const auto found = schemas.find(m_columnsPort);
    const engine::SchemaPtr schema = found == schemas.end() ? nullptr : found->second;
    if (m_columnsShown && schema && *m_columnsShown == *schema) return;
    m_columnsShown = schema;
    m_columnsHeading->setText(tr("Columns of %1").arg(QString::fromStdString(m_columnsPort.port)).toUpper());
    m_columnList->setSchema(schema);
    m_columns->setVisible(schema != nullptr);
}

void InspectorPanel::refresh()
{
    const OpenDocument* open = m_session.current();
    if (!open || !m_live) return;
    // The pipeline itself has neither a node nor an edge here.
    const bool isInThisRun = !m_node.value.empty() ? isInRun(*open, m_node)
                                                   : m_edge.from.node.value.empty() || isInRun(*open, m_edge);
    const bool isLive = open->isActive() && open->hasTelemetry && isInThisRun;
    QPalette colors = m_live->palette();
    colors.setColor(QPalette::WindowText, theme().readable(isLive ? Tone::Ok : Tone::TextFaint, Tone::Panel));
    m_live->setPalette(colors);
    const QString at = open->hasTelemetry ? clockText(open->telemetry.at, zoneOf(open)) : QString();
    m_live->setFigures(!isInThisRun             ? nodeInRunText(NodeInRun::Absent)
                           : isLive             ? tr("live at %1").arg(at)
                           : open->hasTelemetry ? tr("ended %1").arg(at)
                                                : tr("not running"));
    if (!open->hasTelemetry) return;
    for (const auto& [label, figure] : m_figures) label->setFigures(figure(open->telemetry));
    if (m_partitions) m_partitions->fill(open->telemetry, m_node, zoneOf(open));
    if (!m_rejected) return;
    QStringList lines;
    for (auto row = open->telemetry.rejected.rbegin(); row != open->telemetry.rejected.rend(); ++row) {
        if (row->node != m_node || lines.size() >= static_cast<qsizetype>(kRejectedShown)) continue;
        lines += QString::fromStdString(row->coordinates + ": " + row->reason);
        if (!row->raw.empty())
            lines.back() += QStringLiteral("\n  ") +
                QString::fromUtf8(row->raw.data(),
                                  static_cast<qsizetype>(std::min<std::size_t>(row->raw.size(), 120)))
                    .simplified();
    }
    const QString text = lines.join(QLatin1Char('\n'));
    if (text != m_rejected->text()) m_rejected->setText(text);
    m_rejected->setVisible(!lines.isEmpty());
}

}  // namespace ui
