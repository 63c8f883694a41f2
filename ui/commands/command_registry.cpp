#include "ui/commands/command_registry.h"

#include <QMenu>
#include <QWidget>

namespace ui {

// One key has two names, and "Return" is on few keyboards.
QString keysText(const QKeySequence& keys)
{
    return keys.toString(QKeySequence::NativeText).replace(QLatin1String("Return"), QLatin1String("Enter"));
}

QString keysText(const QAction& action) { return keysText(action.shortcut()); }

CommandRegistry::CommandRegistry(QWidget& window) : QObject(&window), m_window(window) { }

QAction* CommandRegistry::makeAction(const Command& command)
{
    auto* action = new QAction(command.text, this);
    action->setObjectName(QLatin1String(command.id));
    action->setShortcuts(command.keys);
    // What is enabled may have changed since it was looked at last.
    connect(action, &QAction::triggered, this, [run = command.run, isEnabled = command.isEnabled] {
        if (!isEnabled || isEnabled()) run();
    });
    m_window.addAction(action);
    return action;
}

QAction* CommandRegistry::add(const QString& category, Command command)
{
    QAction* action = makeAction(command);
    m_entries.push_back({category, action, command.icon, std::move(command.isEnabled)});
    return action;
}

void CommandRegistry::replace(const QString& category, const QString& behind, std::vector<Command> commands)
{
    std::erase_if(m_entries, [&](const Entry& entry) {
        if (entry.category != category) return false;
        // It may be the one that is being triggered.
        m_window.removeAction(entry.action);
        entry.action->deleteLater();
        return true;
    });
    auto place = m_entries.end();
    for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry)
        if (entry->category == behind) place = std::next(entry);
    for (Command& command : commands) {
        QAction* action = makeAction(command);
        place = std::next(
            m_entries.insert(place, {category, action, command.icon, std::move(command.isEnabled)}));
    }
    Q_EMIT changed();
}

void CommandRegistry::adopt(const QString& category, const QList<QAction*>& actions,
                            const std::function<bool(const QAction&)>& isEnabled)
{
    for (QAction* action : actions) {
        m_entries.push_back({category, action, {}, {}});
        if (isEnabled) m_entries.back().isEnabled = [isEnabled, action] { return isEnabled(*action); };
    }
}

QAction* CommandRegistry::action(const QString& id) const
{
    for (const Entry& entry : m_entries)
        if (entry.action->objectName() == id) return entry.action;
    return nullptr;
}

void CommandRegistry::run(const QString& id)
{
    refresh();
    if (QAction* found = action(id)) found->trigger();
}

void CommandRegistry::refresh()
{
    for (const Entry& entry : m_entries)
        if (entry.isEnabled) entry.action->setEnabled(entry.isEnabled());
}

void CommandRegistry::fillMenu(QMenu& menu) const
{
    menu.clear();
    qDeleteAll(menu.findChildren<QMenu*>(Qt::FindDirectChildrenOnly));
    QMenu* part = nullptr;
    for (const Entry& entry : m_entries) {
        if (!part || part->title() != entry.category) part = menu.addMenu(entry.category);
        part->addAction(entry.action);
    }
}

}  // namespace ui
