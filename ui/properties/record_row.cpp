#include "ui/properties/record_row.h"

#include "ui/icons.h"
#include "ui/plain_text.h"
#include "ui/properties/param_form.h"
#include "ui/properties/text_tone.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QStyleOptionToolButton>
#include <QStylePainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kSummaryCharacters = 60, kArrowWidth = 36;

// Cuts its text at the end, where the style would cut it in the middle.
class RecordTitle final : public QToolButton {
public:
    using QToolButton::QToolButton;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QStylePainter painter(this);
        QStyleOptionToolButton option;
        initStyleOption(&option);
        option.text = fontMetrics().elidedText(text(), Qt::ElideRight, width() - kArrowWidth);
        painter.drawComplexControl(QStyle::CC_ToolButton, option);
    }
};

QToolButton* makeTool(const QString& icon, const QString& what, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(QStringLiteral("rowTool"));
    button->setToolTip(what);
    button->setAccessibleName(what);
    const auto retheme = [button, icon] { button->setIcon(themedIcon(icon, Tone::TextSoft)); };
    QObject::connect(&theme(), &Theme::changed, button, retheme);
    retheme();
    return button;
}

QString partOf(const engine::ParamField& field, const engine::Json& value)
{
    const QString title = fieldTitle(field).toLower();
    if (value.is_boolean()) return value.get<bool>() ? title : QString();
    if (field.type == engine::ParamType::Records && value.is_array())
        return QStringLiteral("%1: %2").arg(title).arg(value.size());
    QStringList texts;
    if (value.is_array())
        for (const engine::Json& item : value) texts += plainText(item).left(kSummaryCharacters);
    else
        texts += plainText(value).left(kSummaryCharacters);
    return texts.join(QStringLiteral(", ")).simplified();
}

}  // namespace

QString recordSummary(const engine::ParamSchema& schema, const engine::Json& record)
{
    if (!record.is_object()) return plainText(record).left(kSummaryCharacters);
    QStringList parts;
    for (const engine::ParamField& field : schema) {
        const engine::Json* value = engine::findMember(record, field.name);
        if (!value || value->is_null() || !engine::isVisible(field, schema, record)) continue;
        QString text = partOf(field, *value);
        if (!text.isEmpty()) parts += text;
    }
    QString line = parts.join(QStringLiteral(" · "));
    if (line.size() > kSummaryCharacters) line = line.left(kSummaryCharacters - 1) + QStringLiteral("…");
    return line;
}

RecordRow::RecordRow(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : QWidget(parent),
      m_field(field),
      m_context(context),
      m_title(new RecordTitle(this)),
      m_up(makeTool(QStringLiteral("up"), tr("Move up"), this)),
      m_down(makeTool(QStringLiteral("down"), tr("Move down"), this)),
      m_remove(makeTool(QStringLiteral("close"), tr("Take out"), this)),
      m_badge(new QLabel(this)),
      m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("record"));
    setAttribute(Qt::WA_StyledBackground);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 4, 0);
    head->setSpacing(0);
    m_title->setObjectName(QStringLiteral("recordTitle"));
    m_title->setCheckable(true);
    m_title->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_title->setArrowType(Qt::RightArrow);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setFocusProxy(m_title);
    head->addWidget(m_title, 1);
    for (QToolButton* tool : {m_up, m_down, m_remove}) head->addWidget(tool);
    m_column->addLayout(head);
    m_badge->setFont(theme().font(TypeSize::Small));
    m_badge->setContentsMargins(12, 0, 12, 6);
    m_badge->hide();
    m_column->addWidget(m_badge);
    connect(m_title, &QToolButton::toggled, this, &RecordRow::setOpen);
    connect(m_up, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(1); });
    connect(m_remove, &QToolButton::clicked, this, &RecordRow::removeWanted);
}

void RecordRow::showRecord(int number, int count, const engine::Json& record)
{
    m_record = record;
    QString summary = recordSummary(m_field.fields, record);
    m_title->setAccessibleName(tr("%1 %2: %3").arg(fieldTitle(m_field)).arg(number).arg(summary));
    if (summary.isEmpty()) summary = tr("new");
    m_title->setText(summary.replace(QLatin1Char('&'), QLatin1String("&&")));
    // One alone, such as a record that is no row of a list, has nothing to be moved past.
    for (QToolButton* tool : {m_up, m_down}) tool->setVisible(count > 1);
    m_up->setEnabled(number > 1);
    m_down->setEnabled(number < count);
    if (m_form) m_form->setParams(m_record);
}

void RecordRow::setProblems(const std::vector<engine::Diagnostic>& problems)
{
    m_problems = problems;
    const QString name =
        problems.empty() ? QStringLiteral("recordTitle") : QStringLiteral("wrongRecordTitle");
    m_title->setToolTip(problems.empty() ? QString()
                                         : plainToolTip(QString::fromStdString(problems.front().message)));
    if (m_title->objectName() != name) {
        m_title->setObjectName(name);
        m_title->style()->unpolish(m_title);
        m_title->style()->polish(m_title);
    }
    if (m_form) m_form->setProblems(m_problems);
}

void RecordRow::setChange(FieldChange change)
{
    m_badge->setText(fieldChangeText(change));
    m_badge->setVisible(change != FieldChange::None);
    setTextTone(m_badge, fieldChangeTone(change));
}

QString RecordRow::badge() const { return m_badge->isHidden() ? QString() : m_badge->text(); }

void RecordRow::refreshContext()
{
    if (m_form) m_form->refreshContext();
}

void RecordRow::setOpen(bool isOpen)
{
    m_title->setChecked(isOpen);
    m_title->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
    if (isOpen && !m_form) {
        m_form = new ParamForm(m_field.fields, m_context, this);
        m_form->setContentsMargins(12, 0, 12, 8);
        m_column->addWidget(m_form);
        connect(m_form, &ParamForm::edited, this, &RecordRow::edited);
        m_form->setParams(m_record);
        m_form->setProblems(m_problems);
    }
    if (m_form) m_form->setVisible(isOpen);
}

bool RecordRow::isOpen() const { return m_title->isChecked(); }

int RecordRow::closedHeight() const { return m_column->itemAt(0)->sizeHint().height(); }

void RecordRow::focusFirst()
{
    if (m_form) m_form->focusFirst();
}

// These keys mean the row while it has the focus, whatever they mean in the window.
bool RecordRow::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isMove =
            key->modifiers() & Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down);
        if (isMove || (key->key() == Qt::Key_Delete && m_title->hasFocus())) event->accept();
    }
    return QWidget::event(event);
}

void RecordRow::keyPressEvent(QKeyEvent* event)
{
    const bool isAlt = event->modifiers() & Qt::AltModifier;
    if (isAlt && event->key() == Qt::Key_Up) return Q_EMIT moveWanted(-1);
    if (isAlt && event->key() == Qt::Key_Down) return Q_EMIT moveWanted(1);
    if (event->key() == Qt::Key_Delete && m_title->hasFocus()) return Q_EMIT removeWanted();
    QWidget::keyPressEvent(event);
}

}  // namespace ui
