#include "ui/charts/threshold_form.h"

#include "ui/properties/plain_fields.h"

#include <QComboBox>
#include <QCompleter>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ui {

namespace {

constexpr int kFormWidth = 360;
constexpr int kLabelMost = 200;

engine::Json valueFrom(const QString& typed)
{
    const QString text = typed.trimmed();
    bool isRead = false;
    if (const qlonglong whole = text.toLongLong(&isRead); isRead) return std::int64_t{whole};
    const double number = text.toDouble(&isRead);
    if (isRead && std::isfinite(number)) return number;
    return text.toStdString();
}

QString textFrom(const engine::Json& value)
{
    if (value.is_string()) return QString::fromStdString(value.get<std::string>());
    return value.is_number() ? QString::fromStdString(engine::compactJson(value)) : QString();
}

}  // namespace

ThresholdForm::ThresholdForm(QWidget* owner)
    : QFrame(owner),
      m_owner(owner),
      m_title(new QLabel(this)),
      m_value(new QLineEdit(this)),
      m_label(new QLineEdit(this)),
      m_direction(makeComboBox(this)),
      m_severity(makeComboBox(this)),
      m_mistake(new QLabel(this)),
      m_submit(new QPushButton(this))
{
    setObjectName(QStringLiteral("card"));
    setFixedWidth(kFormWidth);
    m_title->setObjectName(QStringLiteral("soft"));
    m_value->setAccessibleName(tr("Value"));
    m_value->setPlaceholderText(tr("80 or ${limit}"));
    m_label->setAccessibleName(tr("Label"));
    m_label->setPlaceholderText(tr("Label"));
    m_label->setMaxLength(kLabelMost);
    m_direction->setAccessibleName(tr("Direction"));
    m_direction->addItems({tr("Above it"), tr("Below it")});
    m_severity->setAccessibleName(tr("Severity"));
    m_severity->addItems({tr("Warning"), tr("Critical")});
    m_mistake->setWordWrap(true);
    m_mistake->setTextFormat(Qt::PlainText);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    m_submit->setObjectName(QStringLiteral("run"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(16, 12, 16, 12);
    grid->setSpacing(8);
    grid->addWidget(m_title, 0, 0, 1, 2);
    grid->addWidget(m_value, 1, 0);
    grid->addWidget(m_label, 1, 1);
    grid->addWidget(m_direction, 2, 0);
    grid->addWidget(m_severity, 2, 1);
    grid->addWidget(m_mistake, 3, 0, 1, 2);
    grid->addWidget(cancel, 4, 0);
    grid->addWidget(m_submit, 4, 1);
    connect(cancel, &QPushButton::clicked, this, &ThresholdForm::close);
    connect(m_submit, &QPushButton::clicked, this, &ThresholdForm::submit);
    connect(m_value, &QLineEdit::textEdited, this, [this] {
        m_mistake->hide();
        place();
    });
    hide();
}

void ThresholdForm::open(const engine::PipelineSpec& spec, const Threshold& shown, bool isNew,
                         QWidget& beside, Take take)
{
    m_take = std::move(take);
    m_spec = {};
    m_spec.parameters = spec.parameters;
    m_beside = &beside;
    QStringList names;
    for (const engine::ParameterSpec& parameter : spec.parameters)
        if (thresholdValue("${" + parameter.name + "}", spec))
            names += QStringLiteral("${%1}").arg(QString::fromStdString(parameter.name));
    m_value->setCompleter(new QCompleter(names, m_value));
    m_title->setText(isNew ? tr("New threshold: colour values that are") : tr("Colour values that are"));
    m_submit->setText(isNew ? tr("Add") : tr("Save"));
    m_value->setText(textFrom(shown.value));
    m_label->setText(QString::fromStdString(shown.label).left(kLabelMost));
    m_direction->setCurrentIndex(shown.direction);
    m_severity->setCurrentIndex(shown.severity);
    m_mistake->hide();
    setParent(m_owner->window());
    place();
    show();
    raise();
    m_value->selectAll();
    m_value->setFocus();
}

void ThresholdForm::place()
{
    if (!m_beside) return;
    adjustSize();
    const QWidget* window = parentWidget();
    const QPoint corner = m_beside->mapTo(window, QPoint(m_beside->width() - width() - 16, 24));
    move(std::max(0, corner.x()), std::clamp(corner.y(), 0, std::max(0, window->height() - height() - 8)));
}

QString ThresholdForm::mistake() const { return m_mistake->isHidden() ? QString() : m_mistake->text(); }

void ThresholdForm::close()
{
    if (isHidden()) return;
    hide();
    m_take = nullptr;
    if (m_beside) m_beside->setFocus();
    setParent(m_owner);
}

void ThresholdForm::submit()
{
    Threshold threshold;
    threshold.value = valueFrom(m_value->text());
    threshold.label = m_label->text().toStdString();
    threshold.direction = m_direction->currentIndex() == 0 ? Threshold::Above : Threshold::Below;
    threshold.severity = m_severity->currentIndex() == 0 ? Threshold::Warning : Threshold::Critical;
    if (const auto value = thresholdValue(threshold.value, m_spec); !value) {
        m_mistake->setText(QString::fromStdString(value.error().message));
        m_mistake->show();
        place();
        m_value->setFocus();
        return;
    }
    const Take take = std::exchange(m_take, nullptr);
    close();
    if (take) take(threshold);
}

void ThresholdForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) return close();
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!isEnter) return QFrame::keyPressEvent(event);
    submit();
}

}  // namespace ui
