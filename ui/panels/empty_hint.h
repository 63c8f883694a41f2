#pragma once

#include <QLabel>

class QAbstractItemView;

namespace ui {

// Says in an empty list or table why it is empty and what would fill it; gone as soon as there is a row.
// Owned by its view, GUI thread.
class EmptyHint : public QLabel {
    Q_OBJECT
public:
    explicit EmptyHint(QAbstractItemView& view, const QString& text = {});
    void say(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();
    QAbstractItemView& m_view;
};

}  // namespace ui
