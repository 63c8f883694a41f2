#include "ui/properties/detect_card.h"

#include "ui/plain_text.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kColumnsVisible = 8, kLineHeight = 24, kColumnWidth = 136, kRowsMeasured = 64;
constexpr std::size_t kSamplesShown = 3;

QTableWidgetItem* makeItem(const QString& text)
{
    auto* item = new QTableWidgetItem(text);
    item->setToolTip(plainToolTip(text));
    return item;
}

QString samplesOf(const engine::Detected& detected, std::size_t column)
{
    QStringList samples;
    for (const auto& row : detected.samples) {
        const QString text = QString::fromStdString(row[column]).simplified();
        if (!text.isEmpty() && !samples.contains(text)) samples += text;
        if (samples.size() >= static_cast<qsizetype>(kSamplesShown)) break;
    }
    return samples.join(QStringLiteral(", "));
}

}  // namespace

DetectCard::DetectCard(QWidget* parent)
    : QFrame(parent),
      m_sentence(new QLabel(this)),
      m_columns(new QTableWidget(this)),
      m_take(new QPushButton(tr("Use these columns"), this)),
      m_close(new QPushButton(tr("Close"), this))
{
    setObjectName(QStringLiteral("detected"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(8);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    column->addWidget(m_sentence);
    m_columns->setColumnCount(3);
    m_columns->setHorizontalHeaderLabels({tr("Column"), tr("Type"), tr("Samples")});
    m_columns->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_columns->horizontalHeader()->setStretchLastSection(true);
    m_columns->horizontalHeader()->setResizeContentsPrecision(kRowsMeasured);
    m_columns->verticalHeader()->hide();
    m_columns->verticalHeader()->setMinimumSectionSize(kLineHeight);
    m_columns->verticalHeader()->setDefaultSectionSize(kLineHeight);
    m_columns->setShowGrid(false);
    m_columns->setWordWrap(false);
    m_columns->setTabKeyNavigation(false);
    m_columns->setSelectionMode(QAbstractItemView::NoSelection);
    m_columns->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_columns->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_columns->setAccessibleName(tr("Columns that were found"));
    m_columns->setFont(theme().font(TypeSize::Small));
    column->addWidget(m_columns);
    auto* row = new QHBoxLayout;
    for (QPushButton* button : {m_take, m_close}) {
        button->setObjectName(button == m_take ? QStringLiteral("run") : QStringLiteral("small"));
        row->addWidget(button);
    }
    row->addStretch();
    column->addLayout(row);
    connect(m_take, &QPushButton::clicked, this, &DetectCard::takeWanted);
    connect(m_close, &QPushButton::clicked, this, &QWidget::hide);
    hide();
}

QString DetectCard::sentence() const { return m_sentence->text(); }

void DetectCard::showWaiting()
{
    m_sentence->setText(tr("Looking…"));
    m_columns->hide();
    m_take->hide();
    show();
}

void DetectCard::showProblem(const QString& sentence)
{
    showWaiting();
    m_sentence->setText(sentence);
}

void DetectCard::showDetected(const engine::Detected& detected)
{
    QString text = QString::fromStdString(engine::detectedSentence(detected));
    if (!detected.timeColumn.empty())
        text +=
            QLatin1Char(' ') + tr("The time column is %1.").arg(QString::fromStdString(detected.timeColumn));
    if (!detected.note.empty()) text += QLatin1Char(' ') + QString::fromStdString(detected.note);
    m_sentence->setText(text);
    fill(detected);
    m_columns->show();
    m_take->show();
    show();
}

void DetectCard::fill(const engine::Detected& detected)
{
    const int count = static_cast<int>(detected.columns.size());
    m_columns->setRowCount(count);
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const engine::DetectedColumn& column = detected.columns[index];
        QString type = QString::fromStdString(column.type);
        if (!column.encoding.empty()) type += QStringLiteral(", ") + QString::fromStdString(column.encoding);
        if (column.misfits > 0)
            type += QStringLiteral(", ") + QString::fromStdString(engine::misfitsText(column));
        m_columns->setItem(i, 0, makeItem(QString::fromStdString(column.name)));
        m_columns->setItem(i, 1, makeItem(type));
        m_columns->setItem(i, 2, makeItem(samplesOf(detected, index)));
    }
    m_columns->resizeColumnsToContents();
    for (const int c : {0, 1})
        m_columns->setColumnWidth(c, std::min(m_columns->columnWidth(c), kColumnWidth));
    // As wide as what is left, so that a long one ends in an ellipsis and not in the frame.
    m_columns->setColumnWidth(2, 0);
    m_columns->setFixedHeight(28 + kLineHeight * std::min(count, kColumnsVisible) + 2);
}

}  // namespace ui
