#pragma once

#include "ui/job_look.h"
#include "ui/jobs/job_book.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <array>
#include <set>

namespace ui {

// The jobs as a table, the newest first. Owned by the jobs page, GUI thread; figures that come faster than
// they can be read are shown four times a second.
class JobsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, For, In, Out, Lag, Unread, Checkpoint, Restarts, Columns };
    enum Role { ToneRole = Qt::UserRole, IconRole };
    explicit JobsModel(const JobBook& book, QObject* parent = nullptr);
    std::optional<engine::JobId> job(const QModelIndex& index) const;
    QModelIndex indexOf(engine::JobId job) const;
    void flush();  // shows what is new

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    // As it was shown last, so that it agrees with whatever else was shown then.
    struct Row {
        engine::JobId job{};
        std::array<QString, Columns> texts{};
        JobLook look{};
    };
    void sync();
    void fill(Row& row) const;
    QString text(const JobRecord& record, Column column) const;
    std::vector<Row>::const_iterator find(engine::JobId job) const;

    const JobBook& m_book;
    std::vector<Row> m_rows;
    std::set<engine::JobId> m_told;  // since they were shown
    QTimer m_timer;
};

// What happened to one job, the newest first; for a LineDelegate.
class JobEventsModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void show(const JobRecord* record);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<JobEvent> m_events;
};

// The last checkpoints of one job, the newest first.
class CheckpointsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Epoch, At, Bytes, Took, Columns };
    using QAbstractTableModel::QAbstractTableModel;
    void show(const JobRecord* record);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<engine::CheckpointInfo> m_rows;
};

}  // namespace ui
