#include "ui/documents/json_highlighter.h"

#include "ui/theme.h"

namespace ui {

namespace {

int endOfText(const QString& text, int begin)
{
    for (int i = begin + 1; i < text.size(); ++i) {
        if (text[i] == QLatin1Char('\\'))
            ++i;
        else if (text[i] == QLatin1Char('"'))
            return i + 1;
    }
    return static_cast<int>(text.size());
}

int endOfWord(const QString& text, int begin)
{
    int end = begin;
    while (end < text.size() && (text[end].isLetterOrNumber() || QStringLiteral("+-.").contains(text[end])))
        ++end;
    return end;
}

}  // namespace

JsonHighlighter::JsonHighlighter(QTextDocument* document) : QSyntaxHighlighter(document)
{
    connect(&theme(), &Theme::changed, this, &QSyntaxHighlighter::rehighlight);
}

void JsonHighlighter::highlightBlock(const QString& text)
{
    const QColor names = theme().readable(Tone::Accent, Tone::Ground);
    const QColor texts = theme().readable(Tone::Ok, Tone::Ground);
    const QColor others = theme().readable(Tone::Warning, Tone::Ground);
    const QColor signs = theme().readable(Tone::TextSoft, Tone::Ground);
    int i = 0;
    while (i < text.size()) {
        const QChar at = text[i];
        int end = i + 1;
        QColor color = signs;
        if (at == QLatin1Char('"')) {
            end = endOfText(text, i);
            int next = end;
            while (next < text.size() && text[next].isSpace()) ++next;
            color = next < text.size() && text[next] == QLatin1Char(':') ? names : texts;
        } else if (at.isLetterOrNumber() || at == QLatin1Char('-')) {
            end = std::max(endOfWord(text, i), i + 1);
            color = others;
        }
        setFormat(i, end - i, color);
        i = end;
    }
}

}  // namespace ui
