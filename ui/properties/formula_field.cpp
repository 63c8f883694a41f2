#include "ui/properties/formula_field.h"

#include "data/expression_functions.h"
#include "ui/properties/formula_edit.h"
#include "ui/properties/text_tone.h"
#include "ui/theme.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QVBoxLayout>

namespace ui {

namespace {

// "ROUND(number [, digits]): Rounded to so many digits ..."
QString functionHelp(const QString& name)
{
    for (const engine::FunctionInfo& function : engine::expressionFunctions())
        if (name == QLatin1String(function.name.data(), static_cast<qsizetype>(function.name.size())))
            return QString::fromUtf8(function.signature.data(),
                                     static_cast<qsizetype>(function.signature.size())) +
                QStringLiteral("  ") +
                QString::fromUtf8(function.help.data(), static_cast<qsizetype>(function.help.size()));
    return {};
}

}  // namespace

FormulaField::FormulaField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : TypedField(field, context, parent),
      m_edit(new FormulaEdit(this)),
      m_message(new QLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_edit);
    column->addWidget(m_message);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setFont(theme().font(TypeSize::Small));
    m_message->hide();
    m_edit->setPlaceholderText(placeholderOf(field));
    watch(m_edit);
    connect(m_edit, &FormulaEdit::userTyped, this, &FormulaField::typed);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &FormulaField::check);
    connect(m_edit, &QPlainTextEdit::cursorPositionChanged, this, &FormulaField::check);
    refreshContext();
}

void FormulaField::refreshContext()
{
    m_edit->setNames(m_context.schemaFor(m_field), m_context.constants);
    check();
}

QString FormulaField::text() const { return m_edit->toPlainText(); }

void FormulaField::showText(const QString& text)
{
    const QSignalBlocker blocker(m_edit);
    m_edit->setPlainText(text);
    check();
}

void FormulaField::showPlaceholder(const QString& text) { m_edit->setPlaceholderText(text); }

QString FormulaField::message() const { return m_message->isHidden() ? QString() : m_message->text(); }

bool FormulaField::takesEnter(int modifiers) const
{
    return !(modifiers & Qt::ShiftModifier) && !m_edit->completer().popup()->isVisible();
}

void FormulaField::check()
{
    const engine::SchemaPtr schema = m_context.schemaFor(m_field);
    const std::string source = text().toStdString();
    QString said = m_edit->hasFocus() ? functionHelp(m_edit->functionAtCursor()) : QString();
    Tone tone = Tone::TextSoft;
    m_edit->clearMistake();
    if (schema && !text().trimmed().isEmpty()) {
        const auto checked = engine::Expression::check(source, *schema, m_context.constants);
        if (const auto* error = std::get_if<engine::ExpressionError>(&checked)) {
            m_edit->setMistake(engine::charactersOf(source, *error));
            said = QString::fromStdString(error->message).left(400);
            tone = Tone::Error;
        }
    }
    setTextTone(m_message, tone);
    m_message->setText(said);
    m_message->setVisible(!said.isEmpty());
}

}  // namespace ui
