#pragma once

#include "ui/commands/command_registry.h"
#include "ui/documents/recent_files.h"
#include "ui/session.h"
#include "ui/theme.h"

#include <QWidget>

class QLabel;
class QLineEdit;
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
    void setRunShown(bool isShown);  // the run controls; a page may have its own
    void rename();                   // lets the name of the document be written anew
    void finishTyping();             // takes the name as it is
    bool isTyping() const { return m_renamed != nullptr; }
    void openMenu();
    QLineEdit& nameEdit() { return *m_nameEdit; }

Q_SIGNALS:
    void renamed();  // or not: the name is no longer being written

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void finishRename(bool isTaken);
    void fitWidth();
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
    OpenDocument* m_renamed = nullptr;  // while its name is being written
    bool m_isRunShown = true;
    QMenu* m_menu;
    QLabel *m_name, *m_subtitle, *m_searchText = nullptr, *m_searchKeys = nullptr;
    QLineEdit* m_nameEdit;
    StatePill* m_pill;
    QPushButton *m_run, *m_anew, *m_pause, *m_checkpoint, *m_drain, *m_stop, *m_search;
    QToolButton *m_menuButton, *m_open, *m_theme;
};

}  // namespace ui
