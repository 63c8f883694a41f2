#include "ui/plain_text.h"

#include <QTextDocument>

namespace ui {

namespace {

// Embeddings, overrides and isolates: they could make a name look like another.
bool turnsDirection(QChar c)
{
    const char16_t code = c.unicode();
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

QString cleaned(const QString& text, qsizetype most, bool keepsLines)
{
    qsizetype end = std::min(text.size(), most);
    if (end < text.size() && end > 0 && text[end - 1].isHighSurrogate()) --end;
    QString result;
    result.reserve(end + 1);
    for (const QChar c : text.left(end)) {
        const bool isBreak = c == QLatin1Char('\n') || c.category() == QChar::Separator_Line ||
            c.category() == QChar::Separator_Paragraph;
        if (isBreak)
            result += QLatin1Char(keepsLines ? '\n' : ' ');
        else if (c.category() == QChar::Other_Control)
            result += QLatin1Char(' ');
        else if (!turnsDirection(c))
            result += c;
    }
    if (end < text.size()) result += QChar(0x2026);
    return result;
}

}  // namespace

QString plainLine(const QString& text, qsizetype most) { return cleaned(text, most, false); }

QString plainLines(const QString& text, qsizetype most) { return cleaned(text, most, true); }

QString plainToolTip(const QString& text)
{
    const QString plain = plainLines(text, 1000);
    if (!Qt::mightBeRichText(plain)) return plain;
    return QStringLiteral("<p style=\"white-space: pre-wrap\">%1</p>").arg(plain.toHtmlEscaped());
}

}  // namespace ui
