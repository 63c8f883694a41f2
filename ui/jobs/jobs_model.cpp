#include "ui/jobs/jobs_model.h"

#include "spec/unread.h"
#include "ui/format.h"
#include "ui/job_figures.h"
#include "ui/plain_text.h"

#include <algorithm>

namespace ui {

namespace {

constexpr int kShowEveryMs = 250;

}  // namespace

JobsModel::JobsModel(const JobBook& book, QObject* parent) : QAbstractTableModel(parent), m_book(book)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kShowEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &JobsModel::flush);
    connect(&book, &JobBook::listChanged, this, &JobsModel::sync);
    connect(&book, &JobBook::told, this, [this](engine::JobId job) {
        m_told.insert(job);
        if (!m_timer.isActive()) m_timer.start();
    });
    sync();
}

// New jobs are put on top one by one, so that the selection of the others stays.
void JobsModel::sync()
{
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (m_book.find(m_rows[static_cast<std::size_t>(row)].job)) continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
    for (const auto& [job, record] : m_book.jobs()) {
        if (find(job) != m_rows.end()) continue;
        beginInsertRows({}, 0, 0);
        m_rows.insert(m_rows.begin(), {job, {}, {}});
        fill(m_rows.front());
        endInsertRows();
    }
}

std::vector<JobsModel::Row>::const_iterator JobsModel::find(engine::JobId job) const
{
    return std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return row.job == job; });
}

void JobsModel::fill(Row& row) const
{
    const JobRecord* record = m_book.find(row.job);
    if (!record) return;
    for (int column = 0; column < Columns; ++column)
        row.texts[static_cast<std::size_t>(column)] = text(*record, static_cast<Column>(column));
    row.look = lookOf(record->latest.status.state);
}

void JobsModel::flush()
{
    if (m_rows.empty()) return;
    for (Row& row : m_rows)
        if (m_told.contains(row.job)) fill(row);
    m_told.clear();
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1),
                       {Qt::DisplayRole, ToneRole, IconRole});
}

std::optional<engine::JobId> JobsModel::job(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= rowCount()) return {};
    return m_rows[static_cast<std::size_t>(index.row())].job;
}

QModelIndex JobsModel::indexOf(engine::JobId job) const
{
    const auto found = find(job);
    return found == m_rows.end() ? QModelIndex() : index(static_cast<int>(found - m_rows.begin()), 0);
}

int JobsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int JobsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Columns; }

QString JobsModel::text(const JobRecord& record, Column column) const
{
    const engine::JobTelemetry& job = record.latest;
    const bool isOver = engine::isOver(job.status.state);
    const Flow flow = flowOf(job);
    const QString none = QStringLiteral("–");
    switch (column) {
    case Name: return plainLine(QString::fromStdString(job.status.name));
    case State: return lookOf(job.status.state).text;
    case For: return formatRunningTime((job.at - record.startedAt).count());
    case In: return isOver ? none : formatRate(flow.inRate);
    case Out: return isOver ? none : formatRate(flow.outRate);
    case Lag: {
        const auto lag = lagUs(job, leastWatermark(job));
        return lag && !isOver ? formatDuration(*lag) : none;
    }
    case Unread: {
        const auto unread = engine::unreadRecords(job);
        return unread && !isOver ? formatShort(static_cast<double>(*unread)) : none;
    }
    case Checkpoint: return job.checkpoint.epoch ? checkpointText(job) : none;
    case Restarts: return formatCount(job.status.restarts);
    case Columns: break;
    }
    return {};
}

QVariant JobsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return row.texts[static_cast<std::size_t>(index.column())];
    case Qt::TextAlignmentRole:
        return index.column() <= State ? QVariant(Qt::AlignLeft | Qt::AlignVCenter)
                                       : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    case ToneRole: return static_cast<int>(row.look.tone);
    case IconRole: return row.look.icon;
    default: return {};
    }
}

QVariant JobsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return section <= State ? QVariant(Qt::AlignLeft | Qt::AlignVCenter)
                                : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (static_cast<Column>(section)) {
    case Name: return tr("Pipeline");
    case State: return tr("State");
    case For: return tr("Since its start");
    case In: return tr("Rows in");
    case Out: return tr("Rows out");
    case Lag: return tr("Lag");
    case Unread: return tr("Unread");
    case Checkpoint: return tr("Last checkpoint");
    case Restarts: return tr("Restarts");
    case Columns: break;
    }
    return {};
}

void JobEventsModel::show(const JobRecord* record)
{
    beginResetModel();
    m_events.clear();
    if (record) m_events.assign(record->events.rbegin(), record->events.rend());
    endResetModel();
}

int JobEventsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_events.size());
}

QVariant JobEventsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const JobEvent& event = m_events[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) return plainLine(event.text, 1000);
    if (role == Qt::ToolTipRole) return plainToolTip(event.text);
    if (role == ProblemsModel::PlaceRole) return formatTimeOfDay(event.at.time_since_epoch().count());
    if (role == ProblemsModel::MarkRole) return static_cast<int>(event.mark);
    return {};
}

void CheckpointsModel::show(const JobRecord* record)
{
    beginResetModel();
    m_rows.clear();
    if (record) m_rows.assign(record->checkpoints.rbegin(), record->checkpoints.rend());
    endResetModel();
}

int CheckpointsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CheckpointsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Columns; }

QVariant CheckpointsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const engine::CheckpointInfo& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (static_cast<Column>(index.column())) {
    case Epoch: return formatCount(static_cast<std::int64_t>(row.epoch));
    case At: return formatTimeOfDay(row.at.time_since_epoch().count());
    case Bytes: return formatBytes(row.bytes);
    case Took: return formatDuration(row.durationUs);
    case Columns: break;
    }
    return {};
}

QVariant CheckpointsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (static_cast<Column>(section)) {
    case Epoch: return tr("Number");
    case At: return tr("Decided at");
    case Bytes: return tr("Size");
    case Took: return tr("Took");
    case Columns: break;
    }
    return {};
}

}  // namespace ui
