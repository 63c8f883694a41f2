#pragma once

#include "ui/commands/command_model.h"

#include <QFrame>

class QLineEdit;
class QListView;

namespace ui {

// Finds a command by typing and runs it; shows the key that would have done the same. Shown on an Overlay,
// owned by the main window, GUI thread.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(CommandRegistry& registry, QWidget* parent = nullptr);
    void begin();  // with nothing typed
    QLineEdit& input() { return *m_input; }
    QListView& list() { return *m_list; }
    CommandModel& model() { return m_model; }

Q_SIGNALS:
    void chosen(QAction* action);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void search(const QString& typed);
    void choose(const QModelIndex& index);
    void step(int by);

    CommandRegistry& m_registry;
    CommandModel m_model;
    QLineEdit* m_input;
    QListView* m_list;
    class EmptyHint* m_none;
};

}  // namespace ui
