#pragma once

#include <QLayout>
#include <QList>

namespace ui {

// Lays its items out in lines, as words in a text. Owned by the widget it lays out, GUI thread.
class FlowRow : public QLayout {
public:
    explicit FlowRow(QWidget* parent, int gap);
    ~FlowRow() override;
    void addItem(QLayoutItem* item) override { m_items.append(item); }
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return place({0, 0, width, 0}, false); }
    void setGeometry(const QRect& rect) override;
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    void clear();  // deletes its widgets

private:
    int place(const QRect& rect, bool isReal) const;  // the height it takes
    QList<QLayoutItem*> m_items;
    int m_gap;
};

}  // namespace ui
