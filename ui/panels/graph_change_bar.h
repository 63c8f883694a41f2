#pragma once

#include "ui/session.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {

// A quiet line while the graph that is shown is not the one that runs, with what can be done about it. Owned
// by the design page, GUI thread; does nothing itself.
class GraphChangeBar : public QWidget {
    Q_OBJECT
public:
    explicit GraphChangeBar(Session& session, QWidget* parent = nullptr);

Q_SIGNALS:
    void runAgainWanted();
    void stopWanted();  // and no more

private:
    void refresh();

    Session& m_session;
    QLabel* m_text;
    QPushButton *m_again, *m_stop;
};

}  // namespace ui
