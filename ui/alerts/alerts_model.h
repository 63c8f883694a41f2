#pragma once

#include "ui/alerts/alert_book.h"
#include "ui/alerts/alert_look.h"

#include <QAbstractTableModel>
#include <QString>

#include <functional>
#include <optional>

namespace ui {

// Alerts as a table: those that nobody has seen first, of these the gravest, of these the newest. Owned by
// the alerts page, GUI thread. An alert that changes moves to its place and stays selected.
class AlertsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Level, State, Rule, Labels, Job, Value, Threshold, Since, Changed, Seen, Columns };
    enum Role { SeverityRole = Qt::UserRole, StageRole, MeasureRole };  // measure: what the value is
    enum Filter { All, Firing, Acknowledged, Over, Filters };
    using TextOf = std::function<QString(const engine::AlertEpisode&)>;

    // `titleOf`: of its rule's node; `unitOf`: of its value, empty if it is not known.
    AlertsModel(const AlertBook& book, TextOf titleOf, TextOf unitOf, QObject* parent = nullptr);
    void setFilter(Filter filter);
    Filter filter() const { return m_filter; }
    void setSearch(const QString& text);
    QString search() const { return m_search; }
    int count(Filter filter) const;  // without regard to what is searched for
    void retitle();                  // the nodes may be called otherwise
    std::optional<AlertKey> key(const QModelIndex& index) const;
    QModelIndex indexOf(const AlertKey& key) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void reload();
    void place(const AlertKey& key);
    void remove(const AlertKey& key);
    bool isShown(const engine::AlertEpisode& alert) const;
    bool isBefore(const AlertKey& one, const AlertKey& other) const;
    QString text(const engine::AlertEpisode& alert, Column column) const;

    const AlertBook& m_book;
    TextOf m_titleOf, m_unitOf;
    Filter m_filter = All;
    QString m_search;
    std::vector<AlertKey> m_rows;
};

}  // namespace ui
