#include "ui/properties/nodes_editor.h"

#include "ui/properties/constants.h"
#include "ui/properties/flow_row.h"
#include "ui/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

QString titleOf(const engine::NodeSpec& node)
{
    return QString::fromStdString(node.title.empty() ? node.id.value : node.title).simplified().left(40);
}

// The columns that both have, with the same type.
engine::SchemaPtr commonColumns(const engine::SchemaPtr& a, const engine::SchemaPtr& b)
{
    std::vector<engine::Field> columns;
    for (const engine::Field& field : a->fields())
        if (const auto index = b->find(field.name); index && b->field(*index).type == field.type)
            columns.push_back(field);
    return std::make_shared<const engine::Schema>(std::move(columns));
}

}  // namespace

NodesEditor::NodesEditor(Session& session, edits::Nodes nodes, const QList<QAction*>& actions,
                         QWidget* parent)
    : PropertyEditor(parent),
      m_session(session),
      m_document(*session.current()->document),
      m_nodes(std::move(nodes)),
      m_components(components()),
      m_summary(new QLabel(this))
{
    const bool isOne = std::adjacent_find(m_components.begin(), m_components.end(), std::not_equal_to<>()) ==
        m_components.end();
    if (isOne && !m_components.empty()) m_info = session.client().component(m_components.front());
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setObjectName(QStringLiteral("soft"));
    m_summary->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_summary);
    if (m_info && !m_info->params.empty()) {
        refreshContext();
        follow(m_context, m_document);
        m_form = new ParamForm(m_info->params, m_context, this);
        m_form->setEnabled(!m_document.isReadOnly());
        column->addWidget(m_form);
        connect(m_form, &ParamForm::edited, this, &NodesEditor::setParam);
    }
    auto* buttons = new QWidget(this);
    auto* row = new FlowRow(buttons, 8);
    for (QAction* action : actions) {
        auto* button = new QPushButton(action->text(), buttons);
        button->setObjectName(QStringLiteral("small"));
        button->setToolTip(action->toolTip());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        row->addWidget(button);
    }
    column->addWidget(buttons);
    refresh();
}

std::vector<const engine::NodeSpec*> NodesEditor::specs() const
{
    std::vector<const engine::NodeSpec*> found;
    for (const engine::NodeSpec& node : m_document.spec().nodes)
        if (m_nodes.contains(node.id)) found.push_back(&node);
    return found;
}

std::vector<std::string> NodesEditor::components() const
{
    std::vector<std::string> names;
    for (const engine::NodeSpec* node : specs()) names.push_back(node->component);
    return names;
}

bool NodesEditor::isCurrent() const
{
    const OpenDocument* open = m_session.current();
    return open && open->document.get() == &m_document && components() == m_components;
}

void NodesEditor::focusFirst()
{
    if (m_form) m_form->focusFirst();
}

// Of each input the columns that all of them get.
void NodesEditor::refreshContext()
{
    const OpenDocument& open = *m_session.current();
    m_context.baseDirectory = QString::fromStdString(open.document->directory());
    m_context.isSink = m_info->kind == engine::ComponentKind::Sink;
    m_context.inputs.clear();
    for (const engine::EdgeSpec& edge : m_document.spec().edges) {
        const auto schema = open.analysis.schemas.find(edge.from);
        if (!m_nodes.contains(edge.to.node) || schema == open.analysis.schemas.end()) continue;
        engine::SchemaPtr& common = m_context.inputs[edge.to.port];
        common = common ? commonColumns(common, schema->second) : schema->second;
    }
    m_context.constants = constantsOf(m_document.spec());
}

void NodesEditor::setParam(const std::string& name, const engine::Json& value, const std::string& path)
{
    QString place = QString::fromStdString(name + path);
    for (const engine::NodeId& node : m_nodes) place += QLatin1Char('/') + QString::fromStdString(node.value);
    const int mergeKey = path == "!" ? -1 : static_cast<int>(qHash(place) & 0x7fffffff);
    m_document.edit(
        tr("Change %1 of %2 nodes").arg(fieldTitle(m_form->row(name)->field())).arg(m_nodes.size()),
        [&](DocumentState& state) {
            for (const engine::NodeId& node : m_nodes) edits::setParam(state, node, name, value);
        },
        mergeKey);
}

void NodesEditor::refresh()
{
    if (!isCurrent()) return;
    showSummary();
    if (!m_form) return;
    refreshContext();
    m_form->refreshContext();
    std::vector<engine::Json> each;
    QStringList names;
    for (const engine::NodeSpec* node : specs()) {
        each.push_back(node->params);
        names += titleOf(*node);
    }
    m_form->setParams(std::move(each), names);
    showProblems();
    const ChangeState state = m_session.current()->changeState();
    m_form->setChanges([&](const engine::ParamField& field) {
        FieldChange last = FieldChange::None;
        for (const engine::NodeSpec* node : specs())
            last = std::max(last, fieldChange(*node, *m_info, field, state));
        return last;
    });
}

void NodesEditor::showProblems()
{
    std::vector<engine::Diagnostic> own;
    for (engine::Diagnostic problem : m_session.current()->problems()) {
        if (!m_nodes.contains(problem.node)) continue;
        const engine::NodeSpec* node = m_document.spec().find(problem.node);
        if (node) problem.message = titleOf(*node).toStdString() + ": " + problem.message;
        own.push_back(std::move(problem));
    }
    m_form->setProblems(own);
}

// Sources and sinks may have the same title.
QString NodesEditor::nameOf(const std::string& component) const
{
    const engine::ComponentInfo* info = m_session.client().component(component);
    if (!info) return QString::fromStdString(component);
    const bool isShared = std::any_of(m_components.begin(), m_components.end(), [&](const std::string& id) {
        const engine::ComponentInfo* other = m_session.client().component(id);
        return other && id != component && other->title == info->title;
    });
    return QString::fromStdString(isShared ? info->title + " (" + component + ")" : info->title);
}

QString NodesEditor::summary() const { return m_summary->text(); }

void NodesEditor::showSummary()
{
    std::vector<std::pair<std::string, int>> counts;
    int disabled = 0;
    for (const engine::NodeSpec* node : specs()) {
        disabled += node->disabled;
        const auto known = std::find_if(counts.begin(), counts.end(),
                                        [&](const auto& each) { return each.first == node->component; });
        if (known == counts.end())
            counts.emplace_back(node->component, 1);
        else
            ++known->second;
    }
    QStringList lines;
    if (!m_form) {
        for (const auto& [component, count] : counts)
            lines += tr("%1 × %2").arg(count).arg(nameOf(component));
        if (counts.size() > 1) lines += tr("Nodes of one component can be changed together.");
    } else {
        lines += tr("A change here is made in all of them, in one step.");
    }
    if (disabled) lines += tr("%1 disabled").arg(disabled);
    edits::Nodes wrong;
    for (const engine::Diagnostic& problem : m_session.current()->problems())
        if (problem.severity == engine::Diagnostic::Problem && m_nodes.contains(problem.node))
            wrong.insert(problem.node);
    if (!wrong.empty()) lines += tr("%1 with a mistake").arg(wrong.size());
    m_summary->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace ui
