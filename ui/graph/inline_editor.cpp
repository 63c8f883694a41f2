#include "ui/graph/inline_editor.h"

#include "ui/theme.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QTextDocument>

#include <algorithm>
#include <utility>

namespace ui {

namespace {

constexpr int kTextMost = 100'000;

}  // namespace

InlineEditor::InlineEditor(QWidget* parent) : QPlainTextEdit(parent)
{
    setObjectName(QStringLiteral("inlineEditor"));
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabChangesFocus(true);
    setUndoRedoEnabled(true);
    document()->setDocumentMargin(4);
    hide();
}

void InlineEditor::open(const QString& text, const QRect& place, bool isOneLine,
                        std::function<void(const QString&)> take)
{
    finish(true);
    m_isOneLine = isOneLine;
    m_take = std::move(take);
    setLineWrapMode(isOneLine ? QPlainTextEdit::NoWrap : QPlainTextEdit::WidgetWidth);
    setFont(theme().font(TypeSize::Body, isOneLine ? QFont::DemiBold : QFont::Normal));
    setAccessibleName(isOneLine ? tr("Title") : tr("Note"));
    setPlainText(text);
    m_before = toPlainText();
    selectAll();
    const QRect room = parentWidget()->rect();
    QRect shown(place.topLeft(), place.size().expandedTo({160, isOneLine ? 28 : 64}));
    shown.moveLeft(std::clamp(shown.left(), 0, std::max(0, room.width() - shown.width())));
    shown.moveTop(std::clamp(shown.top(), 0, std::max(0, room.height() - shown.height())));
    setGeometry(shown);
    show();
    raise();
    setFocus();
}

void InlineEditor::finish(bool isTaken)
{
    if (isHidden()) return;
    hide();
    const QString text = toPlainText().left(kTextMost);
    const auto take = std::exchange(m_take, nullptr);
    if (isTaken && take && text != m_before) take(text);
}

void InlineEditor::keyPressEvent(QKeyEvent* event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (event->key() == Qt::Key_Escape ||
        (isEnter && (m_isOneLine || event->modifiers() & Qt::ControlModifier))) {
        finish(isEnter);
        parentWidget()->setFocus();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void InlineEditor::focusOutEvent(QFocusEvent* event)
{
    QPlainTextEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason)
        finish(true);
}

void InlineEditor::insertFromMimeData(const QMimeData* source)
{
    QString text = source->text().left(kTextMost);
    if (m_isOneLine) text.replace(QLatin1Char('\n'), QLatin1Char(' '));
    insertPlainText(text);
}

}  // namespace ui
