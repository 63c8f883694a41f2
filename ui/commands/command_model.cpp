#include "ui/commands/command_model.h"

#include <algorithm>

namespace ui {

int commandScore(const QString& typed, const QString& text)
{
    int score = 0;
    qsizetype at = -1;
    for (const QChar letter : typed) {
        if (letter.isSpace()) continue;
        qsizetype found = at + 1;
        // The beginning of a word counts more than being near.
        qsizetype best = -1;
        for (; found < text.size(); ++found) {
            if (text[found].toLower() != letter.toLower()) continue;
            const bool isBeginning = found == 0 || !text[found - 1].isLetterOrNumber();
            if (best < 0 || isBeginning) best = found;
            if (found == at + 1 || isBeginning) break;
        }
        if (best < 0) return -1;
        const bool isBeginning = best == 0 || !text[best - 1].isLetterOrNumber();
        score += best == at + 1 ? 8 : isBeginning ? 6 : 1;
        at = best;
    }
    return score;
}

CommandModel::CommandModel(const CommandRegistry& registry, QObject* parent)
    : QAbstractListModel(parent),
      m_registry(registry)
{
    search({});
}

void CommandModel::search(const QString& typed)
{
    beginResetModel();
    std::vector<std::pair<int, std::size_t>> found;
    const auto& entries = m_registry.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const QString text = entries[i].action->text();
        const int own = commandScore(typed, text);
        const int score = own >= 0 ? own * 2 : commandScore(typed, entries[i].category + u' ' + text);
        if (score >= 0) found.emplace_back(-score, i);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    m_rows.clear();
    for (const auto& [score, row] : found) m_rows.push_back(row);
    endResetModel();
}

QAction* CommandModel::action(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= rowCount()) return nullptr;
    return m_registry.entries()[m_rows[static_cast<std::size_t>(index.row())]].action;
}

int CommandModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant CommandModel::data(const QModelIndex& index, int role) const
{
    const QAction* found = action(index);
    if (!found) return {};
    switch (role) {
    case Qt::DisplayRole: return found->text();
    case CategoryRole: return m_registry.entries()[m_rows[static_cast<std::size_t>(index.row())]].category;
    case KeysRole: return keysText(*found);
    case EnabledRole: return found->isEnabled();
    case Qt::AccessibleTextRole: return found->text() + QLatin1String(", ") + keysText(*found);
    default: return {};
    }
}

Qt::ItemFlags CommandModel::flags(const QModelIndex& index) const
{
    const QAction* found = action(index);
    if (!found) return Qt::NoItemFlags;
    return found->isEnabled() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::ItemIsSelectable;
}

}  // namespace ui
