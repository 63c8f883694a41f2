#pragma once

#include <QLabel>

namespace ui {

// Some lines of plain text in whatever width there is: breaks inside a word that is longer than a line, and
// ends with an ellipsis where there are more lines. Owned by its panel, GUI thread.
class WrappedLabel : public QLabel {
    Q_OBJECT
public:
    WrappedLabel(const QString& text, int linesMost, QWidget* parent);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QStringList lines(int width) const;
    int m_linesMost;
};

}  // namespace ui
