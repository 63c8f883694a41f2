#pragma once

#include <QPointer>
#include <QWidget>

namespace ui {

// Lies over the whole window and dims it while something on it wants an answer; Escape and a click beside it
// put it away and give the focus back. Child of the window, GUI thread; never runs an event loop of its own.
class Overlay : public QWidget {
    Q_OBJECT
public:
    explicit Overlay(QWidget* window);
    // `card` is shown in the middle, or `top` pixels below the upper edge; a card shown before goes.
    void show(QWidget* card, int top = -1);
    void dismiss();
    QWidget* card() const { return isVisible() ? m_card : nullptr; }

Q_SIGNALS:
    void dismissed();  // without an answer

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    void place();
    QPointer<QWidget> m_card, m_focusBefore;
    int m_top = -1;
};

}  // namespace ui
