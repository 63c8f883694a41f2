#pragma once

#include "ui/commands/command_registry.h"

#include <QAbstractListModel>

namespace ui {

// The commands that fit what is typed, best first; without anything typed all, in their order. Owned by the
// command palette, GUI thread.
class CommandModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { CategoryRole = Qt::UserRole, KeysRole, EnabledRole };
    explicit CommandModel(const CommandRegistry& registry, QObject* parent = nullptr);
    void search(const QString& typed);
    QAction* action(const QModelIndex& index) const;
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    const CommandRegistry& m_registry;
    QString m_typed;
    std::vector<std::size_t> m_rows;  // of the registry's entries
};

}  // namespace ui
