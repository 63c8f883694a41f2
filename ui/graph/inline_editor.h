#pragma once

#include <QPlainTextEdit>

#include <functional>

namespace ui {

// Writes a title or a note where it stands on the canvas. Enter takes a title, Ctrl+Enter a note, losing the
// focus either; Esc gives it up. Owned by the view, GUI thread; what is written goes to a function.
class InlineEditor : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit InlineEditor(QWidget* parent);
    void open(const QString& text, const QRect& place, bool isOneLine,
              std::function<void(const QString&)> take);
    void finish(bool isTaken);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;

private:
    QString m_before;
    bool m_isOneLine = true;
    std::function<void(const QString&)> m_take;
};

}  // namespace ui
