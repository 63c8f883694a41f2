#pragma once

#include "ui/session.h"

#include <QTabBar>

namespace ui {

// A tab for each open document: its name, a dot while it is unsaved, the colour of its job's state. Owned by
// the design page, GUI thread; follows the session and only asks for closing.
class DocumentTabs : public QTabBar {
    Q_OBJECT
public:
    explicit DocumentTabs(Session& session, QWidget* parent = nullptr);
    void step(int by);  // to the next tab, round and round

Q_SIGNALS:
    void closeWanted(ui::OpenDocument* document);
    void renameWanted();  // the current one

protected:
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    QSize minimumTabSizeHint(int index) const override;

private:
    void sync();
    void relabel();
    std::vector<QString> names() const;
    OpenDocument* at(int index) const;

    Session& m_session;
    bool m_isSyncing = false;
};

}  // namespace ui
