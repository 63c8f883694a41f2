#include "ui/properties/plain_fields.h"

#include "base/secret.h"
#include "ui/file_dialog.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardItemModel>
#include <QStringListModel>
#include <QWheelEvent>

namespace ui {

namespace {

class StillComboBox final : public QComboBox {
public:
    using QComboBox::QComboBox;

protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

const QLatin1String kSecretBegin("${secret:");

// A number as it is typed, or null where it is none.
engine::Json numberOf(const QString& text, bool isWhole)
{
    bool isRead = false;
    const qlonglong whole = text.toLongLong(&isRead);
    if (isRead) return whole;
    const double number = text.toDouble(&isRead);
    if (!isRead || isWhole) return {};
    return number;
}

QStringList unitsOf(engine::ParamType type)
{
    if (type == engine::ParamType::Interval)
        return {QStringLiteral("ms"), QStringLiteral("s"), QStringLiteral("min"), QStringLiteral("h")};
    if (type == engine::ParamType::Size)
        return {QStringLiteral("KiB"), QStringLiteral("MiB"), QStringLiteral("GiB")};
    return {};
}

}  // namespace

QString placeholderOf(const engine::ParamField& field)
{
    if (!field.hints.zero.empty() && field.fallback == 0) return QString::fromStdString(field.hints.zero);
    if (const QString text = defaultText(field); !text.isEmpty()) return text;
    if (field.hints.required) return QObject::tr("required");
    switch (field.type) {
    case engine::ParamType::Interval: return QStringLiteral("500ms, 10s, 5min");
    case engine::ParamType::Size: return QStringLiteral("64KiB, 16MiB");
    case engine::ParamType::Time: return QStringLiteral("2024-05-01T12:00:00Z");
    case engine::ParamType::Secret: return QObject::tr("name of a secret");
    case engine::ParamType::Column: return QObject::tr("a column");
    case engine::ParamType::Formula: return QObject::tr("a formula");
    default: return {};
    }
}

QComboBox* makeComboBox(QWidget* parent)
{
    auto* box = new StillComboBox(parent);
    box->setFocusPolicy(Qt::StrongFocus);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(6);
    return box;
}

LineField::LineField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : TypedField(field, context, parent),
      m_row(new QHBoxLayout(this)),
      m_input(new QLineEdit(this))
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(8);
    m_row->addWidget(m_input, 1);
    if (!field.hints.unit.empty()) {
        auto* unit = new QLabel(QString::fromStdString(field.hints.unit), this);
        unit->setTextFormat(Qt::PlainText);
        unit->setObjectName(QStringLiteral("soft"));
        m_row->addWidget(unit);
    }
    m_input->setPlaceholderText(placeholderOf(field));
    if (field.type == engine::ParamType::Text && !field.hints.choices.empty()) {
        QStringList words;
        for (const std::string& choice : field.hints.choices) words += QString::fromStdString(choice);
        auto* completer = new QCompleter(words, this);
        completer->setFilterMode(Qt::MatchContains);
        completer->setCaseSensitivity(Qt::CaseInsensitive);
        m_input->setCompleter(completer);
        connect(completer, qOverload<const QString&>(&QCompleter::activated), this, [this] { commit(); });
    } else if (const QStringList units = unitsOf(field.type); !units.isEmpty()) {
        m_units = new QStringListModel(this);
        auto* completer = new QCompleter(m_units, this);
        completer->setCompletionMode(QCompleter::PopupCompletion);
        m_input->setCompleter(completer);
        connect(completer, qOverload<const QString&>(&QCompleter::activated), this, [this] { commit(); });
    }
    watch(m_input);
    connect(m_input, &QLineEdit::textEdited, this, [this](const QString& text) {
        offerUnits(text);
        typed();
    });
    if (field.type == engine::ParamType::Text) addDetect();
}

// Behind a bare number each unit is offered: a duration without one means nothing.
void LineField::offerUnits(const QString& typedText)
{
    if (!m_units) return;
    bool isNumber = false;
    typedText.toDouble(&isNumber);
    QStringList offers;
    if (isNumber)
        for (const QString& unit : unitsOf(m_field.type)) offers += typedText.trimmed() + unit;
    m_units->setStringList(offers);
}

// An empty text can be meant; then the default cannot stand for it in grey.
bool LineField::showsDefault() const
{
    return m_field.type == engine::ParamType::Text && m_field.fallback.is_string() &&
        !m_field.fallback.get_ref<const std::string&>().empty();
}

void LineField::showPlaceholder(const QString& text) { m_input->setPlaceholderText(text); }

QString LineField::text() const { return m_input->text(); }

void LineField::showText(const QString& text)
{
    // What is no name may be the secret itself, and others may be looking on.
    if (m_field.type == engine::ParamType::Secret && !m_input->hasFocus())
        m_input->setEchoMode(text.isEmpty() || engine::isSecretName(text.toStdString())
                                 ? QLineEdit::Normal
                                 : QLineEdit::Password);
    m_input->setText(text);
    if (!m_input->hasFocus()) m_input->setCursorPosition(0);
}

QString LineField::textOf(const engine::Json* value) const
{
    if (!value && showsDefault()) return plainText(m_field.fallback);
    QString text = TypedField::textOf(value);
    if (m_field.type == engine::ParamType::Secret && text.startsWith(kSecretBegin) &&
        text.endsWith(QLatin1Char('}')))
        text = text.mid(kSecretBegin.size()).chopped(1);
    return text;
}

engine::Json LineField::valueOf(const QString& text) const
{
    using engine::ParamType;
    if (text.isEmpty()) return showsDefault() ? engine::Json(std::string()) : engine::Json();
    if (m_field.type == ParamType::Text) return text.toStdString();
    const QString trimmed = text.trimmed();
    if (m_field.type == ParamType::Integer || m_field.type == ParamType::Number) {
        engine::Json number = numberOf(trimmed, m_field.type == ParamType::Integer);
        if (!number.is_null()) return number;
    }
    if (m_field.type == ParamType::Secret && !trimmed.startsWith(QLatin1String("${")))
        return (kSecretBegin + trimmed + QLatin1Char('}')).toStdString();
    return trimmed.toStdString();
}

PathField::PathField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : LineField(field, context, parent)
{
    auto* button = new QPushButton(tr("Browse…"), this);
    button->setObjectName(QStringLiteral("small"));
    connect(button, &QPushButton::clicked, this, &PathField::browse);
    m_row->addWidget(button);
    addDetect();
}

void LineField::addDetect()
{
    if (!m_context.detect || m_context.detectAt != &m_field) return;
    auto* look = new QPushButton(tr("Detect"), this);
    look->setObjectName(QStringLiteral("small"));
    look->setToolTip(tr("Looks at some records for their format and columns"));
    connect(look, &QPushButton::clicked, this, [this] {
        commit();
        m_context.detect();
    });
    m_row->addWidget(look);
}

void PathField::browse()
{
    const QDir base(m_context.baseDirectory);
    const bool isNew = input().text().isEmpty() && m_context.baseDirectory.isEmpty();
    const QString start = isNew ? lastFolder() : base.absoluteFilePath(input().text());
    QString path = m_context.isSink ? QFileDialog::getSaveFileName(this, tr("File to write"), start)
                                    : QFileDialog::getOpenFileName(this, tr("File to read"), start);
    if (path.isEmpty()) return;
    setLastFolder(QFileInfo(path).absolutePath());
    // Inside the document's folder a relative path lets both be moved together.
    const QString relative = base.relativeFilePath(path);
    showText(relative.startsWith(QLatin1String("..")) ? path : relative);
    commit();
}

FlagField::FlagField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : FieldEditor(field, context, parent),
      m_box(new QCheckBox(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 4, 0, 4);
    row->addWidget(m_box);
    row->addStretch();
    setFocusProxy(m_box);
    m_box->setAccessibleName(fieldTitle(field));
    m_box->setAccessibleDescription(QString::fromStdString(field.hints.help));
    connect(m_box, &QCheckBox::clicked, this, [this](bool isOn) {
        m_box->setText({});
        m_box->setTristate(false);
        Q_EMIT edited(isOn, {});
    });
}

void FlagField::showMixed()
{
    m_box->setTristate(true);
    m_box->setCheckState(Qt::PartiallyChecked);
    m_box->setText(mixedText());
}

void FlagField::showValue(const engine::Json* value)
{
    const engine::Json& shown = value && !value->is_null() ? *value : m_field.fallback;
    m_box->setTristate(false);
    m_box->setChecked(shown.is_boolean() && shown.get<bool>());
    // "${name}" and mistakes are neither on nor off.
    m_box->setText(shown.is_boolean() || shown.is_null() ? QString()
                                                         : plainText(shown).left(40).simplified());
}

ChoiceField::ChoiceField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : FieldEditor(field, context, parent),
      m_box(makeComboBox(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_box);
    for (const std::string& choice : field.hints.choices) addChoice(QString::fromStdString(choice));
    setFocusProxy(m_box);
    m_box->setAccessibleName(fieldTitle(field));
    m_box->setAccessibleDescription(QString::fromStdString(field.hints.help));
    connect(m_box, &QComboBox::activated, this,
            [this](int index) { Q_EMIT edited(m_box->itemData(index).toString().toStdString(), {}); });
}

// Names of several words are read as words, as everywhere else in the window.
void ChoiceField::addChoice(const QString& choice)
{
    m_box->addItem(QString(choice).replace(QLatin1Char('_'), QLatin1Char(' ')), choice);
}

void ChoiceField::showMixed()
{
    m_box->setPlaceholderText(mixedText());
    m_box->setCurrentIndex(-1);
}

void ChoiceField::showValue(const engine::Json* value)
{
    m_box->setPlaceholderText(tr("choose…"));
    const QString wanted = plainText(value && !value->is_null() ? *value : m_field.fallback);
    const int declared = static_cast<int>(m_field.hints.choices.size());
    int index = m_box->findData(wanted, Qt::UserRole, Qt::MatchExactly | Qt::MatchCaseSensitive);
    while (m_box->count() > declared && index < declared) m_box->removeItem(declared);
    if (index < 0 && !wanted.isEmpty()) {
        m_box->addItem(wanted, wanted);
        index = declared;
    }
    m_box->setCurrentIndex(index);
}

ColumnField::ColumnField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : TypedField(field, context, parent),
      m_box(makeComboBox(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_box);
    m_box->setEditable(true);
    m_box->setInsertPolicy(QComboBox::NoInsert);
    m_box->lineEdit()->setPlaceholderText(placeholderOf(field));
    m_box->completer()->setCompletionMode(QCompleter::PopupCompletion);
    watch(m_box->lineEdit());
    setFocusProxy(m_box);
    connect(m_box->lineEdit(), &QLineEdit::textEdited, this, &ColumnField::typed);
    connect(m_box, &QComboBox::activated, this, &ColumnField::commit);
    refreshContext();
}

void ColumnField::refreshContext()
{
    const engine::SchemaPtr schema = m_context.schemaFor(m_field);
    std::vector<engine::Field> columns = schema ? schema->fields() : std::vector<engine::Field>{};
    if (columns == m_columns) return;
    m_columns = std::move(columns);
    // Whoever types or has a place in the text keeps both: columns are found anew at every pause.
    const QString kept = text();
    const int place = m_box->lineEdit()->cursorPosition();
    m_box->clear();
    QList<QStandardItem*> items;
    for (const engine::Field& column : m_columns) {
        items += new QStandardItem(QString::fromStdString(column.name));
        items.back()->setToolTip(QString::fromStdString(std::string(engine::dataTypeName(column.type))));
    }
    // At once, for the box and its completer sort themselves out anew at each change.
    auto* model = qobject_cast<QStandardItemModel*>(m_box->model());
    model->setColumnCount(1);  // else it tells of the column in the midst of the rows
    model->invisibleRootItem()->appendRows(items);
    showText(kept);
    m_box->lineEdit()->setCursorPosition(place);
}

void ColumnField::showPlaceholder(const QString& text) { m_box->lineEdit()->setPlaceholderText(text); }

QString ColumnField::text() const { return m_box->lineEdit()->text(); }

void ColumnField::showText(const QString& text)
{
    m_box->setCurrentIndex(m_box->findText(text, Qt::MatchExactly | Qt::MatchCaseSensitive));
    m_box->lineEdit()->setText(text);
}

}  // namespace ui
