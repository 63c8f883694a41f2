#pragma once

#include <QObject>

#include <functional>
#include <vector>

class QTableView;

namespace ui {

// Gives each column of a table its width when it first comes into sight; afterwards it is the user's. Owned
// by the table, GUI thread; never asks for the width of what is not seen.
class ColumnFit : public QObject {
    Q_OBJECT
public:
    ColumnFit(QTableView& table, std::function<int(int column)> widthOf);
    void start();  // all of them anew
    void stop();
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fitSeen();
    QTableView& m_table;
    std::function<int(int)> m_widthOf;
    std::vector<bool> m_isFitted;
    bool m_isOn = false;
};

}  // namespace ui
