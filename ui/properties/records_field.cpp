#include "ui/properties/records_field.h"

#include "ui/icons.h"
#include "ui/plain_text.h"
#include "ui/properties/param_form.h"
#include "ui/properties/text_tone.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyleOptionToolButton>
#include <QStylePainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

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

// "[1].function" of the second row: what follows the bracket's end. Nothing when it is about another row.
std::optional<std::string> belowRow(const std::string& path, std::size_t index)
{
    const std::string begin = "[" + std::to_string(index) + "]";
    if (path.rfind(begin, 0) != 0) return {};
    const std::string rest = path.substr(begin.size());
    return rest.rfind('.', 0) == 0 ? rest.substr(1) : rest;
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
    m_title->setObjectName(problems.empty() ? QStringLiteral("recordTitle")
                                            : QStringLiteral("wrongRecordTitle"));
    m_title->setToolTip(problems.empty() ? QString()
                                         : plainToolTip(QString::fromStdString(problems.front().message)));
    m_title->style()->unpolish(m_title);
    m_title->style()->polish(m_title);
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

RecordsField::RecordsField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : FieldEditor(field, context, parent),
      m_column(new QVBoxLayout),
      m_add(new QPushButton(this))
{
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(6);
    m_column->setSpacing(4);
    all->addLayout(m_column);
    m_add->setObjectName(QStringLiteral("small"));
    m_add->setText(tr("Add"));
    m_add->setAccessibleName(tr("%1: add a row").arg(fieldTitle(field)));
    setFocusProxy(m_add);
    all->addWidget(m_add, 0, Qt::AlignLeft);
    connect(m_add, &QPushButton::clicked, this, &RecordsField::add);
}

void RecordsField::showValue(const engine::Json* value)
{
    const engine::Json& shown = value && !value->is_null() ? *value : m_field.fallback;
    m_list = shown.is_array() ? shown : engine::Json::array();
    showRows();
}

void RecordsField::setProblems(const std::vector<engine::Diagnostic>& problems)
{
    m_problems = problems;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        std::vector<engine::Diagnostic> own;
        for (engine::Diagnostic problem : problems)
            if (auto below = belowRow(problem.param, i)) {
                problem.param = std::move(*below);
                own.push_back(std::move(problem));
            }
        m_rows[i]->setProblems(own);
    }
}

void RecordsField::refreshContext()
{
    for (RecordRow* row : m_rows) row->refreshContext();
}

std::size_t RecordsField::indexOf(const RecordRow* row) const
{
    return static_cast<std::size_t>(std::find(m_rows.begin(), m_rows.end(), row) - m_rows.begin());
}

void RecordsField::makeRow()
{
    auto* row = new RecordRow(m_field, m_context, this);
    m_rows.push_back(row);
    m_column->addWidget(row);
    connect(row, &RecordRow::moveWanted, this, [this, row](int by) { move(row, by); });
    connect(row, &RecordRow::removeWanted, this, [this, row] { remove(row); });
    connect(row, &RecordRow::edited, this,
            [this, row](const std::string& name, const engine::Json& value, const std::string& path) {
                edit(row, name, value, path);
            });
}

void RecordsField::showRows()
{
    while (m_rows.size() < m_list.size()) makeRow();
    while (m_rows.size() > m_list.size()) {
        m_column->removeWidget(m_rows.back());
        m_rows.back()->hide();
        m_rows.back()->deleteLater();
        m_rows.pop_back();
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rows[i]->showRecord(static_cast<int>(i) + 1, static_cast<int>(m_rows.size()), m_list[i]);
}

void RecordsField::give(const std::string& path)
{
    showRows();
    Q_EMIT edited(m_list, path);
}

void RecordsField::add()
{
    m_list.push_back(engine::Json::object());
    showRows();
    RecordRow* row = m_rows.back();
    row->setOpen(true);
    Q_EMIT edited(m_list, "!");
    row->focusFirst();
}

// The rows change places, not only what they show: the one that was open stays open, with its focus.
void RecordsField::move(RecordRow* row, int by)
{
    const std::size_t from = indexOf(row);
    const std::size_t to = from + static_cast<std::size_t>(by);
    if (to >= m_rows.size()) return;
    std::swap(m_list[from], m_list[to]);
    std::swap(m_rows[from], m_rows[to]);
    m_column->removeWidget(row);
    m_column->insertWidget(static_cast<int>(to), row);
    give("!");
}

void RecordsField::remove(RecordRow* row)
{
    const std::size_t index = indexOf(row);
    m_list.erase(index);
    m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(index));
    m_column->removeWidget(row);
    row->hide();
    row->deleteLater();
    QWidget* next =
        m_rows.empty() ? static_cast<QWidget*>(m_add) : m_rows[std::min(index, m_rows.size() - 1)];
    next->setFocus();
    give("!");
}

void RecordsField::edit(RecordRow* row, const std::string& name, const engine::Json& value,
                        const std::string& path)
{
    const std::size_t index = indexOf(row);
    if (index >= m_list.size()) return;
    engine::Json& record = m_list[index];
    if (!record.is_object()) record = engine::Json::object();
    if (value.is_null())
        record.erase(name);
    else
        record[name] = value;
    give(path == "!" ? path : "[" + std::to_string(index) + "]." + name + path);
}

}  // namespace ui
