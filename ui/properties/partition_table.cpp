#include "ui/properties/partition_table.h"

#include "ui/format.h"
#include "ui/job_figures.h"
#include "ui/plain_text.h"
#include "ui/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <optional>
#include <vector>

namespace ui {

namespace {

constexpr int kLineHeight = 24, kHeaderHeight = 28, kRowsVisible = 8, kNameWidthLeast = 24;
constexpr char kLagOf[] = "lag:";
constexpr qsizetype kClockLength = 8;  // seconds are fine enough

enum Column { Partition, Position, End, Lag, Watermark, Columns };

struct PartitionRow {
    QString topic{}, number{};
    std::optional<std::int64_t> position{}, endOffset{}, lag{};
    const engine::SplitTelemetry* split = nullptr;
};

std::optional<std::int64_t> countOf(const engine::NodeTelemetry& node, const std::string& name)
{
    const auto found = node.counters.find(name);
    return found == node.counters.end() ? std::optional<std::int64_t>() : found->second;
}

// By topic and number: 2 before 10.
std::vector<PartitionRow> rowsOf(const engine::NodeTelemetry& node)
{
    std::vector<PartitionRow> rows;
    for (auto at = node.counters.lower_bound(kLagOf); at != node.counters.end(); ++at) {
        if (at->first.rfind(kLagOf, 0) != 0) break;
        const std::string name = at->first.substr(sizeof kLagOf - 1);
        const QString text = QString::fromStdString(name);
        PartitionRow row{text.section(QLatin1Char('/'), 0, -2), text.section(QLatin1Char('/'), -1),
                         countOf(node, "position:" + name), countOf(node, "end_offset:" + name), at->second};
        for (const engine::SplitTelemetry& split : node.splits)
            if (split.name == name) row.split = &split;
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const PartitionRow& one, const PartitionRow& other) {
        return one.topic == other.topic ? one.number.toInt() < other.number.toInt() : one.topic < other.topic;
    });
    return rows;
}

QString countText(std::optional<std::int64_t> count)
{
    return count ? formatCount(*count) : QStringLiteral("–");
}

QString splitText(const engine::SplitTelemetry* split, const TimeZone& zone)
{
    if (split && split->isIdle) return QObject::tr("idle");
    if (!split || split->watermarkUs == engine::kNoWatermark) return QStringLiteral("–");
    return watermarkText(split->watermarkUs, zone).left(kClockLength);
}

}  // namespace

PartitionTable::PartitionTable(QWidget* parent)
    : QWidget(parent),
      m_table(new QTableWidget(0, Columns, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 20, 0, 0);
    column->setSpacing(4);
    auto* heading = new QLabel(tr("Partitions").toUpper(), this);
    heading->setObjectName(QStringLiteral("heading"));
    column->addWidget(heading);
    m_table->setHorizontalHeaderLabels(
        {tr("#"), tr("Position"), tr("End"), tr("Lag"), tr("Watermark")});
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->horizontalHeaderItem(Partition)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setFixedHeight(kHeaderHeight);
    m_table->horizontalHeader()->setMinimumSectionSize(kNameWidthLeast);
    m_table->horizontalHeader()->setSectionResizeMode(Partition, QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setMinimumSectionSize(kLineHeight);
    m_table->verticalHeader()->setDefaultSectionSize(kLineHeight);
    m_table->setObjectName(QStringLiteral("partitions"));
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setFont(theme().font(TypeSize::Small));
    m_table->setAccessibleName(tr("Partitions"));
    column->addWidget(m_table);
    hide();
}

void PartitionTable::setText(int row, int column, const QString& text)
{
    QTableWidgetItem* item = m_table->item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        item->setTextAlignment((column == Partition ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        m_table->setItem(row, column, item);
    }
    if (item->text() == text) return;
    item->setText(text);
    item->setToolTip(plainToolTip(text));
}

// Columns only grow, so that figures that change move nothing.
void PartitionTable::fit(bool isNew)
{
    for (int column = Position; column < Columns; ++column) {
        const int before = isNew ? 0 : m_table->columnWidth(column);
        m_table->resizeColumnToContents(column);
        m_table->setColumnWidth(column, std::max(before, m_table->columnWidth(column)));
    }
    const int rows = std::min(m_table->rowCount(), kRowsVisible);
    const bool isTooWide = m_table->horizontalHeader()->length() > m_table->viewport()->width();
    const int bar = isTooWide ? m_table->horizontalScrollBar()->sizeHint().height() : 0;
    m_table->setFixedHeight(kHeaderHeight + kLineHeight * rows + bar + 2);
}

void PartitionTable::fill(const engine::JobTelemetry& telemetry, const engine::NodeId& node,
                          const TimeZone& zone)
{
    const auto now = std::find_if(telemetry.nodes.begin(), telemetry.nodes.end(),
                                  [&](const auto& each) { return each.node == node; });
    const std::vector<PartitionRow> rows =
        now == telemetry.nodes.end() ? std::vector<PartitionRow>() : rowsOf(*now);
    setVisible(!rows.empty());
    if (rows.empty()) return;
    const bool isOver = engine::isOver(telemetry.status.state);
    const QString topic = rows.front().topic;
    const bool isOne = std::all_of(rows.begin(), rows.end(), [&](const auto& r) { return r.topic == topic; });
    const int count = static_cast<int>(rows.size());
    const bool isNew = m_table->rowCount() != count;
    m_table->setRowCount(count);
    for (int i = 0; i < count; ++i) {
        const PartitionRow& row = rows[static_cast<std::size_t>(i)];
        setText(i, Partition, isOne ? row.number : row.topic + QLatin1Char('/') + row.number);
        setText(i, Position, countText(row.position));
        setText(i, End, isOver ? QStringLiteral("–") : countText(row.endOffset));
        setText(i, Lag, isOver ? QStringLiteral("–") : countText(row.lag));
        setText(i, Watermark, splitText(row.split, zone));
    }
    fit(isNew);
}

}  // namespace ui
