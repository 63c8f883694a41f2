#pragma once

#include <QAction>
#include <QKeySequence>
#include <QObject>

#include <functional>
#include <vector>

class QMenu;

namespace ui {

// One thing that can be done.
struct Command {
    const char* id;
    QString text{};
    QList<QKeySequence> keys{};
    QString icon{};
    std::function<bool()> isEnabled{};  // none: always
    std::function<void()> run{};
};

// Every action of the window, by category: menus, the command palette and the list of keys are made from it,
// so that nothing is unlisted. Owned by the main window, GUI thread.
class CommandRegistry : public QObject {
    Q_OBJECT
public:
    struct Entry {
        QString category{};
        QAction* action = nullptr;
        QString icon{};
        std::function<bool()> isEnabled{};
    };

    explicit CommandRegistry(QWidget& window);
    QAction* add(const QString& category, Command command);
    // Actions that a panel has of its own; their keys stay its business, and without `isEnabled` when they
    // can be used.
    void adopt(const QString& category, const QList<QAction*>& actions,
               const std::function<bool(const QAction&)>& isEnabled = {});
    const std::vector<Entry>& entries() const { return m_entries; }
    QAction* action(const QString& id) const;  // its object name; null: none
    // In the place of all there are of the category, behind those of another one.
    void replace(const QString& category, const QString& behind, std::vector<Command> commands);
    void run(const QString& id);       // unless it is disabled
    void refresh();                    // what is enabled
    void fillMenu(QMenu& menu) const;  // a submenu for each category

Q_SIGNALS:
    void changed();  // entries have come or gone

private:
    QAction* makeAction(const Command& command);
    QWidget& m_window;
    std::vector<Entry> m_entries;
};

// "Ctrl+Shift+P", as it is written on the keyboard; empty without a key.
QString keysText(const QAction& action);
QString keysText(const QKeySequence& keys);

}  // namespace ui
