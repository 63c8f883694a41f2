#include "ui/figures.h"

#include <QGlyphRun>
#include <QHash>
#include <QRawFont>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

struct Face {
    QRawFont raw;
    double digitWidth = 0;
};

// Making a raw font is slow and a window uses a dozen; GUI thread only.
const Face& faceOf(const QFont& font)
{
    static QHash<std::size_t, Face> faces;
    const auto style = static_cast<std::size_t>(font.pixelSize() * 1000 + font.weight());
    const std::size_t key = qHash(font.family(), style);
    auto found = faces.find(key);
    if (found == faces.end()) {
        Face face{QRawFont::fromFont(font), 0};
        const auto digits = face.raw.glyphIndexesForString(QStringLiteral("0123456789"));
        for (const QPointF& advance : face.raw.advancesForGlyphIndexes(digits))
            face.digitWidth = std::max(face.digitWidth, advance.x());
        found = faces.insert(key, face);
    }
    return *found;
}

// Where each glyph begins, and last where the text ends.
double place(const Face& face, const QString& text, QVector<quint32>& glyphs, QVector<QPointF>& positions)
{
    glyphs = face.raw.glyphIndexesForString(text);
    const QVector<QPointF> advances = face.raw.advancesForGlyphIndexes(glyphs);
    positions.resize(glyphs.size());
    double x = 0;
    for (qsizetype i = 0; i < glyphs.size(); ++i) {
        const bool isDigit = i < text.size() && text[i].isDigit();
        const double width = isDigit ? face.digitWidth : advances[i].x();
        positions[i] = {x + (width - advances[i].x()) / 2, 0};
        x += width;
    }
    return x;
}

}  // namespace

void drawFigures(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QFont& font,
                 const QString& text)
{
    const Face& face = faceOf(font);
    QVector<quint32> glyphs;
    QVector<QPointF> positions;
    const double width = place(face, text, glyphs, positions);
    if (glyphs.contains(0u)) {
        painter.setFont(font);
        painter.drawText(rect, static_cast<int>(alignment | Qt::AlignVCenter), text);
        return;
    }
    double x = rect.left();
    if (alignment & Qt::AlignRight) x = rect.right() - width;
    if (alignment & Qt::AlignHCenter) x = rect.center().x() - width / 2;
    const double baseline = rect.center().y() + face.raw.capHeight() / 2;
    QGlyphRun run;
    run.setRawFont(face.raw);
    run.setGlyphIndexes(glyphs);
    run.setPositions(positions);
    painter.drawGlyphRun({x, baseline}, run);
}

double figuresWidth(const QFont& font, const QString& text)
{
    QVector<quint32> glyphs;
    QVector<QPointF> positions;
    return place(faceOf(font), text, glyphs, positions);
}

FiguresLabel::FiguresLabel(QWidget* parent) : QLabel(parent) { setTextFormat(Qt::PlainText); }

void FiguresLabel::setFigures(const QString& text)
{
    if (text != this->text()) setText(text);
}

QSize FiguresLabel::sizeHint() const
{
    const int width = static_cast<int>(std::ceil(figuresWidth(font(), text())));
    const QMargins margins = contentsMargins();
    return {width + 1 + margins.left() + margins.right(),
            fontMetrics().height() + margins.top() + margins.bottom()};
}

void FiguresLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    drawFigures(painter, contentsRect(), alignment(), font(), text());
}

}  // namespace ui
