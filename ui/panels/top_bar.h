#pragma once

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

// Document, run controls with state and running time, theme. Owned by the main window, GUI thread; asks for
// what it wants by signals.
class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(Session& session, QWidget* parent = nullptr);
    void refresh();

Q_SIGNALS:
    void openWanted();
    void themeWanted();

private:
    QPushButton* makeButton(const QString& text, const QString& keys, const QString& tip,
                            void (TopBar::*slot)());
    void run() { m_session.run(); }
    void pause() { m_session.act(engine::JobAction::Pause); }
    void drain() { m_session.act(engine::JobAction::Drain); }
    void stop() { m_session.act(engine::JobAction::Stop); }
    void fillMenu();
    void retheme();

    Session& m_session;
    QToolButton* m_name;
    QMenu* m_menu;
    QLabel* m_subtitle;
    StatePill* m_pill;
    QPushButton *m_run, *m_pause, *m_drain, *m_stop;
    QToolButton *m_open, *m_theme;
};

}  // namespace ui
