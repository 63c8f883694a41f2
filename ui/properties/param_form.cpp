#include "ui/properties/param_form.h"

#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

std::string fieldOfPath(const std::string& path) { return path.substr(0, path.find_first_of(".[")); }

ParamForm::ParamForm(const engine::ParamSchema& schema, const FormContext& context, QWidget* parent)
    : QWidget(parent),
      m_schema(schema)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    const auto add = [&](const engine::ParamField& field) {
        auto* row = new FieldRow(field, context, this);
        m_rows.push_back(row);
        column->addWidget(row);
        connect(row, &FieldRow::edited, this,
                [this, &field](const engine::Json& value, const std::string& path) {
                    // The default needs no words in the document, unless it has to be said.
                    const bool isDefault = value == field.fallback && !field.hints.required;
                    Q_EMIT edited(field.name, isDefault ? engine::Json() : value, path);
                });
    };
    for (const engine::ParamField& field : schema)
        if (!field.hints.advanced) add(field);
    const bool hasAdvanced = m_rows.size() < schema.size();
    if (hasAdvanced) {
        m_advanced = new QToolButton(this);
        m_advanced->setObjectName(QStringLiteral("fold"));
        m_advanced->setCheckable(true);
        m_advanced->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        m_advanced->setArrowType(Qt::RightArrow);
        column->addWidget(m_advanced, 0, Qt::AlignLeft);
        connect(m_advanced, &QToolButton::toggled, this, &ParamForm::updateVisibility);
        for (const engine::ParamField& field : schema)
            if (field.hints.advanced) add(field);
    }
    updateVisibility();
}

FieldRow* ParamForm::row(const std::string& name) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const FieldRow* each) { return each->field().name == name; });
    return found == m_rows.end() ? nullptr : *found;
}

void ParamForm::setParams(std::vector<engine::Json> each, const QStringList& names)
{
    m_params = std::move(each);
    for (FieldRow* row : m_rows) row->showParams(m_params, names);
    updateVisibility();
}

void ParamForm::setProblems(const std::vector<engine::Diagnostic>& problems)
{
    for (FieldRow* row : m_rows) {
        std::vector<engine::Diagnostic> own;
        for (engine::Diagnostic problem : problems) {
            const std::string& name = row->field().name;
            if (problem.param.empty() || fieldOfPath(problem.param) != name) continue;
            problem.param = problem.param.substr(name.size());
            own.push_back(std::move(problem));
        }
        row->setProblems(own);
    }
    updateVisibility();
}

void ParamForm::setChanges(const std::function<FieldChange(const engine::ParamField&)>& changeOf)
{
    for (FieldRow* row : m_rows) row->setChange(changeOf(row->field()));
}

void ParamForm::refreshContext()
{
    for (FieldRow* row : m_rows) row->editor().refreshContext();
}

void ParamForm::focusFirst()
{
    for (FieldRow* row : m_rows)
        if (isShown(*row)) return row->editor().setFocus();
}

bool ParamForm::counts(const engine::ParamField& field) const
{
    return std::any_of(m_params.begin(), m_params.end(), [&](const engine::Json& params) {
        return engine::isVisible(field, m_schema, params);
    });
}

// A mistake is shown even where its field is folded away or does not count.
bool ParamForm::isShown(const FieldRow& row) const
{
    if (row.hasProblem()) return true;
    if (!counts(row.field())) return false;
    return !row.field().hints.advanced || m_advanced->isChecked();
}

void ParamForm::updateVisibility()
{
    int folded = 0, changed = 0;
    for (FieldRow* row : m_rows) {
        row->setVisible(isShown(*row));
        if (!row->field().hints.advanced || !counts(row->field())) continue;
        ++folded;
        changed += row->isChanged();
    }
    if (!m_advanced) return;
    m_advanced->setVisible(folded > 0);
    m_advanced->setArrowType(m_advanced->isChecked() ? Qt::DownArrow : Qt::RightArrow);
    m_advanced->setText(changed ? tr("Advanced (%1, %2 changed)").arg(folded).arg(changed)
                                : tr("Advanced (%1)").arg(folded));
}

}  // namespace ui
