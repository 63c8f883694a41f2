#include "ui/properties/list_fields.h"

#include "ui/plain_text.h"
#include "ui/properties/flow_row.h"
#include "ui/properties/plain_fields.h"
#include "ui/properties/records_field.h"

#include <QComboBox>
#include <QCompleter>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kChipCharacters = 40;

engine::ParamField pairsOf(const engine::ParamField& field)
{
    engine::ParamField pairs = field;
    pairs.type = engine::ParamType::Records;
    pairs.fallback = engine::Json::array();
    pairs.fields = {{"name", engine::ParamType::Text, "", {.title = "Name", .required = true}, {}},
                    {"value", engine::ParamType::Text, "", {.title = "Value"}, {}}};
    return pairs;
}

engine::ParamField listOf(const engine::ParamField& field)
{
    engine::ParamField list = field;
    list.type = engine::ParamType::Records;
    list.fallback = engine::Json::array();
    return list;
}

std::string nameOf(const engine::Json& row)
{
    const engine::Json* name = engine::findMember(row, "name");
    return name ? name->get<std::string>() : std::string();
}

// Two rows of one name stay two rows in the form until one is renamed; an object holds one of them only.
engine::Json mapOf(const engine::Json& rows)
{
    engine::Json map = engine::Json::object();
    for (const engine::Json& row : rows) {
        const engine::Json* value = engine::findMember(row, "value");
        map[nameOf(row)] = value ? *value : engine::Json("");
    }
    return map;
}

}  // namespace

ColumnsField::ColumnsField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : FieldEditor(field, context, parent),
      m_adder(makeComboBox(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto* chips = new QWidget(this);
    m_chips = new FlowRow(chips, 4);
    column->addWidget(chips);
    column->addWidget(m_adder);
    m_adder->setEditable(true);
    m_adder->setInsertPolicy(QComboBox::NoInsert);
    m_adder->lineEdit()->setPlaceholderText(tr("Add a column"));
    m_adder->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_adder->setAccessibleName(tr("%1: add a column").arg(fieldTitle(field)));
    m_adder->setAccessibleDescription(QString::fromStdString(field.hints.help));
    setFocusProxy(m_adder);
    connect(m_adder, &QComboBox::activated, this, [this](int index) { add(m_adder->itemText(index)); });
    connect(m_adder->lineEdit(), &QLineEdit::returnPressed, this, [this] { add(m_adder->currentText()); });
    rebuild();
}

void ColumnsField::showValue(const engine::Json* value)
{
    QStringList names;
    const engine::Json& shown = value && !value->is_null() ? *value : m_field.fallback;
    if (shown.is_array())
        for (const engine::Json& name : shown) names += plainText(name);
    else if (!shown.is_null())
        names += plainText(shown);
    if (names == m_names) return;
    m_names = names;
    rebuild();
}

void ColumnsField::refreshContext() { rebuild(); }

void ColumnsField::add(const QString& name)
{
    const QString trimmed = name.trimmed();
    m_adder->setCurrentIndex(-1);
    m_adder->clearEditText();
    if (trimmed.isEmpty() || m_names.contains(trimmed)) return;
    m_names += trimmed;
    give();
    m_adder->setFocus();
}

void ColumnsField::removeAt(int index)
{
    if (index >= m_names.size()) return;
    m_names.removeAt(index);
    give();
    m_adder->setFocus();
}

void ColumnsField::give()
{
    engine::Json list = engine::Json::array();
    for (const QString& name : std::as_const(m_names)) list.push_back(name.toStdString());
    rebuild();
    Q_EMIT edited(list, "!");
}

void ColumnsField::rebuild()
{
    m_chips->clear();
    const engine::SchemaPtr schema = m_context.schemaFor(m_field);
    for (int i = 0; i < m_names.size(); ++i) {
        auto* chip = new QToolButton(m_chips->parentWidget());
        const bool isKnown = !schema || schema->find(m_names[i].toStdString());
        chip->setObjectName(isKnown ? QStringLiteral("chip") : QStringLiteral("wrongChip"));
        QString shown = m_names[i].left(kChipCharacters).simplified();
        if (m_names[i].size() > kChipCharacters) shown += QStringLiteral("…");
        // An ampersand would mark a key.
        chip->setText(shown.replace(QLatin1Char('&'), QLatin1String("&&")) + QStringLiteral("  ×"));
        chip->setToolTip(isKnown ? tr("Take it out") : tr("There is no such column. Take it out"));
        chip->setAccessibleName(tr("Take out %1").arg(m_names[i]));
        connect(chip, &QToolButton::clicked, this, [this, i] { removeAt(i); });
        m_chips->addWidget(chip);
        chip->show();
    }
    m_chips->parentWidget()->setVisible(!m_names.isEmpty());
    m_chips->parentWidget()->updateGeometry();
    const QString typed = m_adder->lineEdit()->text();
    m_adder->clear();
    const QSet<QString> taken(m_names.begin(), m_names.end());
    QStringList offered;
    if (schema)
        for (const engine::Field& column : schema->fields())
            if (const QString name = QString::fromStdString(column.name); !taken.contains(name))
                offered += name;
    m_adder->addItems(offered);
    m_adder->setCurrentIndex(-1);
    m_adder->lineEdit()->setText(typed);
}

MapField::MapField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : FieldEditor(field, context, parent),
      m_pairs(pairsOf(field)),
      m_list(new RecordsField(m_pairs, context, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_list);
    setFocusProxy(m_list);
    connect(m_list, &FieldEditor::edited, this, [this](const engine::Json& rows, const std::string& path) {
        m_rows = rows;
        markDoubles();
        Q_EMIT edited(mapOf(rows), path);
    });
}

void MapField::showValue(const engine::Json* value)
{
    const engine::Json& shown = value && !value->is_null() ? *value : m_field.fallback;
    engine::Json rows = engine::Json::array();
    if (shown.is_object())
        for (const auto& [name, text] : shown.items())
            rows.push_back(engine::Json{{"name", name}, {"value", plainText(text).toStdString()}});
    if (!shown.is_object() || mapOf(m_rows) != shown) m_rows = rows;
    m_list->showValue(&m_rows);
    markDoubles();
}

void MapField::markDoubles()
{
    std::vector<engine::Diagnostic> problems;
    std::map<std::string, std::size_t> rowOf;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const std::string name = nameOf(m_rows[i]);
        const auto [other, isFirst] = rowOf.try_emplace(name, i);
        if (name.empty() || isFirst) continue;
        engine::Diagnostic problem;
        problem.param = "[" + std::to_string(i) + "].name";
        problem.message = tr("Row %1 is called “%2” too, and only the last of them is kept. "
                             "Give one another name, or take it out.")
                              .arg(other->second + 1)
                              .arg(plainLine(QString::fromStdString(name), kChipCharacters))
                              .toStdString();
        problems.push_back(std::move(problem));
    }
    m_list->setProblems(problems);
}

RecordField::RecordField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : FieldEditor(field, context, parent),
      m_records(listOf(field)),
      m_list(new RecordsField(m_records, context, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_list);
    setFocusProxy(m_list);
    connect(m_list, &FieldEditor::edited, this, [this](const engine::Json& rows, const std::string& path) {
        m_list->adder().setVisible(rows.empty());
        Q_EMIT edited(rows.empty() ? engine::Json() : rows.front(), path);
    });
}

void RecordField::showValue(const engine::Json* value)
{
    engine::Json rows = engine::Json::array();
    if (value && !value->is_null()) rows.push_back(*value);
    m_list->showValue(&rows);
    m_list->adder().setVisible(rows.empty());
}

void RecordField::setProblems(const std::vector<engine::Diagnostic>& problems)
{
    std::vector<engine::Diagnostic> inRow = problems;
    for (engine::Diagnostic& problem : inRow) problem.param = "[0]" + problem.param;
    m_list->setProblems(inRow);
}

void RecordField::refreshContext() { m_list->refreshContext(); }

}  // namespace ui
