#pragma once

#include "ui/session.h"

#include <QWidget>

namespace ui {

// A quiet line while the graph that is shown is not the one that runs, with what can be done about it. Owned
// by the design page, GUI thread; does nothing itself.
class GraphChangeBar : public QWidget {
    Q_OBJECT
public:
    explicit GraphChangeBar(Session& session, QWidget* parent = nullptr);
    static QString sentence();

Q_SIGNALS:
    void runAgainWanted();

private:
    void refresh();

    Session& m_session;
};

}  // namespace ui
