#include "ui/properties/node_editor.h"

#include "ui/document/edits.h"
#include "ui/icons.h"
#include "ui/properties/constants.h"
#include "ui/properties/detect_card.h"
#include "ui/properties/param_text.h"
#include "ui/properties/sample_view.h"
#include "ui/properties/text_tone.h"
#include "ui/wording.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <unordered_set>

namespace ui {

namespace {

using Lists = std::map<std::string, engine::SchemaPtr>;

// The columns that a list of the node's own parameters declares, such as those of a source.
engine::SchemaPtr columnsIn(const engine::ParamField& list, const engine::Json& params)
{
    const auto textOf = [](const engine::Json& row, const char* name) {
        const engine::Json* value = engine::findMember(row, name);
        return value && value->is_string() ? value->get<std::string>() : std::string();
    };
    std::vector<engine::Field> columns;
    const engine::Json* rows = engine::findMember(params, list.name);
    std::unordered_set<std::string> seen;
    if (rows && rows->is_array())
        for (const engine::Json& row : *rows) {
            std::string name = textOf(row, "name");
            if (name.empty() || !seen.insert(name).second) continue;
            const auto type = engine::dataTypeFromName(textOf(row, "type"));
            columns.push_back({std::move(name), type.value_or(engine::DataType::String)});
        }
    return std::make_shared<const engine::Schema>(std::move(columns));
}

// Those of a source's columns that are not in its records' values, such as a key.
engine::Json columnsBeside(const engine::Json& params)
{
    engine::Json beside = engine::Json::array();
    const engine::Json* columns = engine::findMember(params, "columns");
    if (columns && columns->is_array())
        for (const engine::Json& column : *columns) {
            const engine::Json* from = engine::findMember(column, "from");
            if (from && from->is_string() && !from->get_ref<const std::string&>().empty())
                beside.push_back(column);
        }
    return beside;
}

bool areAlike(const Lists& a, const Lists& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
        return one.first == other.first && *one.second == *other.second;
    });
}

}  // namespace

NodeEditor::NodeEditor(Session& session, engine::NodeId node, const engine::ComponentInfo& info,
                       QWidget* parent)
    : PropertyEditor(parent),
      m_session(session),
      m_document(*session.current()->document),
      m_node(std::move(node)),
      m_info(info),
      m_notice(new QLabel(this)),
      m_warning(new QLabel(this)),
      m_fix(new QToolButton(this)),
      m_unknown(new QWidget(this)),
      m_samples(new SampleView(session, m_node, this))
{
    m_context.isSink = info.kind == engine::ComponentKind::Sink;
    follow(m_context, m_document);
    m_context.detectAt = detectAt();
    if (m_context.detectAt) m_context.detect = [this] { detect(); };
    refreshContext();
    m_form = new ParamForm(info.params, m_context, this);
    if (m_context.detect) {
        m_card = new DetectCard(this);
        connect(m_card, &DetectCard::takeWanted, this, &NodeEditor::takeDetected);
        m_form->row(m_context.detectAt->name)->setFooter(m_card);
    }
    for (QLabel* label : {m_notice, m_warning}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setFont(theme().font(TypeSize::Small));
    }
    setTextTone(m_notice, Tone::Error);
    setTextTone(m_warning, Tone::Warning);
    m_fix->setObjectName(QStringLiteral("link"));
    connect(m_fix, &QToolButton::clicked, this, [this] {
        m_document.edit(QString::fromStdString(m_offered.title),
                        [fix = m_offered](DocumentState& state) { edits::applyFix(state, fix); });
    });
    m_unknownRows = new QVBoxLayout(m_unknown);
    m_unknownRows->setContentsMargins(0, 0, 0, 0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_notice);
    column->addWidget(m_warning);
    column->addWidget(m_fix, 0, Qt::AlignLeft);
    column->addWidget(m_form);
    column->addWidget(m_unknown);
    column->addSpacing(8);
    column->addWidget(m_samples);
    m_form->setVisible(!info.params.empty());
    for (QWidget* part : std::initializer_list<QWidget*>{m_form, m_fix, m_unknown})
        part->setEnabled(!m_document.isReadOnly());
    connect(m_form, &ParamForm::edited, this,
            [this](const std::string& name, const engine::Json& value, const std::string& place) {
                const engine::ParamField* field = engine::findField(m_info.params, name);
                m_document.setParam(m_node, name, value, place, field ? fieldTitle(*field) : QString());
            });
    refresh();
}

const engine::NodeSpec* NodeEditor::spec() const
{
    const OpenDocument* open = m_session.current();
    return open ? open->document->spec().find(m_node) : nullptr;
}

bool NodeEditor::isCurrent() const
{
    const engine::NodeSpec* node = spec();
    return node && node->component == m_info.id;
}

// A source that names a file and says which columns its records have.
// The last thing that a source of columns must be told before it can read: its file, its topic. Null: none.
const engine::ParamField* NodeEditor::detectAt() const
{
    if (m_info.kind != engine::ComponentKind::Source || !engine::findField(m_info.params, "columns"))
        return nullptr;
    const engine::ParamField* last = nullptr;
    for (const engine::ParamField& field : m_info.params) {
        const bool isLine = field.type == engine::ParamType::Path || field.type == engine::ParamType::Text;
        if (isLine && field.hints.required) last = &field;
    }
    return last;
}

void NodeEditor::refreshContext()
{
    const OpenDocument& open = *m_session.current();
    m_context.baseDirectory = QString::fromStdString(open.document->directory());
    m_context.inputs.clear();
    for (const engine::EdgeSpec& edge : open.document->spec().edges)
        if (edge.to.node == m_node)
            if (const auto schema = open.analysis.schemas.find(edge.from);
                schema != open.analysis.schemas.end())
                m_context.inputs[edge.to.port] = schema->second;
    m_context.lists.clear();
    const engine::NodeSpec* node = spec();
    for (const engine::ParamField& field : m_info.params)
        if (node && engine::findField(field.fields, "name"))
            m_context.lists[field.name] = columnsIn(field, node->params);
    m_context.constants = constantsOf(open.document->spec());
}

void NodeEditor::refresh()
{
    const engine::NodeSpec* node = spec();
    if (!node) return;
    const auto inputs = m_context.inputs, lists = m_context.lists;
    const auto constants = m_context.constants;
    refreshContext();
    if (inputs != m_context.inputs || constants != m_context.constants || !areAlike(lists, m_context.lists))
        m_form->refreshContext();
    m_form->setParams(node->params);
    std::vector<engine::Diagnostic> own;
    for (const engine::Diagnostic& problem : m_session.current()->problems())
        if (problem.node == m_node) own.push_back(problem);
    const OpenDocument& open = *m_session.current();
    // Until the answer to the last question is there, what was said is about values of before.
    if (open.analysisTaken == open.analysisAsked) m_form->setProblems(own);
    const ChangeState state = open.changeState();
    m_form->setChanges(
        [&](const engine::ParamField& field) { return fieldChange(*node, m_info, field, state); });
    showUnknown(node->params);
    showNotice();
    m_samples->refresh();
}

QString NodeEditor::notice() const
{
    QStringList said;
    for (const QLabel* label : {m_notice, m_warning})
        if (!label->isHidden()) said += label->text();
    return said.join(QLatin1Char('\n'));
}

// What is about no single field, and why the running job would not take a change.
void NodeEditor::showNotice()
{
    const OpenDocument& open = *m_session.current();
    QStringList problems, lines;
    m_offered = {};
    for (const engine::Diagnostic& problem : open.problems()) {
        if (problem.node != m_node || (!problem.param.empty() && m_form->row(fieldOfPath(problem.param))))
            continue;
        const bool isProblem = problem.severity == engine::Diagnostic::Problem;
        (isProblem ? problems : lines) += QString::fromStdString(problem.message);
        if (!problem.fixes.empty()) m_offered = problem.fixes.front();
    }
    m_fix->setText(QString::fromStdString(m_offered.title));
    m_fix->setVisible(!m_offered.title.empty());
    if (open.isActive() && !open.changeRefused.empty())
        lines += windowWords(QString::fromStdString(open.changeRefused));
    if (open.isActive() && open.accepted && !open.analysis.runnable &&
        hotSpec(*open.accepted, open.document->spec(), m_session.client()) != *open.accepted)
        lines += tr("The running job keeps its values until the document has no mistakes.");
    m_notice->setText(problems.join(QLatin1Char('\n')));
    m_notice->setVisible(!problems.isEmpty());
    m_warning->setText(lines.join(QLatin1Char('\n')));
    m_warning->setVisible(!lines.isEmpty());
}

// Members that the component does not have: shown, kept, and taken out when the user says so.
void NodeEditor::showUnknown(const engine::Json& params)
{
    QStringList names;
    if (params.is_object())
        for (const auto& [name, value] : params.items())
            if (!engine::findField(m_info.params, name)) names += QString::fromStdString(name);
    m_unknown->setVisible(!names.isEmpty());
    if (names == m_unknownNames) return;
    m_unknownNames = names;
    while (QLayoutItem* item = m_unknownRows->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const QString& name : std::as_const(names)) {
        auto* line = new QWidget(m_unknown);
        auto* row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        auto* label = new QLabel(line);
        label->setTextFormat(Qt::PlainText);
        label->setObjectName(QStringLiteral("soft"));
        label->setWordWrap(true);
        const QString value = valueText(*engine::findMember(params, name.toStdString())).left(200);
        label->setText(tr("%1 (not known here): %2").arg(name, value));
        auto* remove = new QToolButton(line);
        remove->setObjectName(QStringLiteral("rowTool"));
        remove->setIcon(themedIcon(QStringLiteral("close"), Tone::TextSoft));
        remove->setAccessibleName(tr("Take out %1").arg(name));
        remove->setToolTip(tr("Take it out"));
        connect(remove, &QToolButton::clicked, this,
                [this, name] { m_document.setParam(m_node, name.toStdString(), {}, "!"); });
        row->addWidget(label, 1);
        row->addWidget(remove, 0, Qt::AlignTop);
        m_unknownRows->addWidget(line);
    }
}

void NodeEditor::detect()
{
    const OpenDocument* open = m_session.current();
    if (!open || !m_card) return;
    m_found.reset();
    m_card->showWaiting();
    QPointer<NodeEditor> self(this);
    m_session.client().detect(specFromState(open->document->state()), open->document->directory(), m_node,
                              [self, asked = ++m_detectAsked](engine::Result<engine::Detected> reply) {
                                  if (!self || asked != self->m_detectAsked) return;
                                  self->showFound(reply);
                                  if (reply) self->m_card->take().setFocus();
                              });
}

void NodeEditor::showFound(const Found& found)
{
    if (!m_card) return;
    m_found = found;
    if (found)
        m_card->showDetected(*found);
    else
        m_card->showProblem(QString::fromStdString(found.error().message));
}

std::optional<NodeEditor::Found> NodeEditor::found() const
{
    return m_card && !m_card->isHidden() ? m_found : std::nullopt;
}

bool NodeEditor::isLooking() const { return m_card && !m_card->isHidden() && !m_found; }

// One step: what a source of bytes says of its records, and nothing else of it: columns from beside them,
// such as a key, stay.
void NodeEditor::takeDetected()
{
    if (!m_found || !*m_found) return;
    const engine::Json found = engine::sourceParams(**m_found);
    m_document.edit(tr("Take the detected columns"), [&](DocumentState& state) {
        for (engine::NodeSpec& node : state.spec.nodes) {
            if (node.id != m_node) continue;
            node.params.change([&](engine::Json& params) {
                if (!params.is_object()) params = engine::Json::object();
                const engine::Json beside = columnsBeside(params);
                for (const char* name : {"format", "delimiter", "header", "columns", "time_column"}) {
                    params.erase(name);
                    const engine::Json* value = engine::findMember(found, name);
                    if (value && engine::findField(m_info.params, name)) params[name] = *value;
                }
                for (const engine::Json& column : beside) params["columns"].push_back(column);
            });
        }
    });
    m_card->hide();
    m_form->focusFirst();
}

}  // namespace ui
