#pragma once

#include "spec/detected.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QTableWidget;

namespace ui {

// Shows what was found in a file or topic before any of it is taken. Owned by the node's editor, GUI thread;
// changes nothing.
class DetectCard : public QFrame {
    Q_OBJECT
public:
    explicit DetectCard(QWidget* parent);
    void showWaiting();
    void showDetected(const engine::Detected& detected);
    void showProblem(const QString& sentence);
    QString sentence() const;
    QPushButton& take() { return *m_take; }

Q_SIGNALS:
    void takeWanted();

private:
    void fill(const engine::Detected& detected);
    QLabel* m_sentence;
    QTableWidget* m_columns;
    QPushButton *m_take, *m_close;
};

}  // namespace ui
