#pragma once

#include "ui/theme.h"

#include <QAbstractListModel>
#include <QString>

#include <vector>

namespace ui {

// One thing to be chosen from a list.
struct Choice {
    QString title{}, detail{};  // detail: quieter, on the right
    QString words{};            // more to be found by
    Tone tone = Tone::Idle;
    QString refusal{};  // why it cannot be chosen; empty if it can
};

// Choices, those that fit what was typed, the best first. Owned by the SearchPopup, GUI thread.
class ChoiceModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { DetailRole = Qt::UserRole, ToneRole, RefusalRole };
    using QAbstractListModel::QAbstractListModel;
    void setChoices(std::vector<Choice> choices);
    void setTyped(const QString& typed);
    int choiceAt(int row) const;  // its place in what was set; -1: there is none
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<Choice> m_choices;
    std::vector<int> m_shown;
};

}  // namespace ui
