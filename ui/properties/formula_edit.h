#pragma once

#include "data/expression.h"

#include <QPlainTextEdit>
#include <QSyntaxHighlighter>

class QCompleter;
class QStandardItemModel;

namespace ui {

// Colours columns, functions, numbers and texts of a formula by the engine's own lexer.
class FormulaHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
public:
    explicit FormulaHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) { }
    void setSchema(engine::SchemaPtr schema);

protected:
    void highlightBlock(const QString& text) override;

private:
    engine::SchemaPtr m_schema;
};

// A few lines of formula: grows with them, completes columns, functions and parameters, underlines the place
// of a mistake. Owned by its field, GUI thread.
class FormulaEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit FormulaEdit(QWidget* parent);
    void setNames(const engine::SchemaPtr& schema, const engine::Constants& constants);
    void setMistake(engine::TextSpan characters);  // at the end: underlines the last character
    void clearMistake();
    void complete(bool isAsked);  // shows what fits the word at the cursor
    QCompleter& completer() { return *m_completer; }
    QString functionAtCursor() const;  // inside whose parentheses the cursor stands; empty: none

Q_SIGNALS:
    void userTyped();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QString wordAtCursor() const;
    void take(const QString& completion);
    void fitHeight();
    QStandardItemModel* m_words;
    QCompleter* m_completer;
    FormulaHighlighter* m_highlighter;
};

}  // namespace ui
