#pragma once

#include <QFont>
#include <QLabel>
#include <QPainter>

namespace ui {

// Draws a text whose digits are all of one width, so that a changing number does not tremble. Aligned in
// `rect` by left, right or centre, always centred vertically.
void drawFigures(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QFont& font,
                 const QString& text);
double figuresWidth(const QFont& font, const QString& text);

// A label for numbers that change; repaints only when its text does.
class FiguresLabel : public QLabel {
    Q_OBJECT
public:
    explicit FiguresLabel(QWidget* parent = nullptr);
    void setFigures(const QString& text);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace ui
