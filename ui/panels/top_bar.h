#pragma once

#include "ui/commands/command_registry.h"
#include "ui/documents/recent_files.h"
#include "ui/session.h"
#include "ui/theme.h"

#include <QWidget>

class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace ui {

// The state of the run as a filled sign: what, and for how long. Owned by the top bar, GUI thread.
class StatePill : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    void show(Tone tone, const QString& icon, const QString& text);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Tone m_tone = Tone::Idle;
    QString m_icon, m_text;
};

// Menu, document, run controls with state and running time, command search, theme. Owned by the main window,
// GUI thread; everything it does is a command of the registry.
class TopBar : public QWidget {
    Q_OBJECT
public:
    TopBar(Session& session, CommandRegistry& commands, RecentFiles& recent, QWidget* parent = nullptr);
    void refresh();

Q_SIGNALS:
    void fileWanted(const QString& path);

private:
    QPushButton* makeButton(const QString& text, const QString& command, const QString& tip);
    QToolButton* makeTool(const QString& name, const QString& command);
    QPushButton* makeSearch();
    void arrange();
    void fillMenu();
    void retheme();
    QString subtitle(const OpenDocument& open) const;

    Session& m_session;
    CommandRegistry& m_commands;
    RecentFiles& m_recent;
    QMenu* m_menu;
    QLabel *m_name, *m_subtitle;
    StatePill* m_pill;
    QPushButton *m_run, *m_pause, *m_checkpoint, *m_drain, *m_stop, *m_search;
    QToolButton *m_menuButton, *m_open, *m_theme;
};

}  // namespace ui
