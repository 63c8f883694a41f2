#pragma once

#include <QSyntaxHighlighter>

namespace ui {

// Colours names, texts, numbers and words of JSON, line by line. Owned by the text's document, GUI thread.
class JsonHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
public:
    explicit JsonHighlighter(QTextDocument* document);

protected:
    void highlightBlock(const QString& text) override;
};

}  // namespace ui
