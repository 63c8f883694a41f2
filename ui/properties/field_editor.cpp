#include "ui/properties/field_editor.h"

#include "ui/properties/formula_field.h"
#include "ui/properties/list_fields.h"
#include "ui/properties/plain_fields.h"
#include "ui/properties/records_field.h"

#include <QKeyEvent>

namespace ui {

namespace {

constexpr int kPauseMs = 700;  // longer than between two keys, shorter than a look at the result

}  // namespace

engine::SchemaPtr FormContext::schemaFor(const engine::ParamField& field) const
{
    for (const auto* named : {&inputs, &lists})
        if (const auto found = named->find(field.hints.columnsOf); found != named->end())
            return found->second;
    const bool isAny = field.hints.columnsOf.empty() && !inputs.empty();
    return isAny ? inputs.begin()->second : nullptr;
}

FieldEditor::FieldEditor(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : QWidget(parent),
      m_field(field),
      m_context(context)
{
}

void FieldEditor::showMixed()
{
    showValue(nullptr);
    setEnabled(false);
}

TypedField::TypedField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : FieldEditor(field, context, parent)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &TypedField::commit);
}

void TypedField::setMixed(bool isMixed)
{
    if (isMixed == m_isMixed) return;
    m_isMixed = isMixed;
    showPlaceholder(isMixed ? mixedText() : placeholderOf(m_field));
}

void TypedField::showMixed()
{
    setMixed(true);
    if (m_pause.isActive()) return;
    if (!text().isEmpty()) showText({});
    m_shown.clear();
}

void TypedField::showValue(const engine::Json* value)
{
    setMixed(false);
    if (m_pause.isActive()) return;
    const QString wanted = textOf(value);
    // "80." means 80 as well: what the user wrote stays as long as he is there.
    if (m_input && m_input->hasFocus()) {
        const engine::Json typedValue = valueOf(text());
        if (value ? typedValue == *value : typedValue.is_null()) {
            m_shown = text();
            return;
        }
    }
    if (text() != wanted) showText(wanted);
    m_shown = wanted;
}

QString TypedField::textOf(const engine::Json* value) const
{
    return value && !value->is_null() ? plainText(*value) : QString();
}

engine::Json TypedField::valueOf(const QString& text) const
{
    return text.isEmpty() ? engine::Json() : engine::Json(text.toStdString());
}

void TypedField::watch(QWidget* input)
{
    m_input = input;
    setFocusProxy(input);
    input->installEventFilter(this);
    input->setAccessibleName(fieldTitle(m_field));
    input->setAccessibleDescription(QString::fromStdString(m_field.hints.help));
}

void TypedField::typed()
{
    const bool isFirst = !m_pause.isActive();
    if (m_context.goesOn) m_context.goesOn();
    m_pause.start();
    if (isFirst) tellTyping();
}

void TypedField::tellTyping()
{
    Q_EMIT typingChanged();
    if (m_context.typed) m_context.typed();
}

void TypedField::finish()
{
    if (m_pause.isActive()) commit();
}

void TypedField::commit()
{
    const bool wasTyping = m_pause.isActive();
    m_pause.stop();
    const QString now = text();
    if (now == m_shown) {
        if (wasTyping) tellTyping();
        return;
    }
    m_shown = now;
    Q_EMIT edited(valueOf(now), {});
    if (wasTyping && m_context.typed) m_context.typed();
}

void TypedField::mean()
{
    commit();
    if (m_context.isMeant) m_context.isMeant();
}

bool TypedField::eventFilter(QObject* watched, QEvent* event)
{
    const bool isFocus = event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut;
    // A list that opens over the field is part of it.
    if (isFocus && static_cast<QFocusEvent*>(event)->reason() == Qt::PopupFocusReason)
        return FieldEditor::eventFilter(watched, event);
    if (event->type() == QEvent::FocusIn) m_accepted = text();
    if (event->type() == QEvent::FocusOut) mean();
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter && takesEnter(key->modifiers())) {
            mean();
            m_accepted = text();
            return true;
        }
        if (key->key() == Qt::Key_Escape && text() != m_accepted) {
            showText(m_accepted);
            commit();
            return true;
        }
    }
    return FieldEditor::eventFilter(watched, event);
}

QString plainText(const engine::Json& value)
{
    if (value.is_null()) return {};
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : engine::compactJson(value));
}

QString mixedText() { return QObject::tr("mixed"); }

QString fieldTitle(const engine::ParamField& field)
{
    return QString::fromStdString(field.hints.title.empty() ? field.name : field.hints.title);
}

QString defaultText(const engine::ParamField& field)
{
    const engine::Json& value = field.fallback;
    if (value.is_null() || (value.is_structured() && value.empty())) return {};
    if (value.is_boolean()) return value.get<bool>() ? QObject::tr("on") : QObject::tr("off");
    return plainText(value);
}

FieldEditor* makeFieldEditor(const engine::ParamField& field, const FormContext& context, QWidget* parent)
{
    using enum engine::ParamType;
    switch (field.type) {
    case Flag: return new FlagField(field, context, parent);
    case Choice: return new ChoiceField(field, context, parent);
    case Column: return new ColumnField(field, context, parent);
    case Columns: return new ColumnsField(field, context, parent);
    case Formula: return new FormulaField(field, context, parent);
    case Path: return new PathField(field, context, parent);
    case Records: return new RecordsField(field, context, parent);
    case Map: return new MapField(field, context, parent);
    case Record: return new RecordField(field, context, parent);
    case Integer:
    case Number:
    case Text:
    case Interval:
    case Size:
    case Time:
    case Secret: break;
    }
    return new LineField(field, context, parent);
}

}  // namespace ui
