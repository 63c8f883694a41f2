#include "ui/alerts/alerts_model.h"

#include "ui/alerts/alert_measure.h"
#include "ui/plain_text.h"

#include <algorithm>

namespace ui {

namespace {

bool fits(AlertsModel::Filter filter, AlertStage stage)
{
    switch (filter) {
    case AlertsModel::All: return true;
    case AlertsModel::Firing: return stage == AlertStage::Firing;
    case AlertsModel::Acknowledged: return stage == AlertStage::Acknowledged;
    case AlertsModel::Over: return stage == AlertStage::Over;
    case AlertsModel::Filters: break;
    }
    return false;
}

bool isFigure(int column) { return column >= AlertsModel::Value && column <= AlertsModel::Changed; }

}  // namespace

AlertsModel::AlertsModel(const AlertBook& book, TextOf titleOf, TextOf unitOf, QObject* parent)
    : QAbstractTableModel(parent),
      m_book(book),
      m_titleOf(std::move(titleOf)),
      m_unitOf(std::move(unitOf))
{
    connect(&book, &AlertBook::loaded, this, &AlertsModel::reload);
    connect(&book, &AlertBook::told, this, &AlertsModel::place);
    connect(&book, &AlertBook::dropped, this, &AlertsModel::remove);
    reload();
}

void AlertsModel::setFilter(Filter filter)
{
    if (filter == m_filter) return;
    m_filter = filter;
    reload();
}

void AlertsModel::setSearch(const QString& text)
{
    if (text == m_search) return;
    m_search = text;
    reload();
}

int AlertsModel::count(Filter filter) const
{
    return static_cast<int>(
        std::count_if(m_book.alerts().begin(), m_book.alerts().end(),
                      [filter](const auto& each) { return fits(filter, stageOf(each.second)); }));
}

void AlertsModel::retitle()
{
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Rule), index(rowCount() - 1, Threshold), {Qt::DisplayRole});
}

bool AlertsModel::isShown(const engine::AlertEpisode& alert) const
{
    if (!fits(m_filter, stageOf(alert))) return false;
    if (m_search.isEmpty()) return true;
    // Every word somewhere in what is shown of it.
    QStringList texts{QString::fromStdString(alert.last.summary),
                      QString::fromStdString(alert.last.rule.value)};
    for (const Column column : {Level, State, Rule, Labels, Job, Seen}) texts += text(alert, column);
    const QString all = texts.join(QLatin1Char('\n'));
    const QStringList words = m_search.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(),
                       [&all](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

bool AlertsModel::isBefore(const AlertKey& one, const AlertKey& other) const
{
    const engine::AlertEpisode *first = m_book.find(one), *second = m_book.find(other);
    const AlertStage stage = stageOf(*first), otherStage = stageOf(*second);
    if (stage != otherStage) return stage < otherStage;
    if (stage != AlertStage::Over && severityOf(*first) != severityOf(*second))
        return severityOf(*first) > severityOf(*second);
    const engine::Timestamp at = stage == AlertStage::Over ? first->last.at : first->startedAt;
    const engine::Timestamp otherAt = stage == AlertStage::Over ? second->last.at : second->startedAt;
    return at != otherAt ? at > otherAt : one < other;
}

void AlertsModel::reload()
{
    beginResetModel();
    m_rows.clear();
    for (const auto& [key, alert] : m_book.alerts())
        if (isShown(alert)) m_rows.push_back(key);
    std::sort(m_rows.begin(), m_rows.end(),
              [this](const AlertKey& one, const AlertKey& other) { return isBefore(one, other); });
    endResetModel();
}

void AlertsModel::place(const AlertKey& key)
{
    const engine::AlertEpisode* alert = m_book.find(key);
    if (!alert || !isShown(*alert)) return remove(key);
    const auto found = std::find(m_rows.begin(), m_rows.end(), key);
    const int from = found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
    const bool isInPlace = from >= 0 && (from == 0 || isBefore(found[-1], key)) &&
        (from + 1 == rowCount() || isBefore(key, found[1]));
    // Counted without it, since its own old place may be out of order.
    const auto before =
        isInPlace ? from : std::count_if(m_rows.begin(), m_rows.end(), [&](const auto& other) {
            return other != key && isBefore(other, key);
        });
    const int to = static_cast<int>(before);
    if (from < 0) {
        beginInsertRows({}, to, to);
        m_rows.insert(m_rows.begin() + to, key);
        endInsertRows();
        return;
    }
    if (from != to) {
        beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
        m_rows.erase(m_rows.begin() + from);
        m_rows.insert(m_rows.begin() + to, key);
        endMoveRows();
    }
    Q_EMIT dataChanged(index(to, 0), index(to, Columns - 1));
}

void AlertsModel::remove(const AlertKey& key)
{
    const auto found = std::find(m_rows.begin(), m_rows.end(), key);
    if (found == m_rows.end()) return;
    const int row = static_cast<int>(found - m_rows.begin());
    beginRemoveRows({}, row, row);
    m_rows.erase(found);
    endRemoveRows();
}

std::optional<AlertKey> AlertsModel::key(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= rowCount()) return {};
    return m_rows[static_cast<std::size_t>(index.row())];
}

QModelIndex AlertsModel::indexOf(const AlertKey& key) const
{
    const auto found = std::find(m_rows.begin(), m_rows.end(), key);
    return found == m_rows.end() ? QModelIndex() : index(static_cast<int>(found - m_rows.begin()), 0);
}

int AlertsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AlertsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Columns; }

QString AlertsModel::text(const engine::AlertEpisode& alert, Column column) const
{
    switch (column) {
    case Level: return severityText(severityOf(alert));
    case State: return stageText(alert);
    case Rule: return plainLine(m_titleOf(alert), 80);
    case Labels: return labelsText(alert.last.labels);
    case Job: return plainLine(QString::fromStdString(alert.last.pipelineName).simplified(), 80);
    case Value: return measuredText(alert.value, m_unitOf(alert));
    case Threshold: {
        const QString text = measuredText(alert.threshold, m_unitOf(alert));
        const QString comparison = alert.threshold ? measureOf(alert).comparison : QString();
        return comparison.isEmpty() ? text : comparison + QLatin1Char(' ') + text;
    }
    case Since: return momentText(alert.startedAt, AlertBook::now());
    case Changed: return momentText(alert.last.at, AlertBook::now());
    case Seen:
        return alert.acknowledgement ? plainLine(QString::fromStdString(alert.acknowledgement->user), 40)
                                     : QString();
    case Columns: break;
    }
    return {};
}

QVariant AlertsModel::data(const QModelIndex& index, int role) const
{
    const auto which = key(index);
    const engine::AlertEpisode* alert = which ? m_book.find(*which) : nullptr;
    if (!alert) return {};
    switch (role) {
    case Qt::DisplayRole: return text(*alert, static_cast<Column>(index.column()));
    case Qt::ToolTipRole: return plainToolTip(QString::fromStdString(alert->last.summary));
    case Qt::AccessibleTextRole:
        if (index.column() == Level) return sentenceOf(*alert);
        return (measureOf(*alert).name.isEmpty() || index.column() != Value
                    ? QString()
                    : measureOf(*alert).name + QLatin1Char(' ')) +
            text(*alert, static_cast<Column>(index.column()));
    case Qt::TextAlignmentRole:
        return isFigure(index.column()) ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                        : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    case SeverityRole: return static_cast<int>(severityOf(*alert));
    case StageRole: return static_cast<int>(stageOf(*alert));
    case MeasureRole: return index.column() == Value ? measureOf(*alert).name : QString();
    default: return {};
    }
}

QVariant AlertsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return isFigure(section) ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                 : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (static_cast<Column>(section)) {
    case Level: return tr("Severity");
    case State: return tr("State");
    case Rule: return tr("Rule");
    case Labels: return tr("Labels");
    case Job: return tr("Job");
    case Value: return tr("Value");
    case Threshold: return tr("Threshold");
    case Since: return tr("Since");
    case Changed: return tr("Last change");
    case Seen: return tr("Seen by");
    case Columns: break;
    }
    return {};
}

}  // namespace ui
