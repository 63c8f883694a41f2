#include "ui/commands/command_model.h"

#include "ui/commands/command_words.h"
#include "ui/match_score.h"

#include <algorithm>

namespace ui {

namespace {

constexpr int kBeginsWord = 70;  // as matchScore says it; less of a word that is not shown means nothing
constexpr int kOther = 90;       // of such a word: before what only its category fits

int otherScore(const QString& typed, const QString& words)
{
    return typed.size() > 1 && matchScore(typed.trimmed(), words) >= kBeginsWord ? kOther : 0;
}

}  // namespace

CommandModel::CommandModel(const CommandRegistry& registry, QObject* parent)
    : QAbstractListModel(parent),
      m_registry(registry)
{
    search({});
    connect(&registry, &CommandRegistry::changed, this, [this] { search(m_typed); });
}

void CommandModel::search(const QString& typed)
{
    beginResetModel();
    m_typed = typed;
    std::vector<std::pair<int, std::size_t>> found;
    const auto& entries = m_registry.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const QString text = entries[i].action->text();
        const int own = 2 * matchScore(typed, text);
        const int other = otherScore(typed, commandWords().value(entries[i].action->objectName()));
        const int score = std::max({own, other, matchScore(typed, entries[i].category + u' ' + text)});
        if (typed.isEmpty() || score) found.emplace_back(-score, i);
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
    case Qt::DisplayRole: return found->text().replace(QLatin1String("&&"), QLatin1String("&"));
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
