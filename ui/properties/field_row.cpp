#include "ui/properties/field_row.h"

#include "spec/units.h"
#include "ui/icons.h"
#include "ui/properties/text_tone.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr int kTitleWidth = 112, kMessageCharacters = 400;

QString boundText(engine::ParamType type, double bound)
{
    if (type == engine::ParamType::Interval)
        return QString::fromStdString(
            engine::formatInterval(engine::Duration(static_cast<std::int64_t>(bound * 1e6))));
    if (type == engine::ParamType::Size)
        return QString::fromStdString(engine::formatSize(static_cast<std::int64_t>(bound)));
    return QString::fromStdString(engine::numberText(bound));
}

QLabel* makeNote(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setFont(theme().font(TypeSize::Small));
    label->hide();
    return label;
}

}  // namespace

FieldRow::FieldRow(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : QWidget(parent),
      m_title(new QLabel(this)),
      m_badge(makeNote(this)),
      m_problem(makeNote(this)),
      m_mixed(makeNote(this)),
      m_reset(new QToolButton(this)),
      m_fix(new QToolButton(this)),
      m_same(new QToolButton(this)),
      m_editor(makeFieldEditor(field, context, this)),
      m_column(new QVBoxLayout(this))
{
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    m_title->setText(fieldTitle(field) + (field.hints.required ? QStringLiteral(" *") : QString()));
    m_title->setToolTip(QStringLiteral("<qt>%1</qt>").arg(helpText().toHtmlEscaped()));
    m_reset->setObjectName(QStringLiteral("rowTool"));
    const QString fallback = defaultText(field);
    m_reset->setToolTip(fallback.isEmpty() ? tr("Take the value out") : tr("Back to the default"));
    m_reset->setAccessibleName(tr("Reset %1").arg(fieldTitle(field)));
    const auto retheme = [this] { m_reset->setIcon(themedIcon(QStringLiteral("reset"), Tone::TextSoft)); };
    connect(&theme(), &Theme::changed, this, retheme);
    retheme();
    for (QToolButton* link : {m_fix, m_same}) {
        link->setObjectName(QStringLiteral("link"));
        link->hide();
    }
    setTextTone(m_mixed, Tone::TextSoft);
    place();
    connect(m_editor, &FieldEditor::edited, this, &FieldRow::edited);
    connect(m_editor, &FieldEditor::typingChanged, this, &FieldRow::showOwnProblem);
    connect(m_reset, &QToolButton::clicked, this, [this] {
        m_editor->setFocus();
        Q_EMIT edited({}, "!");
    });
    connect(m_fix, &QToolButton::clicked, this, [this] { Q_EMIT edited(m_fixValue, "!"); });
    connect(m_same, &QToolButton::clicked, this, [this] { Q_EMIT edited(m_sameValue, "!"); });
}

void FieldRow::place()
{
    QSizePolicy kept = m_reset->sizePolicy();
    kept.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(kept);
    m_reset->hide();
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(4);
    auto* line = new QHBoxLayout;
    line->setSpacing(4);
    if (m_editor->isWide()) {
        line->addWidget(m_title, 1);
        line->addWidget(m_reset);
        m_column->addLayout(line);
        m_column->addWidget(m_editor);
    } else {
        m_title->setFixedWidth(kTitleWidth);
        line->addWidget(m_title);
        line->addWidget(m_editor, 1);
        line->addWidget(m_reset);
        m_column->addLayout(line);
    }
    m_column->addWidget(m_mixed);
    m_column->addWidget(m_same, 0, Qt::AlignLeft);
    m_column->addWidget(m_problem);
    m_column->addWidget(m_fix, 0, Qt::AlignLeft);
    m_column->addWidget(m_badge);
    paintTitle();
}

// What the document does not say is what the declaration does.
const engine::Json& FieldRow::valueIn(const engine::Json& params) const
{
    const engine::Json* value = engine::findMember(params, field().name);
    return value && !value->is_null() ? *value : field().fallback;
}

void FieldRow::showParams(const std::vector<engine::Json>& each, const QStringList& names)
{
    const bool isAlike = std::all_of(each.begin(), each.end(), [&](const engine::Json& params) {
        return valueIn(params) == valueIn(each.front());
    });
    m_editor->setEnabled(true);
    m_isMixed = !isAlike;
    m_mixed->hide();
    m_same->hide();
    if (m_isMixed) {
        showMixed(each, names);
    } else {
        const engine::Json* value = engine::findMember(each.front(), field().name);
        m_editor->showValue(value);
        m_isChanged = value && !value->is_null() && *value != field().fallback;
    }
    m_reset->setVisible(m_isChanged);
    paintTitle();
}

// What cannot be typed anew can be taken from one of them.
void FieldRow::showMixed(const std::vector<engine::Json>& each, const QStringList& names)
{
    m_editor->showMixed();
    m_isChanged = true;
    if (m_editor->isEnabled()) return;
    std::vector<engine::Json> different;
    for (const engine::Json& params : each)
        if (std::find(different.begin(), different.end(), valueIn(params)) == different.end())
            different.push_back(valueIn(params));
    m_mixed->setText(tr("%1 different values").arg(different.size()));
    m_sameValue = different.front();
    m_same->setText(tr("Take that of %1 for all").arg(names.value(0)));
    m_mixed->show();
    m_same->show();
}

void FieldRow::paintTitle()
{
    m_title->setFont(theme().font(TypeSize::Body, m_isChanged ? QFont::DemiBold : QFont::Normal));
    setTextTone(m_title, m_isChanged ? Tone::Text : Tone::TextSoft);
}

void FieldRow::setProblems(const std::vector<engine::Diagnostic>& problems)
{
    std::vector<engine::Diagnostic> below;
    const engine::Diagnostic* own = nullptr;
    for (const engine::Diagnostic& problem : problems) {
        // What is about a row of a list is said in the row.
        const bool hasRows =
            field().type == engine::ParamType::Records || field().type == engine::ParamType::Record;
        if (hasRows && !problem.param.empty())
            below.push_back(problem);
        else if (!own || problem.severity > own->severity)
            own = &problem;
    }
    m_editor->setProblems(below);
    m_hasProblem = own != nullptr || !below.empty();
    m_problem->setText(own ? QString::fromStdString(own->message).left(kMessageCharacters) : QString());
    m_hasOwnProblem = own != nullptr;
    if (own)
        setTextTone(m_problem, own->severity == engine::Diagnostic::Problem ? Tone::Error : Tone::Warning);
    m_isFixable = own && !own->fixes.empty() && field().type == engine::ParamType::Choice;
    showOwnProblem();
    if (!m_isFixable) return;
    m_fix->setText(QString::fromStdString(own->fixes.front().title));
    m_fixValue = own->fixes.front().replacement;
}

// What was said of the value before would contradict what a field says of the text that is being typed.
void FieldRow::showOwnProblem()
{
    const bool isSaid = m_editor->message() == m_problem->text();
    m_problem->setVisible(m_hasOwnProblem && !isSaid && !m_editor->isBeingTyped());
    m_fix->setVisible(m_isFixable && !m_editor->isBeingTyped());
}

void FieldRow::setChange(FieldChange change)
{
    m_badge->setText(fieldChangeText(change));
    m_badge->setVisible(change != FieldChange::None);
    setTextTone(m_badge, fieldChangeTone(change));
}

void FieldRow::setFooter(QWidget* footer) { m_column->addWidget(footer); }

QString FieldRow::problem() const { return m_problem->isHidden() ? QString() : m_problem->text(); }

QString FieldRow::badge() const { return m_badge->isHidden() ? QString() : m_badge->text(); }

QString FieldRow::helpText() const
{
    const engine::ParamHints& hints = field().hints;
    QStringList parts{QString::fromStdString(hints.help)};
    const bool hasMin = std::isfinite(hints.min), hasMax = std::isfinite(hints.max);
    if (hasMin && hasMax)
        parts +=
            tr("From %1 to %2.").arg(boundText(field().type, hints.min), boundText(field().type, hints.max));
    else if (hasMin)
        parts += tr("At least %1.").arg(boundText(field().type, hints.min));
    else if (hasMax)
        parts += tr("At most %1.").arg(boundText(field().type, hints.max));
    if (const QString fallback = defaultText(field()); !fallback.isEmpty())
        parts += tr("Default: %1.").arg(fallback);
    if (hints.change == engine::Change::ByRestart) parts += tr("A running job takes it at its next start.");
    parts.removeAll(QString());
    return parts.join(QLatin1Char(' '));
}

}  // namespace ui
