#include "ui/plain_text.h"

#include <QTextDocument>

#include <algorithm>

namespace ui {

namespace {

// Marks, embeddings, overrides and isolates: they could make a name look like another.
bool turnsDirection(QChar c)
{
    const char16_t code = c.unicode();
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E ||
        code == 0x200F || code == 0x061C;
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

QString plainName(const QString& text, qsizetype most)
{
    const QString line = plainLine(text, most);
    const bool turns = std::any_of(line.begin(), line.end(), [](QChar c) {
        return c.direction() == QChar::DirR || c.direction() == QChar::DirAL;
    });
    return turns ? QChar(0x2068) + line + QChar(0x2069) : line;
}

QString plainLines(const QString& text, qsizetype most) { return cleaned(text, most, true); }

QString plainToolTip(const QString& text)
{
    const QString plain = plainLines(text, 1000);
    if (!Qt::mightBeRichText(plain)) return plain;
    return QStringLiteral("<p style=\"white-space: pre-wrap\">%1</p>").arg(plain.toHtmlEscaped());
}

}  // namespace ui
