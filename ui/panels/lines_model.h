#pragma once

#include "spec/diagnostic.h"
#include "spec/messages.h"

#include <QAbstractListModel>
#include <QStringList>

#include <deque>
#include <vector>

namespace ui {

// How a line of a list is marked: each with a colour and an icon of its own.
enum class Mark { Hint, Warning, Problem };

// The problems of the current document. Owned by the dock, GUI thread.
class ProblemsModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { MarkRole = Qt::UserRole, PlaceRole };
    using QAbstractListModel::QAbstractListModel;
    // Equal ones change nothing. `places`: where each of them is, in words.
    void setProblems(std::vector<engine::Diagnostic> problems, QStringList places);
    const engine::Diagnostic& problem(int row) const { return m_problems[static_cast<std::size_t>(row)]; }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<engine::Diagnostic> m_problems;
    QStringList m_places;
};

// The newest lines of the log, the last at the end. Owned by the dock, GUI thread.
class LogModel : public QAbstractListModel {
    Q_OBJECT
public:
    static constexpr int kLines = 5'000;
    using QAbstractListModel::QAbstractListModel;
    void append(const engine::LogLine& line);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::deque<engine::LogLine> m_lines;
};

}  // namespace ui
