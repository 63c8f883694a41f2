#pragma once

#include <QObject>
#include <QPoint>
#include <QTimer>

class QLabel;
class QWidget;

namespace ui {

// The short texts that stand on the canvas: why a wire does not fit, near the cursor; what has just been done
// or could not be; what to do with an empty canvas. Owned by the GraphView, GUI thread. Takes no mouse and no
// keys.
class CanvasSigns : public QObject {
    Q_OBJECT
public:
    explicit CanvasSigns(QWidget& canvas);
    void showTip(const QString& text, const QPoint& at);  // empty: none
    void say(const QString& sentence);                    // for some seconds; empty: no longer
    void place(bool isEmpty, bool isShownOnly);           // after the canvas has got another size
    QString tip() const;
    QString said() const;

private:
    QWidget& m_canvas;
    QLabel *m_tip, *m_said, *m_hint;
    QTimer m_saidTimer;
};

}  // namespace ui
