#include "ui/panels/lines_model.h"

#include "ui/format.h"
#include "ui/plain_text.h"

namespace ui {

namespace {

constexpr qsizetype kLineCharacters = 1'000;  // of a line of the log

}  // namespace

void ProblemsModel::setProblems(std::vector<engine::Diagnostic> problems, QStringList places)
{
    if (problems == m_problems && places == m_places) return;
    beginResetModel();
    m_problems = std::move(problems);
    m_places = std::move(places);
    endResetModel();
}

int ProblemsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_problems.size());
}

QVariant ProblemsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const engine::Diagnostic& line = problem(index.row());
    if (role == Qt::DisplayRole) return QString::fromStdString(line.message);
    if (role == Qt::ToolTipRole) return plainToolTip(QString::fromStdString(line.message));
    if (role == PlaceRole) return plainLine(m_places.value(index.row()));
    if (role == MarkRole) {
        const Mark mark = line.severity == engine::Diagnostic::Problem ? Mark::Problem
            : line.severity == engine::Diagnostic::Warning             ? Mark::Warning
                                                                       : Mark::Hint;
        return static_cast<int>(mark);
    }
    return {};
}

void LogModel::append(const engine::LogLine& line)
{
    if (m_lines.size() >= static_cast<std::size_t>(kLines)) {
        beginRemoveRows({}, 0, kLines / 10 - 1);
        m_lines.erase(m_lines.begin(), m_lines.begin() + kLines / 10);
        endRemoveRows();
    }
    const int row = static_cast<int>(m_lines.size());
    beginInsertRows({}, row, row);
    m_lines.push_back(line);
    endInsertRows();
}

int LogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const engine::LogLine& line = m_lines[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) return plainLine(QString::fromStdString(line.text), kLineCharacters);
    if (role == Qt::ToolTipRole) return plainToolTip(QString::fromStdString(line.text));
    if (role == ProblemsModel::PlaceRole) {
        const QString time = formatTimeOfDay(line.at.time_since_epoch().count());
        return line.node.value.empty()
            ? time
            : time + QStringLiteral("  ") + QString::fromStdString(line.node.value);
    }
    if (role == ProblemsModel::MarkRole)
        return static_cast<int>(line.level >= 3       ? Mark::Problem
                                    : line.level == 2 ? Mark::Warning
                                                      : Mark::Hint);
    return {};
}

}  // namespace ui
