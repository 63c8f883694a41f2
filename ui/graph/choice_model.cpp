#include "ui/graph/choice_model.h"

#include "ui/match_score.h"
#include "ui/plain_text.h"

#include <algorithm>

namespace ui {

namespace {

constexpr int kWordsScore = 20;  // of what is found in the words and not in the name

int scoreOf(const QString& typed, const Choice& choice)
{
    if (typed.isEmpty()) return 1;
    if (const int score = matchScore(typed, choice.title)) return score;
    if (typed.size() < 3) return 0;  // one or two letters stand in every text
    // Each word for itself: "avg group" finds what groups rows and aggregates them.
    for (const QString& word : typed.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        if (!choice.title.contains(word, Qt::CaseInsensitive) &&
            !choice.detail.contains(word, Qt::CaseInsensitive) &&
            !choice.words.contains(word, Qt::CaseInsensitive))
            return 0;
    return kWordsScore;
}

}  // namespace

void ChoiceModel::setChoices(std::vector<Choice> choices)
{
    m_choices = std::move(choices);
    setTyped({});
}

void ChoiceModel::setTyped(const QString& typed)
{
    beginResetModel();
    m_shown.clear();
    std::vector<int> scores(m_choices.size());
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        scores[i] = scoreOf(typed.trimmed(), m_choices[i]);
        // What can be chosen stands before what cannot.
        if (scores[i] && m_choices[i].refusal.isEmpty()) scores[i] += 1000;
        if (scores[i]) m_shown.push_back(static_cast<int>(i));
    }
    std::stable_sort(m_shown.begin(), m_shown.end(), [&](int a, int b) {
        return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
    });
    endResetModel();
}

int ChoiceModel::choiceAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_shown[static_cast<std::size_t>(row)] : -1;
}

int ChoiceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant ChoiceModel::data(const QModelIndex& index, int role) const
{
    const int at = choiceAt(index.row());
    if (at < 0) return {};
    const Choice& choice = m_choices[static_cast<std::size_t>(at)];
    if (role == Qt::DisplayRole) return plainLine(choice.title, 80);
    if (role == Qt::ToolTipRole)
        return plainToolTip(choice.refusal.isEmpty() ? choice.words : choice.refusal);
    if (role == DetailRole) return plainLine(choice.detail, 120);
    if (role == ToneRole) return static_cast<int>(choice.tone);
    if (role == RefusalRole) return choice.refusal;
    return {};
}

}  // namespace ui
