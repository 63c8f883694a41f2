#include "ui/match_score.h"

#include <algorithm>

namespace ui {

namespace {

bool beginsWord(const QString& name, qsizetype at) { return at == 0 || !name[at - 1].isLetterOrNumber(); }

// Whether the letters stand in the name in their order; with `onlyWords`, each at the beginning of a word.
bool hasLettersInOrder(const QString& typed, const QString& name, bool onlyWords)
{
    qsizetype at = 0;
    for (const QChar letter : typed) {
        if (letter.isSpace()) continue;
        do {
            at = name.indexOf(letter, at, Qt::CaseInsensitive) + 1;
        } while (onlyWords && at > 0 && !beginsWord(name, at - 1));
        if (at == 0) return false;
    }
    return true;
}

}  // namespace

int matchScore(const QString& typed, const QString& name)
{
    if (typed.isEmpty() || name.isEmpty()) return 0;
    const int shortness = std::clamp(9 - static_cast<int>(name.size() - typed.size()) / 2, 0, 9);
    const qsizetype at = name.indexOf(typed, 0, Qt::CaseInsensitive);
    if (at == 0) return 90 + shortness;
    if (at > 0) return (beginsWord(name, at) ? 70 : 50) + shortness;
    if (typed.size() < 2) return 0;
    if (hasLettersInOrder(typed, name, true)) return 40 + shortness;
    return hasLettersInOrder(typed, name, false) ? 30 + shortness : 0;
}

}  // namespace ui
